"""What does not reach the archive is never taken for read: its visit fails, and its captures wait for a transaction."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler
from sqlalchemy import select

from crawler import pipeline
from crawler.items import ListItem, VisitItem
from crawler.pipeline import ArchivePipeline
from crawler.session import CrawlSession
from reports.states import VisitOutcome
from storage.archive import begin_run
from storage.database import open_archive
from storage.errors import ArchiveError
from storage.models import CaptureRow, Listing, Visit
from storage.records import Exchange, ListingRecord, PortalRecord, VisitRecord
from storage.shelf import Sizes
from storage.warc import WarcWriter

PORTAL = PortalRecord("610326", "http://www.meixian.test/")
NOW = datetime(2025, 6, 30, tzinfo=UTC)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[CrawlSession]:
    session = CrawlSession(cast("Crawler", SimpleNamespace(stats=MemoryStatsCollector(get_crawler()), engine=None)))
    session.archive = open_archive(f"sqlite:///{tmp_path / 'archive.db'}", tmp_path / "warc")
    session.run_id = begin_run(session.archive, "manual", {}, "test/1", "here")
    session._sizes = Sizes(session.archive.shelf)
    session.writer = WarcWriter(session.archive.warc_dir, software="test/1")
    session.begin("610326")
    yield session
    session.writer.close()
    session.archive.close()


@pytest.fixture
def archiving(session: CrawlSession, monkeypatch: pytest.MonkeyPatch) -> ArchivePipeline:
    monkeypatch.setattr(CrawlSession, "of", staticmethod(lambda _: session))
    return ArchivePipeline(session.crawler)


def _list(session: CrawlSession) -> ListItem:
    url = "http://www.meixian.test/nb/"
    exchange = Exchange(url, "GET", (), b"", 200, "HTTP/1.1", (), b"<html>list</html>", "127.61.3.26", NOW)
    capture = session.record(exchange, "610326", None)
    return ListItem(PORTAL, (ListingRecord(url, 1, "年报", True, (), capture),))


def _complete() -> VisitItem:
    return VisitItem(PORTAL, VisitRecord(VisitOutcome.COMPLETE, "", NOW, NOW, requests=1, list_pages=1))


@pytest.mark.parametrize("error", [ArchiveError("disk full"), KeyError("a mistake of ours")])
def test_a_list_that_was_not_saved_makes_no_complete_visit(
    archiving: ArchivePipeline, session: CrawlSession, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(pipeline, "save_listings", fail)
    with pytest.raises(DropItem):
        archiving.process_item(_list(session))
    assert bool(session.broken) is isinstance(error, ArchiveError)

    archiving.process_item(_complete())

    with session.archive.read() as rows:
        visit = rows.scalars(select(Visit)).one()
        assert visit.outcome is VisitOutcome.FAILED
        assert str(error) in visit.detail
        assert rows.scalars(select(CaptureRow)).one().url.endswith("/nb/"), "the capture came with the next transaction"


def test_what_is_saved_is_committed_once(archiving: ArchivePipeline, session: CrawlSession) -> None:
    archiving.process_item(_list(session))
    assert session.pending("610326") == []
    archiving.process_item(_complete())
    with session.archive.read() as rows:
        assert rows.scalars(select(Visit)).one().outcome is VisitOutcome.COMPLETE
        assert len(rows.scalars(select(Listing)).all()) == 1


def test_a_payload_is_repeated_in_full_where_its_first_record_is_gone(session: CrawlSession) -> None:
    first = _list(session).pages[0].capture
    assert _list(session).pages[0].capture.record_type == "revisit"
    session.writer.close()
    (session.archive.warc_dir / first.warc_file).unlink()
    assert _list(session).pages[0].capture.record_type == "response"
