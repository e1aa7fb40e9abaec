"""Each thing is noticed once while it lasts, and again when it comes back; what nobody was told of waits."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from reports.model import CellState, ContentKind, Figure
from reports.states import CandidateVerdict, VisitOutcome
from storage.conditions import AMENDED_WITHIN
from storage.database import Archive
from storage.events import digest_due, mark_told, notice, recent, untold
from storage.models import BeatRow, DamageRow, Verification
from storage.records import DamageKind, EventKind
from storage.status import beat, leave
from storage.watching import unwatch, watch
from tests.storage_samples import MEI, Crawl, link, report

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
APRIL = datetime(2025, 4, 2, 4, tzinfo=UTC)  # noon in Beijing, the second day after the legal date for 2024
COMPLETE, UNREADABLE, BLOCKED, UNREACHABLE, MISMATCH, FAILED = (
    VisitOutcome.COMPLETE,
    VisitOutcome.LIST_UNREADABLE,
    VisitOutcome.BLOCKED,
    VisitOutcome.UNREACHABLE,
    VisitOutcome.IDENTITY_MISMATCH,
    VisitOutcome.FAILED,
)


@pytest.fixture
def mei(archive: Archive, crawl: Crawl) -> Crawl:
    """A watched county whose last report is held: no deadline was missed."""
    watch(archive, MEI)
    crawl.document(report(2024))
    visited(crawl, COMPLETE, 2024)
    return crawl


def visited(crawl: Crawl, outcome: VisitOutcome, *listed: int, detail: str = "") -> list[EventKind]:
    """What is noticed after the next day's visit, which found these years on the list."""
    crawl.begin(DAY)
    if listed or outcome is COMPLETE:
        crawl.listing([link(year) for year in listed], f"{listed}".encode())
    crawl.visit(outcome, detail)
    return noticed(crawl.archive, crawl.now + HOUR)


def noticed(archive: Archive, now: datetime) -> list[EventKind]:
    return [event.kind for event in notice(archive, now)]


def test_where_nothing_is_the_matter_nothing_is_noticed(archive: Archive, mei: Crawl) -> None:
    assert noticed(archive, mei.now) == []
    assert untold(archive) == []


@pytest.mark.parametrize("lost", [UNREADABLE, COMPLETE])
def test_a_list_that_lost_its_reports(archive: Archive, mei: Crawl, lost: VisitOutcome) -> None:
    assert visited(mei, lost, detail="no annual report") == [EventKind.LIST_LOST]
    assert visited(mei, BLOCKED) == []
    assert visited(mei, lost) == [], "it was not seen again in between"
    assert visited(mei, COMPLETE, 2024) == []
    assert visited(mei, lost) == [EventKind.LIST_LOST]
    (again, first) = recent(archive, mei.now - 30 * DAY)
    assert (first.code, first.year, first.told_at) == (MEI, None, None)
    begun = "10:02" if lost is UNREADABLE else "10:03"  # after the page of its list
    assert first.detail.startswith(
        f"its list showed reports before, and shows none since 2025-04-03 {begun} Beijing time: "
    )
    assert first.key != again.key


def test_a_list_that_could_not_be_read_to_its_end_has_lost_nothing(mei: Crawl) -> None:
    assert visited(mei, UNREADABLE, 2024) == []


def test_a_list_that_never_showed_a_report_has_lost_none(archive: Archive, crawl: Crawl) -> None:
    watch(archive, MEI)
    crawl.document(report(2024))
    crawl.listing([link(2023, verdict=CandidateVerdict.OTHER_AGENCY)])
    crawl.visit(UNREADABLE)
    assert noticed(archive, crawl.now) == []


@pytest.mark.parametrize(("outcome", "kind"), [(BLOCKED, EventKind.BLOCKED), (UNREACHABLE, EventKind.UNREACHABLE)])
def test_three_refusals(archive: Archive, mei: Crawl, outcome: VisitOutcome, kind: EventKind) -> None:
    others = UNREACHABLE if outcome is BLOCKED else BLOCKED
    ends = [visited(mei, one) for one in (outcome, others, FAILED, outcome, outcome, outcome, outcome)]
    assert ends == [[], [], [], [], [kind], [], []]
    assert visited(mei, COMPLETE, 2024) == []
    assert [visited(mei, outcome) for _ in range(3)] == [[], [], [kind]]


def test_a_portal_that_became_somebody_elses(mei: Crawl) -> None:
    kind = EventKind.IDENTITY_MISMATCH
    ends = [visited(mei, one, detail="SiteIDCode 3301090001") for one in (MISMATCH, UNREACHABLE, MISMATCH)]
    assert ends == [[kind], [], []]
    visited(mei, COMPLETE, 2024)
    assert visited(mei, MISMATCH) == [kind]


def test_of_portals_that_nobody_watches_nothing_is_told(archive: Archive, mei: Crawl) -> None:
    unwatch(archive, MEI)
    assert visited(mei, MISMATCH) == []


def test_an_edit_is_noticed_once(archive: Archive, mei: Crawl) -> None:
    changed = report(2024, text="二", figures={"review.reconsideration.total": Figure(13, "13", CellState.NUMBER)})
    mei.document(changed)
    (event,) = notice(archive, mei.now)
    assert (event.kind, event.code, event.year) == (EventKind.AMENDMENT, MEI, 2024)
    assert event.detail == (
        "the report says something else since 2025-04-02 10:03 Beijing time than before: http://www.meixian.test/2024.html"
    )
    mei.document(report(2024, text="附件", content_kind=ContentKind.ATTACHMENT_ONLY, figures={}))
    assert noticed(archive, mei.now) == [], "a cover that waits for its reader says nothing else"
    mei.document(report(2024, text="三", parser="2"))
    (event,) = notice(archive, mei.now)
    assert "by different parsers" in event.detail


def test_who_begins_to_be_told_gets_no_old_edits(archive: Archive, mei: Crawl) -> None:
    mei.document(report(2024, text="二"))
    assert noticed(archive, mei.now + AMENDED_WITHIN) == []


@pytest.mark.parametrize(
    ("outcome", "kind", "told"),
    [
        (COMPLETE, EventKind.DEADLINE_MISSED, "its list was read to the end since then without it"),
        (UNREACHABLE, EventKind.DEADLINE_UNPROVED, "unreachable, which does not say that it was not published"),
    ],
)
def test_a_deadline_that_passed_without_a_report(
    archive: Archive, crawl: Crawl, outcome: VisitOutcome, kind: EventKind, told: str
) -> None:
    def missed() -> bool:
        return kind in visited(crawl, outcome)

    watch(archive, MEI)
    crawl.now = APRIL - 4 * DAY
    assert missed(), "of 2023, whose legal date passed last"
    assert noticed(archive, APRIL) == [], "what nobody has looked for since may have come on the last day"
    assert not missed(), "on the last day"
    assert missed()
    event = recent(archive, APRIL - DAY, [kind])[0]
    assert (event.year, event.detail) == (2024, f"the report of 2024 was due by 2025-03-31: {told}")
    assert not missed()


def test_what_is_listed_was_published(archive: Archive, crawl: Crawl) -> None:
    watch(archive, MEI)
    assert visited(crawl, COMPLETE, 2024) == []


def verified(archive: Archive, at: datetime, *files: str, ended: bool = True) -> None:
    with archive.write() as session:
        row = Verification(started_at=at, finished_at=at + HOUR if ended else None, records=1, size=1)
        session.add(row)
        session.flush()
        kind = DamageKind.FILE_MISSING
        session.add_all(
            DamageRow(verification_id=row.id, kind=kind, warc_file=file, detail="x", concerns=[]) for file in files
        )


def test_damage_is_told_until_none_is_found(archive: Archive) -> None:
    now, kind = APRIL, EventKind.VERIFICATION_FAILURE

    def after(*files: str, ended: bool = True) -> list[EventKind]:
        nonlocal now
        now += 30 * DAY
        verified(archive, now, *files, ended=ended)
        return noticed(archive, now + DAY)

    assert after() == []
    assert after("a.warc.gz", ended=False) == [], "it is not known yet what it will find"
    assert after("a.warc.gz") == [kind]
    assert after("a.warc.gz") == []
    assert after("a.warc.gz", "b.warc.gz") == [kind]
    assert after() == []
    assert after("a.warc.gz") == [kind]
    assert recent(archive, APRIL)[1].detail.endswith(
        "found damage (2 file-missing); scrapy verify names what rests on it"
    )


def test_a_scheduler_that_fell_silent(archive: Archive) -> None:
    now, kind = APRIL, EventKind.SCHEDULER_STALLED

    def after(minutes: int, what: Callable[[Archive, datetime], None] = lambda *_: None) -> list[EventKind]:
        nonlocal now
        now += timedelta(minutes=minutes)
        what(archive, now)
        return noticed(archive, now)

    assert after(0) == []
    assert after(0, beat) == []
    assert after(4) == []
    assert after(2) == [kind]
    assert after(60) == []
    assert after(0, beat) == []
    assert after(6) == [kind]
    assert recent(archive, APRIL)[0].detail.startswith("the scheduler (process ")
    leave(archive)
    assert after(60) == [], "one that stopped as it should is not missed"


def test_a_dead_scheduler_is_noticed_at_once(archive: Archive) -> None:
    with archive.write() as session:
        session.add(BeatRow(name="scheduler", host=socket.gethostname(), pid=2**22 + 1, at=APRIL))
    (event,) = notice(archive, APRIL)
    assert " is dead, " in event.detail


def test_what_nobody_was_told_of_waits(archive: Archive, mei: Crawl) -> None:
    visited(mei, MISMATCH)
    beat(archive, APRIL)
    notice(archive, APRIL + HOUR)
    mismatch, stalled = untold(archive)
    assert [event.id for event in untold(archive, urgent_only=True)] == [stalled.id]
    mark_told(archive, [stalled.id], APRIL)
    assert digest_due(archive, APRIL), "what is told at once is no digest"
    mark_told(archive, [mismatch.id], APRIL)
    assert untold(archive) == []
    due = [digest_due(archive, APRIL + hours * HOUR) for hours in (-1, 0, 22, 24)]
    assert due == [True, False, False, True]


def test_what_is_listed_is_chosen_by_time_and_kind(archive: Archive, mei: Crawl) -> None:
    visited(mei, MISMATCH)
    beat(archive, mei.now - DAY)
    notice(archive, mei.now + 2 * HOUR)
    assert [event.kind for event in recent(archive, mei.now)] == ["scheduler-stalled", "identity-mismatch"]
    assert [event.kind for event in recent(archive, mei.now + 2 * HOUR)] == ["scheduler-stalled"]
    assert [event.kind for event in recent(archive, mei.now, [EventKind.IDENTITY_MISMATCH])] == ["identity-mismatch"]
