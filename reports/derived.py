"""Indicators derived from official ones: their formulas as data, and what one report gives for them."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from reports.model import CellState, Figure
from reports.states import Clock


class ValueState(StrEnum):
    """What a report gives for an indicator: a number, or why there is none, which never becomes 0."""

    MISSING = "missing"  # the report lacks a cell: its form has none, or its table was not printed or not read
    TEXT = "text"
    BLANK = "blank"
    NOT_APPLICABLE = "not_applicable"
    NO_CASES = "no_cases"  # a share of nothing
    CONTRADICTORY = "contradictory"  # a part that is larger than its whole: the report's sums do not add up
    ZERO = "zero"
    NUMBER = "number"


# Where several cells of a share hold no number, the first of these is its reason.
REASONS = (ValueState.MISSING, ValueState.TEXT, ValueState.BLANK, ValueState.NOT_APPLICABLE)
COMPUTED = (ValueState.NUMBER, ValueState.ZERO)


@dataclass(frozen=True, slots=True)
class Formula:
    """A share of two sums of cells, for the reports that have the ``anchor``."""

    forms: tuple[str, ...]
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]

    @property
    def anchor(self) -> str:
        return self.denominator[0]

    @property
    def parts(self) -> tuple[str, ...]:
        """Every cell that is needed, the anchor first, each once."""
        return tuple(dict.fromkeys((*self.denominator, *self.numerator)))


@dataclass(frozen=True, slots=True)
class ClockFormula:
    """A share of county-years by where they stand against the legal date."""

    numerator: tuple[Clock, ...]
    denominator: tuple[Clock, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """One derived indicator; it has ``formulas``, or counts by the legal ``clock``."""

    code: str
    zh: str
    en: str
    caveat_zh: str
    caveat_en: str
    formulas: tuple[Formula, ...] = ()
    clock: ClockFormula | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one report gives: both sums unless a cell is lacking, and the number of the formula it was taken by."""

    state: ValueState
    numerator: float | None = None
    denominator: float | None = None
    formula: int | None = None


@cache
def derived() -> dict[str, Derived]:
    """All derived indicators by code, in the order of the data file."""
    data = tomllib.loads(resources.files("reports.forms").joinpath("derived.toml").read_text("utf-8"))
    return {entry["code"]: _derived(entry) for entry in data["indicators"]}


def _derived(entry: dict[str, Any]) -> Derived:
    formulas = [{name: tuple(codes) for name, codes in one.items()} for one in entry.pop("formulas", [])]
    clock = entry.pop("clock", None)
    return Derived(
        **entry,
        formulas=tuple(Formula(**one) for one in formulas),
        clock=clock and ClockFormula(**{name: tuple(map(Clock, states)) for name, states in clock.items()}),
    )


def share(indicator: Derived, figures: Mapping[str, Figure]) -> Share:
    """What a report with these figures gives for an indicator that has formulas."""
    for number, formula in enumerate(indicator.formulas):
        if formula.anchor in figures:
            return _share(formula, number, figures)
    return Share(ValueState.MISSING)


def _share(formula: Formula, number: int, figures: Mapping[str, Figure]) -> Share:
    lacking = reason([_state(figures.get(code)) for code in formula.parts])
    if lacking:
        return Share(lacking, formula=number)
    above, below = _sum(formula.numerator, figures), _sum(formula.denominator, figures)
    return Share(state_of(above, below), above, below, number)


def reason(states: Collection[str]) -> ValueState | None:
    """Why cells in these states give no number together; None where all of them have one."""
    return next((one for one in REASONS if one in states), None)


def state_of(value: float, whole: float | None = None) -> ValueState:
    """The state of a value, or of a share of a whole, none of whose cells is lacking."""
    if whole is not None and not whole:
        return ValueState.CONTRADICTORY if value else ValueState.NO_CASES
    if whole is not None and value > whole:
        return ValueState.CONTRADICTORY
    return ValueState.NUMBER if value else ValueState.ZERO


def _state(figure: Figure | None) -> ValueState:
    if figure is None or (figure.value is None and figure.state in (CellState.NUMBER, CellState.ZERO)):
        return ValueState.MISSING
    return ValueState(figure.state.value)


def _sum(codes: Iterable[str], figures: Mapping[str, Figure]) -> float:
    return sum(figures[code].value or 0 for code in codes)
