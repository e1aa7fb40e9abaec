"""Metrics of the archive for Prometheus, on an HTTP port of their own: ``/metrics``."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

from crawler.arguments import ArgumentError
from reports.states import Evidence, VisitOutcome
from storage.database import Archive, open_archive
from storage.errors import ArchiveError
from storage.measures import Measures, measure
from storage.records import EventKind, RunOutcome

try:
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
    from prometheus_client.registry import Collector
except ImportError as error:
    raise ArgumentError("metrics need the extra: pip install '.[operations]'") from error

CACHED = timedelta(seconds=30)  # however often somebody asks, the database is asked no more than that


@contextmanager
def serve(host: str, port: int, archive_url: str, every: timedelta) -> Iterator[int]:
    """Serve the metrics while the block lasts; gives the port, which the system chooses where 0 is asked for.

    ``every`` is the time between two visits where nothing is expected. Raises ``ArgumentError`` where nothing can
    listen there.
    """
    with closing(open_archive(archive_url)) as archive:
        registry = CollectorRegistry()
        registry.register(ArchiveCollector(archive, every))
        try:
            server, thread = start_http_server(port, host, registry)
        except (OSError, OverflowError) as problem:
            raise ArgumentError(f"metrics cannot be served at {host}:{port}: {problem}") from problem
        try:
            yield server.server_port
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class ArchiveCollector(Collector):
    """Measures the archive when it is asked, and gives the same answer for a while."""

    def __init__(self, archive: Archive, every: timedelta) -> None:
        self._archive = archive
        self._every = every
        self._lock = threading.Lock()  # who asks at the same time waits, and gets the same
        self._until = 0.0
        self._measures: Measures | None = None

    def collect(self) -> Iterable[Metric]:
        measures = self._measured()
        yield GaugeMetricFamily("gongkai_up", "Whether the archive could be read.", value=measures is not None)
        if measures is not None:
            yield from _families(measures)

    def _measured(self) -> Measures | None:
        with self._lock:
            if time.monotonic() >= self._until:
                try:
                    self._measures = measure(self._archive, datetime.now(UTC), self._every)
                except ArchiveError:
                    self._measures = None
                self._until = time.monotonic() + CACHED.total_seconds()
            return self._measures


def _families(found: Measures) -> Iterator[Metric]:
    yield _labelled(
        GaugeMetricFamily("gongkai_portals", "Watched portals by how their last visit ended.", labels=["outcome"]),
        dict.fromkeys([*VisitOutcome, "never"], 0) | found.portals,
    )
    told = "Watched counties by the state of their report of the last year."
    states = GaugeMetricFamily("gongkai_reports", told, labels=["year", "state"])
    for state, count in (dict.fromkeys(Evidence, 0) | found.states).items():
        states.add_metric([str(found.year), state], count)
    yield states
    yield GaugeMetricFamily("gongkai_visits_due", "Visits that are due now.", value=found.due)
    yield GaugeMetricFamily("gongkai_visits_overdue", "Visits that are due since a day.", value=found.overdue)
    yield _labelled(
        CounterMetricFamily("gongkai_runs", "Crawl processes by how they ended.", labels=["outcome"]),
        dict.fromkeys(RunOutcome, 0) | found.runs,
    )
    yield GaugeMetricFamily("gongkai_runs_running", "Crawl processes without an end.", value=found.running)
    yield from _instant("gongkai_scheduler_last_beat", "The scheduler's last sign of life.", found.beat_at)
    yield from _instant("gongkai_last_verification", "When the last verification ended.", found.verified_at)
    yield GaugeMetricFamily("gongkai_damages", "What the last verification found damaged.", value=found.damages)
    yield _labelled(
        CounterMetricFamily("gongkai_events", "What was noticed, by kind.", labels=["kind"]),
        dict.fromkeys(EventKind, 0) | found.events,
    )
    yield GaugeMetricFamily("gongkai_events_untold", "Events that nobody was told of yet.", value=found.untold)
    yield GaugeMetricFamily("gongkai_database_bytes", "Size of the database.", value=found.database)
    yield GaugeMetricFamily("gongkai_warc_bytes", "Size of all finished WARC files.", value=found.warc)


def _labelled(family: GaugeMetricFamily | CounterMetricFamily, values: Mapping[str, int]) -> Metric:
    for label, value in values.items():
        family.add_metric([label], value)
    return family


def _instant(name: str, told: str, at: datetime | None) -> Iterator[Metric]:
    """A point in time; what never was has none, rather than 1970."""
    if at is not None:
        yield GaugeMetricFamily(f"{name}_timestamp_seconds", told, value=at.timestamp())
