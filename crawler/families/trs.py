"""TRS WCM 拓尔思: static pages, relative links, a script for a pager, page names that count from 0 or 1."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families.base import Declared, Entry
from crawler.families.generic import Generic, check_columns
from crawler.families.pagers import next_address
from crawler.outcomes import NotFetched
from crawler.pages import anchors, live_script
from reports.titles import classify_title

MAX_ARTICLE_PAGES = 30

# createPageHTML(pages, current, "index", "html"[, an element's class, records])
_CALL = re.compile(
    r"""createPageHTML\(\s*["']?(\d{1,9})["']?\s*,\s*["']?(\d{1,9})["']?\s*,\s*["']([\w-]+)["']\s*,\s*["'](\w+)["']"""
    r"""(?:\s*,\s*["'][^"']*["']\s*,\s*["']?(\d{1,9}))?"""
)
_COUNT = re.compile(r"\bcountPage\s*=\s*[\"']?(\d{1,9})|\bele\.value\s*>\s*(\d{1,9})")
_PAGER_MARKS = ("createPageHTML", "countPage", "ele.value")  # what the two above begin with
_CURRENT = re.compile(r"\bcurrentPage\s*=\s*[\"']?(\d{1,9})")
_RECORDS = re.compile(r"\bdataCount\s*=\s*[\"']?(\d{1,9})")
# "index_" + i + ".html"
_JOINED = re.compile(r"""(?<![\w-])([A-Za-z][\w-]{0,60})_["']\s*\+[^;\n]{0,40}\+\s*["']\.(s?html?)\b""")
_FILE = re.compile(r"/([A-Za-z][\w-]*?)(?:_(\d{1,9}))?\.(s?html?)$")
_ARTICLE = re.compile(r"/(t\d{6,9}(?:_\d+)?)\.(s?html?)$")
_WAP = re.compile(r"(/t\d{6,9}(?:_\d+)?)_wap(\.s?html?)$")
_FOLDER = re.compile(r"/((index|default)\.s?html?)?$")
_YEARS_FOLDER = re.compile(r"^(19|20)\d\d年?度?(政府)?(信息公开)?(工作)?(年度?报告?|报告)?$")
_PLACE = "trs_place"  # in a request's meta: the page that it was asked from


@dataclass(frozen=True, slots=True)
class _Pager:
    """What the script of a page says; ``current`` is counted from 0 or from 1, as the portal likes."""

    total: int
    current: int | None
    stem: str
    suffix: str
    records: int | None

    @property
    def from_one(self) -> bool:
        """Whether the second page is likely to be ``index_2``: so it is where records are counted, or page 1 is 1."""
        return self.current == 1 or self.records is not None

    def address(self, page: HtmlResponse, number: int) -> str:
        return page.urljoin(f"{self.stem}_{number}.{self.suffix}")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in its list a page is (from 1), how many answers there were up to it, and the links on it."""

    position: int
    number: int
    links: frozenset[str]
    skipped: bool = False  # index_1 was left out on the way from the first page: if a page is missing, it is that


class Trs(Generic):
    """Page 1 is ``index.html``; the next is ``index_1.html``, or ``index_2.html`` on portals that count from 1.

    Which of them it is a rendered link tells; where there is none, the likelier one is asked for, and the other after
    it if that is not there or shows page 1 again. From there on names count up, until as many pages have been read as
    the pager declares.
    """

    name: ClassVar[str] = "trs"
    marks: ClassVar[dict[str, int]] = {
        r"createPageHTML\(\s*\d": 4,
        r"所在页从0开始": 3,
        r"/t20\d{6}_\d+(_\w+)?\.s?html?": 3,
        r"""[/"']t\d{6,9}\.s?html?\b""": 3,
        r"(?i)TRS_(U?Editor)|trs_editor_view": 3,
        r"(?i)\btrs-attr\b|class=.insertfileTag": 2,
        r"/20\d\dn_\d+/": 3,  # a year's folder
        r"/P0\d{12,}\.\w+": 1,
    }

    def entries(self, page: HtmlResponse) -> list[Entry]:
        """The list's links. An article is never a folder here: one called by a year is that year's column."""
        found = {entry.url: entry for entry in super().entries(page)}
        for anchor in anchors(page):
            if _FOLDER.search(urlsplit(anchor.url).path) and _YEARS_FOLDER.match("".join(anchor.title.split())):
                found.setdefault(anchor.url, Entry(anchor.url, anchor.title, anchor.date))
        return [replace(entry, column=entry.column or _is_years_folder(entry, page)) for entry in found.values()]

    def canonical(self, url: str) -> str:
        return _WAP.sub(r"\1\2", url)

    def declared(self, page: HtmlResponse) -> Declared:
        pager = _pager(page)
        return Declared(max(pager.total, 1), pager.records) if pager else super().declared(page)

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        pager = _pager(page)
        if pager is None:
            return super().next_request(page, number)
        check_columns(page, self.entries(page))
        here = _place(page)
        failed = number - here.number  # answers after this page that had no list
        rendered, _ = next_address(page, here.position)  # a script's pages are called by their names
        # The number of pages may be too small, but not against a link.
        if rendered and not failed:
            url = rendered
        elif here.position >= pager.total:
            return None
        else:
            url = pager.address(page, _following(page, pager, here, failed))
        guessed = pager.from_one and not (rendered or failed or _number(page, pager))
        return Request(url, meta={_PLACE: replace(here, number=number, skipped=here.skipped or guessed)})

    def further_pages(self, page: HtmlResponse) -> list[str]:
        """``t…_1.html`` and so on: the pages of an article that the same pager cuts into several.

        Raises:
            NotFetched: the article claims more pages than a report has; a part of them would be none.
        """
        article = _ARTICLE.search(urlsplit(page.url).path)
        if not article:
            return []
        stem, suffix = article.groups()
        if not any(mark in page.text for mark in (f"{stem}_", *_PAGER_MARKS)):
            return []  # most reports are one page, and to look at all their links takes long
        part = re.compile(rf"/{stem}_(\d{{1,3}})\.{suffix}$")
        numbers = {int(match[1]) for anchor in anchors(page) if (match := part.search(anchor.url))}
        script = live_script(page)
        call, count = _CALL.search(script), _COUNT.search(script)
        claimed = 0
        if call and call[3] == stem:
            claimed = int(call[1])
        elif count and not call:
            claimed = int(count[1] or count[2])
        pages = max(claimed, len(numbers) + 1)
        if pages > MAX_ARTICLE_PAGES:
            raise NotFetched(f"{page.url} claims {pages} pages")
        return [page.urljoin(f"{stem}_{number}.{suffix}") for number in sorted(numbers | set(range(1, claimed)))]


def _following(page: HtmlResponse, pager: _Pager, here: _Place, failed: int) -> int:
    """The number in the name of the page after this one; ``failed`` names after it were tried in vain."""
    named = _number(page, pager)
    if named:
        return 1 if here.skipped and failed else named + 1 + failed
    return ((2, 1) if pager.from_one else (1, 2))[min(failed, 1)]


def _place(page: HtmlResponse) -> _Place:
    """Where this page is in its list. One with the links of the page before it is that page by another name."""
    links = frozenset(anchor.url for anchor in anchors(page))
    before = page.request.meta.get(_PLACE) if page.request else None
    if not isinstance(before, _Place):
        return _Place(1, 1, links)
    return _Place(before.position + (links != before.links), before.number + 1, links, before.skipped)


def _number(page: HtmlResponse, pager: _Pager) -> int:
    """The number in the page's own name, 0 where it has none."""
    file = _FILE.search(urlsplit(page.url).path)
    return int(file[2] or 0) if file and file[1] == pager.stem else 0


def _pager(page: HtmlResponse) -> _Pager | None:
    script = live_script(page)
    records = _RECORDS.search(script)
    if call := _CALL.search(script):
        counted = call[5] or (records and records[1])
        return _Pager(int(call[1]), int(call[2]), call[3], call[4], int(counted) if counted else None)
    if count := _COUNT.search(script):
        current = _CURRENT.search(script)
        stem, suffix = _named(page, script)
        return _Pager(
            int(count[1] or count[2]),
            int(current[1]) if current else None,
            stem,
            suffix,
            int(records[1]) if records else None,
        )
    return None


def _named(page: HtmlResponse, script: str) -> tuple[str, str]:
    """A list's stem and suffix where no call says them: from the code, the page's own name, or its articles'."""
    if joined := _JOINED.search(script):
        return joined[1], joined[2]
    if file := _FILE.search(urlsplit(page.url).path):
        return file[1], file[3]
    articles = (_ARTICLE.search(urlsplit(anchor.url).path) for anchor in anchors(page))
    suffixes = Counter(article[2] for article in articles if article)
    return "index", suffixes.most_common(1)[0][0] if suffixes else "html"


def _is_years_folder(entry: Entry, page: HtmlResponse) -> bool:
    """An article that is a folder is another family's: a neighbour's, linked to from this list."""
    address = urlsplit(entry.url)
    own = address.hostname == urlsplit(page.url).hostname
    return own and bool(_FOLDER.search(address.path)) and classify_title(entry.title).year is not None
