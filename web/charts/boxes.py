"""An indicator over the years as boxes: the middle half of the reports, their median, and all cases together."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from storage.indicators.summaries import Summary

WIDTH, HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 710, 14, 226
_WIDEST = 34


class Box(NamedTuple):
    """One year's place; what has a height is None where no report gives a number."""

    year: int
    middle: float
    left: float
    width: float
    upper: float | None = None
    lower: float | None = None
    median: float | None = None
    pooled: float | None = None
    formula: int | None = None


class Chart(NamedTuple):
    """``ticks`` are values with their heights; ``lines`` are SVG points of medians in years that follow one another."""

    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    ticks: tuple[tuple[float, float], ...]


def chart(years: Mapping[int, Summary], *, share: bool) -> Chart | None:
    """None where there is nothing to see. A few very large numbers stay outside, so that the others can be seen."""
    spreads = [one.spread for one in years.values() if one.spread]
    if not spreads:
        return None
    top = 1 if share else _nice(max(spread.upper for spread in spreads) or max(spread.maximum for spread in spreads))
    step = (_RIGHT - _LEFT) / len(years)
    boxes = tuple(_box(year, one, place, step, top) for place, (year, one) in enumerate(years.items()))
    ticks = tuple((_plain(top * part), _y(top * part, top)) for part in (0, 0.25, 0.5, 0.75, 1))
    return Chart(boxes, tuple(_lines(boxes)), ticks)


def _box(year: int, one: Summary, place: int, step: float, top: float) -> Box:
    width = min(step * 0.6, _WIDEST)
    middle = _LEFT + step * (place + 0.5)
    at = Box(year, round(middle, 1), round(middle - width / 2, 1), round(width, 1), formula=one.formula)
    if one.spread is None:
        return at
    return at._replace(
        upper=_y(one.spread.upper, top),
        lower=_y(one.spread.lower, top),
        median=_y(one.spread.median, top),
        pooled=None if one.pooled is None else _y(one.pooled, top),
    )


def _lines(boxes: tuple[Box, ...]) -> list[str]:
    """Nothing is drawn across a year without a number, nor from one formula to another: they count otherwise."""
    runs: list[list[Box]] = [[]]
    for box in boxes:
        if runs[-1] and (box.median is None or box.formula != runs[-1][-1].formula):
            runs.append([])
        if box.median is not None:
            runs[-1].append(box)
    return [" ".join(f"{box.middle},{box.median}" for box in run) for run in runs if len(run) > 1]


def _y(value: float, top: float) -> float:
    return round(_BOTTOM - min(max(value / top, 0), 1) * (_BOTTOM - _TOP), 1)


def _nice(largest: float) -> float:
    """The end of the axis: 1, 2, 4 or 8 times a power of ten, not below the largest number: quarters stay short."""
    if largest <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(largest))
    return next(power * step for step in (1, 2, 4, 8, 10) if power * step >= largest)


def _plain(value: float) -> float:
    return int(value) if float(value).is_integer() else value
