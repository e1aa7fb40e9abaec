"""Reads Word 97–2003 documents ([MS-DOC]), and WPS's where they are that: text by pieces, tables by their row marks."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec

from reports.blocks import Block, Cell, Page, Paragraph, Table
from reports.model import ContentKind, Unreadable
from reports.readers.doc_properties import Properties, RowEnd
from reports.readers.doc_streams import Streams, open_streams
from reports.readers.isolated import read_isolated
from reports.readers.limits import MOST_SLOTS
from reports.readers.raised import noted, raised

_CELL, _PARAGRAPH, _PAGE = "\x07", "\r", "\x0c"
_MARKS = _CELL, _PARAGRAPH, _PAGE
_FIELD, _RESULT, _FIELD_END = "\x13", "\x14", "\x15"
_PRINTED = {
    "\x0b": "\n",
    "\x1e": "-",
    "\x1f": "",
    "\xa0": " ",
    "\t": " ",
    "\x01": "",
    "\x02": "",
    "\x03": "\ufffd",
    "\x05": "",
    "\x08": "",
}
_SECONDS = 20  # of processor time; a report takes a tenth of one
_SNAP = 40  # twentieths of a point: edges closer than this are one


def read_doc(body: bytes) -> Page:
    """Read one document. Where the places of a row's cells are not told, the cells are paragraphs, never a guess.

    Raises:
        Unreadable: it is encrypted or damaged, of an older Word, or the extra ``office`` is not installed.
    """
    if find_spec("olefile") is None:
        raise Unreadable("a Word 97 document; reading it needs: pip install '.[office]'", ContentKind.ATTACHMENT_ONLY)
    return Page(ContentKind.DOC, read_isolated("doc", body, "Word document", _SECONDS))


def read_blocks(body: bytes) -> Iterator[Block]:
    """Read a document in this very process: see ``reports.readers.isolated``.

    Raises:
        Unreadable: as ``read_doc``.
    """
    streams = open_streams(body)
    try:
        yield from _blocks(streams, Properties(streams))
    except (struct.error, IndexError) as error:
        raise Unreadable("damaged Word document: its paragraphs' properties cannot be read") from error


@dataclass(slots=True)
class _Row:
    cells: list[str]
    end: RowEnd | None


@dataclass(slots=True)
class _Builder:
    """The text as it comes in, character by character: lines of prose, or the cells of the row under way."""

    lines: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)

    def line(self) -> None:
        self.lines.append(" ".join(noted("".join(self.text)).split()))
        self.text = []

    def cell(self) -> None:
        self.line()
        self.cells.append("\n".join(filter(None, self.lines)))
        self.lines = []

    def row(self, end: RowEnd) -> None:
        self.rows.append(_Row(self.cells, end))
        self.cells, self.lines, self.text = [], [], []

    def prose(self) -> Iterator[Block]:
        """A paragraph outside of tables ends: what was held before it is a table."""
        yield from self.table()
        self.line()
        for text in filter(None, self.lines):
            yield Paragraph(text)
        self.lines = []

    def table(self) -> Iterator[Block]:
        rows, self.rows = self.rows, []
        if self.cells:
            rows.append(_Row(self.cells, None))
            self.cells = []
        if rows:
            yield from _table(rows)


def _blocks(streams: Streams, properties: Properties) -> Iterator[Block]:
    builder = _Builder()
    for character, place in _printed(streams, properties):
        if character == _CELL:
            end = properties.row_end(place)
            if end is None:
                builder.cell()
            else:
                builder.row(end)
        elif character in (_PARAGRAPH, _PAGE):
            if properties.in_table(place):
                builder.line()
            else:
                yield from builder.prose()
        else:
            text = _PRINTED.get(character, character)
            builder.text.append(raised(text) if properties.is_raised(place) else text)
    yield from builder.prose()
    yield from builder.table()


def _printed(streams: Streams, properties: Properties) -> Iterator[tuple[str, int]]:
    """The characters with their places, without the instructions of fields and what was deleted; all marks are kept."""
    fields: list[bool] = []  # those that are open: whether what comes is its instructions
    for character, place in streams.characters():
        if character == _FIELD:
            fields.append(True)
        elif character == _FIELD_END:
            del fields[-1:]
        elif character == _RESULT:
            fields[-1:] = [False] * len(fields[-1:])
        elif True not in fields and (character in _MARKS or properties.is_printed(place)):
            yield character, place


def _table(rows: list[_Row]) -> Iterator[Block]:
    """The grid over the edges that the rows' ends tell; the cells as paragraphs where one tells none, or others."""
    edges = _edges([edge for row in rows if row.end for edge in row.end.edges])
    told = all(row.end is not None and len(row.end.edges) == len(row.cells) + 1 for row in rows)
    if not told or len(edges) < 3 or len(edges) * len(rows) > MOST_SLOTS:
        yield from (Paragraph(line) for row in rows for cell in row.cells for line in cell.split("\n") if line)
        return
    cells: dict[tuple[int, int], Cell] = {}
    above: dict[int, tuple[int, int]] = {}
    for number, row in enumerate(rows):
        assert row.end is not None  # noqa: S101 - told
        places = [_place(edges, edge) for edge in row.end.edges]
        last: tuple[int, int] | None = None
        for index, text in enumerate(row.cells):
            left, right = places[index], max(places[index + 1], places[index] + 1)
            if index in row.end.joined and last is not None:
                cells[last] = _grown(cells[last], right=right, text=text)
                continue
            if index in row.end.continued and left in above:
                cells[above[left]] = _grown(cells[above[left]], bottom=number + 1, text=text)
                last = above[left]
                continue
            last = above[left] = (number, left)
            cells[last] = Cell(text, number, left, 1, right - left)
    yield Table.of(cells.values(), len(rows), len(edges) - 1)


def _grown(cell: Cell, *, right: int | None = None, bottom: int | None = None, text: str = "") -> Cell:
    """The cell with its neighbour, whose text is printed with it."""
    return Cell(
        "\n".join(filter(None, (cell.text, text))),
        cell.row,
        cell.column,
        cell.rowspan if bottom is None else bottom - cell.row,
        cell.colspan if right is None else right - cell.column,
    )


def _edges(values: list[int]) -> list[int]:
    edges: list[int] = []
    for value in sorted(set(values)):
        if not edges or value - edges[-1] > _SNAP:
            edges.append(value)
    return edges


def _place(edges: list[int], value: int) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - value))
