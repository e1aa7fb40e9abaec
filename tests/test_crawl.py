"""The crawl from end to end: what is published is archived with its figures, what is not has its reason, twice over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from reports.model import AgencyKind, CellState
from storage.captures import payload_of
from storage.figures import figures
from storage.models import Document, Version
from storage.why.chain import why
from tests.crawling import SCRAPY, Practice, practice
from tests.portals import demo_country
from tests.portals.client import governments

HEALTHY = ("610326", "330109", "130427")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """The demo country after one crawl; tests of this fixture only read."""
    with practice(demo_country(), tmp_path_factory.mktemp("crawled")) as site:
        ended = site.crawl()
        assert ended.code == 0, ended.err
        yield site


def _versions(site: Practice) -> int:
    with site.archive() as archive, archive.read() as session:
        return session.scalar(select(func.count(Version.id))) or 0


# --- One crawl -----------------------------------------------------------------------------------------------------


def test_every_published_report_is_archived_and_every_gap_named(crawled: Practice) -> None:
    expected = {}
    failures = {"510114": "blocked", "130324": "unreachable", "231222": "identity-mismatch"}
    for portal in crawled.country.portals:
        published = governments(portal) if portal.code in HEALTHY else {}
        for year in range(2015, 2025):
            missing = failures.get(portal.code, "not-listed")
            expected[portal.code, year] = "archived" if year in published else missing
    assert expected["610326", 2022] == "not-listed"
    assert crawled.states() == expected


def test_where_no_host_answers_at_all_it_may_be_this_machine(tmp_path: Path) -> None:
    with practice(demo_country(), tmp_path) as site:
        told = ["is this machine online" in site.crawl(counties).err for counties in ("130324", "130324,510114")]
    assert told == [True, False]


@pytest.mark.parametrize("code", HEALTHY)
def test_every_figure_is_as_published(crawled: Practice, code: str) -> None:
    with crawled.archive() as archive:
        for year, report in governments(crawled.country.portal(code)).items():
            printed = {n: f for n, f in figures(archive, code, year).items() if f.state is not CellState.MISSING}
            read = {name: figure.value for name, figure in printed.items()}
            official = {name: value for name, value in read.items() if not name.startswith("narrative.")}
            assert official == report.figures, year
            for name, value in report.narrative.items():
                assert read[name] == value, (year, name)


def test_no_decoy_is_archived(crawled: Practice) -> None:
    with crawled.archive() as archive, archive.read() as session:
        kept = set(session.scalars(select(Document.url)))
    truth = {report.url for code in HEALTHY for report in governments(crawled.country.portal(code)).values()}
    # 眉县 did not publish for 2022; its office did, and that is kept as the office's.
    office = {
        report.url
        for report in crawled.country.portal("610326").published()
        if report.agency_kind is AgencyKind.OFFICE and report.year == 2022
    }
    assert kept == truth | office


def test_no_request_left_the_allow_list(crawled: Practice) -> None:
    asked = {hit.host.partition(":")[0] for hit in crawled.server.hits}
    assert asked == {portal.host for portal in crawled.country.portals if portal.family != "refused"}


def test_the_pictures_of_a_report_are_kept(crawled: Practice) -> None:
    report = governments(crawled.country.portal("610326"))[2023]
    assert report.picture_urls
    assert set(report.picture_urls) <= {url for url, _ in crawled.payloads("www.meixian.test")}


@pytest.mark.parametrize(("code", "year"), [("610326", 2020), ("610326", 2018), ("330109", 2021), ("610326", 2022)])
def test_every_proof_leads_to_its_bytes(crawled: Practice, code: str, year: int) -> None:
    with crawled.archive() as archive:
        steps = why(archive, code, year)
        captures = [step.capture for step in steps if step.capture]
        kinds = {step.kind for step in steps if step.capture}
        assert kinds >= ({"listing"} if year == 2022 else {"listing", "capture"})
        assert all(payload_of(archive, capture) for capture in captures)


def test_why_tells_where_a_portal_was_before(crawled: Practice, tmp_path: Path) -> None:
    moved = tmp_path / "moved.csv"
    header, *_ = (crawled.folder / "registry.csv").read_text("utf-8").splitlines()
    rows = ("610326,http://old.test/,2009-05,,,,,,,", "610326,http://www.meixian.test/,2019-01,,,,,,,")
    moved.write_text("\n".join((header, *rows)), "utf-8")
    ended = crawled.run(*SCRAPY, "why", "610326", "2020", "--json", GONGKAI_REGISTRY_LOCAL=str(moved))
    former = ended.rows[1]
    assert (former["kind"], former["text"], former["url"]) == (
        "portal",
        "its address before, from 2009-05",
        "http://old.test/",
    )


@pytest.mark.parametrize(("code", "year"), [("610326", 2018), ("330109", 2021)])
def test_the_report_that_is_a_pdf_is_read_from_it(crawled: Practice, code: str, year: int) -> None:
    with crawled.archive() as archive:
        steps = {step.text: step for step in why(archive, code, year)}
    assert (
        steps["what the figures were read from"].url == governments(crawled.country.portal(code))[year].attachment_url
    )


def test_a_broken_sum_is_found(crawled: Practice) -> None:
    rows = crawled.scrapy("coverage", "--county", ",".join(HEALTHY), "--years", "2015-2024", "--json").rows
    assert [(row["code"], row["year"]) for row in rows if row["failed_checks"]] == [("610326", 2021)]


# --- A second crawl ------------------------------------------------------------------------------------------------


def test_nothing_new_costs_no_version_and_no_body(tmp_path: Path) -> None:
    with practice(demo_country(), tmp_path) as site:
        site.crawl()
        before, versions = site.states(), _versions(site)
        site.server.clear_hits()
        site.crawl()
        assert (site.states(), _versions(site)) == (before, versions)
        # 眉县 gives validators: nothing of it but robots.txt came a second time.
        again = [hit for hit in site.server.hits if hit.host.startswith("www.meixian") and hit.status == 200]
        assert [hit.path for hit in again] == ["/robots.txt"]


def test_changes_between_two_crawls_are_told_apart(tmp_path: Path) -> None:
    with practice(demo_country(), tmp_path) as site:
        site.crawl("610326")
        portal = site.country.portal("610326")
        portal.edit_figure(2020, "applications.new.total", 7)
        portal.publish(2022)
        portal.withdraw(2019)
        site.crawl("610326")
        states = site.states()
        assert states["610326", 2020] == "amended"
        assert states["610326", 2022] == "archived"
        assert states["610326", 2019] == "archived"  # what was archived is never lost
        with site.archive() as archive:
            assert figures(archive, "610326", 2020)["applications.new.total"].value == 7


def test_what_was_asked_for_and_no_more(tmp_path: Path) -> None:
    with practice(demo_country(), tmp_path) as site:
        site.crawl("眉县", years="2019-2020", agencies="all")
        with site.archive() as archive, archive.read() as session:
            urls = set(session.scalars(select(Document.url)))
        portal = site.country.portal("610326")
        listed = {report.url: report for report in portal.published() if report.year in (2019, 2020)}
        assert urls <= set(listed)
        kinds = {listed[url].agency_kind for url in urls}
        assert kinds >= {AgencyKind.GOVERNMENT, AgencyKind.DEPARTMENT}
