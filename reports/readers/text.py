"""Reads saved plain text: every line that is not blank is a paragraph."""

from reports.blocks import Page, Paragraph
from reports.charset import decode


def read_text(body: bytes, *, content_type: str | None = None) -> Page:
    """Read lines as paragraphs."""
    text, charset = decode(body, content_type)
    lines = (" ".join(line.split()) for line in text.replace("\x00", "").splitlines())
    return Page(kind="text", blocks=tuple(Paragraph(line) for line in lines if line), charset=charset)
