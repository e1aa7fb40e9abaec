"""The blocks of a text PDF: text by PDFium, ruled tables by pdfplumber, both in reading order."""

import ctypes
import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress

import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium_c

from reports.blocks import Block, Paragraph
from reports.model import Unreadable
from reports.readers.pdf_tables import Lattice, Rectangle, joined, lattices, ruled_cells
from reports.readers.pdf_text import Flow, Glyph, Line, join, text_lines

MOST_PAGES = 200
MOST_GLYPHS = 30_000  # on one page
MOST_OBJECTS = 30_000  # on one page

# pdfminer reports every oddity of a file as a warning; the outcome of the reading is what counts here.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)


def read_blocks(body: bytes) -> tuple[Block, ...]:
    """Read a PDF in this very process; none for a scan. Hostile files can exhaust memory: see ``reports.readers.pdf``.

    Raises:
        Unreadable: the file is encrypted, damaged, or larger than any report.
    """
    with closing(_open(body)) as document:
        if len(document) > MOST_PAGES:
            raise Unreadable(f"PDF of {len(document)} pages; no report has more than {MOST_PAGES}")
        try:
            glyphs = [_glyphs(page) for page in _pages(document)]
            ruled = [number for number, page in enumerate(_pages(document)) if glyphs[number] and _may_be_ruled(page)]
        except pypdfium2.PdfiumError as error:
            raise Unreadable(f"damaged PDF: {error}") from error
    tables = _ruled(body, ruled)
    lines: list[list[Line]] = []
    found: list[list[Lattice]] = []
    for number, page_glyphs in enumerate(glyphs):
        on_page, rest = lattices(tables.get(number, ()), page_glyphs, number + 1)
        found.append(on_page)
        lines.append(text_lines(rest))
    return tuple(_blocks(lines, found))


def _open(body: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise Unreadable("encrypted PDF: it asks for a password") from error
        raise Unreadable("damaged PDF: it cannot be opened") from error


def _pages(document: pypdfium2.PdfDocument) -> Iterator[pypdfium2.PdfPage]:
    for number in range(len(document)):
        with closing(document[number]) as page:
            yield page


def _glyphs(page: pypdfium2.PdfPage) -> list[Glyph]:
    """The characters of a page with their boxes as displayed; generated spaces keep the box of their neighbour."""
    left, bottom, right, top = page.get_mediabox()
    width, height, turn = right - left, top - bottom, page.get_rotation()
    glyphs: list[Glyph] = []
    with closing(page.get_textpage()) as text:
        count = text.count_chars()
        if count > MOST_GLYPHS:
            raise Unreadable(f"PDF page with {count} characters; no report has more than {MOST_GLYPHS}")
        edges = [ctypes.c_double() for _ in range(4)]
        line = 0
        for index in range(count):
            character = _character(pdfium_c.FPDFText_GetUnicode(text, index))
            if character in "\r\n":
                line += character == "\n"
                continue
            if not pdfium_c.FPDFText_GetCharBox(text, index, *edges):
                continue
            x0, x1, y0, y1 = (edge.value for edge in edges)
            if character == " " and x0 == x1 and glyphs:
                glyphs.append(Glyph(" ", *_box(glyphs[-1]), line))
                continue
            box = _displayed(x0 - left, y0 - bottom, x1 - left, y1 - bottom, (width, height, turn))
            glyphs.append(Glyph(character, *box, line))
    return glyphs


def _box(glyph: Glyph) -> tuple[float, float, float, float]:
    return glyph.x0, glyph.top, glyph.x1, glyph.bottom


def _character(point: int) -> str:
    """One character; halves of a surrogate pair and unmapped glyphs become U+FFFD, soft hyphens a hyphen."""
    if point in (0x02, 0xAD):
        return "-"
    if point == 0 or 0xD800 <= point <= 0xDFFF or point > 0x10FFFF:
        return "\ufffd"
    return chr(point)


def _displayed(
    x0: float, y0: float, x1: float, y1: float, page: tuple[float, float, int]
) -> tuple[float, float, float, float]:
    """A box in the page's own space (y upwards) -> (x0, top, x1, bottom) on the page turned as it is displayed."""
    width, height, turn = page
    if turn == 90:
        return y0, x0, y1, x1
    if turn == 180:
        return width - x1, y0, width - x0, y1
    if turn == 270:
        return height - y1, width - x1, height - y0, width - x0
    return x0, height - y1, x1, height - y0


def _may_be_ruled(page: pypdfium2.PdfPage) -> bool:
    """Whether the page draws anything that a table could be ruled with, within reason."""
    if pdfium_c.FPDFPage_CountObjects(page) > MOST_OBJECTS:
        return False
    return next(iter(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=3)), None) is not None


def _ruled(body: bytes, numbers: Sequence[int]) -> dict[int, list[list[Rectangle]]]:
    """For each page that may hold tables, the cells of its ruled tables.

    A page that pdfminer cannot work through keeps its text; its tables are then missing, which the checks report.
    """
    found: dict[int, list[list[Rectangle]]] = {}
    if not numbers:
        return found
    with suppress(Exception), pdfplumber.open(io.BytesIO(body), pages=[number + 1 for number in numbers]) as document:
        for page in document.pages:
            with suppress(Exception):
                found[page.page_number - 1] = ruled_cells(page)
            page.close()
    return found


def _blocks(pages: Sequence[Sequence[Line]], tables: Sequence[Sequence[Lattice]]) -> Iterator[Block]:
    """Paragraphs and tables in reading order; both go on over page breaks."""
    flow = Flow([line for page in pages for line in page])
    paragraph: list[Line] = []
    table: Lattice | None = None
    for lines, lattices_here in zip(pages, tables, strict=True):
        items: list[Line | Lattice] = sorted((*lines, *lattices_here), key=_top)
        for item in items:
            ends = isinstance(item, Lattice) or flow.begins(item, paragraph[-1] if paragraph else None)
            if paragraph and ends:
                yield Paragraph(join((line.text for line in paragraph), ""))
                paragraph = []
            whole = joined(table, item) if table is not None and isinstance(item, Lattice) else None
            if table is not None and whole is None:
                yield table.table()
                table = None
            if isinstance(item, Line):
                paragraph.append(item)
            else:
                table = whole or item
    if paragraph:
        yield Paragraph(join((line.text for line in paragraph), ""))
    if table is not None:
        yield table.table()


def _top(item: Line | Lattice) -> float:
    return item.top
