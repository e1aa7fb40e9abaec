"""What faults cost an archive: ``python -m benchmarks.crash [--tries N] [--seed N]``.

Each try crawls two practice portals into a fresh archive while a fault strikes at a moment drawn by the seed
(``tests/faults.py``), then crawls once more, undisturbed. Afterwards ``verify`` has to find no damage;
everything that SQL had committed before has to be there; states, figures and payloads have to be those of an archive
that nothing happened to; and no document, version or reading may be there twice. A table fault by tries, lost, twice
and unclean comes last; 1 is the exit code where anything but zero stands in it.
"""

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.crashes import HOSTS, Outcome, Undisturbed, attempt
from tests.crawling import practice
from tests.faults import FAULTS
from tests.portals import demo_country


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 0 if nothing was lost, twice or unclean."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash", description="Faults by the hundred.")
    parser.add_argument("--tries", type=int, default=300, help="of all faults together (default: 300)")
    parser.add_argument("--seed", type=int, default=2026, help="what the moments are drawn from (default: 2026)")
    parser.add_argument("--jobs", type=int, default=2, help="tries at once (default: 2)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gongkai-crash-") as folder:
        found = _tried(Path(folder), options.tries, options.seed, options.jobs)
    print(f"{'fault':<18}{'tried':>7}{'lost':>7}{'twice':>7}{'unclean':>9}")
    for name, outcomes_of in found.items():
        lost, twice, unclean = (
            sum(bool(getattr(one, what)) for one in outcomes_of) for what in ("lost", "twice", "unclean")
        )
        print(f"{name:<18}{len(outcomes_of):>7}{lost:>7}{twice:>7}{unclean:>9}")
    return int(any(one for outcomes_of in found.values() for one in outcomes_of))


def _tried(folder: Path, tries: int, seed: int, jobs: int) -> dict[str, list[Outcome]]:
    """The outcomes of so many tries by fault; what went wrong is printed as it comes."""
    found: dict[str, list[Outcome]] = {name: [] for name in FAULTS}
    names = [list(FAULTS)[number % len(FAULTS)] for number in range(tries)]
    with practice(demo_country(), folder) as site, ThreadPoolExecutor(jobs) as pool:
        whole = Undisturbed.of(site, ",".join(HOSTS))
        outcomes = pool.map(lambda one: attempt(whole, one[1], f"{seed}:{one[0]}"), enumerate(names))
        for number, (name, outcome) in enumerate(zip(names, outcomes, strict=True)):
            found[name].append(outcome)
            if outcome:
                print(f"try {number}, {name}: {outcome}", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
