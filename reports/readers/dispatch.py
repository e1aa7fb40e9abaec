"""Which reader reads what: from bytes of any kind to a page."""

from dataclasses import replace
from functools import partial

from reports.blocks import Page, Paragraph, Table
from reports.model import Unreadable
from reports.readers.archives import read_archive
from reports.readers.doc import read_doc
from reports.readers.docx import read_docx
from reports.readers.html import read_html
from reports.readers.limits import within_limits
from reports.readers.pdf import read_pdf
from reports.readers.picture import read_picture
from reports.readers.sheets import read_sheets
from reports.readers.text import read_text
from reports.sniff import sniff

_OF_BYTES = {"pdf": read_pdf, "docx": read_docx, "doc": read_doc, "sheet": read_sheets, "picture": read_picture}
LITTLE_TEXT = 200  # characters; a PDF with less, and without tables, is pictures of pages


def read_page(
    body: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    title_hint: str | None = None,
    packed: bool = False,
    ocr: bool = False,
) -> Page:
    """Read a document by what its bytes are.

    Args:
        body: the document.
        url: where it came from.
        content_type: the HTTP header.
        title_hint: the title of the link that led here; of several reports in an archive it tells which is meant.
        packed: whether it comes out of an archive, which may hold no other.
        ocr: whether to recognise the text of pictures and of scanned PDFs, which takes seconds a page.

    Raises:
        Unreadable: there is nothing in it that can be read; one line says why.
    """
    kind = sniff(body, ocr=ocr)
    if kind == "zip":
        if packed:
            raise Unreadable("a ZIP archive that is named like a document")
        glance = partial(read_page, packed=True)
        return read_archive(body, partial(glance, ocr=ocr), glance, title_hint)
    if kind in _OF_BYTES:
        page = _OF_BYTES[kind](body)
        return read_picture(body) if ocr and kind == "pdf" and is_scan(page) else page
    page = (
        read_html(body, url=url, content_type=content_type)
        if kind == "html"
        else read_text(body, content_type=content_type)
    )
    if not page.blocks and not page.attachments:
        raise Unreadable("no text, table, picture or attachment in it")
    return replace(page, blocks=tuple(within_limits(page.blocks, "HTML" if kind == "html" else "text")))


def is_scan(page: Page) -> bool:
    """Whether a file holds so little text, and no table, that its pages must be pictures."""
    text = sum(len("".join(block.text.split())) for block in page.blocks if isinstance(block, Paragraph))
    return text < LITTLE_TEXT and not any(isinstance(b, Table) and len(b.grid) > 3 for b in page.blocks)
