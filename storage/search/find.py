"""``find``: the documents that hold all parts of a query, the best first, each with the words around what was found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.calendar import BEIJING, FIRST_YEAR
from reports.grams import Term, terms
from reports.states import Evidence
from storage.database import Archive
from storage.errors import BadQuery
from storage.models import Agency, Division, Document, Reading, ReportRow, SectionRow, StandingRow
from storage.search.present import Present, forms, present
from storage.search.snippets import Piece, snippet
from storage.settled import settle

LONGEST = 100  # characters and words of a query


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that holds what was asked for; ``state`` is that of its county's year."""

    report_id: int
    document_id: int
    reading_id: int
    code: str
    county: str
    agency: str
    year: int | None
    state: Evidence | None
    title: str
    url: str
    section: str  # the heading above the snippet; "" where it is of the title, or stands before the first heading
    snippet: tuple[Piece, ...]  # (text, whether it is what was asked for)


@dataclass(frozen=True, slots=True)
class Found:
    """``total`` documents hold the query, and these are some of them; ``missing`` others are not in the index yet."""

    total: int
    hits: tuple[Hit, ...]
    missing: int = 0


def find(
    archive: Archive,
    query: str,
    *,
    codes: Collection[str] | None = None,
    years: Collection[int] | None = None,
    states: Collection[Evidence] | None = None,
    limit: int = 20,
    offset: int = 0,
) -> Found:
    """Search the present text of every document, in the title, the agency, and the sections with their headings.

    Args:
        archive: what is searched.
        query: words, names or phrases; those between white space have to be found all, anywhere in the document.
        codes: the counties whose reports; None: all.
        years: on which they report; None: any.
        states: of the county's year (``scrapy coverage``); None: any.
        limit: most hits to give.
        offset: how many to leave out before them.

    Raises:
        BadQuery: there is nothing to look for in the query, or too much.
    """
    wanted = asked(query)
    settle(archive, None, range(FIRST_YEAR, datetime.now(BEIJING).year))
    with archive.read() as session:
        every = present(session, list(session.scalars(select(Document.id))))
        held = dict(forms(session, [one.reading_id for one in every if one.reading_id]))
        cells: dict[tuple[str, int], Evidence | None] = {
            (row.county_code, row.year): row.evidence for row in session.scalars(select(StandingRow))
        }
        found = [
            one
            for one in every
            if one.reading_id is not None
            and all(term.normal in held[one.reading_id] for term in wanted)
            and (codes is None or one.county_code in codes)
            and (years is None or one.year in years)
            and (states is None or cells.get((one.county_code, one.year or 0)) in states)
        ]
        found.sort(key=lambda one: (-(one.year or 0), one.county_code, one.document_id))
        hits = [_hit(session, one, wanted, cells) for one in found[offset : offset + limit]]
    return Found(len(found), tuple(hits))


def asked(query: str) -> list[Term]:
    """The parts of a query, at least one; raises ``BadQuery``."""
    wanted = terms(query)
    if not wanted:
        raise BadQuery(f"there is no word or number in {query!r} to look for")
    if (length := sum(len(term.atoms) for term in wanted)) > LONGEST:
        raise BadQuery(f"the query has {length} characters and words; {LONGEST} are the most")
    return wanted


def _hit(session: Session, one: Present, wanted: Sequence[Term], cells: dict[tuple[str, int], Evidence | None]) -> Hit:
    document = session.get_one(Document, one.document_id)
    reading = session.get_one(Reading, one.reading_id)
    agency = session.get_one(Agency, session.get_one(ReportRow, document.report_id).agency_id)
    sections = session.scalars(
        select(SectionRow).where(SectionRow.reading_id == reading.id).order_by(SectionRow.position)
    )
    fields = [("", reading.title)]
    for row in sections:
        fields += [(row.heading, row.text), (row.heading, row.heading)]
    heading, pieces = snippet(fields, wanted)
    return Hit(
        report_id=document.report_id,
        document_id=document.id,
        reading_id=reading.id,
        code=one.county_code,
        county=session.get_one(Division, one.county_code).name,
        agency=reading.agency or agency.name,
        year=one.year,
        state=cells.get((one.county_code, one.year or 0)),
        title=reading.title,
        url=document.url,
        section=heading,
        snippet=pieces,
    )
