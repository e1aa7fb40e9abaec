"""Archived bytes: replayed with their charset in a sandbox, kept under harmless names, and missed in plain words."""

import gzip
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from storage.database import Archive
from storage.models import Attachment, Document
from storage.records import Capture
from tests.postgresql import on_sqlite
from tests.reading_room import fill, reader
from tests.storage_samples import MEI, Crawl
from web.filenames import disposition, file_name

GBK = "<h1>眉县年报</h1>".encode("gbk")


def _fetched(
    crawl: Crawl, payload: bytes, content_type: str | None, url: str = "http://www.meixian.test/a.html"
) -> Capture:
    headers = (("Content-Type", content_type),) if content_type is not None else ()
    capture = crawl.fetch(url, payload, response_headers=headers)
    crawl.kept(capture)
    return capture


@on_sqlite
@pytest.mark.parametrize(
    ("content_type", "payload", "shown"),
    [
        ("text/html; charset=GBK", GBK, "text/html; charset=gbk"),
        ('text/html;charset="gb2312"', GBK, "text/html; charset=gb2312"),
        ("text/html", GBK, "text/html; charset=gb18030"),
        ("text/html", b"<META CharSet=GBK>" + GBK, "text/html"),
        ("text/html; charset=nonsense", GBK, "text/html; charset=gb18030"),
        ("text/html; charset=x\r\nSet-Cookie: a=b", GBK, "text/html; charset=gb18030"),
        ("application/xhtml+xml", b"<html/>", "text/html; charset=utf-8"),
        ("text/plain", b"<script>", "text/plain; charset=utf-8"),
        ("image/png", b"\x89PNG", "image/png"),
        (None, b"<html><body>x</body></html>", "text/html; charset=utf-8"),
        ("application/octet-stream", b"<html><body>x</body></html>", "text/html; charset=utf-8"),
    ],
)
def test_a_replay_is_what_it_was_called(
    archive: Archive, crawl: Crawl, content_type: str | None, payload: bytes, shown: str
) -> None:
    _fetched(crawl, payload, content_type)
    answer = reader(archive).get("/raw/1")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == shown
    assert answer.content == payload
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "set-cookie" not in answer.headers


@on_sqlite
@pytest.mark.parametrize(
    "content_type", ["application/pdf", "image/svg+xml", "text/xml", "application/javascript", "text/css", "é/ü"]
)
def test_what_could_do_more_than_be_seen_is_only_kept(archive: Archive, crawl: Crawl, content_type: str) -> None:
    _fetched(crawl, b"%PDF-1.4 <svg onload=alert(1)>", content_type)
    client = reader(archive)
    answer = client.get("/raw/1?lang=en")
    assert "not shown here" in answer.text
    assert "onload" not in answer.text
    assert "<iframe" not in client.get("/capture/1").text
    assert client.get("/raw/1/original").content == b"%PDF-1.4 <svg onload=alert(1)>"


@on_sqlite
def test_an_encoding_is_undone_to_be_seen_and_stays_to_be_kept(archive: Archive, crawl: Crawl) -> None:
    packed = gzip.compress(b"<p>page</p>")
    headers = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    crawl.kept(crawl.fetch("http://www.meixian.test/a.html", packed, response_headers=headers))
    client = reader(archive)
    assert client.get("/raw/1").content == b"<p>page</p>"
    kept = client.get("/raw/1/original")
    assert kept.content == packed
    assert kept.headers["content-disposition"] == "attachment; filename=\"a.html.gz\"; filename*=UTF-8''a.html.gz"
    assert kept.headers["content-type"] == "application/octet-stream"


@on_sqlite
@pytest.mark.parametrize("charset", ["gbk", "utf-8", "utf-16", "utf-16-le"])
def test_what_a_browser_connects_to_unasked_is_void(archive: Archive, crawl: Crawl, charset: str) -> None:
    page = '<LINK\nrel="&#112;reconnect" href="http://a.test"><link/rel=prefetch><linked><iframe src="http://a.test"><frameset><embed>年报'
    _fetched(crawl, page.encode(charset), f"text/html; charset={charset}")
    client = reader(archive)
    answer = client.get("/raw/1")
    assert "<x-LINK\nrel" in answer.text
    assert "<x-link/rel=prefetch><linked><x-iframe src" in answer.text
    assert "<frameset><x-embed>年报" in answer.text
    assert client.get("/raw/1/original").content == page.encode(charset)


@on_sqlite
def test_a_repetition_shows_what_it_repeats(archive: Archive, crawl: Crawl) -> None:
    first = _fetched(crawl, b"<p>page</p>", "text/html")
    again = crawl.fetch(first.url, b"<p>page</p>", first)
    crawl.kept(again)
    client = reader(archive)
    assert client.get("/raw/2").content == b"<p>page</p>"
    assert "the same content as before" in client.get("/capture/2?lang=en").text


def test_a_capture_leads_to_the_reports_that_it_carried(archive: Archive, crawl: Crawl) -> None:
    fill(crawl)
    client = reader(archive)
    with archive.read() as session:
        of_page = session.scalars(select(Document.last_capture_id).where(Document.id == 1)).one()
        of_file = session.scalars(select(Attachment.capture_id).where(Attachment.capture_id.is_not(None))).one()
    for number in (of_page, of_file):
        assert 'href="/report/1"' in client.get(f"/capture/{number}").text
    listing = client.get("/capture/1").text
    assert "/report/" not in listing
    assert f'href="/county/{MEI}"' in listing


@on_sqlite
@pytest.mark.parametrize("how", ["missing", "cut", "altered"])
def test_damage_is_told_and_no_error_of_ours(archive: Archive, crawl: Crawl, how: str) -> None:
    fill(crawl)
    (file,) = archive.warc_dir.glob("*.warc.gz")
    content = file.read_bytes()
    if how == "missing":
        file.unlink()
    else:
        file.write_bytes(content[:700] if how == "cut" else content[:700] + bytes(len(content) - 700))
    client = reader(archive)
    assert client.get("/report/1").status_code == 200
    assert client.get("/capture/2").status_code == 200
    for place in ("/raw/2?lang=en", "/raw/2/original?lang=en"):
        answer = client.get(place)
        assert answer.status_code == 503
        assert "missing or damaged" in answer.text
        assert str(archive.warc_dir) not in answer.text


@on_sqlite
def test_a_replay_is_not_sent_twice(archive: Archive, crawl: Crawl) -> None:
    _fetched(crawl, b"<p>page</p>", "text/html")
    client = reader(archive)
    tag = client.get("/raw/1").headers["etag"]
    assert client.get("/raw/1", headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://a.test/x/年报.pdf", "年报.pdf"),
        ("http://a.test/%E5%B9%B4%E6%8A%A5.pdf?id=1#x", "年报.pdf"),
        ("http://a.test/", "page"),
        ("http://a.test/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "passwd"),
        ("http://a.test/..%5c..%5cboot.ini", "boot.ini"),
        ("http://a.test/a%22;%20filename=b.exe", "a_filename_b.exe"),
        ("http://a.test/%E2%80%AEfdp.exe", "fdp.exe"),
        ("http://a.test/.htaccess", "htaccess"),
        ("http://a.test/CON.txt", "page_CON.txt"),
        ("http://[bad/x", "page"),
    ],
)
def test_file_names_lead_nowhere(url: str, name: str) -> None:
    assert file_name(url) == name


@given(st.text(max_size=200))
def test_any_address_gives_a_name_that_is_one(text: str) -> None:
    name = file_name(f"http://a.test/{text}")
    assert name
    assert Path(name).name == name
    assert not name.startswith(".")
    assert len(name) <= 100
    field = disposition(f"http://a.test/{text}")
    assert field.isascii()
    assert "\n" not in field
    assert "\r" not in field
    message = Message()
    message["Content-Disposition"] = field
    assert message.get_filename()
