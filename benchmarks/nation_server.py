"""Serves a practice country from processes of their own, its pages made before anybody asks for them."""

import multiprocessing as mp
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from benchmarks.padding import padded
from tests.portals import PortalServer, serve
from tests.portals.country import Country
from tests.portals.documents import Content, Document, Kind
from tests.portals.messages import Request, Response
from tests.portals.portal import Portal
from tests.portals.server import write_practice

PAGES = 16 * 1024**3  # bytes: whatever there is, is kept


Recipe = Callable[[], Country]  # by which each process draws the same country: to be pickled


@dataclass(frozen=True, slots=True)
class Served:
    """What the servers saw since they were last asked; ``cpu`` are seconds of theirs, ``urls`` what a GET asked for."""

    requests: int
    cpu: float
    urls: list[str]


class Servers:
    """The running servers, which all listen on one port, each for a part of the country."""

    def __init__(self, country: Country, ends: list["Connection[object, object]"], port: int) -> None:
        self.country = country
        self._ends = ends
        self.port = port
        country.settle(port)

    def seen(self) -> Served:
        """What was asked since the last time; the servers begin to count anew."""
        parts: list[Served] = [self._ask(end, "seen") for end in self._ends]  # type: ignore[misc]  # as _serve sends it
        urls = [url for part in parts for url in part.urls]
        return Served(sum(part.requests for part in parts), sum(part.cpu for part in parts), urls)

    def publish(self, year: int, codes: list[str]) -> None:
        """Let these portals put the year's report on their lists."""
        for end in self._ends:
            self._ask(end, ("publish", year, codes))
        for code in codes:
            self.country.portal(code).publish(year)

    def write_practice(self, folder: Path) -> None:
        write_practice(self.country.registry(), self.country.hosts(), folder)

    @staticmethod
    def _ask(end: "Connection[object, object]", what: object) -> object:
        end.send(what)
        return end.recv()


@contextmanager
def served(recipe: Recipe, processes: int) -> Iterator[Servers]:
    """Serve the country until the block ends; on entry every report page is made."""
    context = mp.get_context("spawn")
    ends: list[Connection[object, object]] = []
    children: list[SpawnProcess] = []
    port = 0
    try:
        for part in range(processes):
            ours, theirs = context.Pipe()
            child = context.Process(target=_serve, args=(theirs, recipe, part, processes, port), daemon=True)
            child.start()
            theirs.close()  # so that a child that fails is noticed
            children.append(child)
            ends.append(ours)
            port = int(str(ours.recv()))
        for end in ends:
            end.recv()
        yield Servers(recipe(), ends, port)
    finally:
        for end in ends:
            end.close()
        for child in children:
            child.join(10)
            child.kill()


def _serve(end: "Connection[object, object]", recipe: Recipe, part: int, parts: int, port: int) -> None:
    whole = recipe()
    portals = whole.portals[part::parts]
    codes = {portal.code for portal in portals}
    own = Country(portals, tuple(mirror for mirror in whole.mirrors if mirror.original in codes))
    with serve(own, port, PAGES) as server:
        end.send(server.port)
        whole.settle(server.port)
        for portal in own.portals:
            for document in portal.documents():
                if document.kind is Kind.REPORT and document.content is Content.HTML:
                    _make(server, portal, document)
        end.send("ready")
        before = _cpu()
        while True:
            try:
                asked = end.recv()
            except (EOFError, OSError):
                return
            if asked == "seen":
                now = _cpu()
                end.send(_seen(server, now - before))
                before = now
            elif isinstance(asked, tuple):
                _, year, codes = asked
                for portal in own.portals:
                    if portal.code in codes:
                        portal.publish(year)
                end.send("done")


def _make(server: PortalServer, portal: Portal, document: Document) -> None:
    """Keep the page of one of the county's own reports, which is what a crawl asks for."""
    if document.agency != f"{portal.owner_name}人民政府":
        return
    target = portal.pages.address(document)

    def larger(response: Response) -> Response:
        return Response(padded(response.body), response.content_type, modified=response.modified)

    server.keep(portal, Request("GET", target, {}), larger)


def _seen(server: PortalServer, cpu: float) -> Served:
    hits = server.hits
    server.clear_hits()
    urls = [f"{hit.scheme}://{hit.host}:{server.port}{hit.path}" for hit in hits if hit.method == "GET"]
    return Served(len(hits), cpu, urls)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
