"""How well reports are read: cells right, wrong, missed and invented by format, beside what a user would write.

``python -m benchmarks.reading [--seed N] [--reports N] [--pictures N] [--show N]``

Draws reports of known figures over all forms, formats and faults, reads them and compares every cell: right means its
state too, so that a blank read as 0 is invented. Beside that the published reports of the corpus, and the same pages
and PDFs read by two short programs: ``pandas.read_html`` with a label match, and the numbers behind each label in the
order of a PDF's text. Needs pandas, which is in no lock: ``.venv/bin/python -m pip install pandas``.
"""

import argparse
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from itertools import chain

from benchmarks.reading_corpus import published
from benchmarks.reading_measures import Read, measure
from benchmarks.reading_reports import Practice, report, reports
from benchmarks.reading_writers import picture_file, text_file
from tests.portals.flattened import BARE, SEPARATED
from tests.portals.pictures import NO_FONT, fonts

HEADS = ("reports", "cells", "right", "wrong", "missed", "invented", "as zero", "unmarked")
EXACT = ("html", "docx", "xlsx", "pdf")
LEAST_RIGHT, LEAST_OF_PICTURES = 0.995, 0.97
MOST_PICTURES = 60
FLATTENED = (("text, separators kept", (*SEPARATED, "tab grid")), ("text, blanks lost", tuple(BARE)))


def pictures(count: int, seed: int) -> Iterator[Practice]:
    """So many reports as scans and screenshots at 150 dpi."""
    for number in range(count):
        yield report(random.Random(f"{seed}:picture:{number}"), "picture", picture_file, ())  # noqa: S311 - practice


def texts(count: int, seed: int) -> Iterator[Practice]:
    """So many reports as text with flattened tables: half of them in shapes in which blank cells leave no trace."""
    for number in range(count):
        name, shapes = FLATTENED[number % 2]
        yield report(random.Random(f"{seed}:text:{number}"), name, text_file, shapes)  # noqa: S311 - practice


def totals(found: Iterable[Read]) -> dict[str, Counter[str]]:
    """The counts of each line of the table, in the order of their coming."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        rows[one.by].update(one.counts)
    return rows


def table(rows: dict[str, Counter[str]]) -> str:
    wide = max(map(len, rows)) + 1
    lines = [f"{'':<{wide}}" + "".join(f"{head:>9}" for head in HEADS) + f"{'right %':>10}{'told right':>14}"]
    for name, row in rows.items():
        told = f"{row['told right']} of {row['told']}" if row["told"] else ""
        share = 100 * row["right"] / row["cells"]
        lines.append(f"{name:<{wide}}" + "".join(f"{row[head]:>9}" for head in HEADS) + f"{share:>10.3f}{told:>14}")
    return "\n".join(lines)


def goals(rows: dict[str, Counter[str]]) -> list[tuple[str, str, bool]]:
    """Each goal with what was measured and whether that meets it."""
    told: list[tuple[str, str, bool]] = []
    for name in (name for name in rows if name in EXACT or name.partition(".")[2] in EXACT):
        row, whole = rows[name], 1.0 if "." in name else LEAST_RIGHT
        share = row["right"] / row["cells"]
        told.append((f"{name}: at least {whole:.1%} right", f"{share:.3%}", share >= whole))
        told.append(
            (
                f"{name}: none wrong or invented",
                f"{row['wrong']}, {row['invented']}",
                not row["wrong"] + row["invented"],
            )
        )
    for name in (name for name, _ in FLATTENED if name in rows):
        row = rows[name]
        told.append(
            (
                f"{name}: none wrong or invented",
                f"{row['wrong']}, {row['invented']}",
                not row["wrong"] + row["invented"],
            )
        )
        told.append((f"{name}: every lack marked", f"{row['unmarked']} unmarked", not row["unmarked"]))
    if "picture" in rows:
        row = rows["picture"]
        share = row["right"] / row["cells"]
        told.append((f"picture: at least {LEAST_OF_PICTURES:.0%} right", f"{share:.3%}", share >= LEAST_OF_PICTURES))
        told.append(("picture: every doubt marked", f"{row['unmarked']} unmarked", not row["unmarked"]))
    return told


def main(arguments: list[str] | None = None) -> int:
    """Print what was read of each format, then the goals; 0 if all are met, 2 where something needed is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, default=2026, help="what the reports are drawn from (default: 2026)")
    parser.add_argument("--reports", type=int, default=1200, help="how many, pictures apart (default: 1200)")
    parser.add_argument("--pictures", type=int, default=40, help=f"how many, at most {MOST_PICTURES} (default: 40)")
    parser.add_argument("--processes", type=int, default=2, help="that read at once (default: 2)")
    parser.add_argument("--show", type=int, default=0, help="so many of the worst reports, with what went wrong")
    options = parser.parse_args(arguments)
    if find_spec("pandas") is None:
        print("pandas is missing: .venv/bin/python -m pip install pandas lxml", file=sys.stderr)
        return 2
    if options.pictures and not fonts():
        print(f"{NO_FONT}; or --pictures 0", file=sys.stderr)
        return 2
    began = time.monotonic()
    drawn = chain(
        published(),
        reports(options.reports, options.seed),
        texts(options.reports // 8, options.seed),
        pictures(min(options.pictures, MOST_PICTURES), options.seed),
    )
    found = []
    for number, one in enumerate(measure(drawn, options.processes), 1):
        found.append(one)
        if number % 200 == 0:
            print(f"{number} readings, {time.monotonic() - began:.0f} s", file=sys.stderr)
    _show(found, options.show)
    rows = totals(found)
    print(table(rows))
    print(f"\n{'goal':<54}{'measured':<20}{'met':>4}")
    for goal, told, met in goals(rows):
        print(f"{goal:<54}{told:<20}{'yes' if met else 'NO':>4}")
    return int(not all(met for *_, met in goals(rows)))


def _show(found: Iterable[Read], count: int) -> None:
    worst = sorted((one for one in found if one.troubles), key=lambda one: -len(one.troubles))
    for one in worst[:count]:
        print(one.name, dict(one.counts))
        for trouble in one.troubles[:5]:
            print("   ", *trouble)


if __name__ == "__main__":
    sys.exit(main())
