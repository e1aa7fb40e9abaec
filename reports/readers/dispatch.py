"""Which reader reads what: from bytes of any kind to a page."""

from functools import partial

from reports.blocks import Page
from reports.model import Unreadable
from reports.readers.archives import read_archive
from reports.readers.doc import read_doc
from reports.readers.docx import read_docx
from reports.readers.html import read_html
from reports.readers.pdf import read_pdf
from reports.readers.sheets import read_sheets
from reports.readers.text import read_text
from reports.sniff import sniff

_OF_BYTES = {"pdf": read_pdf, "docx": read_docx, "doc": read_doc, "sheet": read_sheets}


def read_page(body: bytes, *, url: str | None = None, content_type: str | None = None, packed: bool = False) -> Page:
    """Read a document by what its bytes are; ``packed`` where they come out of an archive, which may hold no other.

    Raises:
        Unreadable: there is nothing in it that can be read; one line says why.
    """
    kind = sniff(body)
    if kind == "zip":
        if packed:
            raise Unreadable("a ZIP archive that is named like a document")
        return read_archive(body, partial(read_page, packed=True))
    if kind in _OF_BYTES:
        return _OF_BYTES[kind](body)
    page = (
        read_html(body, url=url, content_type=content_type)
        if kind == "html"
        else read_text(body, content_type=content_type)
    )
    if not page.blocks and not page.attachments:
        raise Unreadable("no text, table, picture or attachment in it")
    return page
