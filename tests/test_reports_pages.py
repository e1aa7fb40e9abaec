"""Real pages and their labels: nothing wrong goes through unseen, few go to review, no mirror is let in."""

from dataclasses import replace
from typing import Any

import pytest

from benchmarks.identity import (
    PAGES,
    REVIEW,
    WAYS,
    Portals,
    compare,
    load_pages,
    main,
    mirrors_accepted,
    most_reviews,
    run,
)
from crawler.allowlist import is_government_host
from reports.model import AgencyKind, ContentKind, Report

beside = pytest.mark.skipif(not PAGES.is_file(), reason="the labelled pages are not beside this checkout (../shared)")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return load_pages()


@pytest.fixture(scope="module")
def portals() -> Portals:
    return Portals()


@beside
@pytest.mark.parametrize("way", WAYS)
def test_nothing_wrong_goes_through_however_the_title_is_given(
    rows: list[dict[str, Any]], portals: Portals, way: str
) -> None:
    assert len(rows) == 110
    assert [outcome.detail for outcome in run(rows, portals, way) if outcome.wrong] == []


@beside
@pytest.mark.parametrize("way", ["heading", "browser title", "link"])
def test_few_of_the_pages_go_to_review(rows: list[dict[str, Any]], portals: Portals, way: str) -> None:
    assert sum(outcome.in_review for outcome in run(rows, portals, way)) <= most_reviews(rows) == 27


@beside
def test_no_mirror_is_accepted(rows: list[dict[str, Any]], portals: Portals) -> None:
    assert mirrors_accepted(rows, portals) == []
    own = {"mirror": True, "url": "http://www.meixian.gov.cn/a.html"}
    assert mirrors_accepted([own], portals) == [own["url"]]


def test_without_the_pages_the_measurement_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.identity.load_pages", lambda: load_pages(PAGES.with_name("absent.jsonl")))
    assert main() == 2
    assert "are not at" in capsys.readouterr().err


LABELS = {"title": "", "year": 2023, "agency": "宝鸡市眉县财政局", "level": "部门"}
READ = Report("眉县财政局", AgencyKind.DEPARTMENT, "610326", 2023, "", ContentKind.HTML)


@pytest.mark.parametrize(
    ("labels", "reading", "equal"),
    [
        ({}, {}, {"agency", "level", "year"}),
        ({}, {"year": 2022}, {"agency", "level"}),
        ({}, {"agency": "眉县人民政府", "agency_kind": AgencyKind.GOVERNMENT}, {"year"}),
        ({}, {"agency": "扶风县财政局", "county_code": "610324"}, {"level", "year"}),
        ({"agency": "渭南市眉县财政局"}, {}, {"level", "year"}),
        ({"agency": "县财政局"}, {}, {"agency", "level", "year"}),
        ({"agency": "某县财政局"}, {}, {"agency", "level", "year"}),
        ({"agency": "眉县财政和金融局"}, {}, {"agency", "level", "year"}),
        ({"agency": "渭南市眉县财政和金融局"}, {}, {"level", "year"}),
        ({"agency": "眉县财政审计处"}, {}, {"level", "year"}),
        ({"agency": "眉县审计局"}, {}, {"level", "year"}),
        (
            {"agency": "眉县", "level": "县"},
            {"agency": "眉县人民政府", "agency_kind": AgencyKind.GOVERNMENT},
            {"agency", "level", "year"},
        ),
        (
            {"agency": "眉县", "level": "县办"},
            {"agency": "眉县人民政府", "agency_kind": AgencyKind.GOVERNMENT},
            {"year"},
        ),
        ({"year": None}, {}, set()),
    ],
)
def test_a_reading_is_compared_field_by_field(labels: dict[str, Any], reading: dict[str, Any], equal: set[str]) -> None:
    outcome = compare({**LABELS, **labels}, replace(READ, **reading))
    assert outcome.equal == equal
    assert outcome.wrong is (len(equal) < 3)
    doubted = compare({**LABELS, **labels}, replace(READ, **reading, review=("a doubt",)))
    assert set(doubted.fields.values()) == {REVIEW}


@pytest.mark.parametrize(
    ("host", "accepted"),
    [
        ("www.meixian.gov.cn", True),
        ("www.gov.cn", True),
        ("61.150.65.235", True),
        ("61.150.65.236", False),
        ("meixian.gov.cn.816969.cn", False),
        ("www-liangqing-gov-cn.bt8.net", False),
        ("notgov.cn", False),
        ("", False),
    ],
)
def test_hosts_of_governments(host: str, accepted: bool) -> None:
    assert is_government_host(host, ["61.150.65.235"]) is accepted
