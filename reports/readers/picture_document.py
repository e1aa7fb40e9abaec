"""The blocks of a picture, or of a PDF whose pages are pictures: ruled tables, and the text outside them."""

import io
from collections.abc import Iterator
from contextlib import closing

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from reports.blocks import Block, Paragraph
from reports.model import Unreadable
from reports.readers.pdf_text import Flow, Line, close_gaps, join
from reports.readers.picture_cells import strips, table_of
from reports.readers.picture_lines import Grey, Ruled, ink_of, ruled_tables, straightened
from reports.readers.picture_text import Recogniser

MOST_PIXELS = 40_000_000  # a page at 300 dpi has 9 million
MOST_PAGES = 40  # that are recognised
LEAST_WIDTH, LEAST_HEIGHT = 300, 60  # pixels; smaller pictures are icons and banners
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF")
_DPI = 150  # what a page of a PDF is drawn at
_MOST_LINES = 400  # of text outside tables on one page; a page of noise has more
_LEAST_LINE = 12  # pixels: what is less wide outside tables is a spot
_SURE = 0.5  # a line outside tables that was read with less is a stain or a stamp


def read_blocks(body: bytes) -> tuple[Block, ...]:
    """Recognise a document in this very process; see ``reports.readers.picture``.

    Raises:
        Unreadable: it is no picture, a small one, or larger than any page.
    """
    reader = Recogniser()
    pages = _pages_of_pdf(body) if b"%PDF-" in body[:1024] else _pictures(body)
    return tuple(block for number, page in enumerate(pages, 1) for block in _blocks(page, reader, number))


def _pictures(body: bytes) -> Iterator[Grey]:
    """The pictures in a file: several for a TIFF of pages, the first one of a moving GIF. Sizes are checked first."""
    Image.MAX_IMAGE_PIXELS = None  # what is too large is refused here, before it is decoded
    try:
        with Image.open(io.BytesIO(body), formats=_FORMATS) as picture:
            frames = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
            if frames > MOST_PAGES:
                raise Unreadable(f"picture of {frames} pages; at most {MOST_PAGES} are recognised")
            for number in range(frames):
                picture.seek(number)
                _check_size(*picture.size)
                yield _grey(picture)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # decoders let through whatever they trip over: TypeError, struct.error, …
        raise Unreadable("damaged picture: it cannot be decoded") from error


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Unreadable(f"hostile picture: {width} by {height} pixels")
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        raise Unreadable(f"not readable: picture of {width} by {height} pixels, too small for a page")


def _grey(picture: Image.Image) -> Grey:
    """Grey levels; what is transparent is paper."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        own = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", own.size, "white"), own)
    return np.asarray(picture.convert("L"), np.uint8)


def _pages_of_pdf(body: bytes) -> Iterator[Grey]:
    try:
        with closing(pypdfium2.PdfDocument(body)) as document:
            if len(document) > MOST_PAGES:
                raise Unreadable(f"scanned PDF of {len(document)} pages; at most {MOST_PAGES} are recognised")
            for number in range(len(document)):
                with closing(document[number]) as page:
                    width, height = (round(side * _DPI / 72) for side in page.get_size())
                    _check_size(width, height)
                    yield np.asarray(page.render(scale=_DPI / 72, grayscale=True).to_pil().convert("L"), np.uint8)
    except pypdfium2.PdfiumError as error:
        raise Unreadable("damaged PDF: it cannot be drawn") from error


def _blocks(grey: Grey, reader: Recogniser, number: int) -> Iterator[Block]:
    page = straightened(grey)
    ink = ink_of(page)
    tables, rules = ruled_tables(ink)
    text = np.asarray(cv2.subtract(ink, rules), np.uint8)
    lines = _lines(page, text, tables, reader)
    flow = Flow(lines)
    paragraph: list[Line] = []
    items: list[Line | Ruled] = sorted((*lines, *tables), key=_top)
    for item in items:
        if paragraph and (isinstance(item, Ruled) or flow.begins(item, paragraph[-1])):
            yield Paragraph(join((line.text for line in paragraph), ""))
            paragraph = []
        if isinstance(item, Line):
            paragraph.append(item)
        else:
            yield table_of(item, page, text, reader, number)
    if paragraph:
        yield Paragraph(join((line.text for line in paragraph), ""))


def _lines(page: Grey, ink: Grey, tables: list[Ruled], reader: Recogniser) -> list[Line]:
    """The lines of text outside the tables."""
    rest = ink.copy()
    for table in tables:
        left, top, right, bottom = table.box
        rest[max(top - 4, 0) : bottom + 5, max(left - 4, 0) : right + 5] = 0
    found = [s for s in strips(rest, 0, 0, rest.shape[1], rest.shape[0]) if s.right - s.left >= _LEAST_LINE][
        :_MOST_LINES
    ]
    lines = []
    for strip, (text, sure) in zip(found, reader.read([strip.cut(page) for strip in found]), strict=True):
        if text and sure >= _SURE:
            size = float(strip.bottom - strip.top)
            lines.append(Line(close_gaps(text), strip.left, strip.right, (strip.top + strip.bottom) / 2, size))
    return lines


def _top(item: Line | Ruled) -> float:
    return item.top if isinstance(item, Line) else item.box[1]
