"""The generic family: what every list and pager has in common; it carries the long tail, and the others build on it."""

import re
from collections import defaultdict
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import pagers
from crawler.families.base import Declared, Entry, Family, Fetch, ListUnreadable
from crawler.outcomes import NotFetched
from crawler.pages import MAX_LINKS, Anchor, absolute, anchors, claims_of, once
from reports.agencies import publishes_for_government
from reports.states import VisitOutcome
from reports.titles import classify_title

MAX_FRAMES = 3
COLUMN_NAME = re.compile(r"信息公开(工作)?年度?报告?|公开年报|年度报告|^年报$")
OTHERS_COLUMN = re.compile(r"网站|部门|单位|乡镇|镇街|镇乡|街道|企业|局|图解|解读")  # not the government's own
_YEAR_COLUMN = re.compile(r"^[·•>»\s]*((?:19|20)\d\d)\s*年?度?$")
# A year's column may be named like a report; its address is then that of a folder or list named after the year:
# /2021n/, /nb_2022n/, /2020_504392/, a2024.htm, c2025niandu5/
_YEAR_FOLDER = re.compile(
    r"/[a-z_]{0,8}20\d\d(?:n|nd|nb|nian|niandu|year|_?n?d?_?\d{0,6}|niandu\d)(?:/(?:index\.\w+)?|\.s?html?)$"
)
_NO_LIST_FRAME = re.compile(r"tree\.jsp|visitcount|share|counter|weather", re.IGNORECASE)
_SECTION = re.compile(
    r"[一二三四五六七][、.．]\s*(总体情况|概述|主动公开|依申请|收到和处理|因?政府信息公开|行政复议|存在|其他)"
)
_SECTIONS = 3  # that make a page a report itself; a list shows none


class Generic(Family):
    """Lists of plain links with a rendered way to the next page."""

    name: ClassVar[str] = "generic"

    async def open(self, page: HtmlResponse, fetch: Fetch) -> HtmlResponse:
        """A column named for annual reports that lists none may hold its list in a frame: followed one level."""
        if any(is_report_entry(entry) for entry in self.entries(page)) or not names_reports(page):
            return page
        for url in _frames(page):
            try:
                framed = await fetch(Request(url, headers={"Referer": page.url}))
            except NotFetched as failure:
                if failure.outcome is not VisitOutcome.LIST_UNREADABLE:
                    raise
                continue  # a dead frame beside the list's
            if any(is_report_entry(entry) for entry in self.entries(framed)):
                return framed
        return page

    def entries(self, page: HtmlResponse) -> list[Entry]:
        """The links of the page's lists.

        Links that stand at the same place of the markup form a group; a group with an annual report or a year's
        column among its members is a list, whatever its classes are called. Where the column's address shows a
        report instead of a list, the page lists itself.
        """
        found: dict[str, Entry] = {}
        if own := _own_report(page):
            found[page.url] = own
        for anchor in _listed(page):
            url = self.canonical(anchor.url)
            found.setdefault(url, Entry(url, anchor.title, anchor.date, column=_is_year_column(anchor)))
        return list(found.values())

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        """Follow the rendered link; where there is none, nothing on the page may speak of further pages."""
        check_columns(page, self.entries(page))
        url, scripted = pagers.next_address(page, number)
        url = url or pagers.check_end(page, number, len(_listed(page)), scripted=scripted)
        return Request(url) if url else None

    def beyond(self, request: Request, gap: int) -> Request | None:
        url = pagers.incremented(request.url, gap)
        return request.replace(url=url) if url and request.method == "GET" else None

    def declared(self, page: HtmlResponse) -> Declared:
        return pagers.declared_in(page)


def names_reports(page: HtmlResponse) -> bool:
    """Whether the page's own tags (or its title) call it the column of annual reports."""
    claims = claims_of(page)
    told = [claims.get("column_type", ""), claims.get("column", ""), page.xpath("string(//title)").get("")]
    return any(COLUMN_NAME.search("".join(name.split())) for name in told)


def is_report_entry(entry: Entry) -> bool:
    """Whether a list's link is that of a year's annual report, or of a year's column."""
    claim = classify_title(entry.title)
    return entry.column or (claim.is_report and claim.year is not None)


def check_columns(page: HtmlResponse, entries: list[Entry]) -> None:
    """Raise ``ListUnreadable`` where a year's column or own report is behind a script, and no other link has it."""
    columns = {classify_title(entry.title).year for entry in entries}
    reports = {_own_year(entry.title) or (entry.column and classify_title(entry.title).year) for entry in entries}
    with_address = {anchor.element for anchor in anchors(page)}
    for element in page.selector.root.iter("a", "li"):
        if any(link in with_address for link in element.iter("a")):
            continue
        href = (element.get("href") or "").strip().lower()
        text = " ".join("".join(element.itertext()).split())
        year = _YEAR_COLUMN.match("".join(text.split()))
        if href.startswith("javascript:") and year and int(year[1]) not in columns:
            raise ListUnreadable(f"the column of {year[1]} has no address that can be asked")
        own = next(filter(None, (_own_year(title) for title in (element.get("title") or "", text) if title)), None)
        if (href.startswith(("javascript:", "#")) or element.get("onclick")) and own and own not in reports:
            raise ListUnreadable(f"the report of {own} has no address that can be asked")


def _own_year(title: str) -> int | None:
    """The year of the report that a title calls the government's own, or nobody's."""
    claim = classify_title(title)
    agency = claim.agency is None or publishes_for_government(claim.agency)
    return claim.year if claim.is_report and agency and not claim.unknown else None


def _frames(page: HtmlResponse) -> list[str]:
    """The frames that may hold a list: on the same host, and no tree, counter or buttons."""
    found: list[str] = []
    for frame in page.selector.root.iter("iframe", "frame"):
        url = absolute(page, frame.get("src"))
        if url and not _NO_LIST_FRAME.search(url) and urlsplit(url).hostname == urlsplit(page.url).hostname:
            found.append(url)
    return found[:MAX_FRAMES]


@once
def _listed(page: HtmlResponse) -> list[Anchor]:
    """Every link of the groups that have an annual report or a year's column among them."""
    if len(anchors(page)) > MAX_LINKS:
        raise ListUnreadable(f"more than {MAX_LINKS} links on {page.url}")
    groups: dict[tuple[str, ...], list[Anchor]] = defaultdict(list)
    for anchor in anchors(page):
        if anchor.title:
            groups[_place(anchor)].append(anchor)
    lists = (group for group in groups.values() if any(_is_list_member(anchor) for anchor in group))
    return [anchor for group in lists for anchor in group]


def _own_report(page: HtmlResponse) -> Entry | None:
    """The page as the entry of a list, where it is the report itself: called one, with a report's sections."""
    if len({match[1] for match in _SECTION.finditer(page.text)}) < _SECTIONS:
        return None
    claims = claims_of(page)
    heads = page.xpath("//h1 | //h2 | //h3 | //*[contains(@class, 'title')]")[:10]
    titles = [claims.get("title", ""), *(head.xpath("string()").get("") for head in heads)]
    titles.append(re.split(r"[-_|]", page.xpath("string(//title)").get(""))[0])
    for title in titles:
        claim = classify_title(title)
        if claim.is_report and claim.year is not None:
            date = re.match(r"\d{4}-\d\d-\d\d", claims.get("published_at", ""))
            return Entry(page.url, " ".join(title.split()), date[0] if date else None)
    return None


def _place(anchor: Anchor) -> tuple[str, ...]:
    ancestors = list(anchor.element.iterancestors())[:4]
    return tuple(f"{element.tag}.{element.get('class') or ''}" for element in ancestors)


def _is_year_column(anchor: Anchor) -> bool:
    # A report is never called by its bare year, whatever its address looks like.
    if _YEAR_COLUMN.match(anchor.title):
        return True
    claim = classify_title(anchor.title)
    named = claim.is_report and claim.year is not None and claim.agency_kind is None and anchor.date is None
    return named and bool(_YEAR_FOLDER.search(urlsplit(anchor.url).path))


def _is_list_member(anchor: Anchor) -> bool:
    claim = classify_title(anchor.title)
    return (claim.is_report and claim.year is not None) or _is_year_column(anchor)
