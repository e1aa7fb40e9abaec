"""``scrapy probe`` and ``scrapy crawl portals``: where the lists are and whose, without reading a report."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crawler.registry import COLUMNS, load_registry
from reports.states import Reason, VisitOutcome
from storage.models import Document, Portal, Visit
from tests.crawling import Practice, practice
from tests.portals import demo_country


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with practice(demo_country(), tmp_path_factory.mktemp("probed")) as served:
        yield served


def _home(site: Practice, code: str) -> str:
    return f"{site.country.portal(code).base}/"


def test_a_probe_gives_the_row_that_the_registry_takes(site: Practice, tmp_path: Path) -> None:
    portal = site.country.portal("610326")
    ended = site.scrapy("probe", _home(site, "610326"))
    assert ended.code == 0
    assert "trs (score" in ended.out
    assert "6103260004: 眉县 (610326)" in ended.out
    *_, head, row = ended.out.splitlines()
    assert head == ",".join(COLUMNS)
    (tmp_path / "rows.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    pasted = load_registry(tmp_path / "rows.csv")["610326"]
    assert (pasted.family, pasted.column_url) == ("trs", portal.base + portal.pages.list_address())
    assert not (site.folder / "archive.db").exists(), "a probe keeps nothing"


@pytest.mark.parametrize(
    ("code", "arguments", "exit_code", "outcome", "reason"),
    [
        ("330109", (), 0, "probed", None),
        ("130427", ("--county", "130427"), 0, "probed", None),
        ("510114", (), 4, "blocked", "challenge-ruishu"),
        ("130324", (), 6, "unreachable", "refused"),
        ("231222", ("--county", "231222"), 7, "identity-mismatch", "site-code"),
    ],
)
def test_exit_codes_tell_what_a_portal_is(
    site: Practice, code: str, arguments: tuple[str, ...], exit_code: int, outcome: str, reason: str | None
) -> None:
    ended = site.scrapy("probe", _home(site, code), "--json", *arguments)
    told = json.loads(ended.out)
    assert (ended.code, told["outcome"], told["reason"]) == (exit_code, outcome, reason)
    if exit_code == 0:
        row = dict(zip(COLUMNS, next(csv.reader(io.StringIO(told["registry_row"]))), strict=True))
        assert (row["code"], row["home"]) == (code, _home(site, code))
        assert told["years"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "name one address"),
        (("ftp://www.meixian.test/",), "no web address"),
        (("http://[",), "no web address"),
        (("http://www.meixian.test/", "--county", "6103"), "12 counties; name one"),
    ],
)
def test_what_cannot_be_probed_is_said_in_one_line(site: Practice, arguments: tuple[str, ...], complaint: str) -> None:
    ended = site.scrapy("probe", *arguments)
    assert ended.code == 2
    assert complaint in ended.err.splitlines()[-1]
    assert "Traceback" not in ended.err


def test_a_survey_stores_a_verdict_per_portal_and_no_report(tmp_path: Path) -> None:
    with practice(demo_country(), tmp_path) as site:
        codes = ",".join(portal.code for portal in site.country.portals)
        ended = site.scrapy("crawl", "portals", f"-acounty={codes}")
        assert ended.code == 0, ended.err
        with site.archive() as archive, archive.read() as session:
            visits = {visit.portal_code: visit for visit in session.scalars(select(Visit))}
            found = {code: (visit.outcome, visit.reason) for code, visit in visits.items()}
            mei = session.get_one(Portal, "610326")
            assert (mei.family, (mei.family_score or 0) >= 3) == ("trs", True)
            assert mei.list_start
            assert session.scalar(select(func.count(Document.id))) == 0
        assert found == {
            "610326": (VisitOutcome.PROBED, None),
            "330109": (VisitOutcome.PROBED, None),
            "130427": (VisitOutcome.PROBED, None),
            "510114": (VisitOutcome.BLOCKED, Reason.CHALLENGE_RUISHU),
            "130324": (VisitOutcome.UNREACHABLE, Reason.REFUSED),
            "231222": (VisitOutcome.IDENTITY_MISMATCH, Reason.SITE_CODE),
        }
        assert site.states("2022")["610326", 2022] == "never-tried", "one list page proves no absence"
        site.server.clear_hits()
        site.crawl("610326")
        asked = [hit.path for hit in site.server.hits if hit.path != "/robots.txt"]
        assert asked[0] == "/col14875/col14972/col14973/", "the list is where the survey found it"
