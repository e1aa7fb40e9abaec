"""Crawls that are killed or stopped half way: the next one ends where an undisturbed one would have ended."""

import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.models import Run, Visit
from tests.crashes import Outcome, Undisturbed, attempt
from tests.crawling import practice
from tests.faults import FAULTS
from tests.portals import demo_country

COUNTY = "610326"
COUNTIES = "610326,330109"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    with practice(demo_country(), tmp_path_factory.mktemp("whole")) as site:
        yield Undisturbed.of(site, COUNTY)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_crawl_with_a_fault_is_made_good_by_the_next(whole: Undisturbed, fault: str) -> None:
    """``python -m benchmarks.crash`` tries hundreds of moments."""
    assert attempt(whole, fault, "1") == Outcome()


def test_a_run_that_was_killed_is_named_so(whole: Undisturbed, tmp_path: Path) -> None:
    site = replace(whole.site, folder=tmp_path)
    whole.site.server.write_practice(tmp_path)
    whole.site.server.clear_hits()
    assert site.stop_amid(COUNTY, 9, signal.SIGKILL).code == -signal.SIGKILL
    assert list(tmp_path.glob("warc/*.open")), "the kill came too late or too early to leave an open file"
    site.crawl(COUNTY)
    with site.archive() as archive, archive.read() as session:
        assert [run.outcome for run in session.scalars(select(Run).order_by(Run.id))] == ["interrupted", "finished"]


def test_a_stopped_crawl_ends_by_itself_and_says_so(tmp_path: Path) -> None:
    with practice(demo_country(), tmp_path) as site:
        ended = site.stop_amid(COUNTIES, 12, signal.SIGTERM)
        assert "Traceback" not in ended.err
        assert ended.code == 1
        with site.archive() as archive, archive.read() as session:
            assert [run.outcome for run in session.scalars(select(Run))] == ["interrupted"]
            assert {visit.outcome for visit in session.scalars(select(Visit))} == {"interrupted"}
        assert not list(site.folder.glob("warc/*.open"))
        site.crawl(COUNTIES)
        assert site.states()["610326", 2015] == "archived"
