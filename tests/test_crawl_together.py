"""Two schedulers and a person's crawl on one archive at once: nothing lost, nothing twice, no lock that is seen."""

import subprocess
import sys
from pathlib import Path

from storage.models import Run
from tests.crashes import Outcome, Undisturbed, beside, compared
from tests.crawling import ROOT, SCRAPY, Ended, Practice, practice
from tests.portals import demo_country

COUNTIES = "610326,330109"
SCHEDULER = (sys.executable, "scheduler.py", "--once", "--watch", "610326", "--watch", "330109")
MANUAL = (*SCRAPY, "crawl", "reports", f"-acounty={COUNTIES}", "-arecheck=0")


def at_once(site: Practice, *commands: tuple[str, ...]) -> list[Ended]:
    begun = [
        subprocess.Popen(  # noqa: S603 - our own commands
            command, cwd=ROOT, env=site.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for command in commands
    ]
    told = [one.communicate(timeout=120) for one in begun]
    return [Ended(one.returncode, *said) for one, said in zip(begun, told, strict=True)]


def test_three_at_once_make_one_archive(tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    with practice(demo_country(), tmp_path / "alone") as portals:
        whole = Undisturbed.of(portals, COUNTIES)
        (tmp_path / "together").mkdir()
        site = beside(whole, tmp_path / "together")
        first, second, manual = at_once(site, SCHEDULER, SCHEDULER, MANUAL)
        for ended in (first, second, manual):
            assert "Traceback" not in ended.err
            assert "locked" not in ended.err
        assert manual.code == 0
        assert sorted((first.code, second.code)) in ([0, 0], [0, 2]), "one may find the other at work, and says so"
        refused = next((ended for ended in (first, second) if ended.code == 2), None)
        assert refused is None or "another schedule" in refused.err
        assert compared(whole, site) == Outcome()
        with site.archive() as archive, archive.read() as session:
            assert {run.outcome for run in session.query(Run)} == {"finished"}
