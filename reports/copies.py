"""Whether two documents carry one report: a copy (its PDF, its mobile page), an amended edition, or another report."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reports.model import CellState, Figure

COPY_SHARES, EDITION_SHARES = 0.9, 0.5  # of the longer, and of the shorter text's passages, at least
PASSAGE = 12  # characters: what two reports have in common by chance is shorter, phrases of the forms apart
_LEAST_PASSAGES = 60  # a shorter text tells nothing
_LEAST_FIGURES = 12  # other than 0, that agree: then figures tell without any text
_SIGNS = re.compile(r"[^0-9\u3400-\u9fff]+")
_READ = (CellState.NUMBER, CellState.ZERO, CellState.BLANK, CellState.NOT_APPLICABLE)


class Likeness(StrEnum):
    """What one document is to another."""

    COPY = "copy"
    EDITION = "edition"  # the same report, in which figures or sentences differ
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Compared:
    """``shared`` is the share of the longer text that the shorter one has too, ``differing`` are codes of figures."""

    likeness: Likeness
    shared: float
    differing: tuple[str, ...]


def compare(text: str, figures: Mapping[str, Figure], other: str, others: Mapping[str, Figure]) -> Compared:
    """Compare two readings by what they say: punctuation, white space and tables' layout are the format's.

    A figure that only one of them could read makes no difference, but a blank cell and a 0 are two.
    """
    differing, agreeing = [], 0
    for code, figure in figures.items():
        twin = others.get(code)
        if twin is None or figure.state not in _READ or twin.state not in _READ:
            continue
        if (figure.state, figure.value) != (twin.state, twin.value):
            differing.append(code)
        elif figure.value:
            agreeing += 1
    mine, theirs = _passages(text), _passages(other)
    least = min(len(mine), len(theirs))
    told = least >= _LEAST_PASSAGES
    common = len(mine & theirs)
    shared = common / max(len(mine), len(theirs), 1)
    if told and common < EDITION_SHARES * least:
        likeness = Likeness.OTHER
    elif not differing and (shared >= COPY_SHARES if told else agreeing >= _LEAST_FIGURES):
        likeness = Likeness.COPY
    elif told or agreeing >= max(_LEAST_FIGURES, len(differing)):
        likeness = Likeness.EDITION
    else:
        likeness = Likeness.OTHER
    return Compared(likeness, round(shared, 3), tuple(differing))


def _passages(text: str) -> frozenset[str]:
    """Every run of so many Chinese characters and digits outside tables, whose cells are parted by tabs."""
    prose = "".join(_SIGNS.sub("", line) for line in text.splitlines() if "\t" not in line)
    return frozenset(prose[start : start + PASSAGE] for start in range(len(prose) - PASSAGE + 1))
