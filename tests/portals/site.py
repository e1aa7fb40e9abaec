"""One host as HTTP sees it: robots.txt, 404s, validators, gzip, counters; rendered pages are kept."""

import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import formatdate, parsedate_to_datetime
from typing import Protocol

from tests.portals.messages import VISITS, Request, Response
from tests.portals.portal import Portal
from tests.portals.quirks import Fault, Quirk

_NOT_FOUND = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>404</title></head>
<body><h1>您访问的页面不存在</h1></body></html>"""
_LOST = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{name}人民政府</title></head>
<body><div class="top"><a href="/">首页</a></div><p>啊哦，它走丢了。</p></body></html>"""
_COOKIE = "CT6T=c6af10"
_CLOSED = "User-agent: *\nDisallow: /\n"


class Site(Protocol):
    """What a host answers. ``chunked`` says how bodies are sent."""

    chunked: bool

    def answer(self, request: Request) -> Response: ...

    def fault(self, request: Request) -> Fault | None: ...


@dataclass(frozen=True, slots=True)
class _Rendered:
    response: Response
    version: int


class PageCache:
    """The most recently rendered pages of all hosts, up to a total of ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._pages: OrderedDict[tuple[str, str], _Rendered] = OrderedDict()

    def get(self, key: tuple[str, str], version: int) -> Response | None:
        kept = self._pages.get(key)
        if kept is None or kept.version != version:
            return None
        self._pages.move_to_end(key)
        return kept.response

    def put(self, key: tuple[str, str], version: int, response: Response) -> None:
        before = self._pages.pop(key, None)
        self._size += len(response.body) - (len(before.response.body) if before else 0)
        self._pages[key] = _Rendered(response, version)
        while self._size > self._limit and len(self._pages) > 1:
            self._size -= len(self._pages.popitem(last=False)[1].response.body)


class PortalSite:
    """A portal's host."""

    def __init__(self, portal: Portal, cache: PageCache) -> None:
        self.portal = portal
        self.chunked = Quirk.CHUNKED in portal.quirks
        self._cache = cache
        self._visits = 10_000
        self._struck: dict[Fault, int] = {}

    def answer(self, request: Request) -> Response:
        if Quirk.COOKIE_302 in self.portal.quirks and _COOKIE not in request.headers.get("cookie", ""):
            return Response(
                b"", status=302, headers=(("Location", request.target), ("Set-Cookie", f"{_COOKIE}; path=/"))
            )
        if request.path == "/robots.txt":
            return self._robots()
        if request.method == "POST":
            return self.portal.pages.answer(request) or self._missing()
        version, key = self.portal.version, self._key(request)
        response = self._cache.get(key, version)
        if response is None:
            response = self._with_validators(self.portal.pages.answer(request) or self._missing())
            self._cache.put(key, version, response)
        return self._conditional(request, response)

    def keep(self, request: Request, changed: Callable[[Response], Response]) -> None:
        """Make a page before it is asked for, and change it."""
        response = changed(self.portal.pages.answer(request) or self._missing())
        self._cache.put(self._key(request), self.portal.version, self._with_validators(response))

    def _key(self, request: Request) -> tuple[str, str]:
        return self.portal.host, f"{request.target} {'referer' in request.headers}"  # some pages ask for a Referer

    def fault(self, request: Request) -> Fault | None:
        """The first fault that strikes this request; it is counted."""
        for fault in self.portal.faults:
            struck = self._struck.get(fault, 0)
            if request.target.startswith(fault.path) and (not fault.times or struck < fault.times):
                self._struck[fault] = struck + 1
                return fault
        return None

    def _missing(self) -> Response:
        """The answer at an address where nothing is."""
        if Quirk.HOME_404 in self.portal.quirks:
            return Response(b"", status=302, headers=(("Location", "/"),))
        if Quirk.SOFT_404 in self.portal.quirks:
            return Response(_LOST.format(name=self.portal.owner_name).encode())
        return _not_found()

    def _robots(self) -> Response:
        quirks = self.portal.quirks
        if Quirk.ROBOTS_CLOSED in quirks:
            return Response(_CLOSED.encode(), "text/plain")
        if Quirk.ROBOTS in quirks:
            return Response(self.portal.pages.robots().encode(), "text/plain")
        return _not_found()

    def _with_validators(self, response: Response) -> Response:
        if response.status != 200:
            return response
        quirks = self.portal.quirks
        headers: list[tuple[str, str]] = []
        if Quirk.ETAG in quirks:
            headers.append(("ETag", f'"{hashlib.sha256(response.body).hexdigest()[:20]}"'))
        if Quirk.LAST_MODIFIED in quirks and response.modified is not None:
            headers.append(("Last-Modified", formatdate(response.modified, usegmt=True)))
        if Quirk.GZIP in quirks and response.content_type.startswith("text/") and VISITS not in response.body:
            headers.append(("Content-Encoding", "gzip"))
            response = replace(response, body=gzip.compress(response.body, 1, mtime=0))
        return replace(response, headers=(*response.headers, *headers))

    def _conditional(self, request: Request, response: Response) -> Response:
        if response.status == 200 and _unchanged(request, dict(response.headers)):
            validators = tuple(pair for pair in response.headers if pair[0] in ("ETag", "Last-Modified"))
            return Response(b"", response.content_type, status=304, headers=validators)
        if VISITS in response.body:
            self._visits += 1
            response = replace(response, body=response.body.replace(VISITS, str(self._visits).encode()))
        return response


class MirrorSite:
    """A stranger's host with copies of a portal's pages, the host name replaced in them and a block of spam added."""

    chunked = False

    def __init__(self, host: str, original: Portal) -> None:
        self.host = host
        self.original = original

    def answer(self, request: Request) -> Response:
        response = self.original.pages.answer(request)
        if response is None:
            return _not_found()
        body = response.body.replace(self.original.host.encode(), self.host.encode())
        words = "|".join(f'<a href="http://spam{number}.test/">彩金娱乐{number}</a>' for number in range(40))
        spam = f'<div class="friend-links">主站蜘蛛池模板： {words}</div>'.encode()
        return replace(response, body=re.sub(rb"</body>", spam + b"</body>", body), modified=None)

    def fault(self, request: Request) -> None:
        return None


def _unchanged(request: Request, headers: dict[str, str]) -> bool:
    """Whether the client has this already (RFC 9110, 13.2.2: If-None-Match goes before If-Modified-Since)."""
    asked = request.headers.get("if-none-match")
    if asked is not None:
        tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
        return "ETag" in headers and (headers["ETag"] in tags or "*" in tags)
    since = request.headers.get("if-modified-since")
    if since is None or "Last-Modified" not in headers:
        return False
    try:
        return parsedate_to_datetime(headers["Last-Modified"]) <= parsedate_to_datetime(since)
    except ValueError:
        return False


def _not_found() -> Response:
    return Response(_NOT_FOUND.encode(), status=404)
