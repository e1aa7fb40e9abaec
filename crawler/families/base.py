"""What every family of portals answers: is this mine, what does this page list, and what comes after it."""

import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse

from reports.states import Reason

Fetch = Callable[[Request], Awaitable[HtmlResponse]]

_ABSOLUTE_LINK = re.compile(r"""<a\s[^<>]{0,300}?href\s*=\s*["']?https?://([^/:"'\s<>]{1,253})[^<>]*>""", re.IGNORECASE)


class ListUnreadable(Exception):
    """The list could not be read to its end; the message says what was met. What was read of it stays good."""

    reason: ClassVar[Reason] = Reason.LIST_END


class End(StrEnum):
    """How the end of a list was proven; nothing else allows to say that a year was not listed."""

    TOTAL = "total"  # as many pages or records as the list declares
    LAST_PAGE = "last-page"  # the page offers no next one, and nothing on it speaks of more
    NOTHING_NEW = "nothing-new"  # two answers past it showed no link that had not been there before


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
    date: str | None  # YYYY-MM-DD
    column: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """What a page says of its list: how many pages, how many records; None where it says nothing."""

    pages: int | None = None
    records: int | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One answer of a list; ``end`` says that, and how, the list was found to end with it.

    ``again``: the list changed while it was read and is read once more, from this page on; the pages before are void.
    """

    page: HtmlResponse
    entries: tuple[Entry, ...]
    end: End | None = None
    again: bool = False

    @property
    def url(self) -> str:
        """The address; where the question was in the body of a POST, that stands behind ``#``."""
        request = self.page.request
        body = request.body.decode("utf-8", "replace") if request is not None and request.method == "POST" else ""
        return f"{self.page.url}#{body}" if body else self.page.url


class Family(ABC):
    """One CMS family. A subclass overrides what differs from ``Generic`` alone.

    ``marks`` are regular expressions with scores: what the family's pages have in their source.
    """

    name: ClassVar[str]
    marks: ClassVar[dict[str, int]] = {}

    def detect(self, page: HtmlResponse) -> Detection:
        """The sum of the marks found in the page's source; the generic family alone scores without any."""
        source = _own_source(page)
        found = [(match[0], score) for mark, score in self.marks.items() if (match := re.search(mark, source))]
        evidence = ", ".join(f"“{' '.join(text.split())[:60]}”" for text, _ in found)
        return Detection(self.name, sum(score for _, score in found), evidence)

    @abstractmethod
    async def open(self, page: HtmlResponse, fetch: Fetch) -> HtmlResponse:
        """The first page of the list that a column's page stands for: itself, or what its frame or script would load.

        Costs no request where the page shows no sign of a list of annual reports behind it.
        """

    @abstractmethod
    def entries(self, page: HtmlResponse) -> list[Entry]:
        """What this page of a list lists; nothing but the list, no menus.

        Raises:
            ListUnreadable: there is a list, but not in a form that can be read.
        """

    @abstractmethod
    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        """The request for the page after the ``number``-th (counted from 1), None where the list ends.

        After an answer without a list, ``page`` is still the last one that had it, and ``number`` has grown: a family
        that computes addresses then names the one after the gap.

        Raises:
            ListUnreadable: there is a next page, but only a script knows its address.
        """

    def declared(self, page: HtmlResponse) -> Declared:
        """How long the list says it is."""
        return Declared()

    def beyond(self, request: Request, gap: int) -> Request | None:
        """The request ``gap`` pages after one that gave no list, where the page with the list renders no other."""
        return None

    def says_nothing(self, page: HtmlResponse) -> bool:
        """Whether an answer is the portal's own word that this page of the list is empty, and no error or shell."""
        return False

    def canonical(self, url: str) -> str:
        """The one address of a document that has several (mobile twins)."""
        return url

    def further_pages(self, page: HtmlResponse) -> list[str]:
        """The addresses of an article's second and later pages, where its text is cut into several."""
        return []


def _own_source(page: HtmlResponse) -> str:
    """The page's source without links to other hosts: a neighbour's report on a list tells of the neighbour alone."""
    own = urlsplit(page.url).hostname

    def kept(link: re.Match[str]) -> str:
        return link[0] if (link[1] or "").lower() == own else ""

    return _ABSOLUTE_LINK.sub(kept, page.text)
