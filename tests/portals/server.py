"""The server of all practice portals: HTTP/1.1 over asyncio in a thread of its own, one listening address per host."""

import asyncio
import contextlib
import csv
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from crawler.registry import COLUMNS
from tests.portals.certificates import context
from tests.portals.country import Country
from tests.portals.messages import Request, Response
from tests.portals.portal import Portal
from tests.portals.quirks import Quirk
from tests.portals.site import MirrorSite, PageCache, PortalSite, Site
from tests.portals.wire import abort, strike

_HEADERS_OF_INTEREST = (
    "if-none-match",
    "if-modified-since",
    "range",
    "user-agent",
    "referer",
    "accept-encoding",
    "cookie",
)
_TLS_HANDSHAKE = b"\x16"
_MAX_HEAD = 64 * 1024
# To who begins TLS with a server of plain HTTP.
_PLAIN = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class PortTaken(OSError):
    """Somebody else listens on the port already; the message says where."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One request as it arrived. ``host`` is the Host header without port, ``address`` where it was received.

    ``status`` is 0 where the connection was reset instead; ``sent`` counts the bytes of the body, ``at`` is unix time,
    ``began`` when the request was in.
    """

    host: str
    address: str
    method: str
    path: str
    status: int
    at: float
    sent: int
    headers: dict[str, str]
    scheme: str = "http"
    began: float = 0.0


class PortalServer:
    """A running server. Its hits and portals may be looked at and changed from any thread."""

    def __init__(self, country: Country, port: int, cached: int) -> None:
        self.country = country
        self.hosts = country.hosts()
        self._hits: list[Hit] = []
        self._arrived = threading.Condition()
        self._sockets = _listen(country.listening(), port)
        self.port: int = self._sockets[0].getsockname()[1]
        country.settle(self.port)
        self._sites = _sites(country, cached)
        self._tls = _contexts(country)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="practice-portals", daemon=True)

    @property
    def hits(self) -> list[Hit]:
        """Every request so far, in order of arrival of its answer."""
        return list(self._hits)

    def wait_for_hits(self, number: int, seconds: float = 60) -> None:
        """Return once there were so many requests.

        Raises:
            TimeoutError: there were not, in this time.
        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self._hits) >= number, seconds):
                raise TimeoutError(f"{len(self._hits)} requests in {seconds} s, not {number}")

    def clear_hits(self) -> None:
        self._hits.clear()

    def write_practice(self, folder: Path) -> None:
        """Write what a crawl needs into a folder."""
        write_practice(self.country.registry(), self.hosts, folder)

    def keep(self, portal: Portal, request: Request, changed: Callable[[Response], Response]) -> None:
        """Make a page before it is asked for, and change it."""
        site = self._sites[portal.host]
        assert isinstance(site, PortalSite)
        site.keep(request, changed)

    def rename(self, portal: Portal, host: str) -> None:
        """Serve a portal under another name, and not under its own any more."""
        self._sites[host] = self._sites.pop(portal.host)
        self.hosts[host] = self.hosts.pop(portal.host)
        portal.host = host

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    # --- In the thread -------------------------------------------------------------------------------------------
    def _run(self) -> None:
        loop = self._loop
        asyncio.set_event_loop(loop)
        servers = [
            loop.run_until_complete(
                asyncio.start_server(self._serve, sock=sock, limit=_MAX_HEAD, ssl=self._tls.get(sock.getsockname()[0]))
            )
            for sock in self._sockets
        ]
        self._ready.set()
        loop.run_forever()
        for server in servers:
            server.close()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(asyncio.sleep(0))  # aborted connections are closed in the next turn
        loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                pass
            writer.close()
            await writer.wait_closed()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            writer.transport.abort()  # the client went away, or the server stops

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; False when the connection is over."""
        request = await _read(reader)
        if request is None:
            writer.write(_PLAIN)
            return False
        began = time.time()
        address = str(writer.get_extra_info("sockname")[0])
        host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
        site = self._sites.get(host.lower()) if host else self._sites.get(address)
        fault = site.fault(request) if site else None
        if fault and fault.kind == "reset":
            self._log(request, host, address, 0, 0, began=began)
            abort(writer)
            return False
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        response = site.answer(request) if site else Response(b"no such host here\n", "text/plain", status=421)
        if fault and fault.kind == "status":
            later = (("Retry-After", "3600"),) if fault.status == HTTPStatus.TOO_MANY_REQUESTS else ()
            response = Response(b"<html><body>busy</body></html>", "text/html", status=fault.status, headers=later)
        close = request.headers.get("connection", "").lower() == "close"
        chunked = bool(site and site.chunked and response.body)
        # Logged before the last byte is out, so that a client that has its answer finds its hit.
        sent = 0 if request.method == "HEAD" else len(response.body)
        self._log(request, host, address, response.status, sent, began=began)
        head = _head(response, chunked=chunked, close=close)
        if fault and await strike(fault, head, response.body, writer):
            return False
        writer.write(head)
        if request.method != "HEAD" and response.body:
            writer.writelines(_chunks(response.body) if chunked else [response.body])
        await writer.drain()
        return not close

    def _log(self, request: Request, host: str, address: str, status: int, sent: int, *, began: float) -> None:
        headers = {name: request.headers[name] for name in _HEADERS_OF_INTEREST if name in request.headers}
        scheme = "https" if address in self._tls else "http"
        hit = Hit(host, address, request.method, request.target, status, time.time(), sent, headers, scheme, began)
        with self._arrived:
            self._hits.append(hit)
            self._arrived.notify_all()


def write_practice(registry: Iterable[Sequence[str]], hosts: Mapping[str, str], folder: Path) -> None:
    """Write what a crawl needs: ``registry.csv`` for the loader, ``hosts.json`` for the resolver."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "registry.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(registry)
    (folder / "hosts.json").write_text(json.dumps(hosts, indent=1, sort_keys=True) + "\n", encoding="utf-8")


@contextlib.contextmanager
def serve(country: Country, port: int = 0, cached: int = 64 * 1024**2) -> Iterator[PortalServer]:
    """Serve a country until the block ends; on entry every host listens. Port 0 takes one that is free everywhere.

    Of the pages that were made, the last ones are kept, up to ``cached`` bytes.

    Raises:
        PortTaken: the port is in use on one of the addresses.
    """
    server = PortalServer(country, port, cached)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _sites(country: Country, cached: int) -> dict[str, Site]:
    cache = PageCache(cached)
    sites: dict[str, Site] = {}
    for portal in country.portals:
        site = PortalSite(portal, cache)
        sites |= dict.fromkeys((portal.host, portal.address, *portal.extra_hosts), site)
    for mirror in country.mirrors:
        site_of_mirror = MirrorSite(mirror.host, country.portal(mirror.original))
        sites |= {mirror.host: site_of_mirror, mirror.address: site_of_mirror}
    return sites


def _contexts(country: Country) -> dict[str, ssl.SSLContext]:
    """The TLS of the addresses that speak it, and nothing else."""
    return {
        portal.address: context(portal.host, legacy=Quirk.TLS_LEGACY in portal.quirks)
        for portal in country.portals
        if {Quirk.HTTPS_ONLY, Quirk.TLS_LEGACY} & portal.quirks
    }


def _listen(addresses: list[str], port: int) -> list[socket.socket]:
    """A listening socket on each address, all on one port."""
    for attempt in range(20):
        sockets: list[socket.socket] = []
        chosen = port
        try:
            for address in addresses:
                # Named as TCP, or asyncio would leave TCP_NODELAY off and every answer would wait 40 ms.
                sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
                sockets.append(sock)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                sock.bind((address, chosen))
                sock.listen(256)
                sock.setblocking(False)
                chosen = sock.getsockname()[1]
        except OSError as error:
            for sock in sockets:
                sock.close()
            if port or attempt == 19:
                raise PortTaken(
                    f"{addresses[len(sockets) - 1]}:{chosen} cannot be listened on ({error.strerror})"
                ) from error
        else:
            return sockets
    raise AssertionError("unreachable")


async def _read(reader: asyncio.StreamReader) -> Request | None:
    start = await reader.readexactly(1)
    if start == _TLS_HANDSHAKE:
        return None
    head = start + await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3:
        return None
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
    }
    length = headers.get("content-length", "0")
    body = await reader.readexactly(int(length)) if length.isdigit() else b""
    return Request(parts[0].upper(), parts[1], headers, body)


def _head(response: Response, *, chunked: bool, close: bool) -> bytes:
    reason = "Unknown"  # of the statuses that only firewalls know
    with contextlib.suppress(ValueError):
        reason = HTTPStatus(response.status).phrase
    lines = [f"HTTP/1.1 {response.status} {reason}", "Server: practice"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    if response.status != 304:
        lines.append(f"Content-Type: {response.content_type}")
        lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(response.body)}")
    lines.append("Connection: close" if close else "Connection: keep-alive")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _chunks(body: bytes, size: int = 8192) -> list[bytes]:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return [*(b"%x\r\n%s\r\n" % (len(part), part) for part in parts), b"0\r\n\r\n"]
