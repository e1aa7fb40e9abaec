"""The ways to a host and their order; names that lead into private networks; cookies; circles of redirects."""

import pytest
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Response
from scrapy.resolver import dnscache
from scrapy.utils.test import get_crawler
from twisted.internet.error import DNSLookupError
from twisted.python.failure import Failure

from crawler.allowlist import AllowlistMiddleware, PrivateAddress
from crawler.cookies import CookiesMiddleware
from crawler.failures import named
from crawler.outcomes import NotFetched
from crawler.redirects import RedirectLoop, RedirectMiddleware
from crawler.resolver import PublicResolver
from crawler.tls import TlsFailed
from crawler.transport import TransportMiddleware
from reports.states import Reason

HTTP, HTTPS = "http://www.meixian.test:8080/a?b=1", "https://www.meixian.test:8080/a?b=1"
REFUSED, TIMEOUT, FAILED = DownloadConnectionRefusedError(), DownloadTimeoutError(), DownloadFailedError()
BAD_CERTIFICATE = TlsFailed("certificate verify failed", certificate=True)
OLD = TlsFailed("handshake failure", certificate=False)


def _ways(transport: TransportMiddleware, url: str, *failures: Exception) -> list[tuple[str, str]]:
    """(scheme, TLS profile) of each attempt, the first failing for the first reason and so on."""
    request: Request | None = Request(url)
    tried = []
    for failure in (*failures, None):
        assert request
        request = transport.process_request(request) or request
        transport.process_request(request)
        scheme = request.url.partition(":")[0]
        assert request.url.partition(":")[2] == url.partition(":")[2], "port, path and query stay"
        tried.append((scheme, request.meta["tls_profile"] if scheme == "https" else ""))
        if failure:
            request = transport.process_exception(request, failure)
        else:
            transport.process_response(request, Response(request.url, status=404))
    return tried


@pytest.mark.parametrize(
    ("url", "failures", "ways"),
    [
        (HTTPS, [], ["modern"]),
        (HTTPS, [BAD_CERTIFICATE], ["modern", "unverified"]),
        (HTTPS, [BAD_CERTIFICATE, OLD], ["modern", "unverified", "legacy"]),
        (HTTPS, [OLD], ["modern", "legacy"]),
        (HTTPS, [FAILED, OLD], ["modern", "legacy", ""]),
        (HTTPS, [REFUSED], ["modern", ""]),
        (HTTPS, [TIMEOUT], ["modern", ""]),
        (HTTP, [REFUSED], ["", "modern"]),
        (HTTP, [FAILED, OLD], ["", "modern", "legacy"]),
    ],
)
def test_the_ways_are_tried_in_order(url: str, failures: list[Exception], ways: list[str]) -> None:
    assert [tls for _, tls in _ways(TransportMiddleware(), url, *failures)] == ways


def test_what_worked_is_kept_for_the_host_and_for_no_other() -> None:
    transport = TransportMiddleware()
    _ways(transport, HTTPS, REFUSED)
    assert _ways(transport, HTTPS + "&c=2") == [("http", "")]
    assert _ways(transport, HTTPS.replace("www", "xxgk")) == [("https", "modern")]


def test_a_row_may_name_the_profile_to_begin_with() -> None:
    transport = TransportMiddleware()
    transport.prefer(HTTPS, "legacy")
    assert _ways(transport, HTTPS, REFUSED) == [("https", "legacy"), ("http", "")]


def test_of_several_failures_the_first_is_told() -> None:
    transport = TransportMiddleware()
    request = transport.process_exception(Request(HTTP), TIMEOUT)
    assert request
    with pytest.raises(DownloadTimeoutError):
        transport.process_exception(request, REFUSED)
    assert transport.process_exception(Request(HTTP), REFUSED) is None, "each way once"


def test_a_host_that_answered_has_its_failures_to_itself() -> None:
    transport = TransportMiddleware()
    _ways(transport, HTTP)
    assert transport.process_exception(Request(HTTP), REFUSED) is None
    late = Request("http://late.test/", meta={"download_latency": 0.1})
    assert transport.process_exception(late, TIMEOUT) is None, "its head was there"
    assert transport.process_exception(Request("http://unknown.test/"), CannotResolveHostError()) is None


# --- Private addresses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("117.32.1.9", True),
        ("10.0.0.1", False),
        ("127.0.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
    ],
)
def test_names_lead_to_public_addresses_alone(monkeypatch: pytest.MonkeyPatch, address: str, *, public: bool) -> None:
    monkeypatch.setitem(dnscache, "www.meixian.test", address)
    monkeypatch.setitem(dnscache, address, address)
    names: dict[str, str] = {}
    monkeypatch.setattr("crawler.resolver.private_names", names)
    monkeypatch.setattr("crawler.allowlist.private_names", names)
    resolver = PublicResolver(None, 10, 1.0)  # type: ignore[arg-type] # it never asks the reactor
    answers: list[object] = []
    for name in ("www.meixian.test", address):
        resolver.getHostByName(name).addBoth(answers.append)
    assert answers[1] == address, "a bare address is for the allow-list to judge"
    allowlist = AllowlistMiddleware(get_crawler())
    request = Request("http://www.meixian.test/")
    if public:
        assert answers[0] == address
        allowlist.process_exception(request, CannotResolveHostError())
        return
    assert isinstance(answers[0], Failure)
    assert isinstance(answers[0].value, DNSLookupError)
    with pytest.raises(PrivateAddress) as refused:
        allowlist.process_exception(request, CannotResolveHostError())
    failure = named(refused.value)
    assert isinstance(failure, NotFetched)
    assert failure.reason == Reason.PRIVATE_ADDRESS


# --- Cookies -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookie", "url", "sent"),
    [
        ("a=1; path=/", "http://www.meixian.gov.cn/b", b"a=1"),
        ("a=1; path=/", "http://xxgk.meixian.gov.cn/", None),
        ("a=1; domain=meixian.gov.cn", "http://xxgk.meixian.gov.cn/", b"a=1"),
        ("a=1; domain=gov.cn", "http://www.meixian.gov.cn/", None),
        ("a=1; domain=fengxiang.gov.cn", "http://www.fengxiang.gov.cn/", None),
    ],
)
def test_cookies_go_back_to_whom_they_are_from(cookie: str, url: str, sent: bytes | None) -> None:
    jars = CookiesMiddleware()
    first = Request("http://www.meixian.gov.cn/", meta={"cookiejar": "610326"})
    jars.process_response(first, Response(first.url, headers={"Set-Cookie": cookie}))
    same, other = Request(url, meta={"cookiejar": "610326"}), Request(url, meta={"cookiejar": "610324"})
    for request in (same, other):
        jars.process_request(request)
    assert same.headers.get("Cookie") == sent
    assert "Cookie" not in other.headers, "one jar a portal"


# --- Redirects -----------------------------------------------------------------------------------------------------


def _follow(*hops: tuple[str, bool]) -> None:
    """Follow redirects to these addresses in turn, each handing out a cookie or not."""
    crawler = get_crawler(settings_dict={"REDIRECT_MAX_TIMES": 4})
    redirects = RedirectMiddleware.from_crawler(crawler)
    request = Request("http://a.test/")
    for url, cookie in hops:
        headers = {"Location": url} | ({"Set-Cookie": "a=1"} if cookie else {})
        result = redirects.process_response(request, Response(request.url, status=302, headers=headers))
        assert isinstance(result, Request)
        request = result


def test_a_cookie_makes_asking_again_worth_while() -> None:
    _follow(("http://a.test/", True), ("http://a.test/b", False), ("http://a.test/", False))


def test_a_question_asked_again_with_its_cookie_is_the_same_question() -> None:
    redirects = RedirectMiddleware.from_crawler(get_crawler())
    asked = Request("http://a.test/api", method="POST", body=b"page=1", headers={"Content-Type": "text/json"})
    headers = {"Location": asked.url, "Set-Cookie": "a=1"}
    result = redirects.process_response(asked, Response(asked.url, status=302, headers=headers))
    assert isinstance(result, Request)
    assert (result.method, result.body, result.headers["Content-Type"]) == ("POST", b"page=1", b"text/json")


@pytest.mark.parametrize(
    "hops",
    [
        [("http://a.test/", False)],
        [("http://a.test/", True)] * 5,
        [("http://a.test/b", False), ("http://a.test/", False)] * 3,
        [(f"http://a.test/{number}", False) for number in range(6)],
    ],
)
def test_circles_have_a_name(hops: list[tuple[str, bool]]) -> None:
    with pytest.raises(RedirectLoop):
        _follow(*hops)
