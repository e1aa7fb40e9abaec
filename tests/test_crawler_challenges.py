"""Answers that are none of the portal's pages are named, each by its own name; the portal's pages pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from crawler.challenges import Blocked, ChallengeMiddleware, signatures
from crawler.judge import judge
from reports.states import Reason, VisitOutcome

URL = "http://www.meixian.test/"
PAGE = b"<html><title>x</title><p>text</p></html>"
LOGIN = "<form>用户名<input name=u>密码<input type='password'></form>"
# What a county's page shows beside what a signature looks for.
FULL = "<p>" + "眉县人民政府认真贯彻落实条例，做好政府信息公开工作。" * 20 + "</p>"
SHELL = '<html><head><script src="/a.js"></script></head><body><div id="app"></div></body></html>'


def _answer(status: int, text: str | bytes, *, sent_from: str = "") -> Response:
    body = text.encode() if isinstance(text, str) else text
    meta = {"redirect_urls": [sent_from]} if sent_from else {}
    request = Request(URL + "cas/login" if sent_from else URL, meta=meta)
    return HtmlResponse(request.url, status=status, body=body, encoding="utf-8", request=request)


@pytest.mark.parametrize(
    ("status", "text", "reason"),
    [
        (412, "<script>$_ts=window['$_ts'];</script>", Reason.CHALLENGE_RUISHU),
        (202, "<script>if(!$_ts[1])</script>", Reason.CHALLENGE_RUISHU),
        (521, "<script>document.cookie=('__jsl_clearance_s=1|0|a')</script>", Reason.CHALLENGE_JIASULE),
        (200, "<script>var arg1='0A';setCookie('acw_sc__v2', x)</script>", Reason.CHALLENGE_ACW),
        (200, "<script>document.cookie='yd_cookie=1'</script>", Reason.CHALLENGE),
        (200, "<title> 安全验证</title>", Reason.CHALLENGE),
        (200, "<title>请稍候…</title>".encode("gbk"), Reason.CHALLENGE),
        (200, "<title>访问禁止</title>", Reason.FIREWALL),
        (200, "<p>您的请求带有不合法参数，已被网站管理员设置拦截！</p>", Reason.FIREWALL),
        (403, PAGE, Reason.FIREWALL),
        (468, b"", Reason.FIREWALL),
        (200, LOGIN, Reason.LOGIN_WALL),
    ],
)
def test_challenges_refusals_and_login_walls_are_named(status: int, text: str | bytes, reason: Reason) -> None:
    response = _answer(status, text)
    with pytest.raises(Blocked) as blocked:
        ChallengeMiddleware().process_response(Request(response.url), response)
    assert (blocked.value.reason, blocked.value.outcome) == (reason, VisitOutcome.BLOCKED)


def test_being_sent_to_a_login_page_is_a_wall_and_its_own_address_none() -> None:
    text = "<html><body><div>统一身份认证</div><a href='/qr'>扫码</a></body></html>"
    sent = _answer(200, text, sent_from=URL)
    assert sent.request
    with pytest.raises(Blocked, match="login page"):
        ChallengeMiddleware().process_response(sent.request, sent)
    plain = _answer(200, text)
    assert ChallengeMiddleware().process_response(Request(plain.url), plain) is plain


@pytest.mark.parametrize("status", [200, 503])
def test_maintenance_says_nothing_of_what_is_published(status: int) -> None:
    response = _answer(status, "<html><body><h1>公告</h1><p>因系统升级，本网站暂停访问。</p></body></html>")
    with pytest.raises(Blocked) as blocked:
        ChallengeMiddleware().process_response(Request(response.url), response)
    assert (blocked.value.reason, blocked.value.outcome) == (Reason.MAINTENANCE, VisitOutcome.UNREACHABLE)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (200, PAGE),
        (304, b""),
        (404, PAGE),
        (500, PAGE),
        (200, f"<html>{FULL}{LOGIN}</html>"),  # a page with a login box
        (200, f"<html><script>$_ts=window['$_ts']</script>{FULL}</html>"),  # let through, with the script still in it
        (200, f"<html>{FULL}<a>关于网站升级改造暂停服务的公告</a></html>"),
        (200, "<html><p>主办：眉县人民政府办公室 网站维护：信息中心</p></html>"),
        (200, '{"title": "系统升级，暂停服务"}'),
    ],
)
def test_other_answers_pass(status: int, text: str | bytes) -> None:
    response = _answer(status, text)
    assert ChallengeMiddleware().process_response(Request(response.url), response) is response


# --- Pages ---------------------------------------------------------------------------------------------------------


def _judged(text: str) -> Reason | None:
    page = HtmlResponse(URL, body=text.encode(), encoding="utf-8", request=Request(URL))
    hollow = judge(page)
    return hollow.reason if hollow else None


@pytest.mark.parametrize(
    "text",
    [
        SHELL,
        SHELL.replace("app", "root").replace("<head>", "<head>" + "<link rel=preload>" * 400),
        "<html><body><noscript>请启用脚本，否则本网站无法正常使用，敬请谅解。</noscript><script>boot()</script></body></html>",
    ],
)
def test_a_page_that_only_a_script_would_fill_is_a_shell(text: str) -> None:
    assert _judged(text) == Reason.JS_SHELL


@pytest.mark.parametrize(
    "held",
    [
        '<a href="/nb/">年报</a>',
        '<iframe src="/nb/list.html"></iframe>',
        "<frameset><frame src='/nb/'></frameset>",
        "<datastore><recordset></recordset></datastore>",
        "<script>createPageHTML(3, 0, 'index', 'html')</script>",
        "<script>window._CONFIG = {SID: 1}</script>",
        "<script>Ls.pagination({})</script>",
        "<script>var siteGuid = '7eb5f7f1'</script>",
        "<script src='/jpaas-publish-server/front/page/build/unit'></script>",
        f"<script>var list = [{{title: '{'眉县人民政府二〇二〇年政府信息公开工作年度报告' * 4}'}}]</script>",
        "<script>window.location.href='/zwgk/index.html'</script>",
        "<p>眉县人民政府二〇二〇年政府信息公开工作年度报告请见附件。</p>",
        '<img src="/report_1.png">',
    ],
)
def test_a_page_that_holds_something_is_no_shell(held: str) -> None:
    assert _judged(SHELL.replace('<div id="app"></div>', f'<div id="app">{held}</div>')) is None


@pytest.mark.parametrize(
    "text",
    [
        "<html><head><title>404 - 页面不存在</title></head><body></body></html>",
        "<html><body><p>您访问的页面不存在，请返回<a href='/'>首页</a>。</p></body></html>",
        "<html><body><p>抱歉，您要查看的内容已被删除</p></body></html>",
    ],
)
def test_an_error_page_served_as_success_is_named(text: str) -> None:
    assert _judged(text) == Reason.SOFT_404


def test_a_page_that_speaks_of_missing_pages_is_none() -> None:
    assert _judged(f"<html><body>{FULL}<p>您访问的页面不存在的，可以申请公开。</p></body></html>") is None


@given(st.data())
def test_what_an_expression_finds_holds_one_of_its_words(data: st.DataObject) -> None:
    row = data.draw(st.sampled_from([row for row in signatures() if row.words]))
    assert row.body
    found = data.draw(st.from_regex(row.body))
    assert any(word in found for word in row.words)
