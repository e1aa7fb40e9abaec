"""Ruled tables of a PDF: the lattice found by pdfplumber, filled with glyphs, joined over page breaks."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pdfplumber.page import Page as PlumberPage

from reports.blocks import Cell, Source, Table
from reports.readers.pdf_text import Glyph, close_gaps, join

_THIN = 3.0  # points: a filled box thicker than this both ways is a background, not a rule
_SNAP = 2.0  # points: edges closer than this are one
_SHIFT = 8.0  # points: how far a table may shift from page to page
_MOST_EDGES = 12_000
_MOST_CROSSINGS = 60_000


Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: the numbers of the edges around it, its text, and the page it stands on."""

    left: int
    top: int
    right: int
    bottom: int
    text: str
    page: int


@dataclass(frozen=True, slots=True)
class Lattice:
    """A ruled table on one page or, once joined, on several: the vertical edges in points, the rows by number."""

    xs: tuple[float, ...]
    rows: int
    boxes: tuple[Box, ...]
    top: float

    def table(self) -> Table:
        """As a block: the grid with spans."""
        cells = [
            Cell(box.text, box.top, box.left, box.bottom - box.top, box.right - box.left, box.page)
            for box in self.boxes
        ]
        return Table.of(cells, self.rows, len(self.xs) - 1, Source(page=min(box.page for box in self.boxes)))


def ruled_cells(page: PlumberPage) -> list[list[Rectangle]]:
    """The cells of each ruled table of one page: (x0, top, x1, bottom) from the page's top left corner."""
    ruled = page.filter(_is_rule)
    if not _is_reasonable(ruled):
        return []
    x, y = float(page.mediabox[0]), float(page.mediabox[1])
    tables = ruled.find_tables({"explicit_horizontal_lines": _open_ends(ruled.edges)})
    return [[(x0 - x, top - y, x1 - x, bottom - y) for x0, top, x1, bottom in table.cells] for table in tables]


def lattices(
    tables: Iterable[Sequence[Rectangle]], glyphs: Sequence[Glyph], page: int
) -> tuple[list[Lattice], list[Glyph]]:
    """The tables of one page with their text, and the glyphs outside them; a frame of one column is prose, no table."""
    found, rest = [], list(glyphs)
    for cells in tables:
        xs = _edges(edge for cell in cells for edge in (cell[0], cell[2]))
        ys = _edges(edge for cell in cells for edge in (cell[1], cell[3]))
        if len(xs) < 3:
            continue
        inside = [glyph for glyph in rest if _within(glyph, xs, ys)]
        rest = [glyph for glyph in rest if not _within(glyph, xs, ys)]
        found.append(Lattice(tuple(xs), len(ys) - 1, tuple(_fill(cells, xs, ys, inside, page)), ys[0]))
    return found, rest


def joined(above: Lattice, below: Lattice) -> Lattice | None:
    """One lattice of a table and its continuation on the next page, or None where their edges do not agree."""
    if len(above.xs) == len(below.xs):
        if any(abs(a - b) > _SHIFT for a, b in zip(above.xs, below.xs, strict=True)):
            return None
        xs, upper, lower = list(above.xs), list(range(len(above.xs))), list(range(len(below.xs)))
    else:
        if abs(above.xs[0] - below.xs[0]) > _SHIFT or abs(above.xs[-1] - below.xs[-1]) > _SHIFT:
            return None
        xs = _edges([*above.xs, *below.xs], _SHIFT)
        upper = [_index(xs, x, _SHIFT) for x in above.xs]
        lower = [_index(xs, x, _SHIFT) for x in below.xs]
        if len(set(upper)) < len(upper) or len(set(lower)) < len(lower):
            return None
    boxes = [replace(b, left=upper[b.left], right=upper[b.right]) for b in above.boxes]
    rows = above.rows
    boxes += [
        replace(b, left=lower[b.left], right=lower[b.right], top=b.top + rows, bottom=b.bottom + rows)
        for b in below.boxes
    ]
    return Lattice(tuple(xs), rows + below.rows, tuple(boxes), above.top)


def _is_rule(item: dict[str, Any]) -> bool:
    """Lines, thin boxes and stroked boxes; not the filled boxes that word processors paint behind text."""
    if item["object_type"] == "rect":
        return bool(item.get("stroke")) or item["width"] < _THIN or item["height"] < _THIN
    return bool(item["object_type"] == "line")


def _is_reasonable(page: PlumberPage) -> bool:
    """Whether the rules are few enough to look for tables; hostile files hold thousands that cross each other."""
    edges = page.edges
    if not edges or len(edges) > _MOST_EDGES:
        return False
    across = len({round(edge["top"]) for edge in edges if edge["orientation"] == "h"})
    down = len({round(edge["x0"]) for edge in edges if edge["orientation"] == "v"})
    return across * down <= _MOST_CROSSINGS


def _open_ends(edges: Sequence[dict[str, Any]]) -> list[float]:
    """Where three or more vertical rules go on past all horizontal ones: rows left open by a page break."""
    across = [edge["top"] for edge in edges if edge["orientation"] == "h"]
    if not across:
        return []
    first, last = min(across) - 2 * _SNAP, max(across) + 2 * _SNAP
    ends: dict[int, set[int]] = {}
    for edge in edges:
        if edge["orientation"] == "v":
            for end in (edge["top"], edge["bottom"]):
                if not first < end < last:
                    ends.setdefault(round(end / _SNAP), set()).add(round(edge["x0"] / _SNAP))
    return [slot * _SNAP for slot, places in ends.items() if len(places) >= 3]


def _edges(values: Iterable[float], tolerance: float = _SNAP) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > tolerance:
            edges.append(value)
    return edges


def _index(edges: Sequence[float], value: float, tolerance: float = _SNAP) -> int:
    """The number of the edge that ``value`` was merged into."""
    place = bisect_left(edges, value - tolerance)
    return min(place, len(edges) - 1)


def _within(glyph: Glyph, xs: Sequence[float], ys: Sequence[float]) -> bool:
    x, y = glyph.centre
    return xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]


def _fill(
    boxes: Iterable[Rectangle],
    xs: Sequence[float],
    ys: Sequence[float],
    glyphs: Iterable[Glyph],
    page: int,
) -> list[Box]:
    """Give each glyph to the cell it stands in; where rules are lacking, the bare place in the grid is a cell too."""
    owner: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    for x0, top, x1, bottom in boxes:
        box = (_index(xs, x0), _index(ys, top), _index(xs, x1), _index(ys, bottom))
        for row in range(box[1], box[3]):
            for column in range(box[0], box[2]):
                owner.setdefault((row, column), box)
    held: dict[tuple[int, int, int, int], list[Glyph]] = {box: [] for box in owner.values()}
    for glyph in glyphs:
        x, y = glyph.centre
        place = (max(bisect_left(ys, y) - 1, 0), max(bisect_left(xs, x) - 1, 0))
        box = owner.get(place) or (place[1], place[0], place[1] + 1, place[0] + 1)
        held.setdefault(box, []).append(glyph)
    return [Box(*box, _cell_text(inside), page) for box, inside in held.items() if inside or box in owner.values()]


def _cell_text(glyphs: Iterable[Glyph]) -> str:
    """The text of a cell: letters stacked one above the other and wrapped labels become one run again."""
    lines: dict[int, str] = {}
    for glyph in glyphs:
        lines[glyph.line] = lines.get(glyph.line, "") + glyph.text
    return join((text for text in map(close_gaps, lines.values()) if text), " ")
