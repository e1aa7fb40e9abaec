"""How soon the reading room answers over a full archive: ``python -m benchmarks.reading_room [FILE]``.

FILE is an archive of ``benchmarks.full_archive``; without one it is made first, which takes minutes. Each page is asked
for many times, at other places each time, and answered by the application itself: what is measured is all until the
last byte, without a network, by the clock and in CPU time, since others may be at work on the machine. 1 is the exit
code where a page takes more CPU time than the goal at the 95th percentile.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from starlette.testclient import TestClient

from benchmarks.full_archive import make
from reports.derived import derived
from reports.divisions import counties
from storage.database import Archive, open_archive
from storage.models import Document
from storage.search.index import catch_up
from storage.watching import watch
from web.app import make_app

TODAY = date(2025, 6, 30)
MOST = 200.0  # ms
_WARM = 2


def main(arguments: list[str] | None = None) -> int:
    """Print what was measured; 0 if every page is quick enough."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading_room", description="Speed of the pages.")
    parser.add_argument("file", nargs="?", type=Path, help="an archive (default: one that is made)")
    parser.add_argument("--times", type=int, default=40, help="each page is asked for (default: 40)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gongkai-room-") as folder:
        path = options.file or Path(folder) / "archive.db"
        if options.file is None:
            make(path)
        with closing(open_archive(f"sqlite:///{path}")) as archive:
            watch(archive, "all")
            catch_up(archive)  # the index of the search, of which an archive that was made by rows has none
            print(f"{'':<12}{'median':>11}{'95th':>13}{'by the clock':>15}{'largest':>18}   < {MOST:.0f} ms")
            first = max(_first(archive, code) for code in derived())
            fit = [_measured(archive, name, place, options.times) for name, place in PAGES.items()]
            print(f"a share for the first time since states were made: at most {first:.0f} ms; then it is remembered")
    return int(not all(fit))


def _first(archive: Archive, code: str) -> float:
    """Milliseconds of CPU of a share over the country that nobody asked for yet."""
    client = TestClient(make_app(archive, today=lambda: TODAY), base_url="http://localhost")
    begun = time.process_time()
    client.get(f"/indicators/{code}").raise_for_status()
    return (time.process_time() - begun) * 1000


def _measured(archive: Archive, name: str, place: Callable[[random.Random, int], str], times: int) -> bool:
    cpu, clock, largest = ask(archive, place, times)
    late, latest = (statistics.quantiles(times, n=20)[-1] for times in (cpu, clock))
    fit = late <= MOST
    told = f"{statistics.median(cpu):8.1f} ms{late:10.1f} ms{latest:12.1f} ms{largest:12,} bytes"
    print(f"{name:<12}{told}   {'yes' if fit else 'NO'}", flush=True)
    return fit


def ask(
    archive: Archive, place: Callable[[random.Random, int], str], times: int
) -> tuple[list[float], list[float], int]:
    """Milliseconds of CPU and by the clock for each of so many pages of a kind, and the bytes of the largest."""
    client = TestClient(make_app(archive, today=lambda: TODAY), base_url="http://localhost")
    with archive.read() as session:
        documents = session.scalar(select(func.count()).select_from(Document)) or 1
    rng, largest = random.Random(2026), 0  # noqa: S311 - the same places each time
    clock, cpu = [], []
    for number in range(times + _WARM):
        asked = place(rng, documents)
        begun, worked = time.perf_counter(), time.process_time()
        answer = client.get(asked)
        if number >= _WARM:
            clock.append((time.perf_counter() - begun) * 1000)
            cpu.append((time.process_time() - worked) * 1000)
        largest = max(largest, len(answer.content))
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.url} was answered with {answer.status_code}")
    return cpu, clock, largest


def _county(rng: random.Random) -> str:
    return rng.choice(counties()).code


PAGES: dict[str, Callable[[random.Random, int], str]] = {
    "home": lambda _rng, _most: "/",
    "country": lambda rng, _most: f"/coverage?year={rng.randrange(2008, 2025)}",
    "province": lambda rng, _most: f"/coverage/{_county(rng)[:2]}",
    "prefecture": lambda rng, _most: f"/coverage/{_county(rng)[:4]}",
    "county": lambda rng, _most: f"/county/{_county(rng)}",
    "why": lambda rng, _most: f"/why/{_county(rng)}/{rng.randrange(2008, 2025)}",
    "report": lambda rng, most: f"/report/{rng.randrange(1, most + 1)}",
    "capture": lambda rng, most: f"/capture/{rng.randrange(1, most + 1)}",
    "search": lambda rng, _most: f"/search?q={rng.choice(('复议', '行政复议', '规范性文件', '不动产', '学校 食品'))}",
    "indicators": lambda _rng, _most: "/indicators",
    "indicator": lambda _rng, _most: "/indicators/applications.new.total",
    "share": lambda rng, _most: f"/indicators/{rng.choice(sorted(derived()))}",
    "health": lambda _rng, _most: "/health",
}


if __name__ == "__main__":
    sys.exit(main())
