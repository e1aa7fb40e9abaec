"""The generic family: what every list and pager has in common; it carries the long tail, and the others build on it."""

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.pages import Anchor, absolute, anchors
from reports.identity import classify_title

Fetch = Callable[[Request], Awaitable[HtmlResponse]]

MAX_LIST_PAGES = 60
MAX_LINKS = 10_000  # on one page; the longest honest list page seen has some hundreds
_NEXT = re.compile(r"^[\s\[<]*(下一?页|后一?页|下一頁|next)[\s\]>»›]*$", re.IGNORECASE)
_NOWHERE = re.compile(r"^$|^#|^javascript:\s*(void\b.*|;?)$", re.IGNORECASE)
_YEAR_COLUMN = re.compile(r"^(19|20)\d\d\s*年?度?$")


class ListUnreadable(Exception):
    """The list could not be read to its end; the message says what was met. What was read of it stays good."""


@dataclass(frozen=True, slots=True)
class Detection:
    """How much a page looks like a family, and by which marks."""

    family: str
    score: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a list. ``column`` marks a year's own sub-column instead of an article."""

    url: str
    title: str
    date: str | None
    column: bool = False


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list; ``last`` says that the list ends here."""

    page: HtmlResponse
    entries: tuple[Entry, ...]
    last: bool


class Generic:
    """Lists of plain links with a rendered link to the next page.

    A family answers: does this page look like me (``marks``), what does this list page list (``entries``), where is
    the next page and was the end reached (``next_request``; ``pages`` where paging is a conversation of its own).
    """

    name: ClassVar[str] = "generic"
    marks: ClassVar[dict[str, int]] = {}

    def detect(self, page: HtmlResponse) -> Detection:
        """The sum of the marks found in the page's source; the generic family alone scores without any."""
        found = [(match[0], score) for mark, score in self.marks.items() if (match := re.search(mark, page.text))]
        evidence = ", ".join(f"“{text.strip()}”" for text, _ in found)
        return Detection(self.name, sum(score for _, score in found), evidence)

    async def pages(self, first: HtmlResponse, fetch: Fetch) -> AsyncIterator[ListPage]:
        """Walk the list from its first page to its end.

        Raises:
            ListUnreadable: the end cannot be reached, or does not come.
        """
        page, seen = first, set[str]()
        for number in range(1, MAX_LIST_PAGES + 1):
            entries = self.entries(page)
            new = {entry.url for entry in entries} - seen
            request: Request | None = None
            problem: ListUnreadable | None = None
            try:
                # Servers answer a page past the end with the last one again.
                request = self.next_request(page, number) if new else None
                _check_columns(page, entries)
            except ListUnreadable as error:
                problem = error  # what this page lists is good all the same
            yield ListPage(page, tuple(entries), last=request is None and problem is None)
            if problem:
                raise problem
            if request is None:
                return
            seen |= new
            page = await fetch(request)
        raise ListUnreadable(f"the list has no end within {MAX_LIST_PAGES} pages")

    def entries(self, page: HtmlResponse) -> list[Entry]:
        """The links of the page's lists.

        Links that stand at the same place of the markup form a group; a group with an annual report or a year's
        column among its members is a list, whatever its classes are called.
        """
        groups: dict[tuple[str, ...], list[Anchor]] = defaultdict(list)
        for number, anchor in enumerate(anchors(page)):
            if number == MAX_LINKS:
                raise ListUnreadable(f"more than {MAX_LINKS} links on {page.url}")
            if anchor.title:
                groups[_place(anchor)].append(anchor)
        found = {
            anchor.url: Entry(anchor.url, anchor.title, anchor.date, column=_is_year_column(anchor))
            for group in groups.values()
            if any(_is_list_member(anchor) for anchor in group)
            for anchor in group
        }
        return list(found.values())

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        """The request for the page after the ``number``-th, None where the list ends.

        Raises:
            ListUnreadable: there is a next page, but only a script knows its address.
        """
        for element in page.selector.root.iter("a"):
            if _NEXT.match("".join(element.itertext())):
                href = (element.get("href") or "").strip()
                if _NOWHERE.match(href):
                    return None
                url = absolute(page, href)
                if url is None:
                    raise ListUnreadable(f"the next page has no address that can be asked: {href[:80]}")
                return Request(url) if url != page.url else None
        return None


def _place(anchor: Anchor) -> tuple[str, ...]:
    ancestors = list(anchor.element.iterancestors())[:4]
    return tuple(f"{element.tag}.{element.get('class') or ''}" for element in ancestors)


def _is_year_column(anchor: Anchor) -> bool:
    # A report is never called by its bare year, whatever its address looks like.
    return bool(_YEAR_COLUMN.match(anchor.title))


def _check_columns(page: HtmlResponse, entries: list[Entry]) -> None:
    """Raise ``ListUnreadable`` where a year's column is behind a script and no report of that year is listed here."""
    listed = {classify_title(entry.title).year for entry in entries}
    for element in page.selector.root.iter("a"):
        title = "".join("".join(element.itertext()).split())
        scripted = (element.get("href") or "").strip().lower().startswith("javascript:")
        if scripted and _YEAR_COLUMN.match(title) and int(title[:4]) not in listed:
            raise ListUnreadable(f"the column of {title[:4]} has no address that can be asked")


def _is_list_member(anchor: Anchor) -> bool:
    claim = classify_title(anchor.title)
    return (claim.is_report and claim.year is not None) or _is_year_column(anchor)
