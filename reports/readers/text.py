"""Reads saved plain text: every line that is not blank is a paragraph; tabs between its words are kept."""

from reports.blocks import Page, Paragraph
from reports.charset import FORBIDDEN, decode
from reports.model import Unreadable
from reports.readers.limits import MOST_CHARACTERS, within_limits

LARGEST = 4 * MOST_CHARACTERS  # bytes


def read_text(body: bytes, *, content_type: str | None = None) -> Page:
    """Read lines as paragraphs.

    Raises:
        Unreadable: there is more text than in any report.
    """
    if len(body) > LARGEST:
        raise Unreadable(f"hostile text: more than {LARGEST:,} bytes")
    text, charset = decode(body, content_type)
    lines = (FORBIDDEN.sub("\ufffd", _line(line)) for line in text.replace("\x00", "").splitlines())
    return Page(kind="text", blocks=tuple(within_limits(map(Paragraph, filter(None, lines)), "text")), charset=charset)


def _line(line: str) -> str:
    """The line with single spaces; the tabs of a table row are its columns, those in front of a line an indent."""
    cells = [" ".join(cell.split()) for cell in line.split("\t")]
    return cells[-1] if not any(cells[:-1]) else "\t".join(cells)
