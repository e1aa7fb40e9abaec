"""From a portal's home page to the list of its annual reports, with as few requests as can be."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.candidates import is_own
from crawler.families import ENOUGH, FAMILIES, detect
from crawler.families.base import Detection, Entry, ListUnreadable
from crawler.families.generic import COLUMN_NAME, names_reports
from crawler.fetch import Fetcher
from crawler.outcomes import NotFetched
from crawler.pages import absolute, anchors, claims_of
from reports.divisions import Division
from reports.sniff import is_cut_off
from reports.states import Reason, VisitOutcome
from reports.titles import classify_title

MAX_PAGES = 10  # pages looked at on the way; a portal that needs more is better given a column_url in the registry

_COLUMN_EXACT = re.compile(r"^(县|区|市|旗)?(人民)?(政府)?信息公开(工作)?年(度报告|报)$")
# The county's own column among those of its departments and townships.
_OWN_COLUMN = re.compile(
    r"^(本级|本[县区市旗]|[县区市旗]|.{2,8}[县区市旗])?(人民)?政府(本级|机关)?(信息公开)?(工作)?年度?报告?$"
)
_NOT_COLUMN = re.compile(r"网站|年检|财政|统计|部门|单位|乡镇|镇街|镇乡|街道|企业|局|图解|解读|环境")
_GATEWAY = re.compile(
    r"^((法定|信息)?主动公开(内容)?|.{0,6}(政府)?信息(主动)?公开(平台|专栏|专题|目录|网)?|"
    r"政[务府](信息)?公开(平台|专栏|网)?|公开目录)$"
)
_SLUG = re.compile(r"/(s|q|x|zf)*(zf)?xxgk(gz)?n(d?b|dbg)|/gknb|/xxgkgzndbg|/zfnb|/ndbg|/nbzl", re.IGNORECASE)
LONGEST_NAME = 24  # characters of a column's name
_SENDS_ON = re.compile(
    r"""<meta[^>]{0,80}http-equiv=["']?refresh[^>]{0,80}url=["']?([^"'>\s]+)|\blocation(?:\.href)?\s*=\s*["']([^"']+)["']""",
    re.IGNORECASE,
)
_STUB = 3_000  # bytes; a home page without links that only sends on is shorter
_SENT_ON = 20  # the score of where it sends
_SURE = 10  # the score of a lead that is called a column of annual reports


class NoColumn(ListUnreadable):
    """No column of annual reports was found."""

    reason = Reason.NO_COLUMN


@dataclass(frozen=True, slots=True)
class Column:
    """A report column: the address that a person opens, the first page of its list, the family that reads it."""

    url: str
    first: HtmlResponse
    detection: Detection


@dataclass(frozen=True, slots=True, order=True)
class _Lead:
    score: int
    url: str


async def find_column(home: HtmlResponse, fetch: Fetcher, county: Division | None) -> Column:
    """Follow the best lead first until a page shows, or opens, a list of the county's annual reports.

    Raises:
        NoColumn: no such column within MAX_PAGES pages.
        NotFetched: the same, where a page that is called such a column could not be had, or a lead not be followed
            because the host refused or failed, or where the home page breaks off before its end.
    """
    search = _Search(fetch, county)
    column = await search.read(home, 0)
    while column is None and (lead := search.best()):
        try:
            column = await search.read(await fetch.page(Request(lead.url)), lead.score)
        except NotFetched as error:
            search.failed(lead, error)
    if column := column or search.preview:
        return column
    if search.failure:
        raise search.failure
    if is_cut_off(home.body):
        told = f"{home.url} breaks off before its end"
        raise NotFetched(told, capture=home.meta.get("capture"), reason=Reason.BROKEN_OFF)
    raise NoColumn(f"no column of annual reports found within {len(search.tried)} pages of {home.url}")


class _Search:
    """What is known on the way: where it may lead, what was tried, and a list that may be no more than a preview."""

    def __init__(self, fetch: Fetcher, county: Division | None) -> None:
        self.fetch = fetch
        self.county = county
        self.leads: dict[str, _Lead] = {}
        self.tried: set[str] = set()
        self.preview: Column | None = None
        self.failure: NotFetched | None = None

    def best(self) -> _Lead | None:
        """The lead to follow next, of equal ones the first on its page; None at the end, or where a list will do."""
        untried = [lead for lead in self.leads.values() if lead.url not in self.tried]
        lead = max(untried, key=lambda one: one.score, default=None)
        if lead is None or len(self.tried) > MAX_PAGES or (self.preview and lead.score < _SURE):
            return None
        self.tried.add(lead.url)
        return lead

    async def read(self, page: HtmlResponse, score: int) -> Column | None:
        """The column that a page reached by a lead of this score is, unless it links to a better one by name.

        A home page, or a page about disclosure, may show no more than the newest reports.
        """
        self.tried.add(page.url)
        column = await look(page, self.fetch, self.county, sure=score >= _SURE)
        found = [lead for lead in _leads(page, self.fetch) if lead.url not in self.tried]
        here = (column.url, column.first.url) if column else ()
        if column and not any(lead.score >= max(_SURE, score + 1) and lead.url not in here for lead in found):
            return column
        self.preview = column or self.preview
        for lead in found:
            if lead.url not in self.leads or self.leads[lead.url].score < lead.score:
                self.leads[lead.url] = lead
        return None

    def failed(self, lead: _Lead, error: NotFetched) -> None:
        """The column may well be behind what the host refused, or behind a page called so that could not be had."""
        if error.outcome is not VisitOutcome.LIST_UNREADABLE or lead.score >= _SURE:
            self.failure = self.failure or error


async def look(page: HtmlResponse, fetch: Fetcher, county: Division | None, *, sure: bool) -> Column | None:
    """The column that this page is, or opens; None if it is none.

    ``sure``: it was reached by a link called so. Then one report is enough, and years' sub-columns are; elsewhere two
    reports are needed, or one where the page's own tags name the column: one alone may stand among a home page's news.
    """
    detection = detect(page)
    first = await FAMILIES[detection.family].open(page, fetch.page)
    data = first.body.lstrip()[:1] in (b"{", b"[")  # they may lead to pages of any family
    if first is not page and not data and (other := detect(first)).score >= ENOUGH:
        detection = other
    if _NOT_COLUMN.search("".join(claims_of(page).get("column", "").split())):
        return None
    entries = FAMILIES[detection.family].entries(first)
    named = sure or names_reports(page)
    if own_reports(entries, county) >= 2 or (named and lists_own(entries, county)):
        return Column(page.url, first, detection)
    return None


def own_reports(entries: Iterable[Entry], county: Division | None) -> int:
    """How many of the links are the county government's own reports, as far as their titles tell."""
    return sum(is_own(entry, county) for entry in entries)


def lists_own(entries: Iterable[Entry], county: Division | None) -> bool:
    """Whether a list shows a report of the county's own, or years' columns in which there may be some."""
    return any(entry.column or is_own(entry, county) for entry in entries)


def _leads(page: HtmlResponse, fetch: Fetcher) -> list[_Lead]:
    found = [_Lead(_SENT_ON, url) for url in _sends_on(page) if fetch.allowlist.allows(url)]
    for anchor in anchors(page):
        title = re.sub(r"[\s·>»]", "", anchor.title)
        if not title or len(title) > LONGEST_NAME or classify_title(title).year is not None:
            continue
        if not fetch.allowlist.allows(anchor.url):
            continue
        if _OWN_COLUMN.match(title):
            score = _SURE + 8
        elif COLUMN_NAME.search(title) and not _NOT_COLUMN.search(title):
            score = _SURE + 5 * bool(_COLUMN_EXACT.match(title)) + 2 * bool(_SLUG.search(anchor.url))
        elif _GATEWAY.match(title):
            score = 3 + title.startswith("政府信息公开")
        else:
            continue
        found.append(_Lead(score, anchor.url))
    return found


def _sends_on(page: HtmlResponse) -> list[str]:
    """Where a page sends a browser by script or by a refresh tag, if it holds nothing else."""
    if len(page.body) > _STUB or anchors(page):
        return []
    targets = (absolute(page, match[1] or match[2]) for match in _SENDS_ON.finditer(page.text))
    return [url for url in targets if url and url != page.url]
