"""The report as the rest of the house knows it: identity, sections, figures, findings and where each came from."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from reports.blocks import Source


class AgencyKind(StrEnum):
    """Who issued a report; only ``GOVERNMENT`` is the county's own one (Regulation, article 49)."""

    GOVERNMENT = "government"
    OFFICE = "office"
    DEPARTMENT = "department"
    TOWNSHIP = "township"
    OTHER = "other"


class CellState(StrEnum):
    """What stood in a cell. Blank, ``/``, absent and 0 are four different things, everywhere."""

    NUMBER = "number"
    ZERO = "zero"
    BLANK = "blank"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"
    TEXT = "text"


class Outcome(StrEnum):
    """How a check ended. ``UNCERTAIN``: the cells disagree with themselves or were read with doubt, so no verdict."""

    PASS = "PASS"  # noqa: S105 - a verdict, no password
    FAIL = "FAIL"
    UNCERTAIN = "UNCERTAIN"
    NOT_ASSESSABLE = "NOT_ASSESSABLE"


class ContentKind(StrEnum):
    """What carried the report: text that was read, or something that waits for a reader."""

    HTML = "html"
    TEXT = "text"
    PDF = "pdf"
    DOCX = "docx"
    DOC = "doc"  # Word 97–2003, and WPS where it is that
    SHEET = "sheet"  # XLSX or XLS
    PICTURE = "picture"  # text recognised in pictures: a scanned PDF, PNG, JPEG
    ATTACHMENT_ONLY = "attachment_only"  # the page holds next to no text and names an attachment
    IMAGE_ONLY = "image_only"  # the page (or a scanned PDF) holds pictures instead of text


WAITING = (ContentKind.ATTACHMENT_ONLY, ContentKind.IMAGE_ONLY)


class Origin(NamedTuple):
    """Where a figure was read: the number of the block in the document, the place in its grid, and the page it is on.

    ``confidence`` is below 1 where the text was recognised in a picture.
    """

    block: int
    row: int
    column: int
    page: int | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One official cell, or one narrative total.

    ``value`` is a number in the unit of its code (None unless the state is number or zero); ``raw`` is the cell as
    printed, or for ``narrative.*`` the sentence it was read from; ``note`` is what follows the number in brackets.
    """

    value: int | float | None
    raw: str
    state: CellState
    note: str = ""
    origin: Origin | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class OfficialTable:
    """One official table as it was read: where, of which form, and how surely.

    ``name`` is the first word of its codes; ``form`` is None where the table is the same in several. ``confidence`` is
    the share of the form's cells that were read without doubt (a cell recognised in a picture counts by its own
    confidence); ``blocks`` are the pieces it is printed in.
    """

    name: str
    form: str | None
    confidence: float
    blocks: tuple[tuple[int, Source], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check on one row, column or block, e.g. check ``C1`` on ``review.reconsideration``.

    ``soft`` where a correct report may fail it: such a finding is a reason to look, no fault. ``basis`` are the cells
    it rests on with their values, however the detail words them.
    """

    check: str
    subject: str
    outcome: Outcome
    detail: str
    soft: bool = False
    basis: str = field(default="", compare=False)

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that stay the same for as long as the same check says the same of the same cells."""
        told = "\x00".join((self.check, self.subject, self.outcome, self.basis or self.detail))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered section; ``ordinal`` is 1 for 一, and 0 for what stands before the first heading."""

    ordinal: int
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """An attachment or picture inside the report's body; ``url`` is absolute where the page's address was given.

    ``copy`` is where the file may stand too: of the two addresses only one may be alive.
    """

    url: str
    name: str
    copy: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One reading of one document.

    ``published_at`` is Beijing time as printed, ``YYYY-MM-DD HH:MM:SS`` or ``YYYY-MM-DD`` (its precision is kept);
    ``published_from`` names the place it was read from (``meta``, ``body``, ``info_table``, ``hint``).
    ``review`` lists doubts about identity only (agency, kind, year); lost tables or sections are findings.
    """

    agency: str | None
    agency_kind: AgencyKind
    county_code: str | None
    year: int | None
    title: str
    content_kind: ContentKind
    published_at: str | None = None
    published_from: str | None = None
    index_number: str | None = None
    source: str | None = None
    site_id_code: str | None = None
    form: str | None = None
    tables: tuple[OfficialTable, ...] = ()
    sections: tuple[Section, ...] = ()
    figures: dict[str, Figure] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    repairs: dict[str, int] = field(default_factory=dict)
    attachments: tuple[Link, ...] = ()
    images: tuple[Link, ...] = ()
    review: tuple[str, ...] = ()
    charset: str | None = None
    parser: str = ""

    @property
    def needs_review(self) -> bool:
        return bool(self.review)

    @property
    def text(self) -> str:
        """The repaired text of all sections, headings included."""
        return "\n".join(part for section in self.sections for part in (section.heading, section.text) if part)

    @property
    def fingerprint(self) -> str:
        """Sha256 of the normalised content: what must differ for a new version (not bytes, counters, ads or dates).

        White space is left out, so that a re-wrapped template does not make an amendment.
        """
        told = ["".join(part.split()) for part in (self.agency or "", str(self.year or ""), self.text)]
        told += [f"{code}={figure.state}:{figure.value}" for code, figure in sorted(self.figures.items())]
        return hashlib.sha256("".join(f"{part}\x00" for part in told).encode()).hexdigest()


_LONGEST_MESSAGE = 300  # characters; a name in an archive and what a library says may be longer
_MESSAGE_END = 100  # characters of them: what is wrong stands behind the name


class Unreadable(Exception):
    """The bytes are no report that can be read; the message says what they are, in one line, whatever it quotes.

    ``waits_for`` is set where a report may well be in them and only a reader is lacking: how it is to be archived.
    """

    def __init__(self, message: str, waits_for: ContentKind | None = None) -> None:
        if len(message) > _LONGEST_MESSAGE:
            message = f"{message[: _LONGEST_MESSAGE - _MESSAGE_END]}…{message[-_MESSAGE_END:]}"
        shown = "".join(character if character.isprintable() else " " for character in message)
        super().__init__(" ".join(shown.split()))
        self.waits_for = waits_for
