"""``make demo``: the main job run once against the practice portals, and what the archive holds then."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER = Path("data") / "demo"
PRACTICE = FOLDER / "practice"
PORT = 8061
TODAY = "2025-06-30"
YEARS = "2015-2024"
SCRAPY = (sys.executable, "-m", "scrapy")
HELD = ("archived", "amended", "attachment-only", "image-only", "needs-review")


def main() -> int:
    """Serve the portals, do what is due, show the matrix; the exit code of the first step that failed, else 0."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    database = FOLDER / "archive.db"
    again = database.exists()
    environment = {
        **os.environ,
        "SCRAPY_PROJECT": "practice",
        "GONGKAI_DATABASE_URL": f"sqlite:///{database}",
        "GONGKAI_REGISTRY": str(PRACTICE / "registry.csv"),
        "GONGKAI_PRACTICE_HOSTS": str(PRACTICE / "hosts.json"),
        # Whatever was visited and archived a moment ago is due again: a second run shows what a recheck costs.
        "GONGKAI_VISIT_DAYS": "0",
        "GONGKAI_RECHECK_DAYS": "0",
        "GONGKAI_VANTAGE": "loopback",
    }
    _title("The practice portals are up, the scheduler does what is due" + (" (a second time)" if again else ""))
    with _portals():
        watched = [f"--watch={code}" for code in _codes()]
        for command in (
            [sys.executable, "scheduler.py", *watched],
            [sys.executable, "scheduler.py", "--once"],
        ):
            if status := subprocess.run(command, env=environment, check=False).returncode:  # noqa: S603 - our own
                return status
    _title(f"What the archive holds, as of {TODAY}")
    coverage = [*SCRAPY, "coverage", "--county", ",".join(_codes()), "--years", YEARS, "--today", TODAY]
    subprocess.run(coverage, env=environment, check=True)  # noqa: S603 - our own command
    shown = subprocess.run([*coverage, "--json"], env=environment, check=True, capture_output=True)  # noqa: S603
    _title("In three sentences")
    for sentence in _sentences([json.loads(line) for line in shown.stdout.splitlines()]):
        print(sentence)
    _title("What to type next")
    print(_next(environment))
    return 0


@contextmanager
def _portals() -> Iterator[None]:
    command = [sys.executable, "-m", "tests.portals", "--port", str(PORT), "--folder", str(PRACTICE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own command
        assert server.stdout
        if not server.stdout.readline():
            sys.exit("the practice portals did not start; see above")
        try:
            yield
        finally:
            server.terminate()


def _codes() -> list[str]:
    lines = (PRACTICE / "registry.csv").read_text(encoding="utf-8").splitlines()[1:]
    return [line.partition(",")[0] for line in lines]


def _sentences(cells: list[dict[str, Any]]) -> Iterator[str]:
    held = [cell for cell in cells if cell["state"] in HELD]
    missing = Counter(cell["state"] for cell in cells if cell["state"] not in HELD)
    reasons = ", ".join(f"{number} {state}" for state, number in missing.most_common())
    broken = [f"{cell['county']} {cell['year']}" for cell in held if cell["failed_checks"]]
    yield f"Found: {len(held)} reports of {len({cell['code'] for cell in held})} counties, each with its page in WARC."
    yield f"Missing: {sum(missing.values())} of {len(cells)} county-years, every one with its reason: {reasons}."
    yield f"Sums that do not add up: {', '.join(broken) or 'none'}."


def _next(environment: Mapping[str, str]) -> str:
    names = ("SCRAPY_PROJECT", "GONGKAI_DATABASE_URL", "GONGKAI_REGISTRY", "GONGKAI_PRACTICE_HOSTS")
    exports = " ".join(f"{name}={environment[name]}" for name in names)
    return f"""  export PATH="$PWD/.venv/bin:$PATH" {exports}
  scrapy why 610326 2020       # the chain from portal to list, page, WARC record, version and checks
  scrapy why 610326 2022       # the proof that a report was not listed
  scrapy coverage --json       # the matrix for a script
  make demo                    # once more: nothing new, nothing downloaded that is unchanged"""


def _title(text: str) -> None:
    print(f"\n== {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
