"""What is known of a county's portal, and what else is held that was found for the county."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from reports.model import AgencyKind
from reports.states import Reason, VisitOutcome
from storage.database import Archive
from storage.evidence import Held, gather
from storage.models import Portal, Visit


@dataclass(frozen=True, slots=True)
class LastVisit:
    """How the last visit to a portal ended."""

    outcome: VisitOutcome
    reason: Reason | None
    detail: str
    finished_at: datetime
    requests: int


@dataclass(frozen=True, slots=True)
class Place:
    """A county's portal as the last crawl used it; ``others`` are reports of its office, departments and townships."""

    home: str | None
    family: str | None
    column_url: str | None
    visit: LastVisit | None
    others: tuple[Held, ...]


def place(archive: Archive, code: str) -> Place:
    """What the archive knows of a county; nothing of one that was never visited."""
    columns = (Visit.outcome, Visit.reason, Visit.detail, Visit.finished_at, Visit.requests)
    with archive.read() as session:
        portal = session.get(Portal, code)
        last = select(*columns).where(Visit.portal_code == code).order_by(Visit.id.desc()).limit(1)
        visit = session.execute(last).one_or_none()
        reports = gather(session, [code]).reports
    others = [
        one
        for (county, _), held in reports.items()
        for one in held
        if county == code and (one.kind is not AgencyKind.GOVERNMENT or one.year is None)
    ]
    return Place(
        home=portal.home if portal else None,
        family=portal.family if portal else None,
        column_url=portal.column_url if portal else None,
        visit=LastVisit(*visit) if visit else None,
        others=tuple(sorted(others, key=lambda one: (-(one.year or 0), one.kind, one.document_id))),
    )
