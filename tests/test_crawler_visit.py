"""What one visit asks and concludes."""

from datetime import UTC, datetime, timedelta

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadTimeoutError
from scrapy.http import Response

from crawler.challenges import Blocked
from crawler.items import DocumentItem, ListItem, UnchangedItem
from crawler.outcomes import RecorderFailed
from crawler.registry import Portal
from crawler.robots import Disallowed
from crawler.scope import Scope
from crawler.wanted import MAX_FAILURES_IN_A_ROW
from reports.model import AgencyKind, ContentKind
from reports.states import CandidateVerdict, VisitOutcome
from storage.records import KnownDocument, KnownPortal, KnownUrl, ListStart
from tests.scripted_visit import (
    COLUMN_LINK,
    HOME,
    LIST,
    LONG_AGO,
    Answers,
    Script,
    capture,
    list_page,
    listed,
    report_page,
    title,
    two_pages,
    visit,
    years,
)


def test_a_whole_list_is_a_complete_visit() -> None:
    items, verdict = visit(Script(two_pages(list_page(2019))))
    assert years(items) == [2020, 2021, 2019]
    assert [(page.number, page.last) for page in listed(items)] == [(1, False), (2, True)]
    assert (verdict.outcome, verdict.detail, verdict.column_url) == (VisitOutcome.COMPLETE, "", LIST)


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        (404, VisitOutcome.LIST_UNREADABLE),
        (503, VisitOutcome.UNREACHABLE),
        (DownloadTimeoutError(), VisitOutcome.UNREACHABLE),
        (Blocked("403", None), VisitOutcome.BLOCKED),
        (Disallowed("no"), VisitOutcome.DISALLOWED),
    ],
)
def test_a_list_that_breaks_off_keeps_what_it_showed(second: int | Exception, outcome: VisitOutcome) -> None:
    items, verdict = visit(Script(two_pages(second)))
    assert years(items) == [2020, 2021]
    assert verdict.outcome == outcome


def test_a_years_column_on_another_host_is_refused_like_any_link() -> None:
    more = '<ul><li><a href="http://www.816969.test/2018/">2018年</a></li></ul>'
    items, verdict = visit(Script({HOME: COLUMN_LINK, LIST: list_page(2020, 2019, more=more)}))
    verdicts = {link.verdict for page in listed(items) for link in page.candidates}
    assert CandidateVerdict.OFF_ALLOWLIST in verdicts
    assert verdict.outcome == VisitOutcome.COMPLETE


def test_what_stood_on_a_list_before_it_changed_is_not_asked_for() -> None:
    script = Script(two_pages(list_page(2019, more="共2条")))
    shown = iter((list_page(2021, 2020, more='<a href="2.html">下一页</a> 共3条'),))
    rest = list_page(2020, more='<a href="2.html">下一页</a> 共2条')  # 2021 was taken down after the first answer
    script.answers[LIST] = lambda request: Response(request.url, body=next(shown, rest))
    items, verdict = visit(script)
    assert (years(items), verdict.outcome) == ([2020, 2019], VisitOutcome.COMPLETE)
    assert LIST + "2021.html" not in script.asked
    assert [page.number for page in listed(items)] == [1, 2, 1, 2]


@pytest.mark.parametrize(
    ("home", "outcome"),
    [
        (Blocked("瑞数", None), VisitOutcome.BLOCKED),
        (Disallowed("no"), VisitOutcome.DISALLOWED),
        (DownloadConnectionRefusedError("111"), VisitOutcome.UNREACHABLE),
        (500, VisitOutcome.UNREACHABLE),
        (404, VisitOutcome.LIST_UNREADABLE),
        (b"", VisitOutcome.LIST_UNREADABLE),
        (b"<html></html>", VisitOutcome.LIST_UNREADABLE),
        (b'<meta name="SiteIDCode" content="3307810001"><p>x</p>', VisitOutcome.IDENTITY_MISMATCH),
        (RecorderFailed("disk full"), VisitOutcome.FAILED),
        (TypeError("ours"), VisitOutcome.FAILED),
    ],
)
def test_what_the_home_page_answers_names_the_verdict(home: bytes | int | Exception, outcome: VisitOutcome) -> None:
    items, verdict = visit(Script({HOME: home}))
    assert (items, verdict.outcome) == ([], outcome)


@pytest.mark.parametrize("refusal", [Blocked("403", None), Disallowed("no"), DownloadTimeoutError(), 404])
def test_one_address_that_cannot_be_had_keeps_no_other_away(refusal: int | Exception) -> None:
    answers = two_pages(list_page(2019))
    answers[LIST + "2020.html"] = refusal
    answers[LIST + "2021.html"] = report_page(2021, '<p>图<img src="a.png"></p>')
    answers[LIST + "a.png"] = refusal
    items, verdict = visit(Script(answers))
    assert years(items) == [2021, 2019]
    assert verdict.outcome == VisitOutcome.COMPLETE
    (with_picture, _) = (item.document for item in items if isinstance(item, DocumentItem))
    (picture,) = with_picture.attachments
    assert picture.capture is None
    assert picture.error


def test_a_host_that_keeps_refusing_is_left_alone() -> None:
    answers = two_pages(list_page(2019, 2018, 2017, 2016))
    answers |= {f"{LIST}{year}.html": Blocked("403", None) for year in range(2015, 2022)}
    script = Script(answers)
    items, verdict = visit(script)
    assert (years(items), verdict.outcome) == ([], VisitOutcome.BLOCKED)
    assert len([url for url in script.asked if url.startswith(LIST + "20")]) == MAX_FAILURES_IN_A_ROW


def test_a_spent_budget_ends_the_visit_where_it_stands() -> None:
    items, verdict = visit(Script(two_pages(list_page(2019))), budget=5)
    assert years(items) == [2020]
    assert verdict.outcome == VisitOutcome.COMPLETE, "the list was read to its end"
    assert "before 2 of 3 reports" in verdict.detail
    _, verdict = visit(Script(two_pages(list_page(2019))), budget=2)
    assert verdict.outcome == VisitOutcome.LIST_UNREADABLE


def test_a_crawl_that_stops_ends_after_the_page_in_flight() -> None:
    script = Script(two_pages(list_page(2019)))

    def last(request: Request) -> Response:
        script.running = False
        return Response(request.url, body=report_page(2020))

    script.answers[LIST + "2020.html"] = last
    items, verdict = visit(script)
    assert (years(items), verdict.outcome) == ([2020], VisitOutcome.INTERRUPTED)


@pytest.mark.parametrize("gone", [404, "<html><body><p>栏目已迁移</p></body></html>".encode(), DownloadTimeoutError()])
def test_a_column_that_moved_is_found_again(gone: int | bytes | Exception) -> None:
    script = Script(two_pages(list_page(2019)) | {HOME + "old/": gone})
    items, verdict = visit(script, known=KnownPortal(column_url=HOME + "old/"))
    assert (years(items), verdict.column_url) == ([2020, 2021, 2019], LIST)
    assert script.asked[:3] == [HOME + "old/", HOME, LIST]


def test_a_home_page_that_only_sends_on_is_followed() -> None:
    for stub in (f'<meta http-equiv="refresh" content="0;url={HOME}index.html">', 'location.href="/index.html";'):
        body = f"<html><head>{stub if stub.startswith('<') else f'<script>{stub}</script>'}</head></html>".encode()
        script = Script(two_pages(list_page(2019)) | {HOME: body, HOME + "index.html": COLUMN_LINK})
        items, _ = visit(script)
        assert years(items) == [2020, 2021, 2019]


def test_a_preview_of_the_newest_reports_is_not_taken_for_the_list() -> None:
    preview = list_page(2021, 2020, more=f'<h2><a href="{LIST}">政府信息公开年报</a></h2>').replace(
        b'href="2', b'href="nb/2'
    )
    script = Script(two_pages(list_page(2019)) | {HOME: preview})
    items, verdict = visit(script)
    assert (years(items), verdict.column_url) == ([2020, 2021, 2019], LIST)
    answers: Answers = {HOME: preview, LIST: 404}
    answers |= {f"{LIST}{year}.html": report_page(year) for year in (2020, 2021)}
    items, verdict = visit(Script(answers))
    assert (years(items), verdict.outcome) == ([2021, 2020], VisitOutcome.COMPLETE), "better than nothing"


@pytest.mark.parametrize(
    ("column", "outcome"),
    [
        ("<p>系统繁忙</p>".encode(), VisitOutcome.LIST_UNREADABLE),
        (404, VisitOutcome.LIST_UNREADABLE),
        ("<p>暂无相关信息</p>".encode(), VisitOutcome.COMPLETE),
    ],
)
def test_a_years_column_that_shows_nothing_is_not_read(column: bytes | int, outcome: VisitOutcome) -> None:
    body = column if isinstance(column, int) else b"<html><body>" + COLUMN_LINK + column + b"</body></html>"
    folders = b'<html><body><ul><li><a href="b/">2022</a></li><li><a href="a/">2020</a></li></ul></body></html>'
    answers: Answers = {HOME: COLUMN_LINK, LIST: folders, LIST + "a/": list_page(2020), LIST + "b/": body}
    answers[LIST + "a/2020.html"] = report_page(2020)
    items, verdict = visit(Script(answers))
    assert (years(items), verdict.outcome) == ([2020], outcome), "what the other column lists is good all the same"


def _as_text(year: int) -> bytes:
    text = report_page(year).decode().partition("<p>")[2].replace("</p><p>", "\n").replace("</p>", "")
    return f"{title(year)}\n{text}".encode()


def test_an_attachment_whose_address_leads_to_the_home_page_is_had_at_its_other_one() -> None:
    link = f'<p>附件：<a href="a.txt" OLDSRC="/protect/b.txt">{title(2020)}.txt</a></p>'
    page = f"<html><body><h1>{title(2020)}</h1><div class='TRS_Editor'>{link}</div></body></html>".encode()
    answers: Answers = {HOME: COLUMN_LINK, LIST: list_page(2020), LIST + "2020.html": page}
    answers |= {LIST + "a.txt": lambda _: Response(HOME, body=COLUMN_LINK), HOME + "protect/b.txt": _as_text(2020)}
    items, _ = visit(Script(answers))
    (document,) = (item.document for item in items if isinstance(item, DocumentItem))
    assert (document.read_capture.url, document.report.year) == (HOME + "protect/b.txt", 2020)


def test_an_attachment_at_a_question_to_the_home_page_is_none_that_was_sent_home() -> None:
    asked, given = "http://www.meixian.test/?attachment=5.txt", "http://www.meixian.test/?attachment=5.txt&token=1"
    link = f'<p>附件：<a href="{asked}">{title(2020)}.txt</a></p>'
    page = f"<html><body><h1>{title(2020)}</h1><div class='TRS_Editor'>{link}</div></body></html>".encode()
    answers: Answers = {HOME: COLUMN_LINK, LIST: list_page(2020), LIST + "2020.html": page}
    items, _ = visit(Script(answers | {asked: lambda _: Response(given, body=_as_text(2020))}))
    (document,) = (item.document for item in items if isinstance(item, DocumentItem))
    assert document.read_capture.url == asked


@pytest.mark.parametrize("markup", ["<html><body>{}</body></html>", "{}"])
def test_a_list_in_a_frame_is_walked_by_its_own_family(markup: str) -> None:
    named = '<html><head><meta name="ColumnName" content="政府信息公开年报"></head><body>{}</body></html>'
    pages = {"index.html": (2020, 2021), "index_1.html": (2018, 2019)}
    rows = {name: "".join(f'<li><a href="{y}.html">{title(y)}</a></li>' for y in some) for name, some in pages.items()}
    script = '<script>createPageHTML(2, {}, "index", "html");</script>'
    answers = dict(two_pages(404)) | {LIST: named.format('<iframe src="list/index.html"></iframe>').encode()}
    for number, (name, shown) in enumerate(rows.items()):
        answers[f"{LIST}list/{name}"] = markup.format(f"<ul>{shown}</ul>{script.format(number)}").encode()
    answers |= {f"{LIST}list/{year}.html": report_page(year) for year in range(2018, 2022)}
    items, verdict = visit(Script(answers))
    assert (years(items), verdict.outcome) == ([2020, 2021, 2018, 2019], VisitOutcome.COMPLETE)


def test_the_attachment_that_is_the_report_is_read_and_not_its_cover_letter() -> None:
    cover = f'<p>见附件</p><p><a href="1.txt">关于报送年度报告的通知.txt</a> <a href="2.txt">{title(2020)}.txt</a></p>'
    page = f"<html><body><h1>{title(2020)}</h1><div class='TRS_Editor'>{cover}</div></body></html>".encode()
    letter = "各科室：请于1月31日前报送眉县人民政府2020年政府信息公开工作年度报告。".encode() * 20
    answers: Answers = {HOME: COLUMN_LINK, LIST: list_page(2020), LIST + "2020.html": page}
    answers |= {LIST + "1.txt": letter, LIST + "2.txt": _as_text(2020)}
    items, _ = visit(Script(answers))
    (document,) = (item.document for item in items if isinstance(item, DocumentItem))
    assert (document.read_capture.url, document.report.year) == (LIST + "2.txt", 2020)


@pytest.mark.parametrize("href", ["http://www.a.test:端口/", "http://1.2.3.4:99999/x", "http://u:p@www.meixian.test/"])
def test_a_malformed_link_is_no_link(href: str) -> None:
    friends = f'<a href="{href}">政府信息公开年报</a>'
    items, verdict = visit(Script(two_pages(list_page(2019, more=friends)) | {HOME: COLUMN_LINK + friends.encode()}))
    assert (len(items), verdict.outcome) == (4, VisitOutcome.COMPLETE)


@pytest.mark.parametrize("said", [b"null", b'{"data":null}', b"", b"<html><body><p>error</p></body></html>"])
def test_a_stored_question_that_is_not_answered_any_more_is_given_up(said: bytes) -> None:
    start = ListStart(HOME + "common/search/" + "a" * 32)
    script = Script(two_pages(list_page(2019)) | {start.url: said})
    items, verdict = visit(script, known=KnownPortal(column_url=HOME, list_start=start, family="ucap"))
    assert (years(items), verdict.column_url) == ([2020, 2021, 2019], LIST)


def test_a_column_given_by_the_registry_may_hold_onereport_page() -> None:
    script = Script({LIST: list_page(2020), LIST + "2020.html": report_page(2020)})
    items, _ = visit(script, Portal("610326", HOME, column_url=LIST))
    assert years(items) == [2020]
    assert HOME not in script.asked


def test_years_and_mirrors_and_decoys_are_told_apart() -> None:
    more = (
        f'<ul><li><a href="http://www.816969.test/2018.html">{title(2018)}</a></li>'
        '<li><a href="f.html">眉县财政局2020年政府信息公开工作年度报告</a></li></ul>'
    )
    script = Script({HOME: COLUMN_LINK, LIST: list_page(2019, 2020, more=more), LIST + "2020.html": report_page(2020)})
    items, _ = visit(script, scope=Scope(frozenset({2018, 2020}), all_agencies=False, recheck=timedelta(0)))
    assert years(items) == [2020]
    verdicts = [link.verdict.value for page in listed(items) for link in page.candidates]
    assert verdicts == ["report", "report", "off-allowlist", "other-agency"]
    assert LIST + "f.html" not in script.asked


# --- What is known already -----------------------------------------------------------------------------------------


def _known(checked: datetime = LONG_AGO) -> KnownPortal:
    urls = {url: KnownUrl(capture(url)) for url in (LIST, LIST + "2020.html")}
    document = KnownDocument(LIST + "2020.html", title(2020), checked_at=checked, read_urls=(LIST + "2020.html",))
    return KnownPortal(column_url=LIST, urls=urls, documents={document.url: document})


def _validated(request: Request) -> Response:
    assert request.headers["If-None-Match"] == b'"1"'
    return Response(request.url, status=304)


def test_an_unchanged_list_is_read_from_the_archive_and_an_unchanged_report_not_at_all() -> None:
    archived = {LIST: list_page(2020), LIST + "2020.html": b"not looked at"}
    script = Script({LIST: _validated, LIST + "2020.html": _validated}, archived)
    items, verdict = visit(script, known=_known())
    assert [type(item) for item in items] == [ListItem, UnchangedItem]
    assert (verdict.outcome, verdict.requests) == (VisitOutcome.COMPLETE, 2)


def test_a_report_checked_lately_is_not_asked_for() -> None:
    script = Script({LIST: list_page(2020)})
    visit(script, known=_known(datetime.now(UTC)), scope=Scope(None, all_agencies=False, recheck=timedelta(days=30)))
    assert script.asked == [LIST]


def test_an_archived_body_that_is_gone_is_asked_for_afresh() -> None:
    def answer(request: Request) -> Response:
        return (
            Response(request.url, status=304)
            if "If-None-Match" in request.headers
            else Response(LIST, body=list_page(2020))
        )

    script = Script({LIST: answer, LIST + "2020.html": report_page(2020)})
    items, verdict = visit(script, known=_known())
    assert script.asked[:2] == [LIST, LIST]
    assert (years(items), verdict.outcome) == ([2020], VisitOutcome.COMPLETE)


# --- Documents -----------------------------------------------------------------------------------------------------


def test_a_report_that_waits_for_a_reader_is_archived_under_its_title() -> None:
    page = list_page(2019, more=f'<ul><li><a href="2020.doc">{title(2020)}</a></li></ul>')
    word = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99
    items, _ = visit(Script({HOME: COLUMN_LINK, LIST: page, LIST + "2020.doc": word}))
    (waiting,) = (item.document.report for item in items if isinstance(item, DocumentItem))
    assert (waiting.year, waiting.agency_kind, waiting.county_code) == (2020, AgencyKind.GOVERNMENT, "610326")
    assert waiting.content_kind == ContentKind.ATTACHMENT_ONLY
    assert not waiting.needs_review


def test_a_link_that_leads_to_nothing_readable_stays_a_candidate() -> None:
    soft_404 = "<html><body><p>您访问的页面不存在，请返回首页。</p></body></html>".encode()
    nothing = {LIST + "2019.html": b"\x00" * 500, LIST + "2020.html": b"", LIST + "2021.html": soft_404}
    items, verdict = visit(Script({HOME: COLUMN_LINK, LIST: list_page(2019, 2020, 2021), **nothing}))
    assert (years(items), verdict.outcome) == ([], VisitOutcome.COMPLETE)


def test_an_error_page_behind_an_attachment_is_not_its_reading() -> None:
    link = f'<div class="TRS_Editor"><a href="a.pdf">{title(2020)}.pdf</a></div>'
    cover = f"<html><body><h1>{title(2020)}</h1>{link}</body></html>".encode()
    pages = {LIST + "2020.html": cover, LIST + "a.pdf": report_page(2019)}
    items, _ = visit(Script({HOME: COLUMN_LINK, LIST: list_page(2019, 2020), **pages}))
    (document,) = (item.document for item in items if isinstance(item, DocumentItem))
    assert document.report.content_kind == ContentKind.ATTACHMENT_ONLY
    assert document.read_capture == document.page_capture


# --- Lists ---------------------------------------------------------------------------------------------------------


def test_a_list_page_that_breaks_off_proves_nothing() -> None:
    cut = two_pages(404) | {LIST: list_page(2020, 2021).removesuffix(b"</ul></body></html>")}
    items, verdict = visit(Script(cut))
    assert years(items) == [2020, 2021]
    assert verdict.outcome == VisitOutcome.LIST_UNREADABLE
    assert not any(page.last for page in listed(items))


@pytest.mark.parametrize("href", ["JavaScript:goPage(2)", "http://[bad", "JAVASCRIPT:go()"])
def test_a_next_page_without_an_address_is_no_end(href: str) -> None:
    page = list_page(2020, 2021, more=f'<a href="{href}">下一页</a>')
    items, verdict = visit(Script(two_pages(404) | {LIST: page}))
    assert (years(items), verdict.outcome) == ([2020, 2021], VisitOutcome.LIST_UNREADABLE)


def test_a_year_behind_a_script_is_not_absent() -> None:
    page = list_page(2020, 2021, more='<a href="javascript:void(0)">2019年</a><a href="javascript:void(0)">2020年</a>')
    items, verdict = visit(Script(two_pages(404) | {LIST: page}))
    assert (years(items), verdict.outcome) == ([2020, 2021], VisitOutcome.LIST_UNREADABLE)
    assert "2019" in verdict.detail


def test_a_lead_that_failed_is_the_reason_why_no_column_was_found() -> None:
    _, verdict = visit(Script({HOME: COLUMN_LINK, LIST: DownloadTimeoutError()}))
    assert verdict.outcome == VisitOutcome.UNREACHABLE
