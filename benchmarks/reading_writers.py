"""Writes a practice report's lines and tables in each format that portals publish, markup as broken as theirs."""

import html
import io
import random
import re
from collections.abc import Callable, Mapping, Sequence

from PIL import Image

from benchmarks.reading_faults import Part
from reports.blocks import Block, Cell, Paragraph, Table
from tests.portals.flattened import SEPARATED, flattened
from tests.portals.markup import PLAIN, SUITE, WORD, Style, grid_table
from tests.portals.office import doc_of, docx_of, xlsx_of, zipped
from tests.portals.pdf import PdfPages
from tests.portals.pictures import picture_of
from tests.portals.tables import Grid, GridCell

Figure = Callable[[str], str]
_STYLES = (WORD, SUITE, PLAIN)
_TABLE_2 = 10  # columns
_END_TAGS = re.compile(r"</(?:td|tr|p|font)>", re.IGNORECASE)
_FILLER = '<li><a href="/art/{0}.html" target="_blank">栏目{0}</a></li>'


def _unclosed(body: str, _: random.Random) -> str:
    """End tags of cells, rows and paragraphs are left out."""
    return _END_TAGS.sub("", body)


def _headings_as_th(body: str, _: random.Random) -> str:
    return re.sub(r"<(/?)td\b", r"<\1th", body, flags=re.IGNORECASE)


def _in_layout_table(body: str, rng: random.Random) -> str:
    """The whole article in a table with hundreds of empty columns beside it."""
    empty = "<td></td>" * rng.choice((3, 40, 300))
    return f'<table width="100%"><tr>{empty}</tr><tr><td colspan="3" valign="top">{body}</td></tr></table>'


def _in_cell(body: str, _: random.Random) -> str:
    """Every official table in a cell of another one."""
    return re.sub(r"(?s)(<table\b.*?</table>)", r"<table><tr><td>\1</td></tr></table>", body, flags=re.IGNORECASE)


def _comments(body: str, _: random.Random) -> str:
    """Comments with the values of another year inside the cells."""
    return re.sub(r"(<td\b[^>]*>)", r"\1<!-- <p>998</p> -->", body, flags=re.IGNORECASE)


def _hidden(body: str, _: random.Random) -> str:
    """Text that nobody sees, in every row's first cell and behind the tables."""
    body = re.sub(r"(<tr\b[^>]*>)", r'\1<td style="display:none">997</td>', body, flags=re.IGNORECASE)
    return body + '<div style="display: none">全年共公开各类政府信息99999条。</div>'


def _spans_too_far(body: str, _: random.Random) -> str:
    """Spans that reach out of the table."""
    return re.sub(
        r'(?<=rowspan=)"(\d+)"', lambda found: f'"{int(found[1]) + 40}"' if int(found[1]) > 15 else found[0], body
    )


def _percents(body: str, rng: random.Random) -> str:
    """Widths that have nothing to do with the columns."""
    return re.sub(r'width="43"', lambda _: f'width="{rng.randrange(1, 100)}%"', body)


MARKUP_FAULTS: Mapping[str, Callable[[str, random.Random], str]] = {
    "unclosed": _unclosed,
    "th": _headings_as_th,
    "layout-table": _in_layout_table,
    "nested": _in_cell,
    "comments": _comments,
    "hidden": _hidden,
    "spans-too-far": _spans_too_far,
    "widths": _percents,
}


def html_page(title: str, parts: Sequence[Part], figure: Figure, fault: str, rng: random.Random) -> bytes:
    """A page of a portal, in UTF-8 or GBK."""
    style: Style = rng.choice(_STYLES)
    body = "\n".join(
        style.paragraph.format(style.run.format(html.escape(part, quote=False)))
        if isinstance(part, str)
        else grid_table(part, figure, style)
        for part in parts
    )
    if fault in MARKUP_FAULTS:
        body = MARKUP_FAULTS[fault](body, rng)
    charset = "gbk" if fault == "gbk" else "utf-8"
    menu = "".join(_FILLER.format(number) for number in range(40))
    page = (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>{title}-人民政府</title></head><body>'
        f'<ul class="nav">{menu}</ul><h1>{title}</h1><div class="article" id="zoom">{body}</div>'
        '<div class="foot">版权所有 网站地图 联系我们</div></body></html>'
    )
    return page.encode("gb18030" if charset == "gbk" else charset)


def pdf_file(title: str, parts: Sequence[Part], figure: Figure, fault: str, _: random.Random) -> bytes:
    """A PDF with text, tables broken by pages where the fault says so."""
    pages = PdfPages(numbered=fault in ("broken", "numbered"), breaking=fault in ("broken", "broken-rows"))
    pages.paragraph(title, size=16)
    for part in parts:
        if isinstance(part, str):
            pages.paragraph(part)
        else:
            pages.table(part, figure, _widths(part, narrow=fault == "vertical"))
    return pages.tobytes()


def _widths(grid: Grid, *, narrow: bool) -> Sequence[int]:
    """Those of table 2's columns; where they are narrow, the letters of headings stand one below the other."""
    if sum(cell.colspan for cell in grid[0]) != _TABLE_2:
        return ()
    return (20, 60, 200, *[24] * 7) if narrow else (24, 50, 130, *[39] * 7)


def docx_file(title: str, parts: Sequence[Part], figure: Figure, _: str, __: random.Random) -> bytes:
    return docx_of(blocks(title, parts, figure))


def doc_file(title: str, parts: Sequence[Part], figure: Figure, _: str, __: random.Random) -> bytes:
    return doc_of(blocks(title, parts, figure))


def xlsx_file(title: str, parts: Sequence[Part], figure: Figure, _: str, __: random.Random) -> bytes:
    return xlsx_of(blocks(title, parts, figure))


def zip_file(title: str, parts: Sequence[Part], figure: Figure, _: str, rng: random.Random) -> bytes:
    """A report among other files, as portals pack attachments."""
    name, body = rng.choice((("年报.docx", docx_of), ("年报.doc", doc_of), ("年报.xlsx", xlsx_of)))
    return zipped({f"附件/{name}": body(blocks(title, parts, figure)), "附件/说明.txt": "请见附件。"})


def text_file(title: str, parts: Sequence[Part], figure: Figure, shape: str, rng: random.Random) -> bytes:
    """Plain text whose tables a conversion flattened in that shape; without one, a shape that keeps separators."""
    shape = shape or rng.choice(tuple(SEPARATED))
    lines = [title]
    for part in parts:
        lines += [part] if isinstance(part, str) else [line.text for line in flattened(table(part, figure), shape)]
    return "\n".join(lines).encode()


def picture_file(title: str, parts: Sequence[Part], figure: Figure, _: str, rng: random.Random) -> bytes:
    """A page at 150 dpi: a screenshot, or a scan that lies askew, with noise, as a JPEG or inside a PDF."""
    page = blocks(title, parts, figure)
    if rng.random() < 0.3:
        return picture_of(page, seed=rng.randrange(9))
    noise, quality = rng.choice((0, 3, 6)), rng.choice((60, 75, 90))
    scan = picture_of(page, rotation=rng.uniform(-1.5, 1.5), noise=noise, quality=quality, seed=rng.randrange(9))
    if rng.random() < 0.5:
        return scan
    out = io.BytesIO()
    Image.open(io.BytesIO(scan)).save(out, "PDF", resolution=150)
    return out.getvalue()


def blocks(title: str, parts: Sequence[Part], figure: Figure) -> list[Block]:
    """The report as paragraphs and tables, for the writers that take these."""
    rest: list[Block] = [Paragraph(part) if isinstance(part, str) else table(part, figure) for part in parts]
    return [Paragraph(title), *rest]


def table(grid: Grid, figure: Figure) -> Table:
    """A grid with its figures filled in."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for number, row in enumerate(grid):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            down = min(cell.rowspan, len(grid) - number)
            taken |= {(number + y, column + x) for y in range(down) for x in range(cell.colspan)}
            cells.append(Cell(_text(cell, figure), number, column, down, cell.colspan))
            column += cell.colspan
    return Table.of(cells, len(grid), max(column for _, column in taken) + 1)


def _text(cell: GridCell, figure: Figure) -> str:
    return figure(cell.code) if cell.code else cell.label


Writer = Callable[[str, Sequence[Part], Figure, str, random.Random], bytes]
# Format: its writer, the faults that are its own, and how often it comes among a hundred reports.
FORMATS: Mapping[str, tuple[Writer, tuple[str, ...], int]] = {
    "html": (html_page, (*MARKUP_FAULTS, "gbk"), 52),
    "pdf": (pdf_file, ("broken", "broken-rows", "numbered", "vertical"), 18),
    "docx": (docx_file, (), 14),
    "doc": (doc_file, (), 4),
    "xlsx": (xlsx_file, (), 10),
    "zip": (zip_file, (), 2),
}
