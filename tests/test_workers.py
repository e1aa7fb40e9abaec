"""Workers on one PostgreSQL: no portal is visited by two at once, and one that dies loses nothing."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.queue import cancel, queued
from storage.models import Visit
from tests.crawling import Practice, practice
from tests.portals import Country, demo_country
from tests.portals.nation import nation
from tests.postgresql import fresh_database
from tests.working import SCHEDULER, beside, cluster, differences, held, rudeness

DELAY = 0.2
SILENCE = ("-s", "GONGKAI_WORKER_SILENCE=2")
DEADLINE = 90


@pytest.fixture
def url(postgresql: str) -> str:
    return fresh_database(postgresql)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Practice]:
    with practice(demo_country(), tmp_path) as site:
        yield site


def test_three_workers_one_dies_and_one_joins_late(tmp_path: Path, url: str) -> None:
    well = [portal for portal in nation(portals=80, each=1).portals if not portal.expected.kind]
    well = sorted(well, key=lambda portal: len(portal.years))[:9]
    for portal in well[:3]:
        portal.platform = "one-firewall"
    with practice(Country(tuple(well)), tmp_path) as site:
        alone = beside(site, "alone")
        assert alone.crawl(",".join(portal.code for portal in well)).code == 0
        site.server.clear_hits()
        with cluster(site, url, *SILENCE, GONGKAI_PRACTICE_DELAY=str(DELAY)) as workers:
            assert workers.enqueue() == len(well)
            victim = workers.start("-s", "GONGKAI_PORTALS_AT_ONCE=4", "--once")
            workers.start("-s", "GONGKAI_PORTALS_AT_ONCE=2", "--once")
            site.server.wait_for_hits(30)
            victim.kill()
            workers.start("--once")
            for worker in workers.workers[1:]:
                assert worker.wait(DEADLINE) == 0
            assert workers.scrapy("queue").out.splitlines()[1:] == ["nothing waits"]
        seen = rudeness(site, DELAY / 2)  # a busy machine may read the first of two requests late
        assert (seen.at_once, seen.too_soon) == (0, 0), seen
        assert differences(held(alone.url, alone.folder), held(url, site.folder)) == []
        assert workers.scrapy("verify").code == 0


def test_a_worker_told_to_stop_gives_its_visits_back(demo: Practice, url: str) -> None:
    with cluster(demo, url, *SILENCE, GONGKAI_PRACTICE_DELAY=str(DELAY)) as workers, workers.archive() as archive:
        assert workers.enqueue() == 6
        assert workers.enqueue() == 0, "what waits is not queued again"
        worker = workers.start()
        demo.server.wait_for_hits(12)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(DEADLINE) == 0, workers.log(0)
        assert not list(demo.folder.glob("warc/*.open"))
        assert {job.status for job in (queued(archive) or {}).values()} == {"todo"}
        assert workers.start("--once").wait(DEADLINE) == 0
        assert queued(archive) == {}
        with archive.read() as session:
            visits = session.query(Visit).filter_by(portal_code="610326").order_by(Visit.id)
            assert [visit.outcome for visit in visits] == ["interrupted", "complete"]


def test_a_visit_can_be_cancelled_and_queued_again(demo: Practice, url: str) -> None:
    with cluster(demo, url, *SILENCE, GONGKAI_PRACTICE_DELAY=str(DELAY)) as workers, workers.archive() as archive:
        workers.enqueue()
        assert workers.scrapy("queue", "--cancel", "330109,130427").out == "cancelled: 2\n"
        worker = workers.start("--once")
        demo.server.wait_for_hits(12)
        assert cancel(archive, {"610326"}) == 1
        assert worker.wait(DEADLINE) == 0
        told = workers.scrapy("queue").out
        assert "cancelled   2" in told
        assert "stopped     1\n            610326 眉县" in told
        assert "www.xiaoshan.test" not in {hit.host for hit in demo.server.hits}
        assert workers.enqueue() == 3, "what was cancelled is left alone for a day"
        assert workers.scrapy("queue", "--retry", "all").out == "queued again: 3\n"
        assert {job.status for job in (queued(archive) or {}).values()} == {"todo"}
        ended = workers.scrapy("status")
        assert "queue       6 waiting, 0 under way, 0 failed; 0 workers: start one" in ended.out
        assert ended.code == 1


def test_the_queue_is_for_postgresql(demo: Practice) -> None:
    demo.run(*SCHEDULER, "--watch", "610326")
    for command in ("work", "queue"):
        ended = demo.scrapy(command)
        assert ended.code == 2
        assert "SQLite has no queue" in ended.err
    assert "scrapy work" in demo.scrapy("crawl", "fed").err
