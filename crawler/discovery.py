"""From a portal's home page to the column of its annual reports, with as few requests as can be."""

import re
from dataclasses import dataclass

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import FAMILIES, detect
from crawler.families.generic import ListUnreadable
from crawler.fetch import Fetcher, NotFetched
from crawler.pages import anchors, claims_of
from reports.identity import classify_title
from reports.states import VisitOutcome

MAX_PAGES = 8  # pages looked at on the way; a portal that needs more is better given a column_url in the registry

_COLUMN = re.compile(r"(政府)?信息公开(工作)?年度?报告?|公开年报|年度报告")
_COLUMN_EXACT = re.compile(r"^(县|区|市|旗)?(人民)?(政府)?信息公开(工作)?年(度报告|报)$")
_NOT_COLUMN = re.compile(r"网站|年检|财政|统计|部门|乡镇|镇街|街道|企业|局|图解")
_GATEWAY = re.compile(r"^(法定主动公开内容|(政府)?信息公开(平台|专栏|专题|目录)?|政[务府]公开|公开目录)$")
_SLUG = re.compile(r"/(s|q|x|zf)*(zf)?xxgk(gz)?n(d?b|dbg)|/gknb|/xxgkgzndbg|/zfnb", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class _Lead:
    score: int
    url: str


async def find_column(home: HtmlResponse, fetch: Fetcher) -> HtmlResponse:
    """Follow the best lead first until a page shows a list of annual reports.

    Raises:
        ListUnreadable: no such column within MAX_PAGES pages.
        NotFetched: the same, where a lead could not be followed because the host refused or failed.
    """
    leads = {lead.url: lead for lead in _leads(home)}
    failure: NotFetched | None = None
    tried = {home.url}
    if is_column(home):
        return home
    while len(tried) <= MAX_PAGES and (open_leads := [lead for lead in leads.values() if lead.url not in tried]):
        lead = max(open_leads)
        tried.add(lead.url)
        try:
            page = await fetch.page(Request(lead.url))
        except NotFetched as error:
            failure = failure or error
            continue
        if is_column(page):
            return page
        for found in _leads(page):
            if found.url not in leads or leads[found.url].score < found.score:
                leads[found.url] = found
    if failure and failure.outcome is not VisitOutcome.LIST_UNREADABLE:
        raise failure  # the column may well be behind it
    raise ListUnreadable(f"no column of annual reports found within {len(tried)} pages of {home.url}")


def is_column(page: HtmlResponse) -> bool:
    """Whether this is a column of annual reports: it lists two, or one and its national column tags say so.

    One report alone may stand among the news of a home page.
    """
    listed = reports_listed(page)
    claims = claims_of(page)
    named = _COLUMN.search(claims.get("column_type", "")) or _COLUMN.search(claims.get("column", ""))
    return listed >= 2 or (listed == 1 and named is not None)


def reports_listed(page: HtmlResponse) -> int:
    """How many annual reports with a year, or columns of one year, the page lists."""
    entries = FAMILIES[detect(page).family].entries(page)
    claims = [classify_title(entry.title) for entry in entries]
    return sum(
        entry.column or (claim.is_report and claim.year is not None)
        for entry, claim in zip(entries, claims, strict=True)
    )


def _leads(page: HtmlResponse) -> list[_Lead]:
    found = []
    for anchor in anchors(page):
        title = re.sub(r"\s", "", anchor.title)
        if not title or len(title) > 24 or classify_title(title).year is not None:
            continue
        if _COLUMN.search(title) and not _NOT_COLUMN.search(title):
            score = 10 + 5 * bool(_COLUMN_EXACT.match(title)) + 2 * bool(_SLUG.search(anchor.url))
        elif _GATEWAY.match(title):
            score = 3
        else:
            continue
        found.append(_Lead(score, anchor.url))
    return found
