"""Writes paragraphs and tables as office files: DOCX, XLSX and Word 97's DOC, small and complete."""

import io
import struct
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from reports.blocks import Block, Cell, Paragraph, Table

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def docx_of(blocks: Sequence[Block]) -> bytes:
    """A DOCX with these blocks; spans as Word writes them."""
    body = "".join(_word(block) for block in blocks)
    return zipped(
        {
            "[Content_Types].xml": _types({"/word/document.xml": "wordprocessingml.document.main"}),
            "_rels/.rels": _relations("officeDocument", "word/document.xml"),
            "word/document.xml": f"{_XML}<w:document {_W}><w:body>{body}<w:sectPr/></w:body></w:document>",
        }
    )


def xlsx_of(blocks: Sequence[Block]) -> bytes:
    """An XLSX with one sheet: a paragraph is a row of one cell."""
    rows: list[str] = []
    merged: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            rows.append(_sheet_row(len(rows), [(0, block.text)]))
        elif isinstance(block, Table):
            first = len(rows)
            for number in range(len(block.grid)):
                own = [(cell.column, cell.text) for cell in block.cells if cell.row == number]
                rows.append(_sheet_row(len(rows), own))
            merged += [
                f'<mergeCell ref="{_ref(first + cell.row, cell.column)}:'
                f'{_ref(first + cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1)}"/>'
                for cell in block.cells
                if cell.rowspan * cell.colspan > 1
            ]
    merges = f"<mergeCells>{''.join(merged)}</mergeCells>" if merged else ""
    parts = {"/xl/workbook.xml": "spreadsheetml.sheet.main", "/xl/worksheets/sheet1.xml": "spreadsheetml.worksheet"}
    return zipped(
        {
            "[Content_Types].xml": _types(parts),
            "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'{_XML}<workbook {_S} xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="年报" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f"{_XML}<worksheet {_S}>"
            f"<sheetData>{''.join(rows)}</sheetData>{merges}</worksheet>",
        }
    )


def zipped(files: dict[str, str | bytes]) -> bytes:
    """A ZIP archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return buffer.getvalue()


def _types(parts: dict[str, str]) -> str:
    kind = "application/vnd.openxmlformats-"
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{kind}officedocument.{type_}+xml"/>' for name, type_ in parts.items()
    )
    default = f'<Default Extension="rels" ContentType="{kind}package.relationships+xml"/>'
    return f'{_XML}<Types xmlns="{_PACKAGE}/content-types">{default}{overrides}</Types>'


def _relations(kind: str, target: str) -> str:
    relation = f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{relation}</Relationships>'


def _word(block: Block) -> str:
    if isinstance(block, Paragraph):
        style = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' if block.heading else ""
        return f"<w:p>{style}{_run(block.text)}</w:p>"
    assert isinstance(block, Table)
    grid = '<w:gridCol w:w="1000"/>' * len(block.grid[0])
    rows = "".join(_word_row(block, number) for number in range(len(block.grid)))
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def _run(text: str) -> str:
    lines = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{'<w:br/>'.join(lines)}</w:r>" if text else ""


def _word_row(table: Table, number: int) -> str:
    """Cells that reach into the row from above are written again, as continued."""
    cells = []
    for cell in table.lines[number]:
        span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
        merge = ""
        if cell.rowspan > 1:
            merge = '<w:vMerge w:val="restart"/>' if cell.row == number else "<w:vMerge/>"
        text = _run(cell.text) if cell.row == number else ""
        cells.append(f"<w:tc><w:tcPr>{span}{merge}</w:tcPr><w:p>{text}</w:p></w:tc>")
    return f"<w:tr>{''.join(cells)}</w:tr>"


def _ref(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _sheet_row(number: int, cells: Sequence[tuple[int, str]]) -> str:
    return f'<row r="{number + 1}">{"".join(_sheet_cell(number, column, text) for column, text in cells)}</row>'


def _sheet_cell(row: int, column: int, text: str) -> str:
    if not text:
        return ""
    if text.isascii() and text.isdigit() and (text == "0" or text[0] != "0"):
        return f'<c r="{_ref(row, column)}"><v>{text}</v></c>'
    return f'<c r="{_ref(row, column)}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


# --- Word 97 ---------------------------------------------------------------------------------------------------------

_PAGE, _SECTOR, _TEXT_AT = 512, 512, 2048
_COLUMN_WIDTH = 1000  # twentieths of a point
_IN_TABLE, _ROW_END = struct.pack("<HB", 0x2416, 1), struct.pack("<HB", 0x2417, 1)


def doc_of(blocks: Sequence[Block]) -> bytes:
    """A Word 97 document ([MS-DOC]) with these blocks: one piece of UTF-16, a row's edges in its end mark."""
    parts: list[tuple[str, bytes]] = []  # (a paragraph with its mark, its properties)
    for block in blocks:
        if isinstance(block, Paragraph):
            parts.append((block.text + "\r", b""))
        elif isinstance(block, Table):
            for number, line in enumerate(block.lines):
                for cell in line:
                    text = cell.text if cell.row == number else ""
                    parts.append((text.replace("\n", "\x0b") + "\x07", _IN_TABLE))
                parts.append(("\x07", _IN_TABLE + _ROW_END + _definition(line, number)))
    text = "".join(part for part, _ in parts) + "\r"
    encoded = text.encode("utf-16-le")
    pages_at = _TEXT_AT + -(-len(encoded) // _PAGE) * _PAGE
    runs, place = [], _TEXT_AT
    for part, properties in [*parts, ("\r", b"")]:
        runs.append((place, place + len(part.encode("utf-16-le")), properties))
        place = runs[-1][1]
    pages = [_properties_page([run]) for run in runs]  # wasteful, and simple
    main = bytearray(_TEXT_AT) + encoded
    main += bytes(pages_at - len(main)) + b"".join(pages)
    pieces = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, _TEXT_AT, 0)
    clx = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    bte = struct.pack(f"<{len(runs) + 1}I", *(run[0] for run in runs), runs[-1][1])
    bte += struct.pack(f"<{len(runs)}I", *(pages_at // _PAGE + index for index in range(len(runs))))
    struct.pack_into("<HH", main, 0, 0xA5EC, 0x00C1)
    struct.pack_into("<H", main, 0x0A, 0x0200)
    struct.pack_into("<i", main, 0x4C, len(text))
    struct.pack_into("<II", main, 0x102, len(clx), len(bte))
    struct.pack_into("<II", main, 0x1A2, 0, len(clx))
    return compound({"WordDocument": bytes(main), "1Table": clx + bte})


def _definition(line: Sequence[Cell], number: int) -> bytes:
    edges = [_COLUMN_WIDTH * cell.column for cell in line]
    edges.append(_COLUMN_WIDTH * (line[-1].column + line[-1].colspan))
    flags = [(0x0020 | (0x0040 if cell.row == number else 0)) if cell.rowspan > 1 else 0 for cell in line]
    cells = b"".join(struct.pack("<H18x", flag) for flag in flags)
    content = bytes([len(line)]) + struct.pack(f"<{len(edges)}h", *edges) + cells
    return struct.pack("<HH", 0xD608, len(content) + 1) + content


def _properties_page(runs: Sequence[tuple[int, int, bytes]]) -> bytes:
    page = bytearray(_PAGE)
    page[-1] = len(runs)
    struct.pack_into(f"<{len(runs) + 1}I", page, 0, *(run[0] for run in runs), runs[-1][1])
    at = _PAGE - 2
    for index, (_, _, properties) in enumerate(runs):
        packed = b"\x00\x00" + properties  # the number of the style
        packed += bytes(len(packed) % 2)
        at = (at - len(packed) - 2) // 2 * 2
        page[at : at + 2] = bytes((0, len(packed) // 2))
        page[at + 2 : at + 2 + len(packed)] = packed
        page[4 * (len(runs) + 1) + 13 * index] = at // 2
    return bytes(page)


def compound(streams: dict[str, bytes]) -> bytes:
    """An OLE file ([MS-CFB]) with these streams, each long enough to stand in sectors of its own."""
    sectors: list[bytes] = []
    chains: list[int] = []
    entries = [_entry("Root Entry", 5, 1 if streams else -1, -2, 0)]
    for number, (name, data) in enumerate(streams.items()):
        padded = data.ljust(4096, b"\x00")
        count = -(-len(padded) // _SECTOR)
        start = len(sectors)
        sectors += [padded[at : at + _SECTOR].ljust(_SECTOR, b"\x00") for at in range(0, len(padded), _SECTOR)]
        chains += [*range(start + 1, start + count), -2]
        after = number + 2 if number + 1 < len(streams) else -1
        entries.append(_entry(name, 2, -1, start, len(padded), right=after))
    directory = len(sectors)
    while len(entries) % 4:
        entries.append(bytes(_SECTOR // 4))
    sectors += [b"".join(entries[at : at + 4]) for at in range(0, len(entries), 4)]
    chains += [*range(directory + 1, len(sectors)), -2]
    table = len(sectors)
    size = -(-(table + 1) // 127)  # sectors of the table, which count themselves
    chains += [-3] * size
    chains += [-1] * (size * 128 - len(chains))
    sectors += [struct.pack("<128i", *chains[at : at + 128]) for at in range(0, len(chains), 128)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIiIIiIiI", 0, size, directory, 0, 4096, -2, 0, -2, 0)
    head += struct.pack("<109i", *range(table, table + size), *[-1] * (109 - size))
    return head + b"".join(sectors)


def _entry(name: str, kind: int, child: int, start: int, size: int, right: int = -1) -> bytes:
    encoded = (name + "\x00").encode("utf-16-le")
    head = encoded.ljust(64, b"\x00") + struct.pack("<HBBiii", len(encoded), kind, 1, -1, right, child)
    return head + bytes(36) + struct.pack("<iQ", start, size)
