"""How numbers are spread: from each value and how often it occurs, so that a database may count before we add up."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import floor, fsum


@dataclass(frozen=True, slots=True)
class Spread:
    """Of ``n`` numbers, at least one; quartiles between two numbers are interpolated, as R and numpy do by default."""

    n: int
    minimum: float
    lower: float
    median: float
    upper: float
    maximum: float
    mean: float


def spread(counts: Mapping[float, int]) -> Spread | None:
    """The spread of these values, each so many times; None of none."""
    if not counts:
        return None
    values = sorted(counts)
    upto = list(accumulate(counts[value] for value in values))  # how many are at most the value in its place

    def at(share: float) -> float:
        place = (upto[-1] - 1) * share
        below = values[bisect_right(upto, floor(place))]
        above = values[bisect_right(upto, min(floor(place) + 1, upto[-1] - 1))]
        return below + (above - below) * (place - floor(place))

    mean = fsum(value * count for value, count in counts.items()) / upto[-1]
    return Spread(upto[-1], values[0], at(0.25), at(0.5), at(0.75), values[-1], mean)
