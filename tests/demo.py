"""``make demo``: the main job run once against the practice portals, and what the archive holds then."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.demo_picture import svg

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "data" / "demo"
PRACTICE = FOLDER / "practice"
TRY = FOLDER / "try"  # a command that runs scrapy on the demo's archive
TODAY = "2025-06-30"
YEARS = "2015-2024"
SCRAPY = (sys.executable, "-m", "scrapy")
HELD = ("archived", "amended", "attachment-only", "image-only", "needs-review")
SETTINGS = {
    "SCRAPY_PROJECT": "practice",
    "GONGKAI_DATABASE_URL": f"sqlite:///{FOLDER / 'archive.db'}",
    "GONGKAI_WARC_DIR": str(FOLDER / "warc"),
    "GONGKAI_WARC_STORE": "",
    "GONGKAI_REGISTRY": str(PRACTICE / "registry.csv"),
    "GONGKAI_PRACTICE_HOSTS": str(PRACTICE / "hosts.json"),
    # Whatever was visited and archived a moment ago is due again: a second run shows what a recheck costs.
    "GONGKAI_VISIT_DAYS": "0",
    "GONGKAI_RECHECK_DAYS": "0",
    "GONGKAI_VANTAGE": "loopback",
}


def main() -> int:
    """Serve the portals, do what is due, show the matrix; the exit code of the first step that failed, else 0."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    again = (FOLDER / "archive.db").exists()
    _title("Six practice portals are up; the scheduler does what is due" + (" (a second time)" if again else ""))
    with _portals():
        watch = [f"--watch={code}" for code in _codes()]
        if status := _run([sys.executable, "scheduler.py", "--once", *watch]):
            return status
    _write_try()
    _title(f"What the archive holds, judged as of {TODAY}")
    matrix = ["coverage", "--county", ",".join(_codes()), "--years", YEARS, "--today", TODAY]
    if status := _run([*SCRAPY, *matrix]):
        return status
    shown = subprocess.run(  # noqa: S603 - our own command
        [*SCRAPY, *matrix, "--json"], cwd=ROOT, env={**os.environ, **SETTINGS}, check=True, capture_output=True
    )
    cells = [json.loads(line) for line in shown.stdout.splitlines()]
    (FOLDER / "coverage.svg").write_text(svg(cells), encoding="utf-8")
    _title("In short")
    for sentence in _sentences(cells):
        print(sentence)
    _title("What to type next")
    print(_next())
    return 0


def _run(command: Sequence[str]) -> int:
    """Run a step to its end; Ctrl-C is passed on, so that it ends by itself."""
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, env={**os.environ, **SETTINGS}, start_new_session=True
    ) as step:
        try:
            return step.wait()
        except KeyboardInterrupt:
            step.send_signal(signal.SIGINT)
            step.wait()
            raise


@contextmanager
def _portals() -> Iterator[None]:
    port = os.environ.get("PORT", "8061")
    command = [sys.executable, "-m", "tests.portals", "--folder", str(PRACTICE), "--port", port]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as server:
        try:
            assert server.stdout
            if not server.stdout.readline():
                sys.exit("The practice portals could not be served; another port may do: make demo PORT=8062")
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


def _write_try() -> None:
    """A wrapper, so that nobody's shell stays in the practice project by accident."""
    exports = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in SETTINGS.items())
    exports += f"\nexport PYTHONPATH={shlex.quote(str(ROOT))} SCRAPY_SETTINGS_MODULE=tests.portals.settings"
    command = f'exec {shlex.join(SCRAPY)} "$@"'  # in the folder where it is called, so that files land there
    TRY.write_text(f"#!/bin/sh\n# scrapy, on the archive of the demo\n{exports}\n{command}\n", encoding="utf-8")
    TRY.chmod(0o755)


def _next() -> str:
    name = TRY.relative_to(ROOT)
    return f"""  {name} why 610326 2020   # the chain from portal to list, page, WARC record, version and checks
  {name} why 610326 2022 --today {TODAY}   # the proof that a report was not listed
  {name} why 610326 2021   # the sum that does not add up
  {name} coverage --years {YEARS} --today {TODAY} --json   # the matrix for a script
  {name} serve --today {TODAY}   # all of it in a browser: the reading room
  make demo                    # once more: no new version, and nothing is sent again that the server calls unchanged"""


def _title(text: str) -> None:
    print(f"\n== {text}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. The archive in data/demo is whole; make demo takes up where it stopped.")
