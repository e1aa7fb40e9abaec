"""Text PDF -> page; what is hard on memory and libraries is done by a child process."""

from reports.blocks import Page
from reports.model import ContentKind, Unreadable
from reports.readers.isolated import read_isolated

_TAIL = 2048  # bytes in which the end mark must stand (ISO 32000-1, 7.5.5, asks for the last line; real files add junk)
_SECONDS = 40  # of processor time; a report takes less than one per five pages


def read_pdf(body: bytes) -> Page:
    """Read a text PDF; a scanned one gives a page without blocks.

    Raises:
        Unreadable: the file is encrypted, truncated, damaged, no PDF, or asks for more than any report needs.
    """
    if b"%PDF-" not in body[:1024]:
        raise Unreadable("not a PDF: the file does not begin with %PDF-")
    if b"%%EOF" not in body[-_TAIL:].rstrip(b"\x00\r\n\t "):
        raise Unreadable("truncated PDF: its end is missing")
    return Page(ContentKind.PDF, read_isolated("pdf", body, "PDF", _SECONDS))
