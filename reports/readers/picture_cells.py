"""Pictures of cells -> cells: ink is parted into lines, each is recognised, and what is not is a doubt, never blank."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from reports.blocks import LEAST_CONFIDENCE, Cell, Source, Table
from reports.readers.pdf_text import close_gaps, join
from reports.readers.picture_lines import Grey, Ruled

UNREAD = "?"  # the text of a cell whose ink could not be read: parse_cell takes it for text
DISAGREED = 0.5  # the most confidence in a number that reads differently with other margins, or has another shape
_STROKES = frozenset("1lI|/\\")
_DASHES = frozenset("一—–―ー－-")
_STANDING, _LEANING = 0.12, 0.2  # how far a stroke leans per height: 1 at most, / at least
_OVAL = 0.925  # width per height: zeros measure 0.56 to 0.92 at 150 dpi, most letters O more
_BAR = 0.65  # of its width that the top quarter of a 7 spans at least
_FAINT = 18  # grey levels darker than the paper that may still be print
_RULE = 3  # pixels beside a rule that are the rule's
_LEAST_WIDTH, _LEAST_HEIGHT = 4, 5  # pixels: less wide and less high spots are dirt, a hyphen is not
_AIR = 3  # pixels around a line


class Reader(Protocol):
    """Recognises lines of text."""

    def read(self, lines: Sequence[Grey]) -> list[tuple[str, float]]: ...


@dataclass(frozen=True, slots=True)
class Strip:
    """A line of ink: left, top, right, bottom in pixels of the page."""

    left: int
    top: int
    right: int
    bottom: int

    def cut(self, page: Grey, air: int = _AIR) -> Grey:
        """The picture of the line with some paper around it."""
        high = max((12 - (self.bottom - self.top)) // 2, 0) + air  # a dash keeps its place between top and bottom
        return page[max(self.top - high, 0) : self.bottom + high, max(self.left - air, 0) : self.right + air]


def table_of(ruled: Ruled, page: Grey, ink: Grey, reader: Reader, number: int) -> Table:
    """The table with its text; ``ink`` is the page's without the rules, ``number`` the page's."""
    heights = [line.bottom - line.top for slot in ruled.slots for line in strips(ink, *_inner(slot.box))]
    usual = round(statistics.median(heights)) if heights else 0
    held = [strips(ink, *_inner(slot.box), usual) for slot in ruled.slots]
    flat = [strip for lines in held for strip in lines]
    answers = iter(_read(flat, page, ink, reader))
    cells = []
    for slot, lines in zip(ruled.slots, held, strict=True):
        texts = [next(answers) for _ in lines]
        if not texts and not _is_clean(page, *_inner(slot.box)):
            texts = [("", 0.0)]
        text, confidence = _joined(texts)
        cells.append(Cell(text, slot.row, slot.column, slot.rowspan, slot.colspan, number, confidence))
    return Table.of(cells, ruled.rows, ruled.columns, Source(page=number))


def _inner(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    return left + _RULE, top + _RULE, right - _RULE + 1, bottom - _RULE + 1


def strips(ink: Grey, left: int, top: int, right: int, bottom: int, usual: int = 0) -> list[Strip]:
    """The lines of ink in a part of the page, from top to bottom; ``usual`` is the height of lines around.

    Spots too small for any character neither make a line nor widen one.
    """
    inked = _print(ink[top:bottom, left:right])
    found = []
    for start, end in _bands(np.asarray(inked.any(axis=1)), usual):
        across = np.flatnonzero(inked[start:end].any(axis=0))
        found.append(Strip(left + int(across[0]), top + start, left + int(across[-1]) + 1, top + end))
    return found


def _print(part: Grey, blurred: int = 0) -> NDArray[np.bool_]:
    """The ink that may be characters: what hangs together is high or wide enough for a part of one.

    ``blurred`` is by how many pixels everything has grown.
    """
    if not part.any():
        return np.zeros(part.shape, np.bool_)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(part, np.ones((1, 3), np.uint8)))
    widths, heights = stats[:, cv2.CC_STAT_WIDTH] - blurred - 2, stats[:, cv2.CC_STAT_HEIGHT] - blurred
    kept = (heights >= _LEAST_HEIGHT) | (widths >= _LEAST_WIDTH)
    kept[0] = False
    return np.asarray(kept[labels] & (part > 0))


def _is_clean(page: Grey, left: int, top: int, right: int, bottom: int) -> bool:
    """Whether a cell without ink has no faint print either: nothing darker than its paper and the paper's grain."""
    part = cv2.GaussianBlur(page[top + 1 : bottom - 1, left + 1 : right - 1], (3, 3), 0.8).astype(np.int16)
    if not part.size:
        return True
    darker = np.median(part) - part
    grain = 1.5 * float(np.median(np.abs(darker)))
    return not _print((darker > max(_FAINT, 4 * grain)).astype(np.uint8), 2).any()


def _bands(rows: NDArray[np.bool_], usual: int) -> list[tuple[int, int]]:
    """Runs of pixel rows with ink; a thin one near another (the dash of 一 over 二, a dot) belongs to it."""
    runs: list[list[int]] = []
    for number, inked in enumerate(rows):
        if inked and runs and runs[-1][1] == number:
            runs[-1][1] = number + 1
        elif inked:
            runs.append([number, number + 1])
    size = max((usual, *(end - start for start, end in runs)))
    joined: list[list[int]] = []
    for run in runs:
        near = joined and run[0] - joined[-1][1] <= max(size // 3, 1)
        if near and run[1] - joined[-1][0] <= 1.25 * size:
            joined[-1][1] = run[1]
        else:
            joined.append(run)
    return [(start, end) for start, end in joined]


def _read(lines: Sequence[Strip], page: Grey, ink: Grey, reader: Reader) -> list[tuple[str, float]]:
    """Each line's text; one of digits is read twice, with other margins, and has to read the same."""
    first = reader.read([line.cut(page) for line in lines])
    numbers = [
        i for i, (text, _) in enumerate(first) if len(text) <= 12 and (text.isascii() or _DASHES.issuperset(text))
    ]
    second = reader.read([lines[i].cut(page, 2 * _AIR) for i in numbers])
    for place, (text, confidence) in zip(numbers, second, strict=True):
        own, sure = first[place]
        agreed = max(sure, confidence) if text == own else min(sure, DISAGREED)
        first[place] = _by_shape(lines[place], ink, own, agreed)
    return first


def _by_shape(line: Strip, ink: Grey, text: str, sure: float) -> tuple[str, float]:
    """A lone character that others resemble: its shape has to be its own."""
    if text in _STROKES or (text == "一" and 2 * (line.bottom - line.top) > line.right - line.left):
        return _upright(line, ink, text, sure)
    if len(text) > 1 and _DASHES.issuperset(text):
        return "——", sure  # no number is spelled so
    if text == "7" and not _has_bar(line, ink):
        return text, min(sure, DISAGREED)
    if text == "0" and line.right - line.left > _OVAL * (line.bottom - line.top):
        return text, min(sure, DISAGREED)
    return text, sure


def _has_bar(line: Strip, ink: Grey) -> bool:
    """Whether the top of a character is about as wide as the whole: that of 7 is, that of / is not."""
    high = max((line.bottom - line.top) // 4, 1)
    across = np.flatnonzero(ink[line.top : line.top + high, line.left : line.right].any(axis=0))
    return bool(across.size) and int(across[-1] - across[0]) + 1 >= _BAR * (line.right - line.left)


def _upright(line: Strip, ink: Grey, text: str, sure: float) -> tuple[str, float]:
    """A lone stroke: the model takes slashes of both kinds for 1, so how far it leans decides, if it is clear."""
    ys, xs = np.nonzero(ink[line.top : line.bottom, line.left : line.right])
    lean = -float(np.polyfit(ys, xs, 1)[0]) if len(set(ys.tolist())) > 2 else 0.0
    if lean >= _LEANING:
        return "/", max(sure, LEAST_CONFIDENCE)
    if lean <= -_LEANING:
        return "\\", max(sure, LEAST_CONFIDENCE)
    doubtful = text in "/\\" or abs(lean) > _STANDING
    return text, min(sure, DISAGREED) if doubtful else sure


def _joined(lines: Sequence[tuple[str, float]]) -> tuple[str, float]:
    """The text of a cell and the confidence of its least sure line; 1.0 for a cell without ink."""
    if not lines:
        return "", 1.0
    text = join((close_gaps(line) for line, _ in lines if line), " ")
    sure = min(confidence for _, confidence in lines)
    return (text, round(sure, 4)) if text else (UNREAD, 0.0)
