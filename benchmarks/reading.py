"""How well reports are read: cells right, wrong, missed and invented, by format, against what a user would write.

``python -m benchmarks.reading [--seed N] [--reports N] [--pictures N]``

Draws reports of known figures over all forms, formats and faults (``reading_reports``), reads them, and compares every
cell: right means its state too, so that a blank read as 0 is invented. Beside that the published reports of the corpus,
and the same documents read by two short programs: ``pandas.read_html`` with a label match, and the numbers behind each
label in the order of a PDF's text. Needs pandas, in no lock: ``.venv/bin/python -m pip install pandas``.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from benchmarks.reading_cells import Shown
from benchmarks.reading_reports import Practice, reports
from reports import normalize
from reports.model import CellState, Figure, Outcome, Report, Unreadable

VALUES = (CellState.NUMBER, CellState.ZERO)
EXACT = ("html", "docx", "xlsx", "pdf")
LEAST_RIGHT = 0.995
HEADS = ("reports", "cells", "right", "wrong", "missed", "invented", "as zero", "unmarked")


class Trouble(NamedTuple):
    """A cell that was not read right."""

    kind: str
    code: str
    printed: str
    read: str


class Read(NamedTuple):
    """One document's cells counted, and those that were not right."""

    format: str
    name: str
    counts: Counter[str]
    troubles: list[Trouble]


def read(practice: Practice) -> Read:
    """Read one report and compare."""
    counts: Counter[str] = Counter(reports=1)
    try:
        report = normalize(practice.body, county_code=practice.county_code, ocr=practice.format == "picture")
    except Unreadable as error:
        counts.update(cells=len(practice.cells), missed=len(practice.cells))
        return Read(practice.format, practice.name, counts, [Trouble("missed", "*", "", str(error))])
    troubles = list(compared(practice.cells, report))
    for code, value in practice.told.items():
        figure = report.figures.get(code)
        counts["told"] += 1
        counts["told right"] += bool(figure and figure.value == value)
        if figure and figure.value != value:
            troubles.append(Trouble("told wrong", code, str(value), str(figure.value)))
    if (report.year, report.county_code) != (practice.year, practice.county_code):
        troubles.append(Trouble("whose", "", f"{practice.year}", f"{report.county_code} {report.year}"))
    counts["cells"] += len(practice.cells)
    counts.update(trouble.kind for trouble in troubles)
    counts["right"] = counts["cells"] - counts["wrong"] - counts["missed"] - counts["invented"] + counts["besides"]
    doubts = [one.subject for one in report.findings if one.check == "READ" and one.outcome is Outcome.UNCERTAIN]
    counts["unmarked"] = sum(
        one.kind in ("wrong", "missed", "invented") and not any(_covers(doubt, one.code) for doubt in doubts)
        for one in troubles
    )
    return Read(practice.format, practice.name, counts, troubles)


def _covers(doubt: str, code: str) -> bool:
    doubt = doubt.removesuffix(".*")
    return code == doubt or code.startswith(f"{doubt}.")


def compared(cells: Mapping[str, Shown], report: Report) -> Iterator[Trouble]:
    """Every cell that was not read as it stands, and every value that stands nowhere."""
    for code, cell in cells.items():
        kind = _kind(cell, report.figures.get(code))
        if kind:
            yield Trouble(kind, code, cell.text, _told(report.figures.get(code)))
            if kind == "invented" and cell.state is CellState.BLANK and report.figures[code].value == 0:
                yield Trouble("as zero", code, cell.text, "0")
    for code, figure in report.figures.items():
        if code not in cells and not code.startswith("narrative.") and figure.value is not None:
            yield from (Trouble(kind, code, "", _told(figure)) for kind in ("invented", "besides"))


def _kind(cell: Shown, figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return "" if figure and figure.state is cell.state else "missed"
    if cell.state not in VALUES:
        return "invented"
    return "" if figure.value == cell.value else "wrong"


def _told(figure: Figure | None) -> str:
    return "absent" if figure is None else f"{figure.state} {figure.value} “{figure.raw}”"


def measure(practices: Iterable[Practice], processes: int) -> list[Read]:
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(read, practices, chunksize=4))


def table(found: Iterable[Read]) -> str:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        for name in (one.format, "all"):
            rows[name].update(one.counts)
    lines = [f"{'format':<10}" + "".join(f"{head:>10}" for head in HEADS) + f"{'share right':>13}{'told right':>12}"]
    for name, row in rows.items():
        share = f"{row['right'] / row['cells']:.4%}" if row["cells"] else "-"
        told = f"{row['told right']}/{row['told']}"
        lines.append(f"{name:<10}" + "".join(f"{row[head]:>10}" for head in HEADS) + f"{share:>13}{told:>12}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, default=2026, help="what the reports are drawn from (default: 2026)")
    parser.add_argument("--reports", type=int, default=1200, help="how many (default: 1200)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--show", type=int, default=0, help="how many of the worst reports to show with their troubles")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    found = measure(reports(options.reports, options.seed), options.processes)
    worst = sorted((one for one in found if one.troubles), key=lambda one: -len(one.troubles))
    for one in worst[: options.show]:
        print(one.name, dict(one.counts))
        for trouble in one.troubles[:6]:
            print("   ", *trouble)
    print(table(found))
    print(f"{time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
