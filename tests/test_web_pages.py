"""Every page of the reading room answers, in both languages, over both databases, over nothing at all."""

from itertools import product
from pathlib import Path
from urllib.parse import urlencode

import pytest

from storage.database import Archive, open_archive
from storage.watching import watch
from tests.postgresql import on_sqlite
from tests.reading_room import PLACES, fill, reader
from tests.storage_samples import MEI, Crawl, report
from web.language import LANGUAGES
from web.opening import Opening

UNKNOWN = (
    "/nothing",
    "/report/999",
    "/report/x",
    "/report/-1",
    "/report/99999999999999999999",
    "/report/1?version=9",
    "/report/1?version=x",
    "/capture/999",
    "/raw/999",
    "/raw/999/original",
    "/raw/1/other",
    "/county/999999",
    "/county/61",
    "/coverage/99",
    "/coverage/x",
    "/coverage?year=1999",
    "/coverage?year=二〇二〇",
    f"/why/{MEI}/1999",
    f"/why/{MEI}/x",
    "/why/999999/2020",
    "/static/nothing.css",
    "/static/../app.py",
)


ASKED = {
    "/": "lang",
    "/coverage": "year",
    "/county": "q",
    "/report/1": "version",
    "/search": "q place from to state page",
    "/indicators/applications.new.total": "place from to page",
    "/download/coverage.csv": "from to",
}
HOSTILE = ("", " ", "x", "-1", "0", "9" * 19, "9" * 400, "٣", "2020'--", "\x00", "\ud800", "<script>", "县" * 5000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_answers(archive: Archive, crawl: Crawl, language: str) -> None:
    fill(crawl)
    client = reader(archive)
    for place in PLACES:
        answer = client.get(place, params={**_asked(place), "lang": language})
        assert answer.status_code == 200, place
        assert f'<html lang="{"zh-Hans-CN" if language == "zh" else "en"}">' in answer.text
        assert "[U+" not in answer.text, place


def test_an_empty_archive_says_what_to_do(archive: Archive) -> None:
    client = reader(archive)
    assert "scrapy crawl reports -a county=610326" in client.get("/", params={"lang": "en"}).text
    for place in ("/", "/coverage", "/coverage/61", f"/county/{MEI}", f"/why/{MEI}/2020", "/health"):
        assert client.get(place).status_code == 200, place


@on_sqlite
def test_the_country_opens_on_the_newest_year_of_which_something_is_held(archive: Archive, crawl: Crawl) -> None:
    client = reader(archive)
    assert "2024" in _heading(client.get("/coverage").text)
    crawl.document(report(2019))
    assert "2019" in _heading(client.get("/coverage").text)
    assert "2022" in _heading(client.get("/coverage?year=2022").text)


def test_no_archive_is_made_by_reading(tmp_path: Path) -> None:
    opening = Opening(f"sqlite:///{tmp_path}/none/archive.db")
    client = reader(opening)
    first = client.get("/", params={"lang": "en"})
    assert first.status_code == 200
    assert "There is no archive yet" in first.text
    assert "make demo" in first.text
    assert client.get("/health").status_code == 503
    assert not (tmp_path / "none").exists()


def test_an_archive_that_is_made_meanwhile_is_shown(tmp_path: Path, crawl: Crawl) -> None:
    opening = Opening(f"sqlite:///{tmp_path}/later.db")
    client = reader(opening)
    assert client.get("/coverage").status_code == 503
    open_archive(f"sqlite:///{tmp_path}/later.db").close()
    assert client.get("/coverage").status_code == 200
    opening.close()


@on_sqlite
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_unknown_is_a_page_that_says_so(archive: Archive, crawl: Crawl, language: str) -> None:
    fill(crawl)
    client = reader(archive)
    for place in UNKNOWN:
        answer = client.get(place, params={**_asked(place), "lang": language})
        assert answer.status_code == 404, place
        assert {"zh": "没有这个页面", "en": "There is no such page"}[language] in answer.text


@on_sqlite
@pytest.mark.parametrize(("place", "names"), ASKED.items())
def test_no_question_is_a_mistake_of_ours(archive: Archive, crawl: Crawl, place: str, names: str) -> None:
    fill(crawl)
    client = reader(archive)
    for name, value in product(names.split(), HOSTILE):
        answer = client.get(f"{place}?{urlencode({name: value}, errors='surrogatepass')}")
        assert answer.status_code in (200, 400, 404), (name, value)
        assert "<script>" not in answer.text, (name, value)


@on_sqlite
def test_codes_lead_to_their_pages(archive: Archive) -> None:
    client = reader(archive)
    for asked, led in {
        "/coverage/610000": "/coverage/61",
        "/coverage/610300": "/coverage/6103",
        f"/coverage/{MEI}": f"/county/{MEI}",
        "/county/610322": "/county/610305",  # 凤翔县 became 凤翔区
        "/why/610322/2020": "/why/610305/2020",
        "/county?q=眉县": f"/county/{MEI}",
        f"/county?q={MEI}": f"/county/{MEI}",
    }.items():
        answer = client.get(asked, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (307, led)


@on_sqlite
def test_a_name_of_several_counties_is_a_choice(archive: Archive) -> None:
    answer = reader(archive).get("/county?q=鼓楼区&lang=zh")
    assert answer.text.count('<li><a href="/county/') == 4
    assert "没有这个名称" in reader(archive).get("/county?q=无此县&lang=zh").text


def test_the_matrix_says_state_clock_and_sums(archive: Archive, crawl: Crawl) -> None:
    fill(crawl)
    text = reader(archive).get("/coverage/6103?lang=en").text
    assert f'<td class="cell held"><a href="/why/{MEI}/2024">' in text
    assert "眉县 2024: archived, edited since<" in text
    assert "眉县 2022: not listed, overdue: proved absent after the legal date" in text
    assert "眉县 2021: archived, as pictures" in text


def test_a_report_shows_its_sums_and_what_changed(archive: Archive, crawl: Crawl) -> None:
    fill(crawl)
    client = reader(archive)
    now, before = (client.get(f"/report/1?lang=en{version}").text for version in ("", "&version=1"))
    assert 'class="mark fail"' not in now.partition('<section id="text"')[2].partition("<table")[2]
    assert 'href="#finding-0" aria-label="does not hold: C1">Σ</a>' in before
    assert "This is version 1; something else stands at the address since." in before
    assert "Version 2 against 1: figures that differ: 1, lines of text: 0" in now
    for state in ('class="blank">blank', 'class="na">/', "“若干”", "not printed"):
        assert state in now
    assert "HTTP 404" in now


def test_a_year_that_waits_says_so(archive: Archive, crawl: Crawl) -> None:
    fill(crawl)
    assert "which wait for a reader" in reader(archive).get("/report/3?lang=en").text


def test_health_tells_runs_and_sums(archive: Archive, crawl: Crawl) -> None:
    watch(archive, MEI)
    fill(crawl)
    text = reader(archive).get("/health?lang=en").text
    assert "list read to its end" in text
    assert "finished" in text
    assert "No archived report has a sum that does not add up." in text


def test_search_finds_and_marks(archive: Archive, crawl: Crawl) -> None:
    fill(crawl)
    client = reader(archive)
    found = client.get("/search?q=公开信息&lang=en").text
    assert "<mark>公开信息</mark>" in found
    assert 'href="/report/1"' in found
    assert "No archived report holds" in client.get("/search?q=没有这样的话&lang=en").text
    assert "No county has this name" in client.get("/search?q=信息&county=无此县&lang=en").text
    assert "nothing to look for" in client.get("/search?q=。&lang=en").text
    for odd in ("from=1999", "from=x&to=9999", "page=0", "page=x", "state=secret", "county=6103&state=archived&page=3"):
        assert client.get(f"/search?q=信息&{odd}").status_code == 200


@on_sqlite
def test_the_language_is_kept(archive: Archive) -> None:
    client = reader(archive)
    assert 'lang="zh-Hans-CN"' in client.get("/health").text
    assert '<html lang="en">' in client.get("/health", headers={"accept-language": "en-GB,zh;q=0.5"}).text
    assert '<html lang="en">' in client.get("/health?lang=en").text
    assert '<html lang="en">' in client.get("/coverage").text
    assert client.get("/coverage?year=2020").text.count('href="/coverage?year=2020&amp;lang=zh"') == 1


@on_sqlite
def test_what_is_known_already_is_not_sent_again(archive: Archive) -> None:
    client = reader(archive)
    first = client.get("/coverage")
    again = client.get("/coverage", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/coverage?lang=en", headers={"if-none-match": first.headers["etag"]}).status_code == 200


def _heading(page: str) -> str:
    return page.partition("<h1>")[2].partition("</h1>")[0]


def _asked(place: str) -> dict[str, str]:
    """The query of a place, which ``params`` would replace."""
    return dict(part.split("=") for part in place.partition("?")[2].split("&") if part)
