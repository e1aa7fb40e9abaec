"""When each watched portal is to be visited next, and why: by the legal calendar, what is missing, how visits ended."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from reports.calendar import BEIJING, due_date
from reports.divisions import by_code
from reports.model import AgencyKind
from reports.states import Evidence, VisitOutcome
from storage.coverage import matrix
from storage.database import Archive
from storage.models import Visit

A_DAY = timedelta(days=1)
DAILY = timedelta(hours=22)  # a day, less the time until the scheduler looks and the visit has come to its end
AFTER_DEADLINE = timedelta(days=30)  # so long is a report that did not come looked for daily
LONGEST_BACKOFF, LONGEST_IN_SEASON = timedelta(days=30), timedelta(days=7)
THERE = (
    Evidence.ARCHIVED,
    Evidence.AMENDED,
    Evidence.WITHDRAWN,
    Evidence.ATTACHMENT_ONLY,
    Evidence.IMAGE_ONLY,
    Evidence.NEEDS_REVIEW,
    Evidence.NOT_FOUNDED,
)
_STUCK = 3  # interruptions in a row: no accident any more
_READ = (VisitOutcome.COMPLETE, VisitOutcome.PROBED)
_AT_ONCE = {
    VisitOutcome.INTERRUPTED: "the last visit was interrupted",
    VisitOutcome.PROBED: "its list was found and is still to be read",
}


@dataclass(frozen=True, slots=True)
class Duty:
    """The next visit to a county's portal; due where ``at`` is not in the future."""

    code: str
    county: str
    at: datetime  # aware
    reason: str


class Past(NamedTuple):
    """How the last visit ended, and how many in a row came to nothing."""

    outcome: VisitOutcome
    finished_at: datetime
    failures: int


def duties(
    archive: Archive, codes: Sequence[str], now: datetime, every: timedelta, past: Mapping[str, Past] | None = None
) -> list[Duty]:
    """The next visit to each of these counties' portals, the soonest first; ``past`` are ``visits``, if at hand.

    ``every`` is the time between two visits where nothing is expected. While the report of last year is missing, from
    1 January to a month after the legal date, a portal is looked at daily. One that blocks or does not answer is left
    in peace for longer each time.
    """
    today = now.astimezone(BEIJING).date()
    year = today.year - 1
    marks = matrix(archive, codes, range(year, year + 1), today)
    past = visits(archive) if past is None else past
    found = []
    for code in codes:
        expected = year if marks[code][0].evidence not in THERE and in_season(year, today) else None
        at, reason = _next(code, past.get(code), now, every, expected)
        county = by_code(code)
        found.append(Duty(code, county.name if county else code, at, reason))
    return sorted(found, key=lambda duty: (duty.at, duty.code))


def failing(
    archive: Archive, codes: Collection[str], times: int = 3, past: Mapping[str, Past] | None = None
) -> list[tuple[str, str, int]]:
    """The portals whose visits came to nothing so many times in a row: code, how the last one ended, how many."""
    past = visits(archive) if past is None else past
    return [
        (code, past[code].outcome, past[code].failures)
        for code in codes
        if code in past and past[code].failures >= times
    ]


def in_season(year: int, today: date) -> bool:
    """Whether the report of a year is waited for: after its end, until a month after the legal date."""
    return date(year + 1, 1, 1) <= today <= due_date(year, AgencyKind.GOVERNMENT) + AFTER_DEADLINE


def _next(code: str, past: Past | None, now: datetime, every: timedelta, expected: int | None) -> tuple[datetime, str]:
    """When a portal is to be visited and why; ``expected`` is the year whose report is waited for, if one is."""
    stuck = past is not None and past.outcome is VisitOutcome.INTERRUPTED and past.failures >= _STUCK
    if past is None or past.finished_at > now or (past.outcome in _AT_ONCE and not stuck):
        clock = "its last visit ended in the future: a clock was wrong"
        return now, "never visited" if past is None else _AT_ONCE.get(past.outcome, clock)
    if past.outcome is VisitOutcome.COMPLETE and expected is not None:
        return past.finished_at + min(every, DAILY), f"the report of {expected} is expected: daily until it is there"
    if past.outcome is VisitOutcome.COMPLETE:
        return past.finished_at + every, f"{_days(every)} after the last visit"
    if stuck:
        told = f"interrupted {past.failures} times in a row: it takes more time than a visit has"
        return past.finished_at + min(every, A_DAY), told
    if past.outcome is VisitOutcome.FAILED:
        return past.finished_at + min(every, A_DAY), "the last visit failed by our own fault"
    base, longest = (A_DAY, LONGEST_IN_SEASON) if expected is not None else (every, LONGEST_BACKOFF)
    wait = min(base * 2 ** min(past.failures - 1, 10), max(longest, base)) * _jitter(code, past.failures)
    told = "time" if past.failures == 1 else "times in a row"
    return past.finished_at + wait, f"{past.outcome} {past.failures} {told}: left in peace for {_days(wait)}"


def visits(archive: Archive) -> dict[str, Past]:
    """The last visit to each portal, and how many since the last one that read something."""
    newest = select(func.max(Visit.id)).group_by(Visit.portal_code)
    good = (
        select(Visit.portal_code, func.max(Visit.id).label("id"))
        .where(Visit.outcome.in_(_READ))
        .group_by(Visit.portal_code)
        .subquery()
    )
    since = (
        select(Visit.portal_code, func.count())
        .join(good, good.c.portal_code == Visit.portal_code, isouter=True)
        .where(Visit.id > func.coalesce(good.c.id, 0))
        .group_by(Visit.portal_code)
    )
    last = select(Visit.portal_code, Visit.outcome, Visit.finished_at).where(Visit.id.in_(newest))
    with archive.read() as session:
        failures = {code: count for code, count in session.execute(since)}  # noqa: C416 - rows are no pairs to mypy
        return {code: Past(outcome, at, failures.get(code, 0)) for code, outcome, at in session.execute(last)}


def _jitter(code: str, number: int) -> float:
    """0.9 to 1.1, the same for the same portal and failure: what failed together shall not come back together."""
    return 0.9 + 0.2 * hashlib.sha256(f"{code}:{number}".encode()).digest()[0] / 255


def _days(time: timedelta) -> str:
    days = round(time / A_DAY, 1)
    return f"{days:g} day" + ("" if days == 1 else "s")
