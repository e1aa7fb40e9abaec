"""The crawls that the discovery benchmark measures: each a process of its own, its requests counted at the server."""

import json
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tests.crawling import ROOT, SCRAPY, Practice
from tests.portals import Hit, Portal

TIMEOUT = 3600.0  # seconds
_PROBE = re.compile(r"/[0-9a-f]{32}\.html")  # the random address that tells what a host answers where nothing is


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the server saw of one crawl, by portal's code; ``strays`` are requests that went where nobody may ask."""

    hits: dict[str, list[Hit]]
    strays: list[Hit]
    seconds: float

    def asked(self, portal: Portal) -> list[Hit]:
        """A portal's requests, robots.txt and the probes for soft 404s apart."""
        return [hit for hit in self.hits.get(portal.code, ()) if not is_apart(hit)]


def is_apart(hit: Hit) -> bool:
    """Whether a request is counted apart: robots.txt, or a probe of what the host answers where it has nothing."""
    return hit.path == "/robots.txt" or _PROBE.fullmatch(hit.path) is not None


def crawl(site: Practice, name: str) -> Traffic:
    """``scrapy crawl reports`` of every county, without delays."""
    codes = ",".join(portal.code for portal in site.country.portals)
    return _run(site, name, [*SCRAPY, "crawl", "reports", f"-acounty={codes}", "-sDOWNLOAD_DELAY=0"])


def crawl_by_keywords(site: Practice, portals: Iterable[Portal]) -> Traffic:
    """The same portals with CrawlSpider."""
    starts = [{"home": f"{portal.registered}/", "hosts": [portal.host, *portal.extra_hosts]} for portal in portals]
    file = site.folder / "starts.json"
    file.write_text(json.dumps(starts), "utf-8")
    return _run(site, "CrawlSpider", [sys.executable, "-m", "benchmarks.keyword_spider", str(file)])


def _run(site: Practice, name: str, command: list[str]) -> Traffic:
    """Run a crawl to its end, tell how far it is, and sort the requests that the server saw.

    Raises:
        RuntimeError: it failed; the end of its log is in the message.
    """
    site.server.clear_hits()
    began = time.monotonic()
    log = site.folder / f"{name.replace(' ', '-')}.log"
    with log.open("w", encoding="utf-8") as file, _started(site, command, file.fileno()) as process:
        while process.poll() is None:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                spent = time.monotonic() - began
                print(f"{name}: {len(site.server.hits)} requests in {spent:.0f} s", file=sys.stderr)
                if spent > TIMEOUT:
                    process.kill()
    seconds = time.monotonic() - began
    if process.returncode not in (0, 1):  # 1: the visit to some portal failed, which the table will tell
        raise RuntimeError(f"{name} failed with {process.returncode}, see {log}:\n{log.read_text('utf-8')[-3000:]}")
    traffic = _sorted(site, seconds)
    total = sum(map(len, traffic.hits.values()))
    print(f"{name}: {total} requests in {seconds:.0f} s, {len(traffic.strays)} of them strays", file=sys.stderr)
    return traffic


def _started(site: Practice, command: list[str], out: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own commands
        command, cwd=ROOT, env=site.environment(), stdout=out, stderr=subprocess.STDOUT
    )


def _sorted(site: Practice, seconds: float) -> Traffic:
    portals = {portal.address: portal for portal in site.country.portals}
    hits: dict[str, list[Hit]] = defaultdict(list)
    strays = []
    for hit in site.server.hits:
        portal = portals.get(hit.address)
        if portal is not None:
            hits[portal.code].append(hit)
        if portal is None or hit.host not in {portal.host, portal.address, *portal.extra_hosts}:
            strays.append(hit)
    return Traffic(hits, strays, seconds)
