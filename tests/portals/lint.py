"""Whether each crawler family has a replica that shows its marks, is taken for no other family, and is tested."""

import asyncio
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse, Response

from crawler.families import FAMILIES, detect
from crawler.families.base import Family, ListUnreadable, _own_source
from crawler.families.walk import list_pages
from crawler.lint import Finding
from crawler.outcomes import NotFetched
from crawler.pages import anchors, as_page
from reports.divisions import counties
from tests.portals import messages
from tests.portals.families import FAMILIES as REPLICAS
from tests.portals.families.hostile import HOSTILE
from tests.portals.portal import Portal
from tests.portals.quirks import Quirk

TESTS = Path(__file__).parents[1]
COUNTRIES = ("demo", "nation", "ailments", "weather")  # files of tests/portals
MAX_LISTS = 60  # pages of one portal that are followed …
EACH_ARTICLE = 9  # … and one in so many of its articles

_PLACE = "61"  # the province whose counties lend their codes
_FILE = re.compile(r"\.(pdf|png|jpe?g|docx?|css|js)$", re.IGNORECASE)


def findings() -> Iterator[Finding]:
    """Everything that is missing; nothing where all is well."""
    for name in sorted(FAMILIES.keys() - replicas().values()):
        yield Finding("families", name, "has no replica: give it a file in tests/portals/families")
    yield from _of_pages()
    yield from _of_tests()


def replicas() -> dict[str, str]:
    """The practice families that show pages, each with the crawler family that has to read it."""
    return {name: name if name in FAMILIES else "generic" for name in REPLICAS if name not in HOSTILE}


def _variants(replica: str) -> tuple[frozenset[Quirk], ...]:
    found: tuple[frozenset[Quirk], ...] = getattr(REPLICAS[replica], "variants", (frozenset(),))
    return found


# --- What the pages show -------------------------------------------------------------------------------------------
def _of_pages() -> Iterator[Finding]:
    unseen = {name: set(family.marks) for name, family in FAMILIES.items()}
    for replica, name in replicas().items():
        built_on = {other for base, other in replicas().items() if issubclass(REPLICAS[replica], REPLICAS[base])}
        mistaken: dict[str, list[str]] = {}
        for quirks in _variants(replica):
            for page in pages(replica, quirks):
                source = _own_source(page) if unseen[name] else ""
                unseen[name] -= {mark for mark in unseen[name] if re.search(mark, source)}
                taken = detect(page)
                if taken.family not in built_on | {"generic"}:
                    told = f"{page.url} ({', '.join(sorted(quirks)) or 'plain'}) by {taken.evidence}"
                    mistaken.setdefault(taken.family, []).append(told)
        for other, places in mistaken.items():
            told = f"{len(places)} pages of its replica are taken for {other}, one is {places[0]}"
            yield Finding("families", replica, told)
    for name, marks in unseen.items():
        for mark in sorted(marks) if name in replicas().values() else ():
            yield Finding("families", name, f"no page of its replica has the mark {mark}")


def pages(replica: str, quirks: frozenset[Quirk]) -> list[HtmlResponse]:
    """What a portal of the family shows to whoever follows its links, and to the crawler reading its lists."""
    visitor = _Visitor(_portal(replica, quirks), FAMILIES[replicas()[replica]])
    asyncio.run(visitor.look_around())
    return visitor.pages


def _portal(replica: str, quirks: frozenset[Quirk]) -> Portal:
    number = _variants(replica).index(quirks)  # layouts differ by county, too
    county = [county for county in counties() if county.code.startswith(_PLACE)][number]
    hosted = replica == "cityhosted"
    return Portal(
        county.code,
        county.name,
        "www.county.test",
        replica,
        tuple(range(2017, 2025)),
        quirks=quirks,
        departments=("财政局", "民政局"),
        townships=("城关镇",),
        charts=(2020,),
        pdf_years=frozenset({2022, 2024}),
        pictures={2023: 1},
        extra_hosts=("www.city.test",) if hosted else (),
        hosted_by=f"{county.code[:4]}00" if hosted else "",
    )


class _Visitor:
    """Somebody who walks about one portal, without a server in between."""

    def __init__(self, portal: Portal, family: Family) -> None:
        self.portal = portal
        self.family = family
        self.pages: list[HtmlResponse] = []
        self._hosts = {portal.host, *portal.extra_hosts}
        self._asked: set[str] = set()

    async def look_around(self) -> None:
        """From the home page over all links of the host's own pages, then some of the articles."""
        waiting = [f"{self.portal.base}/", self.portal.pages.origin() + self.portal.pages.list_address()]
        articles: dict[str, None] = {}
        while waiting and len(self._asked) < MAX_LISTS:
            url = waiting.pop(0)
            if url not in self._asked:
                for link in filter(self._is_page, await self._links(url)):
                    articles.update({link: None}) if self._is_article(link) else waiting.append(link)
        for url in list(articles)[::EACH_ARTICLE]:
            await self._links(url)

    async def _links(self, url: str) -> list[str]:
        """The links on a page, and those that the crawler finds where it takes the page for a list.

        A list's script or service hands out what no link leads to.
        """
        try:
            page = await self.fetch(Request(url))
        except NotFetched:
            return []  # a dead link, as portals have them
        found = [anchor.url for anchor in anchors(page)]
        if self._is_article(url):
            return found
        try:
            first = await self.family.open(page, self.fetch)
            async for listed in list_pages(self.family, first, self.fetch):
                found += [entry.url for entry in listed.entries]
        except (ListUnreadable, NotFetched):
            pass  # a page that is no list
        return found

    async def fetch(self, request: Request) -> HtmlResponse:
        """The portal's answer; it is kept."""
        self._asked.add(request.url)
        parts = urlsplit(request.url)
        headers = {name.decode().lower(): values[-1].decode() for name, values in request.headers.items() if values}
        asked = messages.Request(request.method, _target(request.url), {**headers, "host": parts.netloc}, request.body)
        answer = self.portal.pages.answer(asked) if parts.hostname in self._hosts else None
        if answer is None or answer.status != 200:
            raise NotFetched(f"nothing at {request.url}")
        response = Response(
            request.url, headers={"Content-Type": answer.content_type}, body=answer.body, request=request
        )
        self.pages.append(as_page(response))
        return self.pages[-1]

    def _is_article(self, url: str) -> bool:
        return self.portal.pages.document_at(_target(url)) is not None

    def _is_page(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.hostname in self._hosts and not _FILE.search(parts.path)


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


# --- What the tests name -------------------------------------------------------------------------------------------
def _of_tests() -> Iterator[Finding]:
    varied = [replica for replica in replicas() if hasattr(REPLICAS[replica], "variants")]
    for replica in varied:
        if not _crawls(replica):
            yield Finding("families", replica, "no test crawls the variants of its replica: see tests/family_checks.py")
    known = {quirk.name for replica in varied for quirks in _variants(replica) for quirk in quirks} | _named_quirks()
    for quirk in Quirk:
        if quirk.name not in known:
            yield Finding("families", quirk, "is a quirk that occurs in no variant of a replica and in no test")


def _crawls(replica: str) -> bool:
    """Whether a test takes the variants of the replica's class."""
    module, name = REPLICAS[replica].__module__, REPLICAS[replica].__name__
    imported = re.compile(rf"^from {module} import .*\b{name}\b(?: as (\w+))?", re.MULTILINE)
    for text in _texts(TESTS.glob("test_*.py")):
        match = imported.search(text)
        if match and f"{match[1] or name}.variants" in text:
            return True
    return False


def _named_quirks() -> set[str]:
    """The quirks that a test, or a country that tests crawl, gives to a portal."""
    countries = [TESTS / "portals" / f"{name}.py" for name in COUNTRIES]
    text = "\n".join(_texts([*TESTS.glob("*.py"), *countries]))
    return set(re.findall(r"\bQuirk\.(\w+)", text))


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _texts(paths: Iterable[Path]) -> list[str]:
    return [_text(path) for path in paths]
