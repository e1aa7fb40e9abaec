"""Reads saved plain text: every line that is not blank is a paragraph."""

from dataclasses import replace

from reports.blocks import Page, Paragraph
from reports.charset import decode
from reports.readers.labels import label_claims


def read_text(body: bytes, *, content_type: str | None = None) -> Page:
    """Read lines as paragraphs; what a line says about the document (发布时间, 网站标识码) becomes claims."""
    text, charset = decode(body, content_type)
    lines = (" ".join(line.split()) for line in text.replace("\x00", "").splitlines())
    page = Page(kind="text", blocks=tuple(Paragraph(line) for line in lines if line), charset=charset)
    return replace(page, claims=label_claims(page)[0])
