"""A small PDF writer: Chinese text and ruled tables (ISO 32000-1; predefined CMap UniGB-UCS2-H, no embedded font)."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.portals.tables import Grid

_WIDTH, _HEIGHT, _MARGIN = 595, 842, 56
_SIZE, _LEADING = 9, 13
# Objects 3 to 5: the composite font, its CID font with half-width Latin (CIDs 1 to 95), the descriptor.
_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light\n/Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light\n/FontDescriptor 5 0 R /W [1 95 500]\n%b >>"
    % b"/DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>",
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4\n/FontBBox [-25 -254 1000 880]\n%b >>"
    % b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93",
)


class PdfPages:
    """Text and tables from top to bottom, broken into A4 pages. Lengths are points.

    ``numbered`` pages bear ``- 2 -`` at their foot, as Word prints it; ``breaking`` tables go on overleaf wherever the
    page ends, inside a row too, else only those without row spans do, between rows.
    """

    def __init__(self, *, numbered: bool = False, breaking: bool = False) -> None:
        self._pages: list[list[str]] = [[]]
        self._top: float = _HEIGHT - _MARGIN
        self._numbered = numbered
        self._breaking = breaking
        if numbered:
            self._number_page()

    def paragraph(self, text: str, *, size: int = _SIZE) -> None:
        for line in _wrap(text, _WIDTH - 2 * _MARGIN, size):
            self._room(size + 4)
            self._top -= size + 4
            self._text(line, _MARGIN, self._top, size)
        self._top -= 4

    def table(self, grid: Grid, figure: Callable[[str], str], widths: Sequence[int] = ()) -> None:
        """Draw a table with ruling lines; ``figure`` gives the text of a code, ``widths`` are those of the columns.

        A table with row spans is kept on one page, others go on overleaf.
        """
        columns = sum(cell.colspan for cell in grid[0])
        widths = widths or [(_WIDTH - 2 * _MARGIN) // columns] * columns
        rows = _lay_out(grid, figure, widths)
        heights = [
            max([_line_height(1), *(_line_height(len(box.lines)) for box in row if box.rows == 1)]) for row in rows
        ]
        if self._breaking:
            self._broken_table(rows, heights)
            return
        if any(box.rows > 1 for row in rows for box in row):
            self._room(sum(heights))
        for number, row in enumerate(rows):
            self._room(heights[number])
            for box in row:
                self._box(box, sum(heights[number : number + box.rows]))
            self._top -= heights[number]
        self._top -= 8

    def tobytes(self) -> bytes:
        """The finished file. The font is named and not embedded: readers bring their own."""
        objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", *_FONT]
        kids: list[str] = []
        for page in self._pages:
            content = "\n".join(page).encode()
            objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
            kids.append(f"{len(objects) + 1} 0 R")
            page_object = (
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents {len(objects)} 0 R"
            )
            objects.append(f"{page_object} /Resources << /Font << /F1 3 0 R >> >> >>".encode())
        objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
        return _file(objects)

    def _room(self, height: float) -> None:
        if self._top - height < _MARGIN:
            self._turn()

    def _turn(self) -> None:
        self._pages.append([])
        self._top = _HEIGHT - _MARGIN
        if self._numbered:
            self._number_page()

    def _number_page(self) -> None:
        self._text(f"- {len(self._pages)} -", _WIDTH / 2 - 8, _MARGIN / 2, _SIZE)

    def _broken_table(self, rows: "list[list[_Box]]", heights: Sequence[int]) -> None:
        """Draw each page's part of every cell: a row goes on overleaf below any of its lines."""
        tops = [sum(heights[:number]) for number in range(len(rows) + 1)]
        drawn: dict[int, int] = {}  # lines of the cells that began on an earlier page
        start = 0.0
        while start < tops[-1]:
            end = self._end_of_page(tops, start)
            if end <= start:
                self._turn()
                continue
            for number, row in enumerate(rows):
                for box in row:
                    self._part_of(box, tops[number] - start, tops[number + box.rows] - start, end - start, drawn)
            self._top -= end - start
            start = end
            if start < tops[-1]:
                self._turn()
        self._top -= 8

    def _end_of_page(self, tops: Sequence[int], start: float) -> float:
        """How far the table comes on this page: to the end of a row, or of a line in it."""
        reach = start + self._top - _MARGIN
        if reach >= tops[-1]:
            return tops[-1]
        first = max([start, *(top for top in tops if top <= reach)])
        return first + (reach - first) // _LEADING * _LEADING

    def _part_of(self, box: "_Box", top: float, bottom: float, room: float, drawn: dict[int, int]) -> None:
        """One cell from ``top`` to ``bottom`` below the part's edge, which has ``room``; centred if it is whole."""
        upper, lower = max(top, 0), min(bottom, room)
        if upper >= lower:
            return
        self._pages[-1].append(f"{box.left} {self._top - lower} {box.width} {lower - upper} re S")
        rest = box.lines[drawn.get(id(box), 0) :]
        whole = top >= 0 and bottom <= room
        fitting = rest if bottom <= room else rest[: int((lower - upper) // _LEADING)]
        drawn[id(box)] = drawn.get(id(box), 0) + len(fitting)
        at = upper + ((lower - upper - len(fitting) * _LEADING) / 2 if whole else 0)
        for number, line in enumerate(fitting, 1):
            self._text(line, box.left + 3, self._top - at - number * _LEADING + 2, _SIZE)

    def _text(self, text: str, left: float, baseline: float, size: int) -> None:
        encoded = text.encode("utf-16-be").hex()
        self._pages[-1].append(f"BT /F1 {size} Tf {left:.1f} {baseline:.1f} Td <{encoded}> Tj ET")

    def _box(self, box: "_Box", depth: int) -> None:
        self._pages[-1].append(f"{box.left} {self._top - depth} {box.width} {depth} re S")
        for number, line in enumerate(box.lines, 1):
            self._text(line, box.left + 3, self._top - number * _LEADING + 2, _SIZE)


@dataclass(frozen=True, slots=True)
class _Box:
    left: int
    width: int
    rows: int
    lines: tuple[str, ...]


def _lay_out(grid: Grid, figure: Callable[[str], str], widths: Sequence[int]) -> list[list[_Box]]:
    """Each row's cells as boxes; a cell moves right past the places taken by cells that span rows from above."""
    taken: set[tuple[int, int]] = set()
    rows: list[list[_Box]] = []
    for number, cells in enumerate(grid):
        row: list[_Box] = []
        column = 0
        for cell in cells:
            while (number, column) in taken:
                column += 1
            taken |= {(number + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)}
            width = sum(widths[column : column + cell.colspan])
            text = figure(cell.code) if cell.code else cell.label
            row.append(_Box(_MARGIN + sum(widths[:column]), width, cell.rowspan, tuple(_wrap(text, width - 6, _SIZE))))
        rows.append(row)
    return rows


def _line_height(lines: int) -> int:
    return lines * _LEADING + 3


def _wrap(text: str, width: float, size: int) -> list[str]:
    lines, line, used = [], "", 0.0
    for character in text:
        advance = size if unicodedata.east_asian_width(character) in "WFA" else size / 2
        if line and used + advance > width:
            lines.append(line)
            line, used = "", 0.0
        line, used = line + character, used + advance
    if lines and len(line) == 1:
        # No lone character: it looks bad, and where the font is missing PDFium takes it for nothing.
        lines[-1], line = lines[-1][:-1], lines[-1][-1] + line
    return [*lines, line] if line or not lines else lines


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
