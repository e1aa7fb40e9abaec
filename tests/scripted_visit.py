"""A visit told by a script of answers, without a network: pages of a small portal, and an engine that plays them."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import cast

from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.http import Response

from crawler.allowlist import Allowlist
from crawler.fetch import Fetcher
from crawler.items import DocumentItem, Item, ListItem, VisitItem
from crawler.registry import Portal
from crawler.scope import Scope
from crawler.visit import Visit
from reports.divisions import by_code
from storage.records import Capture, KnownPortal, ListingRecord, RecordType, VisitRecord

HOME = "http://www.meixian.test/"
LIST = HOME + "nb/"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
EVERYTHING = Scope(years=None, all_agencies=False, recheck=timedelta(0))
COLUMN_LINK = f'<html><body><a href="{LIST}">政府信息公开年报</a></body></html>'.encode()
_HEADINGS = ("一、总体情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项")

Said = Response | Exception
# A body (200), a status without one, an exception, or what a function makes of the request.
Answers = dict[str, bytes | int | Exception | Callable[[Request], Said]]


def title(year: int) -> str:
    return f"眉县人民政府{year}年政府信息公开工作年度报告"


def list_page(*years: int, more: str = "") -> bytes:
    rows = "".join(f'<li><a href="{year}.html">{title(year)}</a></li>' for year in years)
    return f"<html><body><ul>{rows}</ul>{more}</body></html>".encode()


def report_page(year: int, body: str = "") -> bytes:
    text = f"{year}年，眉县人民政府认真贯彻落实条例，做好政府信息公开工作。" * 12
    sections = "".join(f"<p>{heading}</p><p>{text}</p>" for heading in _HEADINGS)
    page = f"<h1>{title(year)}</h1><div class='TRS_Editor'>{sections}{body}</div>"
    return f"<html><head><title>{title(year)}</title></head><body>{page}</body></html>".encode()


def two_pages(second: bytes | int | Exception) -> Answers:
    """A portal whose list shows 2020 and 2021 and goes on to a second page."""
    first = list_page(2020, 2021, more='<a href="2.html">下一页</a>')
    answers: Answers = {HOME: COLUMN_LINK, LIST: first, LIST + "2.html": second}
    return answers | {f"{LIST}{year}.html": report_page(year) for year in range(2015, 2025)}


def capture(url: str, status: int = 200, sha256: str = "00") -> Capture:
    return Capture(url, status, LONG_AGO, RecordType.RESPONSE, "a.warc.gz", 0, 1, sha256, 1, etag='"1"')


class Script:
    """Stands in for Scrapy's engine and for the archive; ``asked`` are the addresses in their order, probes apart."""

    def __init__(self, answers: Answers, archived: Mapping[str, bytes] | None = None) -> None:
        self.answers = answers
        self.archived = archived or {}
        self.asked: list[str] = []
        self.probes: list[str] = []
        self.running = True

    async def download_async(self, request: Request) -> Response:
        # A probe is for an address that cannot exist.
        (self.probes if "probe" in request.meta else self.asked).append(request.url)
        answer = self.answers.get(request.url, 404)
        said = answer(request) if callable(answer) else answer
        if isinstance(said, Exception):
            raise said
        if isinstance(said, bytes):
            said = Response(request.url, body=said)
        elif isinstance(said, int):
            said = Response(request.url, status=said)
        request.meta["capture"] = capture(request.url, said.status, str(hash(said.body)))
        said.request = request
        return said

    def body(self, capture: Capture) -> bytes | None:
        return self.archived.get(capture.url)


def visit(
    script: Script,
    portal: Portal | None = None,
    known: KnownPortal | None = None,
    scope: Scope = EVERYTHING,
    budget: int = 50,
) -> tuple[list[Item], VisitRecord]:
    """What a visit to 眉县 yields, and its verdict."""
    portal = portal or Portal("610326", HOME)
    engine = cast("ExecutionEngine", script)
    known = known or KnownPortal()
    fetch = Fetcher(
        portal.code, engine=engine, allowlist=Allowlist.of(portal), known=known, bodies=script, budget=budget
    )
    county = by_code(portal.code)
    assert county
    told = Visit(portal, county, fetch, scope)

    async def run() -> list[Item]:
        entry = told.entry
        assert entry
        first: Said
        try:
            first = await script.download_async(fetch.prepare(entry))
        except Exception as error:  # noqa: BLE001 - as Scrapy hands it to an errback
            first = error
        return [item async for item in told.run(first)]

    items = asyncio.run(run())
    assert isinstance(items[-1], VisitItem)
    return items[:-1], items[-1].visit


def years(items: list[Item]) -> list[int | None]:
    """The report years of the documents among the items."""
    return [item.document.report.year for item in items if isinstance(item, DocumentItem)]


def listed(items: list[Item]) -> list[ListingRecord]:
    """The pages of the lists among the items."""
    return [page for item in items if isinstance(item, ListItem) for page in item.pages]
