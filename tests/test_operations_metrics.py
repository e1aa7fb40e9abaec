"""Prometheus reads what stands in the archive, under names by its conventions, and cannot load the database with it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection

import pytest
from prometheus_client.parser import text_string_to_metric_families

import operations.metrics
from crawler.arguments import ArgumentError
from operations.metrics import ArchiveCollector, serve
from reports.calendar import BEIJING
from reports.states import VisitOutcome
from storage.database import Archive
from storage.errors import ArchiveError
from storage.events import mark_told, notice
from storage.measures import Measures, measure
from storage.models import DamageRow, Verification, WarcFile
from storage.records import DamageKind
from storage.status import beat
from storage.watching import watch
from tests.postgresql import on_sqlite
from tests.storage_samples import MEI, Crawl, report

WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
NOW = datetime(2025, 4, 20, 4, tzinfo=UTC)


def scraped(port: int) -> Mapping[tuple[str, ...], float]:
    """What a scrape gives, by name and the values of the labels, in the order of their names."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
    finally:
        connection.close()
    families = list(text_string_to_metric_families(text))
    assert all(family.documentation for family in families)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def filled(archive: Archive, crawl: Crawl) -> None:
    """A county that was blocked three times and mends nothing, one never visited, damage, and a silent scheduler."""
    watch(archive, MEI, "330109")
    crawl.document(report())
    for _ in range(3):
        crawl.begin(timedelta(days=1))
        crawl.visit(VisitOutcome.BLOCKED)
    crawl.close()
    with archive.write() as session:
        row = Verification(started_at=NOW - 2 * HOUR, finished_at=NOW - HOUR, records=1, size=1)
        session.add(row)
        session.flush()
        session.add(DamageRow(verification_id=row.id, kind=DamageKind.FILE_MISSING, detail="x", concerns=[]))
        session.add_all(
            WarcFile(number=number, name=f"{number}", size=10**12, sha256="0", chain="0", sealed_at=NOW)
            for number in (1, 2)
        )
    beat(archive, NOW - HOUR)
    events = notice(archive, NOW)
    assert {event.kind for event in events} == {"blocked", "verification-failure", "scheduler-stalled"}
    mark_told(archive, [events[0].id], NOW)


def test_the_archive_is_measured(archive: Archive, crawl: Crawl) -> None:
    filled(archive, crawl)
    found = measure(archive, NOW, WEEK)
    assert found.database > 10_000
    assert found == Measures(
        portals={"blocked": 1, "never": 1},
        year=2024,
        states={"archived": 1, "never-tried": 1},
        due=1,
        overdue=0,
        runs={"finished": 1},
        running=3,
        beat_at=NOW - HOUR,
        verified_at=NOW - HOUR,
        damages=1,
        events={"blocked": 1, "verification-failure": 1, "scheduler-stalled": 1},
        untold=2,
        database=found.database,
        warc=2 * 10**12,
    )


@on_sqlite
def test_prometheus_reads_it(archive: Archive, crawl: Crawl) -> None:
    filled(archive, crawl)
    with serve("127.0.0.1", 0, str(archive.engine.url), WEEK) as port:
        found = scraped(port)
        assert scraped(port) == found
    year = str(datetime.now(BEIJING).year - 1)
    expected = {
        ("gongkai_up",): 1,
        ("gongkai_portals", "blocked"): 1,
        ("gongkai_portals", "never"): 1,
        ("gongkai_portals", "complete"): 0,
        ("gongkai_reports", "never-tried", year): 1,
        ("gongkai_visits_overdue",): 1,
        ("gongkai_runs_total", "finished"): 1,
        ("gongkai_runs_running",): 3,
        ("gongkai_scheduler_last_beat_timestamp_seconds",): (NOW - HOUR).timestamp(),
        ("gongkai_last_verification_timestamp_seconds",): (NOW - HOUR).timestamp(),
        ("gongkai_damages",): 1,
        ("gongkai_events_total", "blocked"): 1,
        ("gongkai_events_total", "amendment"): 0,
        ("gongkai_events_untold",): 2,
    }
    assert {name: found.get(name) for name in expected} == expected
    assert min(found["gongkai_database_bytes",], found["gongkai_warc_bytes",]) > 0
    assert all(re.fullmatch(r"gongkai_[a-z_]+", name) for name, *_ in found)


@on_sqlite
def test_however_often_it_is_asked_the_database_is_asked_once(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def away(*_: object) -> Measures:
        asked.append(True)
        raise ArchiveError("the server is away")

    monkeypatch.setattr(operations.metrics, "measure", away)
    collector = ArchiveCollector(archive, WEEK)
    for _ in range(100):
        (up,) = collector.collect()
        assert [(one.name, one.value) for one in up.samples] == [("gongkai_up", 0)]
    assert len(asked) == 1


@on_sqlite
def test_what_never_was_has_no_time(archive: Archive) -> None:
    names = {family.name for family in ArchiveCollector(archive, WEEK).collect()}
    assert not [name for name in names if name.endswith("_timestamp_seconds")]


@on_sqlite
def test_a_port_that_is_taken_is_one_clear_line(archive: Archive) -> None:
    url = str(archive.engine.url)
    with (
        serve("127.0.0.1", 0, url, WEEK) as port,
        pytest.raises(ArgumentError, match=f"served at 127.0.0.1:{port}: "),
        serve("127.0.0.1", port, url, WEEK),
    ):
        pass
