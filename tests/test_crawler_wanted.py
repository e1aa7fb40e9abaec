"""What becomes of archived reports that a whole list does not show any more: asked, and never gone by an outage."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from crawler.items import GoneItem, UnchangedItem
from crawler.scope import Scope
from reports.states import Reason, VisitOutcome
from storage.records import KnownDocument, KnownPortal, KnownUrl
from tests.scripted_visit import LIST, LONG_AGO, Answers, Script, capture, list_page, report_page, title, visit, years

GONE = LIST + "2019.html"
NOTHING_HERE = "<html><head><title>眉县</title></head><body><a href='/'>首页</a><p>走丢了。</p></body></html>".encode()
MONTH = Scope(None, all_agencies=False, recheck=timedelta(days=30))


def known(checked: datetime = LONG_AGO) -> KnownPortal:
    """The list, and a report of 2019 that stood on it."""
    document = KnownDocument(GONE, title(2019), checked, (GONE,))
    return KnownPortal(column_url=LIST, urls={GONE: KnownUrl(capture(GONE))}, documents={GONE: document})


def script(answer: bytes | int | Exception | Callable[[Request], Response], **more: bytes) -> Script:
    """A list that shows 2020 alone; what stands at the old report's address now."""
    answers: Answers = {LIST: list_page(2020), LIST + "2020.html": report_page(2020), GONE: answer}
    return Script(answers | {LIST + name: body for name, body in more.items()}, {GONE: report_page(2019)})


@pytest.mark.parametrize("status", [404, 410])
def test_an_address_that_says_that_nothing_is_there_is_gone(status: int) -> None:
    items, verdict = visit(script(status), known=known())
    (gone,) = (item.gone for item in items if isinstance(item, GoneItem))
    assert (gone.url, gone.reason, gone.capture.status) == (GONE, Reason.NOT_FOUND, status)
    assert verdict.outcome is VisitOutcome.COMPLETE


def test_what_the_host_answers_for_any_address_is_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.fetch.secrets.token_hex", lambda _: "0" * 32)
    there = script(NOTHING_HERE)
    there.answers[f"http://www.meixian.test/{'0' * 32}.html"] = NOTHING_HERE
    items, _ = visit(there, known=known())
    assert [item.gone.reason for item in items if isinstance(item, GoneItem)] == [Reason.SOFT_404]


@pytest.mark.parametrize("answer", [500, 503, 403, 302, DownloadTimeoutError()])
def test_an_outage_or_a_refusal_says_nothing(answer: int | Exception) -> None:
    items, verdict = visit(script(answer), known=known())
    assert not [item for item in items if isinstance(item, GoneItem)]
    assert verdict.outcome is VisitOutcome.COMPLETE


def test_what_still_stands_there_is_confirmed() -> None:
    items, _ = visit(script(lambda request: Response(request.url, status=304)), known=known())
    assert [item.url for item in items if isinstance(item, UnchangedItem)] == [GONE]


def test_what_was_edited_there_is_read() -> None:
    items, _ = visit(script(report_page(2019, "<p>补充说明</p>")), known=known())
    assert years(items) == [2020, 2019]


def test_what_was_asked_lately_is_not_asked() -> None:
    asked = script(404)
    visit(asked, known=known(datetime.now(UTC)), scope=MONTH)
    assert GONE not in asked.asked


def test_a_list_that_was_not_read_whole_asks_for_nothing_more() -> None:
    there = script(404)
    there.answers[LIST] = list_page(2020, more='<a href="2.html">下一页</a>')
    items, verdict = visit(there, known=known())
    assert GONE not in there.asked
    assert verdict.outcome is not VisitOutcome.COMPLETE
    assert not [item for item in items if isinstance(item, GoneItem)]
