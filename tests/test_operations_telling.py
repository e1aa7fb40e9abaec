"""People get one message for all that was noticed, once; what nobody took waits, and no secret is shown."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from sqlalchemy import insert

from crawler.arguments import ArgumentError
from operations.telling import NotTold, receivers, tell
from reports.divisions import counties
from reports.states import VisitOutcome
from storage.archive import begin_run
from storage.database import Archive
from storage.events import notice, untold
from storage.locks import only_one
from storage.models import BeatRow, Portal, Visit
from storage.status import beat
from storage.watching import watch
from tests.receiver import Receiver, receiving
from tests.storage_samples import new_archive
from tests.test_commands import _inside

# Apprise loads all of its plugins, and one of them what Python 3.13 has no more.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
NOW = datetime(2025, 4, 2, 4, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def people() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """What goes to the log; pytest listens to Apprise's own lines, which go nowhere, too."""
    return "".join(record.getMessage() for record in caplog.records if logging.getLogger(record.name).propagate)


def missed(archive: Archive, number: int, at: datetime = NOW) -> None:
    """So many watched counties whose list was read after the legal date, and had no report on it."""
    codes = [county.code for county in counties()][:number]
    watch(archive, *codes)
    run = begin_run(archive, "test", {}, "gongkai-archive/test", "here")
    complete = {"outcome": VisitOutcome.COMPLETE, "detail": "", "started_at": at, "finished_at": at}
    with archive.write() as session:
        session.execute(insert(Portal), [{"code": code, "notes": ""} for code in codes])
        session.execute(
            insert(Visit),
            [{"run_id": run, "portal_code": code, "requests": 1, "list_pages": 1, **complete} for code in codes],
        )
    assert len(notice(archive, at)) == number


def test_three_hundred_counties_are_one_message(archive: Archive, people: Receiver) -> None:
    missed(archive, 300)
    assert tell(archive, NOW, people.notify, urgent_only=True) == 0
    assert tell(archive, NOW, people.notify, urgent_only=False) == 300
    assert tell(archive, NOW + DAY, people.notify, urgent_only=False) == 0
    (message,) = people.messages
    assert (message["title"], message["type"]) == ("Gongkai Archive: 300 deadline-missed", "warning")
    assert "- 110101 东城区 2024: the report of 2024 was due by 2025-03-31: its list was read" in message["message"]
    assert message["message"].endswith("… and 290 more: scrapy events --kind deadline-missed")


def test_what_nobody_took_waits_for_the_next_time(
    archive: Archive, people: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    missed(archive, 2)
    people.status = HTTPStatus.SERVICE_UNAVAILABLE
    with pytest.raises(NotTold, match="JSON \\(receiver 1\\) did not take") as failure:
        tell(archive, NOW, people.notify, urgent_only=False)
    assert "secret" not in str(failure.value) + logged(caplog)
    assert "token" not in str(failure.value) + logged(caplog)
    assert len(untold(archive)) == 2
    people.status = HTTPStatus.OK
    assert tell(archive, NOW, people.notify, urgent_only=False) == 2
    assert people.messages[0] == people.messages[1]
    assert untold(archive) == []


def test_where_one_of_two_took_it_it_is_told_and_the_other_named(
    archive: Archive, people: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    missed(archive, 1)
    with receiving() as gone:
        pass
    assert tell(archive, NOW, f"{gone.notify} {people.notify}", urgent_only=False) == 1
    assert logged(caplog) == "JSON (receiver 1) did not take a message that others got"


def test_a_scheduler_that_hangs_is_told_at_once_by_whoever_looks(archive: Archive, people: Receiver) -> None:
    missed(archive, 1)
    beat(archive, NOW)
    for minute in range(1, 20):  # a timer that calls every minute
        notice(archive, NOW + minute * MINUTE)
        tell(archive, NOW + minute * MINUTE, people.notify, urgent_only=True)
    (message,) = people.messages
    assert (message["title"], message["type"]) == ("Gongkai Archive: 1 scheduler-stalled", "failure")
    assert "2025-04-02 12:00 Beijing time" in message["message"]
    assert [event.kind for event in untold(archive)] == ["deadline-missed"]


def test_two_that_tell_at_once_tell_once(archive: Archive, people: Receiver) -> None:
    missed(archive, 1)
    with only_one(archive, "telling"):
        assert tell(archive, NOW, people.notify, urgent_only=False) == 0
    assert people.messages == []


@pytest.mark.parametrize(
    ("notify", "complaint"),
    [
        (" ", "set GONGKAI_NOTIFY to addresses"),
        ("json://127.0.0.1:9 nothing://secret", "address 2 in GONGKAI_NOTIFY"),
        ("mailto://", "address 1 in GONGKAI_NOTIFY"),
        ("absent.conf", "no address with ://, and no path of a file either"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(notify: str, complaint: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ArgumentError, match=complaint) as refused:
        receivers(notify)
    assert "secret" not in str(refused.value) + logged(caplog)


def test_a_configuration_file_names_receivers_too(tmp_path: Path) -> None:
    good, bad = tmp_path / "my receivers.conf", tmp_path / "bad.conf"
    good.write_text("# mine\njson://127.0.0.1:9/secret\njson://127.0.0.1:10\n")
    assert len(list(receivers(str(good)).find())) == 2
    bad.write_text("json://127.0.0.1:9\nnothing://secret\n")
    with pytest.raises(ArgumentError, match=r"bad\.conf, which GONGKAI_NOTIFY names, has lines"):
        receivers(str(bad))


def test_the_command_lists_and_tells(tmp_path: Path, people: Receiver) -> None:
    archive = new_archive(tmp_path)
    with archive.write() as session:
        session.add(BeatRow(name="scheduler", host="elsewhere", pid=1, at=NOW))
    archive.close()
    given = ("events", "-s", f"GONGKAI_DATABASE_URL=sqlite:///{tmp_path / 'archive.db'}")
    told = (*given, "--tell", "-s", f"GONGKAI_NOTIFY={people.notify}")
    listed = _inside(*given)
    assert listed.out.splitlines()[0].endswith("nothing is visited until it is started again (not told)")
    people.status = HTTPStatus.BAD_GATEWAY
    failed = _inside(*told)
    assert (failed.code, "told what was noticed (1): JSON (receiver 1)" in failed.err) == (1, True)
    people.status = HTTPStatus.OK
    assert [_inside(*told).out for _ in range(2)] == ["told of 1 event\n", "nothing is due to be told\n"]
    (row,) = _inside(*given, "--json", "--kind", "scheduler-stalled").rows
    assert (row["kind"], row["code"], row["told_at"] is None) == ("scheduler-stalled", None, False)
    assert _inside(*given, "--kind", "blocked").out == "0 events (Beijing time)\n"
    assert len(people.messages) == 2
