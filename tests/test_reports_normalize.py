"""From bytes to a reading: whole documents, kinds of content, bad input, and the mirror page it all began with."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import normalize, to_json
from reports.model import AgencyKind, ContentKind, Unreadable

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the real reports are not beside this checkout (../shared/corpus)"
)
TITLE = "眉县人民政府2020年政府信息公开工作年度报告"
HEADINGS = (
    *("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"),
    *("四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项"),
)
PROSE = "本县全年依法公开信息，办理申请，各部门协同推进。" * 3


def page(inside: str, head: str = "") -> bytes:
    body = f"<h1>{TITLE}</h1><div id=zoom>{inside}</div>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def whole() -> bytes:
    head = '<meta name="PubDate" content="2021-01-31 17:45:13"><meta name="ContentSource" content="眉县人民政府办公室">'
    return page("".join(f"<p>{heading}</p><p>{PROSE}</p>" for heading in HEADINGS), head)


def test_a_whole_page() -> None:
    report = normalize(whole(), url="http://www.meixian.test/a.html")
    assert (report.agency, report.agency_kind, report.county_code) == ("眉县人民政府", AgencyKind.GOVERNMENT, "610326")
    assert (report.year, report.title, report.source) == (2020, TITLE, "眉县人民政府办公室")
    assert (report.published_at, report.published_from) == ("2021-01-31 17:45:13", "meta")
    assert [(section.ordinal, section.heading) for section in report.sections] == list(enumerate(HEADINGS, 1))
    assert (report.content_kind, report.charset, report.repairs, report.review) == (ContentKind.HTML, "utf-8", {}, ())


def test_the_fingerprint_forgets_dates_counters_and_wrapping() -> None:
    other = whole().replace(b"2021-01-31", b"2023-08-21").replace(b"<p>", b"\n  <p >")
    assert normalize(other).fingerprint == normalize(whole()).fingerprint
    assert normalize(whole().replace("协同".encode(), "共同".encode())).fingerprint != normalize(whole()).fingerprint


def test_json_has_every_field_and_only_plain_values() -> None:
    shown = json.loads(json.dumps(to_json(normalize(whole())), allow_nan=False))
    assert {"agency", "agency_kind", "county_code", "year", "title", "published_at", "form", "sections"} <= set(shown)
    assert {"needs_review", "figures", "findings", "repairs", "attachments"} <= set(shown)
    assert shown["needs_review"] is False
    assert set(shown["sections"][0]) == {"ordinal", "heading", "text"}
    assert set(shown["findings"][0]) == {"check", "subject", "outcome", "detail", "soft", "fingerprint"}


def test_a_page_that_only_points_to_a_file_or_shows_pictures() -> None:
    attached = normalize(page('<p>详见附件</p><a href="./P1.pdf">年报</a>'), url="http://www.meixian.test/x/a.html")
    assert attached.content_kind is ContentKind.ATTACHMENT_ONLY
    assert [(link.url, link.name) for link in attached.attachments] == [("http://www.meixian.test/x/P1.pdf", "年报")]
    assert (attached.findings, attached.needs_review) == ((), False)
    shown = normalize(page('<img src="1.jpg"><img src="2.jpg">'))
    assert shown.content_kind is ContentKind.IMAGE_ONLY
    assert len(shown.images) == 2


def test_the_link_title_serves_where_the_document_has_none() -> None:
    text = "\n".join(line for heading in HEADINGS for line in (heading, PROSE)).encode()
    assert normalize(text).needs_review
    report = normalize(text, title_hint=TITLE)
    assert (report.agency, report.year, report.title, report.review) == ("眉县人民政府", 2020, TITLE, ())


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty: 0 bytes"),
        (b" \r\n\t", "white space only"),
        (bytes(50_000_000), "NUL bytes only"),
        (b"a" * 50_000_001, "too large"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG picture"),
        (b"\xff\xd8\xff\xe0\x00", "JPEG picture"),
        (b"PK\x03\x04\x14\x00", "ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE file"),
        (bytes(range(256)) * 9, "binary data"),
        (b"%PDF-1.7\n1 0 obj", "truncated PDF"),
        (b"<html><body></body></html>", "no text"),
        (whole()[: len(whole()) // 2], "truncated HTML"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_line(body: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message) as caught:
        normalize(body, file_name="x.html")
    assert "\n" not in str(caught.value)


def test_a_name_that_lies_is_told() -> None:
    with pytest.raises(Unreadable, match=r"PNG picture, though it is named x\.html"):
        normalize(b"\x89PNG\r\n\x1a\n", file_name="x.html")


@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_report_or_a_named_outcome(body: bytes) -> None:
    try:
        report = normalize(body)
    except Unreadable:
        return
    assert report.needs_review


@needs_corpus
def test_the_mirror_page_this_project_began_with() -> None:
    report = normalize((CORPUS / "meixian_2020_mirror.txt").read_bytes())
    assert (report.agency, report.agency_kind, report.county_code) == ("眉县人民政府", AgencyKind.GOVERNMENT, "610326")
    assert (report.year, report.published_at, report.site_id_code) == (2020, "2021-01-31 17:45:13", "6103260004")
    assert report.review == ()
    assert [section.heading for section in report.sections] == list(HEADINGS)
    assert report.repairs["pinyin_removed"] == 239
    assert report.repairs["traditional_converted"] > 500
    assert report.repairs["spam_cut_characters"] > 0
    shown = json.dumps(to_json(report), ensure_ascii=False)
    assert not any(mark in shown for mark in ("蜘蛛池", "縣", "ù)", "ǎng)"))
    figures = {code.removeprefix("narrative."): figure.value for code, figure in report.figures.items()}
    assert figures == {
        "published_total": 11759,
        "published_website": 2758,
        "published_website_government": 981,
        "published_website_news": 1777,
        "published_social": 3016,
        "published_other": 5985,
        "applications_received": 5,
        "fees_yuan": 0,
        "social_accounts": 24,
        "social_accounts_wechat": 18,
        "social_accounts_weibo": 6,
        "meetings_attended_citizens": 22,
        "meetings_attended": 11,
        "proposals_city": 4,
        "proposals_county": 175,
    }
    assert {"T1", "T2", "T3"} <= {finding.check for finding in report.findings}


@needs_corpus
@pytest.mark.parametrize("name", ["hongze_2023", "huaian_2024"])
def test_identity_of_published_pdfs(name: str) -> None:
    expected = json.loads((CORPUS / "expected" / f"{name}.json").read_text("utf-8"))
    report = normalize((CORPUS / f"{name}.pdf").read_bytes())
    assert (report.agency, report.agency_kind, report.year) == (
        expected["agency"],
        expected["agency_kind"],
        expected["year"],
    )
    assert (report.review, len(report.sections), report.content_kind) == ((), 6, ContentKind.PDF)


@needs_corpus
def test_excerpts_of_real_pages_are_never_wrong_without_a_doubt() -> None:
    """Year and kind of 103 pages; one label differs: a county's page whose own title names the government's office."""
    kinds = {"县": "government", "区": "government", "市": "government", "省": "government", "部门": "department"}
    kinds |= {"乡镇": "township", "街道": "township", "县办": "office", "省办": "office"}
    wrong, doubtful, read = [], 0, 0
    for line in (CORPUS / "pages_dev.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["year"] is None or any("STAT_FORM" in flag or "NOT_a_report" in flag for flag in row["flags"]):
            continue
        report = normalize(f"{row['title']}\n{row['excerpt']}".encode())
        read += 1
        doubtful += report.needs_review
        if not report.needs_review and (report.year, report.agency_kind.value) != (row["year"], kinds[row["level"]]):
            wrong.append(row["title"])
    assert wrong == ["甘谷县人民政府办公室2024年政府信息公开工作年度报告"]
    assert doubtful <= 0.16 * read
