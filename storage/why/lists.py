"""What the portal's lists and visits say of a cell."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.states import CandidateVerdict
from storage.evidence import Evidences
from storage.models import Candidate, CaptureRow, Listing, Visit
from storage.standing import Standing
from storage.why.steps import Step, beijing_time, proved, span

_PROOFS = {
    "total": "as many as the list declares",
    "last-page": "no further page is offered",
    "nothing-new": "two answers past it showed nothing new",
}


def visit_steps(session: Session, found: Evidences, code: str, standing: Standing) -> Iterator[Step]:
    """The visit that counts, for an absence with the list pages that prove it, and those that came to less since."""
    counts = standing.visit or found.visits.get(code)
    later = {visit.id for visit in (found.visits.get(code), found.newest.get(code)) if visit is not None}
    if counts is not None:
        yield _visit(session, session.get_one(Visit, counts.id))
        if standing.visit is not None:
            yield from _pages(session, code, counts.run_id)
        later.discard(counts.id)
    for visit in session.scalars(select(Visit).where(Visit.id.in_(later)).order_by(Visit.id)):
        yield _visit(session, visit)


def _visit(session: Session, visit: Visit) -> Step:
    detail = f", {visit.detail}" if visit.detail else ""
    counts = f"{visit.requests} requests, {visit.list_pages} list pages"
    named = f"{visit.outcome} ({visit.reason})" if visit.reason else visit.outcome
    over = f", reached by {visit.transport}" if visit.transport else ""
    text = f"run {visit.run_id}, {beijing_time(visit.finished_at)} Beijing time: {named}{detail} ({counts}){over}"
    evidence = None if visit.evidence_id is None else session.get(CaptureRow, visit.evidence_id)
    return proved(session, "visit", text, visit.column_url, evidence)


def link_steps(session: Session, code: str, urls: list[str]) -> Iterator[Step]:
    """The newest list page that shows the address, and the link on it."""
    for url in urls:
        place = select(Listing, Candidate).join(Candidate, Candidate.listing_id == Listing.id)
        here = place.where(Listing.portal_code == code, Candidate.url == url).order_by(Listing.id.desc()).limit(1)
        row = session.execute(here).first()
        if row is None:
            yield Step("listing", "no list page in the archive shows this address", url)
            continue
        listing, candidate = row
        yield _listing(session, listing)
        dated = f", dated {candidate.listed_date}" if candidate.listed_date else ""
        text = f"{candidate.title}{dated}: taken for {candidate.verdict}"
        reason = f": {candidate.reason}" if candidate.reason else ""
        yield Step("link", text + (f" of {candidate.year}" if candidate.year else "") + reason, url)


def _pages(session: Session, code: str, run_id: int) -> Iterator[Step]:
    """The pages of the list as a run read them."""
    newest = (
        select(func.max(Listing.id))
        .where(Listing.portal_code == code, Listing.first_run_id <= run_id, Listing.last_run_id >= run_id)
        .group_by(Listing.url)
    )
    for listing in session.scalars(select(Listing).where(Listing.id.in_(newest)).order_by(Listing.number, Listing.id)):
        yield _listing(session, listing)


def _listing(session: Session, listing: Listing) -> Step:
    links = select(Candidate.verdict, Candidate.year).where(Candidate.listing_id == listing.id)
    rows = session.execute(links).all()
    years = sorted({row.year for row in rows if row.verdict is CandidateVerdict.REPORT and row.year}, reverse=True)
    lists = f"lists reports of {', '.join(map(str, years))}" if years else "lists no report of the county's own"
    proof = f" ({_PROOFS.get(listing.end_proof, listing.end_proof)})" if listing.end_proof else ""
    end = f", the last{proof}" if listing.last else ""
    seen = f"seen so {span(listing.first_seen, listing.last_seen)}"
    text = f"{listing.column_name or 'list'}, page {listing.number}{end}, {len(rows)} links, {lists}; {seen}"
    return proved(session, "listing", text, listing.url, listing.last_capture)
