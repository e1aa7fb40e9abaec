"""What changed between two readings of one document: figure by figure, and line by line of the text."""

import difflib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from reports.model import CellState, Figure


class Change(StrEnum):
    """What became of a figure; a cell without a number may be blank, ``/``, text or missing."""

    GAINED = "gained"  # a number where there was none
    LOST = "lost"
    CHANGED = "changed"  # another number
    RESTATED = "restated"  # no number before and after, in another state


class FigureChange(NamedTuple):
    """One figure before and after; None where the reading has no such code."""

    code: str
    change: Change
    before: Figure | None
    after: Figure | None


def figure_changes(before: Mapping[str, Figure], after: Mapping[str, Figure]) -> Iterator[FigureChange]:
    """The figures that differ in value or state, in the order of the official forms, those that fell away last."""
    for code in dict.fromkeys((*after, *before)):
        old, new = before.get(code), after.get(code)
        was, now = _told(old), _told(new)
        if was == now:
            continue
        if was[1] is None and now[1] is None:
            change = Change.RESTATED
        else:
            change = Change.GAINED if was[1] is None else Change.LOST if now[1] is None else Change.CHANGED
        yield FigureChange(code, change, old, new)


def _told(figure: Figure | None) -> tuple[CellState, int | float | None]:
    return (CellState.MISSING, None) if figure is None else (figure.state, figure.value)


def text_changes(before: str, after: str) -> list[str]:
    """The lines that went (``- …``) and came (``+ …``), in order; white space and re-wrapping count for nothing."""
    old, new = (["".join(line.split()) for line in text.split("\n")] for text in (before, after))
    printed = dict(zip(old, before.split("\n"), strict=True)) | dict(zip(new, after.split("\n"), strict=True))
    lines = list(difflib.unified_diff(old, new, n=0, lineterm=""))[2:]  # behind its two lines of head
    return [f"{line[0]} {printed[line[1:]].strip()}" for line in lines if line[0] in "+-"]
