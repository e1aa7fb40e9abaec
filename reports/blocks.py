"""The one model that every reader produces: a page as paragraphs, tables and pictures, in reading order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

LEAST_CONFIDENCE = 0.9  # of a cell recognised in a picture; with less its figure is in doubt
PICTURE_CELL = "[图片]"  # the text of a table cell in which nothing but a picture stands


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table stands in the document: what a reader knows of it, so that a person finds it again.

    ``part`` names the file inside an archive or package, or the sheet; ``page`` counts from 1; ``start`` and ``end``
    are the bytes of the markup in the body that was read, ``start`` included, ``end`` not.
    """

    part: str = ""
    page: int | None = None
    start: int | None = None
    end: int | None = None


NOWHERE = Source()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text with no line break inside; ``heading`` where the markup says so (h1–h6)."""

    text: str
    heading: bool = False


class Cell(NamedTuple):
    """A table cell at its first (top left) place in the grid; ``text`` is "" for a blank cell.

    ``page`` is the one it stands on, where a table goes on over pages; ``confidence`` is below 1 where the text was
    recognised in a picture. ``placed`` is False where the text is of this row and nobody knows of which of its columns.
    """

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    page: int | None = None
    confidence: float = 1.0
    placed: bool = True


@dataclass(frozen=True)
class Table:
    """A table as a grid: ``grid[row][column]`` is the cell covering that place, None where there is no cell at all.

    ``restored``: made again of text, so a row that is not in it may stand there under a label that was not recognised.
    """

    grid: tuple[tuple[Cell | None, ...], ...]
    source: Source = field(default=NOWHERE, compare=False)
    restored: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, cells: Iterable[Cell], rows: int, columns: int, source: Source = NOWHERE) -> "Table":
        """The grid of ``rows`` by ``columns`` places that the cells cover; of two on one place the upper left holds it.

        What a span reaches outside the grid is cut off.
        """
        grid: list[list[Cell | None]] = [[None] * columns for _ in range(rows)]
        for cell in sorted(cells, key=lambda cell: (cell.row, cell.column)):
            right = min(cell.column + cell.colspan, columns)
            for line in grid[cell.row : cell.row + cell.rowspan]:
                for place in range(cell.column, right):
                    if line[place] is None:
                        line[place] = cell
        return cls(tuple(map(tuple, grid)), source)

    @cached_property
    def lines(self) -> tuple[tuple[Cell, ...], ...]:
        """The cells of each grid line from left to right, each once; those that reach into it from above too."""
        return tuple(tuple({id(cell): cell for cell in line if cell is not None}.values()) for line in self.grid)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell once, in the order of their first places."""
        return tuple({id(cell): cell for line in self.lines for cell in line}.values())


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture at its place in the body; ``url`` is absolute where the page's address was given."""

    url: str
    alt: str


Block = Paragraph | Table | Picture


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader found: the body's blocks in reading order, and what the document says about itself.

    ``claims`` maps (field, place) to the text found there, e.g. ``("title", "meta")``, ``("published_at", "body")``,
    ``("source", "info_table")``; identity weighs them, readers do not.
    """

    kind: str  # a value of ``reports.model.ContentKind``: what the text was read from
    blocks: tuple[Block, ...]
    claims: dict[tuple[str, str], str] = field(default_factory=dict)
    attachments: tuple[tuple[str, str], ...] = ()  # (absolute url, name), in order
    copies: dict[str, str] = field(default_factory=dict)  # an attachment's url to that of the editor's copy of it
    site_id_code: str | None = None
    charset: str | None = None
    hidden_text: str = ""  # footer and whatever else stands outside the body: spam and site codes are looked for here
