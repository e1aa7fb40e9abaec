"""The one model that every reader produces: a page as paragraphs, tables and pictures, in reading order."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text with no line break inside; ``heading`` where the markup says so (h1–h6)."""

    text: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell at its first (top left) place in the grid; ``text`` is "" for a blank cell."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a grid: ``grid[row][column]`` is the cell covering that place, None where there is no cell at all."""

    grid: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture at its place in the body; ``url`` is absolute where the page's address was given."""

    url: str
    alt: str


Block = Paragraph | Table | Picture


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader found: the body's blocks in reading order, and what the document says about itself.

    ``claims`` maps (field, place) to the text found there, e.g. ``("title", "meta")``, ``("published_at", "body")``,
    ``("source", "info_table")``; identity weighs them, readers do not.
    """

    kind: str  # "html", "text" or "pdf"
    blocks: tuple[Block, ...]
    claims: dict[tuple[str, str], str] = field(default_factory=dict)
    attachments: tuple[tuple[str, str], ...] = ()  # (absolute url, name), in order
    site_id_code: str | None = None
    charset: str | None = None
    hidden_text: str = ""  # footer and whatever else stands outside the body: spam and site codes are looked for here
