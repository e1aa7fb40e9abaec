"""Whether costs grow with the country and its years: ``python -m benchmarks.growth NATION.json… [--svg FILE]``.

The files are what ``benchmarks.nation --json`` wrote of countries of several sizes; from them comes what a request and
a report of the first visit cost. The pages of the reading room are asked for over simulated archives of the whole
country with 1, 5 and 17 years, which are made first and take minutes. Each line is drawn, and told in numbers. 1 is the
exit code where the largest country costs more for each request than the smallest by a fifth, or where a page takes
longer with the years than the years grow.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.full_archive import YEARS, make
from benchmarks.growth_chart import Line, drawn
from benchmarks.reading_room import PAGES, ask
from storage.database import open_archive
from storage.search.index import catch_up
from storage.watching import watch

MORE = 1.2
SPANS = (1, 5, 17)  # years
READ = ("home", "country", "province", "county", "why", "report", "search", "indicator", "health")
TIMES = 20  # each page is asked for


def main(arguments: list[str] | None = None) -> int:
    """Print both tables; 0 if nothing grows faster than it may."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description="Costs by size.")
    parser.add_argument("files", nargs="+", type=Path, help="of benchmarks.nation --json")
    parser.add_argument("--svg", type=Path, help="where to draw the lines")
    options = parser.parse_args(arguments)
    nations = sorted((json.loads(file.read_text("utf-8")) for file in options.files), key=lambda one: one["portals"])
    visits, reads = _visits(nations), _reads()
    if options.svg is not None:
        sizes = [one["portals"] for one in nations]
        charts = [
            ("ms of CPU in a first visit, by portals", sizes, visits),
            ("ms of CPU for a page, by years of 2,846 counties", list(SPANS), reads),
        ]
        options.svg.write_text(drawn(charts), "utf-8")
    print(f"{'':<16}" + "".join(f"{one['portals']:>12,} portals" for one in nations))
    _print(visits)
    print(f"\n{'':<16}" + "".join(f"{span:>14} years" for span in SPANS))
    _print(reads)
    (request, *_), spread = visits, SPANS[-1] / SPANS[0]
    goals = {
        f"a request costs at most {MORE} x in a larger country: {request.times:.2f}": request.times <= MORE,
        f"no page grows faster than the years, {spread:.0f} x": all(line.times <= spread for line in reads),
    }
    print()
    for goal, met in goals.items():
        print(f"{goal:<60}{'met' if met else 'MISSED'}")
    return int(not all(goals.values()))


def _visits(nations: Sequence[Mapping[str, Any]]) -> list[Line]:
    first = [one["passes"]["first pass"] for one in nations]
    return [
        Line("a request", [one["cpu"] * 1000 / one["requests"] for one in first]),
        *(
            Line(f"  {step}", [one["steps"][step] * 1000 / one["requests"] for one in first])
            for step in ("record", "detect", "read", "store")
        ),
        Line("a report", [one["cpu"] * 1000 / nation["reports"] for one, nation in zip(first, nations, strict=True)]),
    ]


def _reads() -> list[Line]:
    found: dict[str, list[float]] = {name: [] for name in READ}
    for span in SPANS:
        with tempfile.TemporaryDirectory(prefix="gongkai-growth-") as folder:
            path = Path(folder) / "archive.db"
            make(path, years=YEARS[-span:])
            with closing(open_archive(f"sqlite:///{path}")) as archive:
                watch(archive, "all")
                catch_up(archive)
                for name in READ:
                    cpu, _, _ = ask(archive, PAGES[name], TIMES)
                    found[name].append(statistics.median(cpu))
        print(f"{span} years: read", file=sys.stderr, flush=True)
    return [Line(name, values) for name, values in found.items()]


def _print(lines: Sequence[Line]) -> None:
    for line in lines:
        print(f"{line.name:<16}" + "".join(f"{value:>17.1f} ms" for value in line.values) + f"{line.times:>8.2f} x")


if __name__ == "__main__":
    sys.exit(main())
