"""Glyphs of a PDF page -> lines -> whole paragraphs: typesetting gaps closed, page numbers dropped."""

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2018-\u201d\u2026\u2014"
_GAP = re.compile(rf"(?<=[{_WIDE}])[ \t\xa0\u3000]+|[ \t\xa0\u3000]+(?=[{_WIDE}])")
_SPACES = re.compile(r"[ \t\xa0\u3000]+")
_NUMERAL = re.compile("[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]")
_ENDS = ("。", "；", "：")
_PAGE_NUMBER = re.compile(r"[-—–－·\s]*[0-9]{1,3}[-—–－·\s]*|第\s*[0-9]{1,3}\s*页.{0,12}|[0-9]{1,3}\s*/\s*[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and its box on the page as displayed, in points from the top left corner.

    ``line`` counts the lines as the PDF's text runs give them.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    line: int

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line of prose."""

    text: str
    x0: float
    x1: float
    top: float
    size: float  # width of a full-width character, in points


def close_gaps(text: str) -> str:
    """Drop the gaps that typesetting leaves around Chinese characters; keep single spaces between Latin words."""
    return _SPACES.sub(" ", _GAP.sub("", text.strip()))


def join(parts: Iterable[str], between: str) -> str:
    """Join the lines of one paragraph or cell; ``between`` stands only where two ASCII letters or digits meet."""
    text = ""
    for part in parts:
        glue = (
            between if text[-1:].isascii() and text[-1:].isalnum() and part[:1].isascii() and part[:1].isalnum() else ""
        )
        text += glue + part if text else part
    return text


def text_lines(glyphs: Sequence[Glyph]) -> list[Line]:
    """The printed lines from top to bottom, without page numbers above and below them."""
    rows: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        rows.setdefault(glyph.line, []).append(glyph)
    lines = []
    for row in rows.values():
        inked = [glyph for glyph in row if not glyph.text.isspace()]
        if inked:
            text = close_gaps("".join(glyph.text for glyph in row))
            size = max(glyph.bottom - glyph.top for glyph in inked)
            top = statistics.median(glyph.centre[1] for glyph in inked)
            lines.append(Line(text, min(g.x0 for g in inked), max(g.x1 for g in inked), top, size))
    lines.sort(key=lambda line: line.top)
    for edge in (0, -1):
        if lines and _PAGE_NUMBER.fullmatch(lines[edge].text):
            del lines[edge]
    return lines


class Flow:
    """Puts lines together to paragraphs by the margins of the whole document."""

    def __init__(self, lines: Sequence[Line]) -> None:
        starts = Counter(round(line.x0 / 3) for line in lines)
        most = max(starts.values(), default=0)
        self.left = 3 * min((start for start, count in starts.items() if count == most), default=0)
        self.right = max((line.x1 for line in lines), default=0.0)
        self.size = statistics.median(line.size for line in lines) if lines else 0.0

    def begins(self, line: Line, previous: Line | None) -> bool:
        """Whether a paragraph begins with this line: it is indented or numbered, or the line before it ended early."""
        if previous is None or line.x0 > self.left + self.size:
            return True
        return previous.x1 < self.right - 1.6 * self.size or bool(
            _NUMERAL.match(line.text) and previous.text.endswith(_ENDS)
        )
