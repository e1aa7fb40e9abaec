"""The pages of indicators: formula, years, places, and each report; empty where there is nothing, in both languages."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

import pytest
from starlette.testclient import TestClient

from reports.derived import derived
from storage.database import Archive
from storage.indicators.catalogue import catalogue
from storage.indicators.spread import spread
from storage.indicators.summaries import Summary
from tests.reading_room import reader
from tests.storage_samples import MEI, Crawl, new_archive
from tests.test_reports_derived import BLANK, figure, form
from tests.test_storage_indicators import LINTONG, QISHAN, of, publish
from web.charts.boxes import chart

HANDLED, PETITIONS = "applications.handled_total.total", "applications.not_processed.petition.total"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    archive = new_archive(tmp_path_factory.mktemp("indicators"))
    crawl = Crawl(archive)
    publish(crawl, of(MEI, 2023, form()), of(MEI, 2024, {**form(), PETITIONS: figure(5)}))
    publish(crawl, of(QISHAN, 2024, {HANDLED: figure(50), PETITIONS: figure(20)}))
    publish(crawl, of(LINTONG, 2024, {HANDLED: figure(50), PETITIONS: BLANK}))
    crawl.close()
    yield archive
    archive.close()


@pytest.fixture
def client(held: Archive) -> TestClient:
    return reader(held)


def text(client: TestClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_indicator_has_a_page_in_both_languages(client: TestClient, language: str) -> None:
    listed = client.get(f"/indicators?lang={language}").text
    one_of_each = {one.table: one for one in catalogue().values()}.values()
    for known in (*one_of_each, *(catalogue()[code] for code in derived())):
        assert f'href="/indicators/{known.code}"' in listed
        page = text(client, f"/indicators/{known.code}?lang={language}")
        assert known.zh in page
        assert known.en in page


def test_a_page_shows_formula_spread_ranking_and_reports(client: TestClient) -> None:
    page = text(client, "/indicators/share.petition?lang=en")
    assert f"Not processed: petition, report or complaint, total {PETITIONS}" in page
    assert "3 of 4 reports give a number" in page
    assert "2024 3 2 1" in page  # three reports, two numbers, one blank
    assert "10.0 % 17.5 % 25.0 % 32.5 % 40.0 % 25.0 % 25.0 %" in page
    assert "Shaanxi 25.0 %" in page
    assert "20 / 50" in page
    assert "眉县 2024 10.0 % 5 / 50" in page
    assert 'href="/report/' in client.get("/indicators/share.petition").text
    city = text(client, "/indicators/share.petition?lang=en&place=6103")
    assert "Counties, 2024" in city
    assert city.index("岐山县") < city.index("眉县")


def test_nothing_to_show_is_said(client: TestClient, held: Archive) -> None:
    assert "No report of this place" in text(client, "/indicators/share.petition?lang=en&place=11")
    assert "none of them gives a number" in text(client, "/indicators/stat.published?lang=en&place=6103&from=2023")
    for path in ("no.such", "share.petition?place=99", "share.petition?from=1990&to=1991", "share.petition?page=x"):
        text(client, f"/indicators/{path}", 404)


def test_a_chart_has_no_line_across_a_gap_and_leaves_the_largest_outside() -> None:
    years = {year: Summary(spread=spread({value: 1})) for year, value in ((2019, 0), (2020, 4), (2022, 8), (2023, 3))}
    years = {year: years.get(year, Summary()) for year in range(2019, 2024)}
    drawn = chart(years, share=False)
    assert drawn is not None
    assert [box.median is None for box in drawn.boxes] == [False, False, True, False, False]
    assert len(drawn.lines) == 2
    assert [tick for tick, _ in drawn.ticks] == [0, 2, 4, 6, 8]
    assert drawn.boxes[3].median == drawn.ticks[-1][1]
    assert chart({2020: Summary()}, share=True) is None


def test_a_chart_has_no_line_from_one_formula_to_another() -> None:
    """The forms count otherwise: what joins them would be read as a change."""
    half = spread({0.5: 1})
    years = {year: Summary(spread=half, formulas=Counter({0 if year > 2018 else 1: 3})) for year in range(2017, 2021)}
    drawn = chart(years, share=True)
    assert drawn is not None
    assert [len(line.split()) for line in drawn.lines] == [2, 2]


def test_the_page_for_programs_lists_every_route(client: TestClient) -> None:
    page = text(client, "/api?lang=en")
    assert "/api/indicators/{code}/ranking" in page
    assert "/api/coverage" in page
