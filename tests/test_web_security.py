"""The reading room answers known hosts and reading methods alone, tells no secrets, and shows strangers as text."""

import html
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from reports.model import AgencyKind, CellState, Figure, Finding, Outcome, Section
from reports.states import VisitOutcome
from storage.database import Archive
from storage.records import AttachmentKind, AttachmentRecord
from tests.postgresql import on_sqlite
from tests.reading_room import PLACES, fill, reader
from tests.storage_samples import MEI, Crawl, link, report
from web.app import make_app

pytestmark = on_sqlite
SCRIPT = "<script>alert(document.domain)</script><img src=x onerror=alert(1)>"
TURNED = "年报\u202efdp.exe\u202c\u2066"


# --- Hosts, methods, headers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:8600", "localhost.", "[::1]:8600", "room.test"])
def test_known_hosts_are_answered(archive: Archive, host: str) -> None:
    answer = TestClient(make_app(archive, hosts=["Room.test"])).get("/health", headers={"host": host})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host", ["", "evil.test", "localhost.evil.test", "evil.test:8600", "127.0.0.1.evil.test", "localhost@evil.test"]
)
def test_other_hosts_are_refused(archive: Archive, host: str) -> None:
    answer = reader(archive).get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "--allow-host" in answer.text
    assert "眉县" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_nothing_is_written(archive: Archive, method: str) -> None:
    for place in ("/", "/raw/1", "/static/style.css"):
        answer = reader(archive).request(method, place)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"


def test_a_head_is_answered_without_its_body(archive: Archive) -> None:
    for place in ("/", "/coverage", "/static/style.css"):
        answer = reader(archive).head(place)
        assert (answer.status_code, answer.content) == (200, b"")
        assert int(answer.headers["content-length"]) > 0


def test_every_answer_is_hardened(archive: Archive, crawl: Crawl) -> None:
    fill(crawl)
    client = reader(archive)
    for place in (
        *PLACES,
        "/nothing",
        "/raw/1",
        "/raw/999",
        "/raw/1/original",
        "/static/style.css",
        "/coverage/610000",
    ):
        headers = client.get(place, follow_redirects=False).headers
        assert headers["x-content-type-options"] == "nosniff", place
        assert headers["referrer-policy"] == "no-referrer", place
        policy = headers["content-security-policy"]
        assert "unsafe-eval" not in policy
        if place.startswith(("/raw/1", "/raw/1/")):
            assert policy.startswith("sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'")
        else:
            assert "default-src 'self'; script-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe-inline" not in policy
        assert "server" not in headers


def test_our_pages_need_neither_scripts_nor_inline_styles(archive: Archive, crawl: Crawl) -> None:
    fill(crawl)
    for place in PLACES:
        text = reader(archive).get(place).text
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text), place
        assert not re.search(r'(src|href)="(https?:)?//(?!www\.meixian\.test)', text), place


def test_a_mistake_of_ours_says_nothing_of_us(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"cannot read {archive.folder}/secret")

    monkeypatch.setattr("web.pages.home.totals", broken)
    answer = reader(archive).get("/", params={"lang": "en"})
    assert answer.status_code == 500
    assert "A mistake of ours" in answer.text
    assert "secret" not in answer.text
    assert str(archive.folder) not in answer.text
    assert "script-src 'none'" in answer.headers["content-security-policy"]


def test_an_archive_that_breaks_says_no_paths(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    client = reader(archive)
    assert client.get("/coverage").status_code == 200
    Path(str(archive.engine.url.database)).write_bytes(b"no database any more" * 1000)
    archive.engine.dispose()
    answer = client.get("/coverage?lang=en")
    assert answer.status_code == 503
    assert "cannot be read just now" in answer.text
    assert str(archive.folder) not in answer.text
    assert "/coverage" in caplog.text


# --- Strangers' text -----------------------------------------------------------------------------------------------


def test_hostile_content_is_text_everywhere(archive: Archive, crawl: Crawl) -> None:
    crawl.listing(
        [link(2024, "javascript:alert(1)"), link(2023, 'http://www.meixian.test/x"><script>alert(1)</script>')]
    )
    read = report(
        2024,
        title=SCRIPT + TURNED,
        agency="眉县<b>政府</b>",
        source="</dd></dl>" + SCRIPT,
        index_number=SCRIPT,
        published_at="2025-01-31",
        sections=(Section(1, SCRIPT, f"{SCRIPT}\n{TURNED}"),),
        figures={"review.reconsideration.total": Figure(None, SCRIPT, CellState.TEXT, note=SCRIPT)},
        findings=(Finding("C1", "review.reconsideration", Outcome.FAIL, SCRIPT),),
        review=(SCRIPT,),
    )
    files = [AttachmentRecord("javascript:alert(1)", SCRIPT + TURNED, AttachmentKind.ATTACHMENT, None, SCRIPT)]
    crawl.document(read, url="http://www.meixian.test/?q=<script>alert(1)</script>", attachments=files)
    office = report(2024, title=SCRIPT, agency_kind=AgencyKind.OFFICE, agency="x")
    crawl.document(office, url="data:text/html,<script>alert(1)</script>")
    crawl.visit(VisitOutcome.BLOCKED, SCRIPT)
    crawl.close()
    client = reader(archive)
    for place in (*PLACES, "/report/2", "/search?q=alert", f"/why/{MEI}/2023", f"/county?q={SCRIPT}", "/search?q=<b>"):
        for language in ("zh", "en"):
            answer = client.get(place, params={"lang": language} if "?" not in place else None)
            assert answer.status_code == 200, place
            assert "<script" not in answer.text, place
            assert "<img" not in answer.text, place
            assert "\u202e" not in answer.text, place
            assert not re.search(r'href="\s*(javascript|data|vbscript):', answer.text, re.IGNORECASE), place
    text = client.get("/report/1").text
    assert html.escape(SCRIPT) in text or "&lt;script&gt;" in text
    assert "[U+202E]fdp.exe" in text


def test_sources_tell_nobody_who_reads(archive: Archive, crawl: Crawl) -> None:
    fill(crawl)
    text = reader(archive).get("/report/1").text
    links = re.findall(r'<a [^>]*href="http[^>]*>', text)
    assert links
    assert all('rel="noreferrer noopener nofollow"' in one for one in links)
