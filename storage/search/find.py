"""``find``: the documents that hold all parts of a query, the best first, each with the words around what was found."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from reports.calendar import BEIJING, FIRST_YEAR
from reports.grams import Term, terms
from reports.states import Evidence
from storage.database import Archive
from storage.errors import BadQuery
from storage.models import Agency, Division, Document, Reading, ReportRow, SearchEntry, StandingRow
from storage.models.base import among
from storage.search.index import catch_up, index_of
from storage.search.present import fields_of
from storage.search.snippets import Piece, snippet
from storage.settled import settle

LONGEST = 100  # characters and words of a query
RANKED = 5_000  # hits; what more documents than that hold tells none of them apart, and ranking takes time
_A_FEW = 100  # documents that a search may index before it answers


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
    missing = max(catch_up(archive, _A_FEW) - _A_FEW, 0)
    years_known = range(FIRST_YEAR, datetime.now(BEIJING).year)
    if states is not None:
        settle(archive, None if codes is None else list(codes), years_known)
    with archive.read() as session:
        hits = _matching(session, wanted).where(*_filters(codes, years, states))
        total, chosen = _page(session, hits, wanted, limit, offset)
    settle(archive, sorted({code for _, code in chosen}), years_known)
    with archive.read() as session:
        found = tuple(_hits(session, [document for document, _ in chosen], wanted))
    return Found(total, found, missing)


def asked(query: str) -> list[Term]:
    """The parts of a query, at least one; raises ``BadQuery``."""
    wanted = terms(query)
    if not wanted:
        raise BadQuery(f"there is no word or number in {query!r} to look for")
    if (length := sum(len(term.atoms) for term in wanted)) > LONGEST:
        raise BadQuery(f"the query has {length} characters and words; {LONGEST} are the most")
    return wanted


def _matching(session: Session, wanted: Sequence[Term]) -> Select[int, str]:
    """The entries that hold all terms."""
    entries = select(SearchEntry.document_id, SearchEntry.county_code)
    held: Select[int, str] = index_of(session).holding(entries, wanted)
    return held


def _filters(
    codes: Collection[str] | None, years: Collection[int] | None, states: Collection[Evidence] | None
) -> Iterator[ColumnElement[bool]]:
    yield among(SearchEntry.county_code, codes)
    yield among(SearchEntry.year, years)
    if states is not None:
        cell = (StandingRow.county_code == SearchEntry.county_code, StandingRow.year == SearchEntry.year)
        yield exists().where(*cell, StandingRow.evidence.in_(states))


def _page(
    session: Session, hits: Select[int, str], wanted: Sequence[Term], limit: int, offset: int
) -> tuple[int, list[tuple[int, str]]]:
    """How many hits there are, and a page of them: document and county."""
    newest = (SearchEntry.year.desc().nulls_last(), SearchEntry.county_code, SearchEntry.document_id)
    page = hits.add_columns(func.count().over()).order_by(*newest).limit(limit).offset(offset)
    rows = session.execute(page).all()
    # A page past the last one is empty, and says nothing of how many there are.
    total = rows[0][2] if rows else session.scalar(select(func.count()).select_from(hits.subquery())) or 0
    rank = index_of(session).rank(wanted)
    if rank is not None and 1 < total <= RANKED:
        rows = session.execute(hits.order_by(rank, *newest).limit(limit).offset(offset)).all()
    return total, [(row[0], row[1]) for row in rows]


def _hits(session: Session, documents: Sequence[int], wanted: Sequence[Term]) -> Iterator[Hit]:
    """The documents as hits, in their order; one that was taken out since is left out."""
    cell = and_(StandingRow.county_code == SearchEntry.county_code, StandingRow.year == SearchEntry.year)
    rows = session.execute(
        select(SearchEntry, Document, Reading, Division.name, Agency.name, StandingRow.evidence)
        .join(Document, Document.id == SearchEntry.document_id)
        .join(Reading, Reading.id == SearchEntry.reading_id)
        .join(Division, Division.code == SearchEntry.county_code)
        .join(ReportRow, ReportRow.id == Document.report_id)
        .join(Agency, Agency.id == ReportRow.agency_id)
        .join(StandingRow, cell, isouter=True)
        .where(SearchEntry.document_id.in_(documents))
    ).all()
    texts = fields_of(session, [row[2].id for row in rows])
    held = {row[0].document_id: row for row in rows}
    for entry, document, reading, county, agency, state in (held[one] for one in documents if one in held):
        section, pieces = snippet(texts[reading.id], wanted)
        yield Hit(
            report_id=document.report_id,
            document_id=document.id,
            reading_id=reading.id,
            code=entry.county_code,
            county=county,
            agency=reading.agency or agency,
            year=entry.year,
            state=state,
            title=reading.title,
            url=document.url,
            section=section,
            snippet=pieces,
        )
