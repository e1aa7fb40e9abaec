"""The scheduler: it watches what was chosen, does what is due, and lets itself be stopped."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.models import Run
from storage.verify import verification_due
from tests.crawling import ROOT, Practice, practice
from tests.portals import demo_country

SCHEDULER = (sys.executable, "scheduler.py")
DEADLINE = 60  # seconds


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Practice]:
    with practice(demo_country(), tmp_path) as site:
        yield site


def _runs(site: Practice) -> list[tuple[str, str | None]]:
    with site.archive() as archive, archive.read() as session:
        return [(run.trigger, run.outcome) for run in session.scalars(select(Run).order_by(Run.id))]


def test_without_a_choice_it_says_how_to_choose_and_contacts_nobody(site: Practice) -> None:
    for arguments in ((), ("--once",)):
        ended = site.run(*SCHEDULER, *arguments)
        assert (ended.code, ended.out) == (2, "")
        assert "--watch 610326" in ended.err
    assert not site.server.hits


def test_what_is_due_is_crawled_once_and_the_choice_remembered(site: Practice) -> None:
    assert site.run(*SCHEDULER, "--watch", "610326").code == 0
    assert not site.server.hits
    assert site.run(*SCHEDULER, "--once").code == 0
    assert site.states()["610326", 2020] == "archived"
    asked = len(site.server.hits)
    ended = site.run(*SCHEDULER, "--once")
    assert "no visit is due" in ended.out
    assert len(site.server.hits) == asked
    assert _runs(site) == [("schedule", "finished")]
    assert "watching 0 counties" in site.run(*SCHEDULER, "--unwatch", "610326").out


@pytest.mark.parametrize("choice", ["999999", "6", "nowhere", "鼓楼区", ""])
def test_a_choice_that_names_no_county_is_refused(site: Practice, choice: str) -> None:
    ended = site.run(*SCHEDULER, "--watch", choice)
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 1


def test_nobody_is_contacted_without_a_contact(site: Practice) -> None:
    given = {"SCRAPY_PROJECT": "default", "GONGKAI_CONTACT": ""}
    assert site.run(*SCHEDULER, "--watch", "610326", **given).code == 0
    ended = site.run(*SCHEDULER, "--once", **given)
    assert ended.code == 2
    assert "GONGKAI_CONTACT" in ended.err


def test_it_runs_until_it_is_told_to_stop_and_alone(site: Practice) -> None:
    site.run(*SCHEDULER, "--watch", "610326")
    with subprocess.Popen(SCHEDULER, cwd=ROOT, env=site.environment(), stdout=subprocess.PIPE, text=True) as running:  # noqa: S603
        site.server.wait_for_hits(5)
        assert "scheduler   alive" in site.scrapy("status").out
        second = site.run(*SCHEDULER, "--once")
        assert second.code == 2
        assert "another scheduler" in second.err
        running.send_signal(signal.SIGTERM)
        out, _ = running.communicate(timeout=DEADLINE)
    assert running.returncode == 0, out
    assert (site.folder / "scheduler.db").exists()
    assert not list(site.folder.glob("warc/*.open"))
    assert len(_runs(site)) == 1
    assert _runs(site)[0][1] in ("finished", "interrupted")


def test_the_archive_is_proved_once_a_month(site: Practice) -> None:
    assert "proved anew" not in site.run(*SCHEDULER, "--watch", "610326", "--once").out
    with site.archive() as archive, archive.write() as session:
        for run in session.query(Run):
            run.started_at -= timedelta(days=31)
    ended = site.run(*SCHEDULER, "--once")
    assert ("proved anew" in ended.out, "no damage" in ended.out, ended.code) == (True, True, 0)
    with site.archive() as archive:
        assert not verification_due(archive, datetime.now(UTC), timedelta(days=30))
        assert verification_due(archive, datetime.now(UTC) + timedelta(days=31), timedelta(days=30))


def test_the_plan_says_when_and_why(site: Practice) -> None:
    told = site.run(*SCHEDULER, "--plan")
    assert (told.code, "nothing is watched" in told.out) == (0, True)
    assert "now               610326 眉县: never" in site.run(*SCHEDULER, "--watch", "610326", "--plan").out
    rehearsed = site.run(*SCHEDULER, "--once", "--dry-run")
    assert (rehearsed.code, "Due are 610326" in rehearsed.out) == (0, True)
    assert not site.server.hits
    site.run(*SCHEDULER, "--once", "--county", "330109")
    assert {hit.host for hit in site.server.hits} == {"www.xiaoshan.test"}
    assert "330109 萧山区: 7 days after the last visit" in site.run(*SCHEDULER, "--plan", "--county", "330109").out


@pytest.mark.parametrize(
    "options",
    [("--dry-run",), ("--county", "610326"), ("--once", "--county", ""), ("--once", "--metrics", "9464")],
)
def test_options_that_would_mean_nothing_are_refused(site: Practice, options: tuple[str, ...]) -> None:
    ended = site.run(*SCHEDULER, *options)
    assert ended.code == 2
    assert not site.server.hits
