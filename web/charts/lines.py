"""A county's figures over the years as small charts: a gap stays a gap, a blank is no zero."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from reports.model import CellState
from storage.series import Point

# What is drawn, and the cells that say it in the forms of the years, the newest form first.
CHARTS: Mapping[str, tuple[str, ...]] = {
    "applications": ("applications.new.total", "stat.requests.received"),
    "granted": ("applications.granted.total", "stat.requests.answered.granted"),
    "published": ("narrative.published_total", "stat.published"),
    "permits": ("disclosure.permits.decisions",),
    "penalties": ("disclosure.penalties.decisions",),
    "reconsideration": ("review.reconsideration.total", "stat.reconsideration"),
    "litigation": ("review.litigation_direct.total", "stat.litigation"),
}
CODES = tuple(code for codes in CHARTS.values() for code in codes)
WIDTH, HEIGHT = 340, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 330, 14, 122
_NUMBERS = (CellState.NUMBER, CellState.ZERO)


class Dot(NamedTuple):
    """A year's place on a chart; ``y`` is None where nothing is to be drawn."""

    year: int
    x: float
    y: float | None
    code: str  # of the cell that says it, "" for a year without one
    point: Point | None
    older: bool  # said by an older form, which may count otherwise
    held: bool  # whether a report of the year counts


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart; ``lines`` are SVG points of what stands in years that follow one another and in one form."""

    name: str
    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    top: float  # the largest number on the axis

    @property
    def newest(self) -> str:
        """The code that the newest year with a figure has."""
        return next((dot.code for dot in reversed(self.dots) if dot.code), CHARTS[self.name][0])


def charts(found: Mapping[int, Mapping[str, Point]], years: range) -> list[Chart]:
    """The charts on which there is anything to see."""
    made = (_chart(name, codes, found, years) for name, codes in CHARTS.items())
    return [chart for chart in made if any(dot.y is not None for dot in chart.dots)]


def _chart(name: str, codes: tuple[str, ...], found: Mapping[int, Mapping[str, Point]], years: range) -> Chart:
    said = {year: _said(codes, found.get(year, {})) for year in years}
    top = _nice(max((point.value or 0 for _, point in said.values() if point), default=0))
    step = (_RIGHT - _LEFT) / max(len(years) - 1, 1)
    dots = []
    for place, year in enumerate(years):
        code, point = said[year]
        dots.append(
            Dot(year, round(_LEFT + place * step, 1), _y(point, top), code, point, code in codes[1:], year in found)
        )
    return Chart(name, tuple(dots), tuple(_lines(dots)), top)


def _said(codes: tuple[str, ...], cells: Mapping[str, Point]) -> tuple[str, Point | None]:
    return next(((code, cells[code]) for code in codes if code in cells), ("", None))


def _y(point: Point | None, top: float) -> float | None:
    """The height of a number; what is blank or ``/`` has its mark on the axis, what is missing has none."""
    if point is None or point.state in (CellState.MISSING, CellState.TEXT):
        return None
    share = (point.value or 0) / top if point.state in _NUMBERS else 0
    return round(_BOTTOM - max(share, 0) * (_BOTTOM - _TOP), 1)


def _lines(dots: list[Dot]) -> Iterator[str]:
    """Runs of numbers year after year; nothing is drawn across a gap, nor from one form to another."""
    run: list[Dot] = []
    for dot in dots:
        number = dot.point is not None and dot.point.state in _NUMBERS
        if run and not (number and dot.code == run[-1].code):
            yield from _line(run)
            run = []
        if number:
            run.append(dot)
    yield from _line(run)


def _line(run: list[Dot]) -> Iterator[str]:
    if len(run) > 1:
        yield " ".join(f"{dot.x},{dot.y}" for dot in run)


def _nice(largest: float) -> float:
    """The end of the axis: 1, 2 or 5 times a power of ten, not below the largest number."""
    if largest <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(largest))
    top = next(power * step for step in (1, 2, 5, 10) if power * step >= largest)
    return int(top) if top >= 1 else top
