"""Finds every arithmetic fault and nothing besides: ``python -m benchmarks.checks``.

Consistent reports are drawn from a seed in every form; in each one cell that a sum rests on gets another number. Which
checks have to fail for it is written down here from the forms themselves (``expected``), not asked of the checks: found
are the faults for which all of these fail, besides are checks that fail and should not, and of the clean reports none
may fail any. Soft checks that are no sums (A, B6, D7) are left out.
"""

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping

from reports.checks import check
from reports.forms.lists import list_forms
from reports.model import CellState, Figure, Outcome
from tests.portals.figures import Source, draw

FORMS = {"v2021": 2022, "v2019": 2020, "v2014": 2016, "v2008": 2010}
SUMS = ("B1", "B2", "B3", "C1", "D1", "D2", "D3", "D4", "D5", "D6", "E1", "E2", "E3")
Numbers = Mapping[str, int | float]
Failing = set[tuple[str, str]]


def main(arguments: list[str] | None = None) -> int:
    """Print one line a form; 0 if every fault was found and none besides."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checks", description="Inject faults, count the found.")
    parser.add_argument("--seed", type=int, default=2026, help="what the reports are drawn from (default: 2026)")
    parser.add_argument(
        "--reports", type=int, default=500, help="reports, each with a fault and without (default: 500)"
    )
    options = parser.parse_args(arguments)
    counts = measure(options.seed, options.reports)
    heads = ("faults", "found", "besides", "clean", "failing")
    print(f"{'form':<8}" + "".join(f"{head:>9}" for head in heads))
    for form in (*FORMS, "all"):
        print(f"{form:<8}" + "".join(f"{counts[form][head]:>9}" for head in heads))
    every = counts["all"]
    return int(every["found"] < every["faults"] or every["besides"] > 0 or every["failing"] > 0)


def measure(seed: int, reports: int) -> dict[str, Counter[str]]:
    """The counts of each form and of ``all``."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    names = list(FORMS)
    for number in range(reports):
        form = names[number % len(names)]
        rng = random.Random(f"{seed}:{number}")  # noqa: S311 - practice figures
        numbers = consistent(rng, form)
        code = rng.choice([code for code in numbers if expected(code, numbers)])
        wrong = {**numbers, code: numbers[code] + rng.choice((1, 2, 10, -1) if numbers[code] else (1, 2, 10))}
        wanted, failed = expected(code, numbers), failing(form, wrong)
        for row in (counts[form], counts["all"]):
            row["faults"] += 1
            row["found"] += wanted <= failed
            row["besides"] += len(failed - wanted)
            row["clean"] += 1
            row["failing"] += bool(failing(form, numbers))
    return counts


def consistent(rng: random.Random, form: str) -> Numbers:
    """The numbers of a report whose sums are right."""
    if form != "v2008":
        drawn = draw(Source(f"{rng.random()}", large=rng.random() < 0.5), FORMS[form], form)
        return {code: value for code, value in drawn.items() if isinstance(value, int | float)}
    annex = next(one for one in list_forms() if one.form == form)
    numbers = {row.code: rng.choice((0, 0, 1, 2, rng.randrange(500))) for row in annex.rows}
    for identity in reversed(annex.identities):  # the parts of a part come last
        numbers[identity.right[0]] = sum(numbers[code] for code in identity.left)
    return numbers


def failing(form: str, numbers: Numbers) -> Failing:
    """The sums that fail."""
    figures = {c: Figure(n, str(n), CellState.NUMBER if n else CellState.ZERO) for c, n in numbers.items()}
    found = check(form, figures, FORMS[form])
    return {(one.check, one.subject) for one in found if one.check in SUMS and one.outcome is Outcome.FAIL}


def expected(code: str, numbers: Numbers) -> Failing:
    """The sums that have to fail when this cell alone is wrong, by the forms' own words."""
    table, _, rest = code.partition(".")
    row, _, column = rest.rpartition(".")
    if table == "applications":
        wanted = {("B1", f"applications.{row}")}
        whole = f"applications.*.{column}"
        if row not in ("new", "carried_in", "carried_over"):
            wanted.add(("B2", whole))
        if row in ("new", "carried_in", "carried_over", "handled_total"):
            wanted.add(("B3", whole))
        return wanted
    if table == "review":
        return {("C1", f"review.{row}")}
    return {
        (identity.check, identity.subject)
        for form in list_forms()
        for identity in form.identities
        if identity.check in SUMS and code in (*identity.left, *identity.right)
        if all(one in numbers for one in (*identity.left, *identity.right))
    }


if __name__ == "__main__":
    sys.exit(main())
