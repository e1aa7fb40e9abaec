"""Ruled lines of a picture -> lattices of cells: the page is straightened, and its rules found by morphology."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

MOST_TURN = 4.0  # degrees: pages askew by more are not straightened
_LEAST_RULE = 24  # pixels; strokes of characters at 150 dpi are shorter
_THICKEST = 10  # pixels
_NEAR = 6  # pixels: rules closer than this meet, or are one
_COVERED = 0.6  # of an edge's length that a rule has to cover
_MOST_CELLS = 4_000


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell without its text: place and spans in the grid, and the pixels between its rules."""

    row: int
    column: int
    rowspan: int
    colspan: int
    box: tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruled table: its size in cells, its cells, and the pixels it covers."""

    rows: int
    columns: int
    slots: tuple[Slot, ...]
    box: tuple[int, int, int, int]


def ink_of(grey: Grey) -> Grey:
    """What is printed, as 255 on 0, whatever the paper's shade."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0.8) if _is_noisy(grey) else grey
    found = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 25)
    return np.asarray(found, np.uint8)


def _is_noisy(grey: Grey) -> bool:
    """Whether lone pixels differ from all around them in much of the picture."""
    apart = cv2.absdiff(grey, cv2.medianBlur(grey, 3))
    return float(np.mean(apart)) > 4.0


def straightened(grey: Grey) -> Grey:
    """The page turned so that its rules and lines lie level."""
    scale = min(1.0, 1_000 / max(grey.shape))
    ink = ink_of(grey)
    small = np.asarray(cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    coarse = _levelled(small, 0.0, MOST_TURN, 0.5)
    fine = _levelled(small, coarse, 0.5, 0.1)
    best = _levelled(ink, fine, 0.1, 0.02)
    return _turned(grey, best, 255) if abs(best) > 0.03 else grey


def _levelled(ink: Grey, middle: float, around: float, step: float) -> float:
    """The angle that levels the page best of those at most so far ``around`` the ``middle``."""
    steps = round(around / step)
    return max((middle + step * n for n in range(-steps, steps + 1)), key=lambda angle: _levelness(ink, angle))


def _levelness(ink: Grey, angle: float) -> float:
    """How sharply printed and empty rows of pixels alternate once the page is turned."""
    rows = _turned(ink, angle, 0).sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum())


def _turned(picture: Grey, angle: float, paper: int) -> Grey:
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned = cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(paper,))
    return np.asarray(turned, np.uint8)


def ruled_tables(ink: Grey) -> tuple[list[Ruled], Grey]:
    """The ruled tables from top to bottom, and the mask of all rules; a frame around one cell is no table."""
    level = _rules(ink, 2 * _LEAST_RULE, 1)
    upright = _rules(ink, 1, _LEAST_RULE)
    rules = cv2.bitwise_or(level, upright)
    joined = cv2.dilate(rules, np.ones((5, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    tables = []
    for left, top, width, height, _ in stats[1:]:
        if width < 3 * _LEAST_RULE or height < 2 * _LEAST_RULE:
            continue
        area = slice(top, top + height), slice(left, left + width)
        table = _lattice(level[area], upright[area], int(left), int(top))
        if table is not None:
            tables.append(table)
    outer = [t for t in tables if not any(o is not t and _inside(t.box, o.box) for o in tables)]
    return sorted(outer, key=lambda table: table.box[1]), np.asarray(rules, np.uint8)


def _inside(inner: tuple[int, int, int, int], outer: tuple[int, int, int, int]) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _rules(ink: Grey, width: int, height: int) -> Grey:
    """Runs of ink at least so wide or high, and thin; gaps of a pixel or two, as noise makes them, are closed before.

    Thicker ones are filled boxes or print so dense that its strokes touch.
    """
    level = height == 1
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 3) if level else (3, 1), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((height, width), np.uint8))
    thick = np.ones((_THICKEST, 1) if level else (1, _THICKEST), np.uint8)
    thin = cv2.subtract(opened, cv2.morphologyEx(opened, cv2.MORPH_OPEN, thick))
    return np.asarray(cv2.dilate(thin, np.ones((3, 1) if level else (1, 3), np.uint8)), np.uint8)


def _lattice(level: Grey, upright: Grey, left: int, top: int) -> Ruled | None:
    ys, xs = _places(level, upright), _places(upright.T, level.T)
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns < 2 or rows * columns > _MOST_CELLS:
        return None
    slots = tuple(
        Slot(r0, c0, r1 - r0 + 1, c1 - c0 + 1, (left + xs[c0], top + ys[r0], left + xs[c1 + 1], top + ys[r1 + 1]))
        for r0, c0, r1, c1 in _cells(level, upright, xs, ys)
    )
    if len(slots) < 2:
        return None
    return Ruled(rows, columns, slots, (left + xs[0], top + ys[0], left + xs[-1], top + ys[-1]))


def _places(rules: Grey, crossing: Grey) -> list[int]:
    """Where rules lie: the middles of the bands of pixel rows that hold at least one.

    Both ends of a rule stand at rules that cross it; runs of strokes in dense print do not.
    """
    _, _, stats, _ = cv2.connectedComponentsWithStats(rules)
    middles = []
    for x, y, width, height, _ in stats[1:]:
        rows = slice(max(y - _NEAR, 0), y + height + _NEAR)
        ends = (crossing[rows, max(end - _NEAR, 0) : end + _NEAR] for end in (x, x + width))
        if all(end.any() for end in ends):
            middles.append(int(y) + int(height) // 2)
    bands: list[list[int]] = []
    for middle in sorted(middles):
        if bands and middle - bands[-1][-1] <= _NEAR:
            bands[-1].append(middle)
        else:
            bands.append([middle])
    return [round(sum(band) / len(band)) for band in bands]


def _cells(level: Grey, upright: Grey, xs: Sequence[int], ys: Sequence[int]) -> Iterator[tuple[int, int, int, int]]:
    """Places of the grid that no rule parts are one cell: its first and last row and column."""
    rows, columns = len(ys) - 1, len(xs) - 1
    owner = {(row, column): (row, column) for row in range(rows) for column in range(columns)}

    def root(place: tuple[int, int]) -> tuple[int, int]:
        while owner[place] != place:
            place = owner[place]
        return place

    for row in range(rows):
        for column in range(columns):
            if column + 1 < columns and not _parted(upright.T, xs[column + 1], ys[row], ys[row + 1]):
                owner[root((row, column + 1))] = root((row, column))
            if row + 1 < rows and not _parted(level, ys[row + 1], xs[column], xs[column + 1]):
                owner[root((row + 1, column))] = root((row, column))
    members: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place in owner:
        members.setdefault(root(place), []).append(place)
    for places in members.values():
        down, across = [p[0] for p in places], [p[1] for p in places]
        yield min(down), min(across), max(down), max(across)


def _parted(rules: Grey, place: int, start: int, end: int) -> bool:
    """Whether a rule lies along ``place`` for most of the way from ``start`` to ``end``."""
    band: Any = rules[max(place - 4, 0) : place + 5, start + 3 : max(end - 2, start + 4)]
    return bool(band.size) and float((band.max(axis=0) > 0).mean()) >= _COVERED
