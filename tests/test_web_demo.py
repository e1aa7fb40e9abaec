"""The reading room over a crawled archive: every link leads somewhere, every proof to its bytes, in both languages."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.testclient import TestClient

from storage.database import Archive
from tests.crawling import Practice
from tests.reading_room import crawled_twice, reader
from tests.storage_samples import MEI
from web.language import LANGUAGES

_HREF = re.compile(r'(?:href|src)="(/[^"#]*)')
_FAR = ("/county/", "/coverage/", "/why/")  # of the country there are thousands: the demo's six are enough
_ENOUGH = {"zh": 70, "en": 12}  # pages of one kind: the other language has the same links
_WHOLE = re.compile(r"/download/\w+\.csv$")  # tens of megabytes for the country
_NEAR = re.compile(r"/(610326|330109|130427|510114|130324|231222|61|6103|33)(/|$)")


def _kind(place: str) -> tuple[str, ...]:
    """The page's name and those of what it is asked: there are two hundred indicators in any number of cuts."""
    asked = urlsplit(place)
    return (asked.path.split("/")[1], *sorted(name for name, _ in parse_qsl(asked.query)))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with crawled_twice(tmp_path_factory.mktemp("room")) as practice:
        yield practice


@pytest.fixture(scope="module")
def archive(site: Practice) -> Iterator[Archive]:
    with site.archive() as opened:
        yield opened


@pytest.fixture
def client(archive: Archive) -> TestClient:
    return reader(archive)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_somewhere(client: TestClient, language: str) -> None:
    client.cookies.set("lang", language)
    waiting, seen, kinds = ["/", "/search?q=复议"], set(), Counter[tuple[str, ...]]()
    while waiting:
        place = waiting.pop()
        kind = _kind(place)
        far = place.startswith(_FAR) and not _NEAR.search(place)
        if place in seen or "lang=" in place or far or _WHOLE.match(place) or kinds[kind] == _ENOUGH[language]:
            continue
        seen.add(place)
        kinds[kind] += 1
        answer = client.get(place)
        assert answer.status_code == 200, place
        if answer.headers["content-type"].startswith("text/html") and not place.startswith("/raw/"):
            waiting += map(html.unescape, _HREF.findall(answer.text))
    assert len([place for place in seen if place.startswith("/report/")]) >= min(29, _ENOUGH[language])
    assert len([place for place in seen if place.startswith("/raw/")]) >= min(60, _ENOUGH[language])


def test_a_sum_that_does_not_add_up_is_seen_in_its_cell(client: TestClient) -> None:
    county = client.get(f"/county/{MEI}?lang=en").text
    address = re.search(r'href="(/report/\d+)#findings"', county)
    assert address
    report = client.get(f"{address[1]}?lang=en").text
    assert 'touched-fail">3 <a class="mark fail"' in report
    assert "printed “Administrative reconsideration, total” 3" in report


def test_an_edit_is_told_beside_what_stood_there(client: TestClient) -> None:
    why = client.get(f"/why/{MEI}/2020?lang=zh").text
    assert "第 2 版与第 1 版相比" in why
    report = client.get(re.findall(r'class="button" href="(/report/\d+)"', why)[0] + "?lang=zh").text
    assert "第 2 版与第 1 版相比" in report
    assert "数值改变" in report


def test_every_cell_is_explained_in_chinese(client: TestClient) -> None:
    """English words may stand in what is quoted alone: addresses, digests, names of files and families."""
    for year in (2015, 2018, 2020, 2021, 2022, 2024):
        for code in (MEI, "330109", "510114", "130324", "231222"):
            page = client.get(f"/why/{code}/{year}?lang=zh").text
            chain = page.partition('<ol class="chain">')[2].partition("</ol>")[0]
            told = re.sub(
                r"<code.*?</code>|<a .*?</a>|<[^>]+>|“[^”]*”|https?://\S+|sha256", " ", chain, flags=re.DOTALL
            )
            words = set(re.findall(r"(?<![\w-])[a-z]{4,}(?![\w-])", told))
            assert words <= {"hanweb", "generic", "meta"}, (code, year, told)


def test_the_page_is_replayed_as_it_came(client: TestClient, site: Practice) -> None:
    report = client.get(f"/county/{MEI}").text
    address = re.findall(r'href="(/report/\d+)" lang="zh">眉县人民政府2024', report)[0]
    replay = re.findall(r'<iframe class="replay" src="(/raw/\d+)" sandbox ', client.get(address).text)
    assert len(replay) == 1
    answer = client.get(replay[0])
    assert "眉县人民政府2024年政府信息公开工作年度报告" in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    kept = client.get(f"{replay[0]}/original")
    assert kept.headers["content-disposition"].startswith("attachment; filename=")
