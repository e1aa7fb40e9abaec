"""A host's answer to a random address is remembered: a page that looks the same is none."""

import asyncio
from typing import cast

import pytest
from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.http import Response

from crawler.allowlist import Allowlist
from crawler.fetch import Fetcher
from crawler.outcomes import NotFetched
from crawler.registry import Portal
from reports.states import Reason
from storage.records import KnownPortal
from tests.scripted_visit import COLUMN_LINK, HOME, LIST, Answers, Script, list_page

LINK = '<a href="/">首页</a>'


def _lost(count: int, title: str = "眉县人民政府") -> bytes:
    """An error page of a site's own frame, with a counter and without a telling word."""
    frame = "<div></div>" * 100
    return f"<html><head><title>{title}</title></head><body>{LINK}{frame}<p>走丢了 {count}</p></body></html>".encode()


class _Host(Script):
    """Answers every unknown address in the same way; ``asked`` is what was asked for."""

    def __init__(self, answers: Answers, elsewhere: bytes | str | int) -> None:
        super().__init__(answers)
        self.elsewhere = elsewhere

    async def download_async(self, request: Request) -> Response:
        if request.url not in self.answers:
            if isinstance(self.elsewhere, str):  # sent on to this address
                sent = request.replace(url=self.elsewhere, meta={**request.meta, "redirect_urls": [request.url]})
                return await super().download_async(sent)
            self.answers[request.url] = self.elsewhere
        return await super().download_async(request)


def _fetcher(host: _Host, budget: int = 50) -> Fetcher:
    engine, allowlist = cast("ExecutionEngine", host), Allowlist.of(Portal("610326", HOME))
    return Fetcher("610326", engine=engine, allowlist=allowlist, known=KnownPortal(), bodies=host, budget=budget)


def _reason(host: _Host, url: str) -> Reason | None:
    """Why the page at an address is none, after a probe."""

    async def ask() -> None:
        fetch = _fetcher(host)
        await fetch.probe_soft_404(HOME)
        await fetch.page(Request(url))

    try:
        asyncio.run(ask())
    except NotFetched as failure:
        return failure.reason
    return None


@pytest.mark.parametrize(
    ("lead", "elsewhere"),
    [
        (_lost(1), _lost(1)),
        (_lost(7), _lost(12345)),  # alike but for a counter
        (COLUMN_LINK, COLUMN_LINK),  # the home page, whatever is asked for
    ],
)
def test_what_looks_like_nothing_is_nothing(lead: bytes, elsewhere: bytes) -> None:
    assert _reason(_Host({LIST: lead}, elsewhere), LIST) == Reason.SOFT_404


def test_being_sent_where_unknown_addresses_are_sent_is_nothing() -> None:
    assert _reason(_Host({HOME: COLUMN_LINK}, HOME), LIST) == Reason.SOFT_404


@pytest.mark.parametrize(
    ("lead", "elsewhere"),
    [
        (list_page(2020, 2021), _lost(1)),
        (_lost(1, "信息公开年报"), _lost(2)),
        (_lost(1).replace(LINK.encode(), LINK.encode() + b'<a href="/1.html">1</a>'), _lost(2)),
        (_lost(1).replace(b"<p>", b"<script>createPageHTML(3,0)</script><p>"), _lost(2)),
        (_lost(1), 404),
        (_lost(1), 503),
    ],
)
def test_what_looks_otherwise_is_a_page(lead: bytes, elsewhere: bytes | int) -> None:
    assert _reason(_Host({LIST: lead}, elsewhere), LIST) is None


def test_the_home_page_is_one_though_the_host_gives_it_for_everything() -> None:
    assert _reason(_Host({HOME: COLUMN_LINK}, COLUMN_LINK), HOME) is None
    assert _reason(_Host({HOME: COLUMN_LINK}, HOME), HOME) is None


def test_a_host_is_probed_once_and_the_probe_counted_and_marked() -> None:
    host = _Host({}, _lost(1))
    fetch = _fetcher(host)

    async def probe() -> None:
        await fetch.probe_soft_404(HOME)
        await fetch.probe_soft_404(LIST)

    asyncio.run(probe())
    (asked,) = host.probes
    assert asked.startswith(HOME)
    assert fetch.requests == 1


def test_only_pages_are_judged() -> None:
    """What a script asks for may be empty, and files are for others to read."""
    host = _Host({LIST: b'{"total": 0}', LIST + "x.xml": b"<datastore><recordset/></datastore>"}, _lost(1))
    assert _reason(host, LIST) is None
    assert _reason(host, LIST + "x.xml") is None
