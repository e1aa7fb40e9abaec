"""The status says whether somebody has to look after something, and what."""

from datetime import UTC, datetime, timedelta

import pytest

from reports.states import VisitOutcome
from storage.database import Archive
from storage.models import BeatRow
from storage.status import Status, beat, leave, status
from storage.watching import watch
from tests.storage_samples import MEI, Crawl

NOW = datetime(2025, 8, 20, 4, tzinfo=UTC)
WEEK = timedelta(days=7)
NOBODY = 2**22 + 1  # no process has this number


def asked(archive: Archive, later: timedelta = timedelta(0)) -> Status:
    return status(archive, NOW + later, WEEK)


def test_a_scheduler_that_does_not_run_is_no_trouble_by_itself(archive: Archive) -> None:
    found = asked(archive)
    assert (found.scheduler, found.is_well, found.verified_at) == ("not running", True, None)


@pytest.mark.parametrize(
    ("pid", "host", "minutes", "state"),
    [
        (None, None, 4, "alive"),
        (None, None, 6, "stalled"),
        (None, None, -60 * 24, "stalled"),  # its clock was wrong: until that time comes it would seem alive
        (NOBODY, None, 1, "dead"),
        (NOBODY, "another machine", 1, "alive"),  # whose processes nobody can see from here
    ],
)
def test_the_sign_of_life_tells_who_is_alive(
    archive: Archive, pid: int | None, host: str | None, minutes: int, state: str
) -> None:
    later = timedelta(minutes=minutes)
    beat(archive, NOW - timedelta(hours=1))
    beat(archive, NOW)
    with archive.write() as session:
        row = session.query(BeatRow).one()
        row.pid, row.host = pid or row.pid, host or row.host
    assert (asked(archive, later).scheduler, asked(archive, later).is_well) == (state, state == "alive")


def test_a_clean_stop_takes_its_own_sign_of_life_back(archive: Archive) -> None:
    beat(archive, NOW)
    leave(archive)
    assert asked(archive).scheduler == "not running"
    with archive.write() as session:
        session.add(BeatRow(name="scheduler", host="another machine", pid=1, at=NOW))
    leave(archive)
    assert asked(archive).scheduler == "alive"


def test_what_is_overdue_and_what_keeps_failing_is_named(archive: Archive) -> None:
    watch(archive, MEI)
    crawl = Crawl(archive, NOW - timedelta(days=90))
    for _ in range(3):
        crawl.begin(timedelta(days=1))
        crawl.visit(VisitOutcome.BLOCKED)
    crawl.close()
    found = asked(archive)
    assert [duty.code for duty in found.overdue] == [MEI]
    assert found.failing == ((MEI, "blocked", 3),)
    assert not found.is_well
    assert len(found.running) == 3, "runs of this process that did not say that they ended"
