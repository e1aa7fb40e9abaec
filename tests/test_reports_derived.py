"""Derived indicators: every formula against a report added up by hand, and what happens where a cell has no number."""

import pytest

from reports.derived import COMPUTED, ValueState, derived, share, state_of
from reports.forms import indicators
from reports.model import CellState, Figure

BLANK = Figure(None, "", CellState.BLANK)
SLASH = Figure(None, "/", CellState.NOT_APPLICABLE)
WORDS = Figure(None, "若干", CellState.TEXT)
GONE = Figure(None, "", CellState.MISSING)
REFUSED = {
    "state_secret": 1,
    "other_law": 2,
    "security_stability": 0,
    "third_party": 3,
    "internal": 4,
    "process": 5,
    "enforcement_file": 1,
    "administrative_query": 2,
}


def figure(number: float) -> Figure:
    return Figure(number, str(number), CellState.NUMBER if number else CellState.ZERO)


def numbers(**values: float) -> dict[str, Figure]:
    return {code.replace("__", "."): figure(value) for code, value in values.items()}


def form(**changes: Figure) -> dict[str, Figure]:
    """A report of v2021: 50 applications handled, 10 reconsiderations decided and 1 pending, 8 suits."""
    table2 = {f"refused.{name}": number for name, number in REFUSED.items()}
    table2 |= {"granted": 15, "partly_granted": 5, "handled_total": 50, "not_processed.repeated": 1}
    table2 |= {"not_processed.petition": 3, "not_processed.excessive": 2}
    table2 |= {"unavailable.not_held": 3, "unavailable.needs_creation": 1, "unavailable.unclear": 0}
    found = {f"applications.{row}.total": figure(number) for row, number in table2.items()}
    blocks = {
        "reconsideration": (6, 3, 1, 1),
        "litigation_direct": (4, 1, 0, 7),
        "litigation_after_reconsideration": (1, 1, 1, 0),
    }
    for block, results in blocks.items():
        for column, number in zip(("upheld", "corrected", "other", "pending"), results, strict=True):
            found[f"review.{block}.{column}"] = figure(number)
    return found | {code.replace("__", "."): cell for code, cell in changes.items()}


V2014 = numbers(
    stat__requests__answered=40,
    stat__requests__answered__granted=20,
    stat__requests__answered__partly_granted=2,
    stat__requests__answered__refused=6,
    stat__reconsideration__upheld=3,
    stat__reconsideration__corrected=1,
    stat__reconsideration__other=0,
    stat__litigation__upheld=2,
    stat__litigation__corrected=2,
    stat__litigation__other=1,
)
V2008 = numbers(annex__answers=30, annex__answers__granted=24, annex__answers__partly_granted=3)


@pytest.mark.parametrize(
    ("code", "figures", "above", "below", "formula"),
    [
        ("share.granted", form(), 20, 50, 0),
        ("share.refused", form(), 18, 50, 0),
        ("share.unavailable", form(), 4, 50, 0),
        ("share.repeated", form(), 1, 50, 0),
        ("share.petition", form(), 3, 50, 0),
        ("share.reconsideration_corrected", form(), 3, 10, 0),
        ("share.litigation_lost", form(), 2, 8, 0),
        ("share.granted", V2014, 22, 40, 1),
        ("share.refused", V2014, 6, 40, 1),
        ("share.reconsideration_corrected", V2014, 1, 4, 1),
        ("share.litigation_lost", V2014, 2, 5, 1),
        ("share.granted", V2008, 27, 30, 2),
        ("share.granted", form() | V2014, 20, 50, 0),
    ],
)
def test_a_share_is_what_a_person_adds_up(
    code: str, figures: dict[str, Figure], above: float, below: float, formula: int
) -> None:
    found = share(derived()[code], figures)
    assert (found.state, found.numerator, found.denominator) == (ValueState.NUMBER, above, below)
    assert found.formula == formula


@pytest.mark.parametrize("code", ["share.unavailable", "share.repeated", "share.petition", "share.refused"])
def test_what_an_older_form_does_not_have_is_not_computed(code: str) -> None:
    assert share(derived()[code], V2008).state is ValueState.MISSING
    assert share(derived()[code], {}).state is ValueState.MISSING


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"applications__partly_granted__total": BLANK}, ValueState.BLANK),
        ({"applications__partly_granted__total": SLASH}, ValueState.NOT_APPLICABLE),
        ({"applications__partly_granted__total": WORDS}, ValueState.TEXT),
        ({"applications__partly_granted__total": GONE}, ValueState.MISSING),
        ({"applications__handled_total__total": BLANK}, ValueState.BLANK),
        ({"applications__handled_total__total": BLANK, "applications__granted__total": GONE}, ValueState.MISSING),
        ({"applications__handled_total__total": SLASH, "applications__granted__total": BLANK}, ValueState.BLANK),
    ],
)
def test_a_cell_without_a_number_leaves_the_share_without_one(changes: dict[str, Figure], state: ValueState) -> None:
    found = share(derived()["share.granted"], form(**changes))
    assert (found.state, found.numerator, found.denominator) == (state, None, None)


def test_zero_no_cases_and_a_contradiction_are_three_things() -> None:
    assert state_of(0) is ValueState.ZERO
    assert state_of(0, 5) is ValueState.ZERO
    assert state_of(0, 0) is ValueState.NO_CASES
    assert state_of(1, 0) is ValueState.CONTRADICTORY
    assert state_of(6, 5) is ValueState.CONTRADICTORY
    assert state_of(5, 5) is ValueState.NUMBER
    assert {state_of(1), state_of(0)} == set(COMPUTED)


def test_every_formula_names_cells_that_its_forms_have() -> None:
    forms = {one.code: one.forms for one in indicators()}
    for one in derived().values():
        assert one.code.startswith("share.")
        assert bool(one.formulas) != bool(one.clock)
        assert all((one.zh, one.en, one.caveat_zh, one.caveat_en))
        for formula in one.formulas:
            for code in formula.parts:
                assert set(formula.forms) <= set(forms[code]), f"{one.code}: {code}"
