"""Challenge and refusal pages are named; ordinary pages pass."""

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.challenges import Blocked, ChallengeMiddleware

PAGE = b"<html><title>x</title><p>text</p></html>"


@pytest.mark.parametrize(
    ("status", "body", "name"),
    [
        (412, b"<script>$_ts=window['$_ts'];</script>", "瑞数"),
        (202, b"<script>if(!$_ts[1])</script>", "瑞数"),
        (521, b"<script>document.cookie=('__jsl_clearance_s=1|0|a')</script>", "加速乐"),
        (200, b"<script>var arg1='0A';setCookie('acw_sc__v2', x)</script>", "阿里云"),
        (403, PAGE, "firewall"),
        (468, b"", "firewall"),
        (200, "<title> 安全验证</title>".encode(), "served as success"),
    ],
)
def test_challenges_are_named(status: int, body: bytes, name: str) -> None:
    response = HtmlResponse("http://www.meixian.test/", status=status, body=body)
    with pytest.raises(Blocked, match=name):
        ChallengeMiddleware().process_response(Request(response.url), response)


@pytest.mark.parametrize(("status", "body"), [(200, PAGE), (304, b""), (404, PAGE), (500, PAGE)])
def test_other_answers_pass(status: int, body: bytes) -> None:
    response = HtmlResponse("http://www.meixian.test/", status=status, body=body)
    assert ChallengeMiddleware().process_response(Request(response.url), response) is response
