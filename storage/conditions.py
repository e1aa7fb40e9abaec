"""What is the matter now, of which people are told: with portals, reports, what is kept, and the scheduler.

Each condition has a key that stays the same for as long as it lasts. Keys are made of codes, addresses and times, which
two archives that are merged have in common; row numbers are not.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import Session

from reports.calendar import BEIJING, due_date
from reports.model import WAITING, AgencyKind
from reports.states import CandidateVerdict, Clock, Evidence, VisitOutcome
from storage.coverage import matrix
from storage.database import Archive
from storage.duties import THERE
from storage.models import (
    Agency,
    Candidate,
    DamageRow,
    Document,
    Listing,
    Reading,
    ReportRow,
    Verification,
    Version,
    Visit,
)
from storage.records import EventKind
from storage.status import last_beat
from storage.watching import watched
from storage.why.steps import beijing_time

TIMES = 3  # visits that came to nothing, until people are told
# An amendment that is older when it is first looked for is history: who begins to be told does not get years of it.
AMENDED_WITHIN = timedelta(days=30)
_OURS = (VisitOutcome.INTERRUPTED, VisitOutcome.FAILED)  # our own troubles say nothing of the portal
_REFUSED = (VisitOutcome.BLOCKED, VisitOutcome.UNREACHABLE)
_LOOKED = (VisitOutcome.COMPLETE, VisitOutcome.LIST_UNREADABLE)  # the portal answered, and its list was looked for


class Condition(NamedTuple):
    """Something that lasts; ``detail`` says it in words."""

    kind: EventKind
    key: str
    detail: str
    code: str | None = None
    year: int | None = None


def conditions(archive: Archive, now: datetime) -> list[Condition]:
    """Everything that is the matter; with portals and deadlines, of watched counties alone."""
    codes = watched(archive)
    with archive.read() as session:
        found = [*_portals(session, set(codes)), *_amendments(session, now - AMENDED_WITHIN), *_damages(session)]
    return [*found, *_deadlines(archive, codes, now), *_scheduler(archive, now)]


def _portals(session: Session, codes: Collection[str]) -> Iterator[Condition]:
    lost = _streaks(session, codes, _since_reports_were_listed())
    for code, begun, _, last in lost:
        told = f"its list showed reports before, and shows none since {_time(begun)}: {last or 'read to its end'}"
        yield _of_portal(EventKind.LIST_LOST, code, begun, told)
    stranger = VisitOutcome.IDENTITY_MISMATCH
    for code, begun, _, last in _streaks(session, codes, _since_it_was_well(stranger, (stranger, *_REFUSED))):
        told = f"the portal says since {_time(begun)} that it is somebody else's: {last}"
        yield _of_portal(EventKind.IDENTITY_MISMATCH, code, begun, told)
    for outcome in _REFUSED:
        for code, begun, count, last in _streaks(session, codes, _since_it_was_well(outcome, _REFUSED)):
            if count >= TIMES:
                told = f"{outcome} {count} times since {_time(begun)}, and not once read between: {last}"
                yield _of_portal(EventKind(outcome.value), code, begun, told)


def _since_reports_were_listed() -> Select[datetime, int, int]:
    """The visits that read a portal's list, or looked for it in vain, since the last one that found a report on it."""
    a_report = exists().where(Candidate.listing_id == Listing.id, Candidate.verdict == CandidateVerdict.REPORT)
    shown = select(Listing.portal_code, func.max(Listing.last_run_id).label("run_id")).where(a_report)
    last = shown.group_by(Listing.portal_code).subquery()
    return (
        _STREAK.join(last, last.c.portal_code == Visit.portal_code)
        .where(Visit.run_id > last.c.run_id, Visit.outcome.in_(_LOOKED))
        .group_by(Visit.portal_code)
    )


def _since_it_was_well(outcome: VisitOutcome, lasting: Collection[VisitOutcome]) -> Select[datetime, int, int]:
    """The visits of this outcome since the last one with an outcome that is neither ``lasting`` nor our own trouble."""
    well = select(Visit.portal_code, func.max(Visit.id).label("id")).where(Visit.outcome.not_in((*lasting, *_OURS)))
    last = well.group_by(Visit.portal_code).subquery()
    return (
        _STREAK.join(last, last.c.portal_code == Visit.portal_code, isouter=True)
        .where(Visit.id > func.coalesce(last.c.id, 0), Visit.outcome == outcome)
        .group_by(Visit.portal_code)
    )


_STREAK = select(
    func.min(Visit.finished_at).label("begun"), func.count().label("count"), func.max(Visit.id).label("last_id")
)


def _streaks(
    session: Session, codes: Collection[str], visits: Select[datetime, int, int]
) -> list[tuple[str, datetime, int, str]]:
    """Of each of these portals: when the first of these visits ended, how many they are, what the last one said."""
    streak = visits.subquery()
    rows = select(Visit.portal_code, streak.c.begun, streak.c.count, Visit.detail)
    joined = rows.join(streak, streak.c.last_id == Visit.id).order_by(Visit.portal_code)
    return [(code, begun, count, last) for code, begun, count, last in session.execute(joined) if code in codes]


def _of_portal(kind: EventKind, code: str, begun: datetime, told: str) -> Condition:
    return Condition(kind, f"{kind} {code} {begun.isoformat()}", told, code)


def _amendments(session: Session, since: datetime) -> Iterator[Condition]:
    """Versions that are new since then and read otherwise than the one before them."""
    fresh = select(Version.document_id).where(Version.number > 1, Version.first_seen > since)
    rows = (
        select(
            Document.portal_code,
            Document.url,
            Agency.county_code,
            Agency.kind,
            ReportRow.year,
            Version.document_id,
            Version.number,
            Version.fingerprint,
            Version.first_seen,
            Reading.fingerprint.label("read"),
            Reading.content_kind,
            Reading.parser,
        )
        .join(Version, Version.document_id == Document.id)
        .join(Reading, Reading.version_id == Version.id)
        .join(ReportRow, ReportRow.id == Document.report_id)
        .join(Agency, Agency.id == ReportRow.agency_id)
        .where(Document.id.in_(fresh))
        # The last row of a version is the reading that counts, as in ``storage.amendments``.
        .order_by(Document.id, Version.number, Reading.content_kind.not_in(WAITING), Reading.id)
    )
    counting = {(row.document_id, row.number): row for row in session.execute(rows)}
    before: Row[*tuple[Any, ...]] | None = None
    for row in counting.values():
        if row.content_kind in WAITING:
            continue
        edited = before is not None and before.document_id == row.document_id and before.read != row.read
        if before is not None and edited and row.first_seen > since:
            yield _amendment(before, row)
        before = row


def _amendment(before: Row[*tuple[Any, ...]], after: Row[*tuple[Any, ...]]) -> Condition:
    kind = EventKind.AMENDMENT
    whose = "" if after.kind is AgencyKind.GOVERNMENT else f" ({after.kind})"
    parsers = "" if before.parser == after.parser else "; they were read by different parsers, which may be why"
    told = f"the report{whose} says something else since {_time(after.first_seen)} than before{parsers}: {after.url}"
    return Condition(
        kind, f"{kind} {after.portal_code} {after.url} {after.fingerprint}", told, after.county_code, after.year
    )


def _damages(session: Session) -> Iterator[Condition]:
    """What the last whole verification found; the same damage found again is the same thing."""
    verified = (
        select(Verification.id, Verification.started_at, func.count(DamageRow.id))
        .join(DamageRow, DamageRow.verification_id == Verification.id, isouter=True)
        .where(Verification.finished_at.is_not(None))
        .group_by(Verification.id, Verification.started_at)
        .order_by(Verification.id.desc())
    )
    failed = list(takewhile(lambda row: row[2], session.execute(verified)))  # since the last that found nothing
    if not failed:
        return
    columns = (DamageRow.kind, DamageRow.warc_file, DamageRow.warc_offset, DamageRow.url, DamageRow.detail)
    found = session.execute(select(*columns).where(DamageRow.verification_id == failed[0][0])).all()
    digest = hashlib.sha256("\n".join(sorted(str(tuple(row)) for row in found)).encode()).hexdigest()
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(row.kind for row in found).most_common())
    kind = EventKind.VERIFICATION_FAILURE
    told = f"the verification of {_time(failed[0][1])} found damage ({kinds}); scrapy verify names what rests on it"
    yield Condition(kind, f"{kind} {failed[-1][1].isoformat()} {digest}", told)


def _deadlines(archive: Archive, codes: Sequence[str], now: datetime) -> Iterator[Condition]:
    """The reports of the year whose legal date passed last that were looked for since then, and are not there.

    What nobody has looked for since may have come on the last day. What is listed was published.
    """
    today = now.astimezone(BEIJING).date()
    year = today.year - 1
    year -= today <= due_date(year, AgencyKind.GOVERNMENT)
    due = due_date(year, AgencyKind.GOVERNMENT)
    marks = matrix(archive, codes, range(year, year + 1), today)
    with archive.read() as session:
        last = select(Visit.portal_code, func.max(Visit.finished_at)).group_by(Visit.portal_code)
        looked = {code for code, at in session.execute(last) if at.astimezone(BEIJING).date() > due}
    for code in codes:
        state, clock, _ = marks[code][0]
        if code not in looked or state in THERE or state is Evidence.LISTED_NOT_FETCHED:
            continue
        proved = clock is Clock.OVERDUE
        kind = EventKind.DEADLINE_MISSED if proved else EventKind.DEADLINE_UNPROVED
        why = "its list was read to the end since then without it"
        why = why if proved else f"{state}, which does not say that it was not published"
        told = f"the report of {year} was due by {due}: {why}"
        yield Condition(kind, f"{kind} {code} {year}", told, code, year)


def _scheduler(archive: Archive, now: datetime) -> Iterator[Condition]:
    beat = last_beat(archive)
    if beat is None or (state := beat.state(now)) == "alive":
        return
    kind = EventKind.SCHEDULER_STALLED
    told = f"the scheduler (process {beat.pid} on {beat.host}) is {state}, its last sign of life is of {_time(beat.at)}"
    yield Condition(kind, f"{kind} {beat.at.isoformat()}", f"{told}; nothing is visited until it is started again")


def _time(moment: datetime) -> str:
    return f"{beijing_time(moment)} Beijing time"
