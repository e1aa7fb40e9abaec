"""What the crawl of the practice country is held against, each in a process of its own, on the same servers."""

import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

from benchmarks.nation_crawl import Place
from benchmarks.processes import Peak, run

DAY_PAGES = 2_000  # that the program of a day is watched for
MIRRORED = 3  # portals
MIRROR_SECONDS = 20  # for each of them


@dataclass(frozen=True, slots=True)
class Yardstick:
    """Another way of crawling: how many answers it had in which time."""

    name: str
    requests: int
    seconds: float
    cpu: float
    megabytes: float

    @property
    def pages(self) -> float:
        """A second."""
        return self.requests / self.seconds


def bare(place: Place, urls: list[str]) -> Yardstick:
    """Scrapy fetches the same addresses and keeps nothing."""
    file = place.folder / "urls.json"
    file.write_text(json.dumps(urls), "utf-8")
    return _measured(place, "bare Scrapy", [sys.executable, "-m", "benchmarks.bare_spider", str(file)])


def day(place: Place, portals: int) -> Yardstick | None:
    """CrawlSpider, trafilatura and the ORM; None where trafilatura is not there."""
    found = subprocess.run([sys.executable, "-c", "import trafilatura"], capture_output=True, check=False)
    if found.returncode:
        return None
    some = place.servers.country.portals[:portals]
    file = place.folder / "starts.json"
    starts = [{"home": f"{one.registered}/", "hosts": [one.host, *one.extra_hosts]} for one in some]
    file.write_text(json.dumps(starts), "utf-8")
    command = [sys.executable, "-m", "benchmarks.day_spider", str(file), str(place.folder / "day.db"), str(DAY_PAGES)]
    return _measured(place, "written in a day", command)


def wget(place: Place) -> Yardstick | None:
    """``wget --mirror --warc-file`` of a few portals; None where there is no wget."""
    program = shutil.which("wget")
    if program is None:
        return None
    folder = place.folder / "wget"
    folder.mkdir()
    place.servers.seen()
    began = time.monotonic()
    plain = [one for one in place.servers.country.portals if one.base.startswith("http:")]
    for portal in plain[:MIRRORED]:
        # It asks the system for names, which knows none of these; a host answers to its bare address as well.
        url = f"http://{portal.address}:{place.servers.port}/"
        command = [program, "--mirror", f"--warc-file={portal.code}", "--quiet", "--execute=robots=off", url]
        try:
            subprocess.run(command, cwd=folder, check=False, timeout=MIRROR_SECONDS)  # noqa: S603 - ours
        except subprocess.TimeoutExpired:
            continue
    seconds = time.monotonic() - began
    return Yardstick("wget --mirror", place.servers.seen().requests, seconds, 0, 0)


def _measured(place: Place, name: str, command: list[str]) -> Yardstick:
    place.servers.seen()
    running: set[int] = set()
    began = time.monotonic()
    with Peak(running) as peak:
        cpu = run(command, place.environment(), place.folder / f"{name.replace(' ', '-')}.log", running)
    seconds = time.monotonic() - began
    return Yardstick(name, place.servers.seen().requests, seconds, cpu, peak.megabytes)
