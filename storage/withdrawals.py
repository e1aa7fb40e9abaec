"""Which documents were taken down: proved by their own address and by two whole lists, never by an outage."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from reports.calendar import BEIJING
from reports.states import VisitOutcome
from storage.models import Candidate, Document, Gone, Listing, Visit
from storage.models.base import among

DAYS = 2  # on which the whole list has to be read without the document


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That a document was taken down, with what proves it."""

    last_seen: datetime  # at its address
    gone_id: int  # the first answer since then that nothing is there
    gone_at: datetime
    lists: tuple[tuple[int, datetime], ...]  # the visits that read the whole list without it, oldest first


def withdrawals(session: Session, codes: Sequence[str] | None) -> dict[int, Withdrawal]:
    """The documents of these portals, or of all, that were taken down, by their ids.

    One is that was not seen at its address since the address said that nothing is there, and that the list, read to
    its end on two different days since it was last seen, did not show. A list that shows it once more begins anew.
    """
    told = (
        select(Document.id, Document.last_seen, func.min(Gone.id), func.min(Gone.seen_at))
        .join(Gone, and_(Gone.document_id == Document.id, Gone.seen_at > Document.last_seen))
        .where(among(Document.portal_code, codes))
        .group_by(Document.id, Document.last_seen)
    )
    gone = {row[0]: row for row in session.execute(told)}
    if not gone:
        return {}
    shown = _lists_that_show(session, codes)
    lists: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for document, visit, finished in session.execute(_whole_lists(codes)):
        if (document, visit) in shown:
            lists[document].clear()
        else:
            lists[document].append((visit, finished))
    return {
        document: Withdrawal(last_seen, gone_id, gone_at, tuple(lists[document]))
        for document, (_, last_seen, gone_id, gone_at) in gone.items()
        if len({finished.astimezone(BEIJING).date() for _, finished in lists[document]}) >= DAYS
    }


def _whole_lists(codes: Sequence[str] | None) -> Select[int, int, datetime]:
    """Each document that may be gone, with the visits since it was last seen that read its portal's list to the end."""
    since = and_(Visit.portal_code == Document.portal_code, Visit.finished_at > Document.last_seen)
    return (
        select(Document.id, Visit.id, Visit.finished_at)
        .join(Visit, since)
        .where(
            among(Document.portal_code, codes),
            Visit.outcome == VisitOutcome.COMPLETE,
            Document.id.in_(select(Gone.document_id)),
        )
        .order_by(Visit.id)
    )


def _lists_that_show(session: Session, codes: Sequence[str] | None) -> set[tuple[int, int]]:
    """Which of those visits found a link to the document on a page of the list."""
    rows = (
        _whole_lists(codes)
        .with_only_columns(Document.id, Visit.id)
        .order_by(None)
        .join(Candidate, Candidate.url == Document.url)
        .join(Listing, and_(Listing.id == Candidate.listing_id, Listing.portal_code == Document.portal_code))
        .where(Listing.first_run_id <= Visit.run_id, Listing.last_run_id >= Visit.run_id)
    )
    return {(document, visit) for document, visit in session.execute(rows)}
