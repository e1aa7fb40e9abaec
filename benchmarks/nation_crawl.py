"""One crawl of the practice country as the schedule makes it: a process a core, all into one archive, and its price."""

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.nation_server import Served, Servers
from benchmarks.processes import Peak, run
from operations.shards import cores, shards
from tests.crawling import SCRAPY, environment

STEPS = ("record", "detect", "read", "store")  # of ``benchmarks.steps``; what they leave is fetching


@dataclass(frozen=True, slots=True)
class Pass:
    """What one crawl took; ``steps`` are processor seconds by step, ``cpu`` those of all crawl processes."""

    name: str
    seconds: float
    cpu: float
    megabytes: float
    steps: Mapping[str, float]
    served: Served

    @property
    def pages(self) -> float:
        """A second."""
        return self.served.requests / self.seconds


@dataclass(frozen=True, slots=True)
class Place:
    """Where the crawls work: the servers, the folder of the archive, how they go about it."""

    servers: Servers
    folder: Path
    delay: float

    def environment(self) -> Mapping[str, str]:
        return environment(
            self.folder,
            SCRAPY_SETTINGS_MODULE="benchmarks.nation_settings",
            GONGKAI_PRACTICE_DELAY=str(self.delay),
            GONGKAI_STEPS=str(self.folder / "steps"),
        )

    def crawl(self, name: str) -> Pass:
        """Visit every portal once."""
        steps = self.folder / "steps"
        steps.mkdir(exist_ok=True)
        for file in steps.iterdir():
            file.unlink()
        self.servers.seen()
        codes = [portal.code for portal in self.servers.country.portals]
        parts = shards(codes, {}, cores())
        running: set[int] = set()

        def one(number: int, part: Sequence[str]) -> float:
            asked = f"-acounty={','.join(part)}", "-atrigger=schedule"
            command = [*SCRAPY, "crawl", "reports", *asked]
            return run(command, self.environment(), self.folder / f"{name.replace(' ', '-')}-{number}.log", running)

        began = time.monotonic()
        with Peak(running) as peak, ThreadPoolExecutor(cores()) as pool:
            cpu = sum(pool.map(one, range(len(parts)), parts))
        seconds = time.monotonic() - began
        spent = dict.fromkeys(STEPS, 0.0)
        for file in steps.iterdir():
            for step, cpu_of_it in json.loads(file.read_text("utf-8")).items():
                spent[step] += cpu_of_it
        return Pass(name, seconds, cpu, peak.megabytes, spent, self.servers.seen())
