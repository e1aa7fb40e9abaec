"""The status says whether somebody has to look after something, and what."""

import json
import os
import socket
from datetime import UTC, datetime, timedelta

import pytest

from reports.states import VisitOutcome
from storage.database import Archive
from storage.status import HEARTBEAT, Status, beat, status
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


@pytest.mark.parametrize(("pid", "minutes", "state"), [(None, 4, "alive"), (None, 6, "stalled"), (NOBODY, 1, "dead")])
def test_the_heartbeat_tells_who_is_alive(archive: Archive, pid: int | None, minutes: int, state: str) -> None:
    later = timedelta(minutes=minutes)
    beat(archive.folder, NOW)
    word = {"pid": pid or os.getpid(), "host": socket.gethostname(), "at": NOW.isoformat()}
    (archive.folder / HEARTBEAT).write_text(json.dumps(word))
    assert (asked(archive, later).scheduler, asked(archive, later).is_well) == (state, state == "alive")


def test_a_heartbeat_that_cannot_be_read_is_none(archive: Archive) -> None:
    (archive.folder / HEARTBEAT).write_text("{")
    assert asked(archive).scheduler == "not running"


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
