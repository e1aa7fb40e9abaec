"""Runs and visits: what was started, by whom, and how each portal's visit ended."""

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reports.states import VisitOutcome
from storage.alive import forget, hold, living, release
from storage.captures import store_captures, store_portal
from storage.database import Archive
from storage.models import Run, Visit
from storage.records import Capture, PortalRecord, RunOutcome, VisitRecord
from storage.settled import unsettle

_COPIED = (
    "outcome",
    "detail",
    "reason",
    "started_at",
    "finished_at",
    "requests",
    "list_pages",
    "family",
    "family_score",
    "family_evidence",
    "column_url",
    "transport",
    "site_id_code",
)
_LEARNT = ("family", "family_score", "family_evidence", "column_url", "site_id_code")
_TEACHES = (VisitOutcome.COMPLETE, VisitOutcome.PROBED)
_UNFINISHED = select(Run.id).where(Run.outcome.is_(None))


def begin_run(archive: Archive, trigger: str, arguments: Mapping[str, str], software: str, vantage: str) -> int:
    """Record that this process begins a crawl; runs whose process is gone, wherever, become ``interrupted``."""
    with archive.write() as session:
        _mark_abandoned(archive, session)
        run = Run(
            trigger=trigger,
            arguments=dict(arguments),
            software=software,
            host=socket.gethostname(),
            pid=os.getpid(),
            vantage=vantage,
            started_at=datetime.now(UTC),
        )
        session.add(run)
        session.flush()
        hold(archive, run.id)  # before anybody can see a run that nobody holds
        return run.id


def finish_run(archive: Archive, run_id: int, outcome: RunOutcome) -> None:
    with archive.write() as session:
        run = session.get_one(Run, run_id)
        run.finished_at, run.outcome = datetime.now(UTC), outcome
    release(archive, run_id)


def save_visit(
    archive: Archive, run_id: int, portal: PortalRecord, visit: VisitRecord, captures: Sequence[Capture]
) -> None:
    """Record how a visit ended; a second call for a run corrects the first.

    What it learnt becomes the portal's own only if it found the list: a stranger's SiteIDCode, or the column of a
    visit that went astray, stays with the visit.
    """
    evidence = [] if visit.evidence is None else [visit.evidence]
    with archive.write() as session:
        portal_row = store_portal(session, portal)
        ids = store_captures(session, run_id, [*captures, *evidence], portal.code)
        row = session.scalar(select(Visit).where(Visit.run_id == run_id, Visit.portal_code == portal.code))
        if row is None:
            row = Visit(run_id=run_id, portal_code=portal.code)
            session.add(row)
        for name in _COPIED:
            setattr(row, name, getattr(visit, name))
        row.evidence_id = ids.of(visit.evidence)
        row.list_start = None if visit.list_start is None else asdict(visit.list_start)
        unsettle(session, portal.code)
        if visit.outcome not in _TEACHES:
            return
        portal_row.list_start = row.list_start or portal_row.list_start
        for name in _LEARNT:
            if (value := getattr(visit, name)) is not None:
                setattr(portal_row, name, value)


def anybody_at_work(archive: Archive, beside: Path | None = None) -> bool:
    """Whether a crawl is under way, on whichever machine, that may not have committed all it wrote.

    ``beside``: the database file of which this archive is a copy.
    """
    with archive.read() as session:
        unfinished = session.scalars(_UNFINISHED).all()
    return bool(living(archive, unfinished, beside))


def _mark_abandoned(archive: Archive, session: Session) -> None:
    unfinished = session.scalars(_UNFINISHED).all()
    for run in set(unfinished) - living(archive, unfinished):
        # When it ended nobody knows: finished_at stays empty. One that has ended by itself meanwhile keeps its word.
        session.execute(update(Run).where(Run.id == run, Run.outcome.is_(None)).values(outcome=RunOutcome.INTERRUPTED))
        forget(archive, run)


def recent_runs(archive: Archive, most: int) -> Sequence[Run]:
    """The runs that began last, the newest first."""
    with archive.read() as session:
        return session.scalars(select(Run).order_by(Run.id.desc()).limit(most)).all()
