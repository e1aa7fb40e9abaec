"""The words around what was found, for a page of hits: taken from the text as it is stored, with the places marked."""

from collections.abc import Sequence

from reports.grams import Term, places

Piece = tuple[str, bool]  # text, and whether it is what was asked for
_BEFORE, _LENGTH = 30, 120  # characters


def snippet(fields: Sequence[tuple[str, str]], terms: Sequence[Term]) -> tuple[str, tuple[Piece, ...]]:
    """The heading of the field that holds the most of the terms, the first of equals, and the words around them there.

    Args:
        fields: heading and text of each; a heading that is meant to be searched is a field too.
        terms: what was asked for.
    """
    best: tuple[int, str, str, list[tuple[int, int]]] = (0, "", fields[0][1] if fields else "", [])
    for heading, text in fields:
        found = [marks for marks in places(terms, text) if marks]
        if len(found) > best[0]:
            best = len(found), heading, text, _apart(sorted(mark for marks in found for mark in marks))
    _, heading, text, marks = best
    return heading, _pieces(text, marks)


def _apart(marks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places that overlap made one."""
    found: list[tuple[int, int]] = []
    for start, end in marks:
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _pieces(text: str, marks: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """About a line of the text from a little before its first mark, each line's end a space."""
    first = marks[0][0] if marks else 0
    start = max(first - _BEFORE, 0)
    end = max(start + _LENGTH, marks[0][1] if marks else 0)
    pieces = []
    at = start
    for begun, ended in (mark for mark in marks if mark[1] <= end):
        pieces += [(text[at:begun], False), (text[begun:ended], True)]
        at = ended
    pieces.append((text[at:end], False))
    shown = [(" ".join(f"|{piece}|".split())[1:-1], matched) for piece, matched in pieces]
    if start:
        shown.insert(0, ("…", False))
    if end < len(text):
        shown.append(("…", False))
    return tuple((piece, matched) for piece, matched in shown if piece)
