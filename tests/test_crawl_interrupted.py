"""Crawls that are killed or stopped half way: the next one ends where an undisturbed one would have ended."""

import signal
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from reports.model import Figure
from storage.figures import figures
from storage.models import CaptureRow, Run, Visit
from tests.crawling import Practice, practice
from tests.portals import demo_country

COUNTIES = "610326,330109"
HOSTS = ("www.meixian.test", "www.xiaoshan.test")


def _held(site: Practice) -> tuple[dict[tuple[str, int], str], dict[tuple[str, int], dict[str, Figure]]]:
    states = site.states()
    with site.archive() as archive:
        return states, {(code, year): figures(archive, code, year) for code, year in states if code in COUNTIES}


def _known_to_sql(site: Practice) -> set[tuple[str, int]]:
    with site.archive() as archive, archive.read() as session:
        return {(row.warc_file, row.warc_offset) for row in session.scalars(select(CaptureRow))}


@pytest.mark.parametrize("hits", [4, 19, 33])
def test_a_killed_crawl_is_made_good_by_the_next(tmp_path: Path, hits: int) -> None:
    with practice(demo_country(), tmp_path) as undisturbed:
        assert undisturbed.crawl(COUNTIES).code == 0
        killed = replace(undisturbed, folder=tmp_path / "killed")
        killed.folder.mkdir()
        undisturbed.server.write_practice(killed.folder)
        undisturbed.server.clear_hits()
        assert killed.stop_amid(COUNTIES, hits, signal.SIGKILL).code == -signal.SIGKILL
        assert list(killed.folder.glob("warc/*.open")), "the kill came too late or too early to leave an open file"

        assert killed.crawl(COUNTIES).code == 0

        assert _held(killed) == _held(undisturbed)
        for host in HOSTS:
            assert killed.payloads(host) == undisturbed.payloads(host)
        assert not list(killed.folder.glob("warc/*.open"))
        with killed.archive() as archive, archive.read() as session:
            assert [run.outcome for run in session.scalars(select(Run).order_by(Run.id))] == ["interrupted", "finished"]
        assert _files(killed) == {name for name, _ in _known_to_sql(killed)}


def _files(site: Practice) -> set[str]:
    return {path.name for path in (site.folder / "warc").glob("*.warc.gz")}


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
