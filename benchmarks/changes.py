"""Whether every change of four years is found and named: ``python -m benchmarks.changes [--portals N] [--seed N]``.

A practice country is crawled in April of four years, and again two weeks later, by the program's own clock. Between the
years portals publish new reports (some do not), edit a figure of an old one quietly, take reports down and put them up
again, get a new system (all addresses change), or a new host; all the time counters, compression, validators and meta
tags come and go, and some portals answer nothing for a visit. Afterwards the archive is asked for the state of every
county and year and for every amendment, and held against what was done. 1 is the exit code where anything differs.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select

from reports.states import Evidence
from storage.amendments import amendments
from storage.coverage import coverage
from storage.database import Archive
from storage.models import Document, ReportRow
from tests.crawling import ROOT, Practice, practice
from tests.portals import Country, Portal
from tests.portals.changes import COSMETIC, fall_silent, move, recover, redecorate, redesign
from tests.portals.nation import LAST_YEAR, nation
from tests.portals.quirks import Quirk

YEARS = range(2008, LAST_YEAR + 1)
FIRST = LAST_YEAR - 3  # the first crawl sees the reports up to this year
EDITED = ("applications.new.total", "applications.new.natural_person", "review.reconsideration.total")
NEW_FAMILIES = ("trs", "hanweb", "vsb", "generic")
TIMEOUT = 1200  # seconds
# What may become of a portal in one year.
CHANCES = {"edit": 0.35, "withdraw": 0.2, "return": 0.5, "redesign": 0.06, "move": 0.06, "decorate": 0.5, "silent": 0.1}


@dataclass(slots=True)
class Truth:
    """What was done to one portal and its reports."""

    missing: set[int] = field(default_factory=set)  # never published
    gone: set[int] = field(default_factory=set)  # taken down, and not put up again
    edits: set[tuple[int, str, int]] = field(default_factory=set)  # year, figure, what it became


def main(arguments: list[str] | None = None) -> int:
    """Print what was done and what was found of it; 0 if all of it was and nothing besides."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.changes", description="Four years of changes.")
    parser.add_argument("--portals", type=int, default=60, help="practice portals (default: 60)")
    parser.add_argument("--seed", type=int, default=2026, help="what is drawn from (default: 2026)")
    options = parser.parse_args(arguments)
    country = nation(options.seed, options.portals, 0)
    done: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="gongkai-changes-") as folder, practice(country, Path(folder)) as site:
        truths = _lived(site, random.Random(f"changes:{options.seed}"), done)  # noqa: S311 - practice
        with site.archive() as archive:
            wrong = [*_states(archive, country, truths), *_amendments(archive, truths)]
    for line in wrong:
        print(line)
    print(f"{'':<32}{'done':>7}")
    for what, number in done.items():
        print(f"{what:<32}{number:>7}")
    print(f"{'states and amendments that differ':<34}{len(wrong):>5}")
    return int(bool(wrong))


def _lived(site: Practice, rng: random.Random, done: Counter[str]) -> dict[str, Truth]:
    """Four years of changes, each crawled twice."""
    truths = {portal.code: Truth(missing=set(YEARS) - set(portal.years)) for portal in site.country.portals}
    later = {}
    for portal in site.country.portals:
        truths[portal.code].missing |= set(portal.withheld)
        later[portal.code] = [year for year in portal.years[1:] if year > FIRST]
        portal.show_years(tuple(year for year in portal.years if year not in later[portal.code]))
    for year in range(FIRST, LAST_YEAR + 1):
        if year > FIRST:
            for portal in site.country.portals:
                if year in later[portal.code]:
                    portal.show_years((*portal.years, year))
                    done["new reports"] += year not in portal.withheld
                _live(site, portal, truths[portal.code], year, rng, done)
            site.server.write_practice(site.folder)
        silent = [portal for portal in site.country.portals if rng.random() < CHANCES["silent"]]
        for portal in silent:
            fall_silent(portal)
        done["visits to silent portals"] += len(silent)
        _crawl(site, date(year + 1, 4, 5))
        for portal in silent:
            recover(portal)
        for day in (12, 26):
            _crawl(site, date(year + 1, 4, day))
    return truths


def _live(site: Practice, portal: Portal, truth: Truth, year: int, rng: random.Random, done: Counter[str]) -> None:
    """What happens to one portal between two Aprils."""
    held = [one for one in portal.years if one < year and one not in truth.missing | truth.gone]
    if Quirk.COLUMN_IS_REPORT in portal.quirks:
        held = held[:-1]  # the list itself was the newest one, which gets an address of its own now

    def happens(what: str) -> bool:
        return rng.random() < CHANCES[what]

    if truth.gone and happens("return"):
        back = rng.choice(sorted(truth.gone))
        truth.gone.discard(back)
        portal.publish(back)
        done["put up again"] += 1
    elif happens("withdraw") and held:
        gone = rng.choice(held)
        held.remove(gone)
        truth.gone.add(gone)
        portal.withdraw(gone)
        done["taken down"] += 1
    elif happens("redesign"):  # what left at the same moment nobody could tell from what has moved
        redesign(portal, rng.choice([name for name in NEW_FAMILIES if name != portal.family]))
        done["new systems"] += 1
    elif happens("move") and portal.host != portal.address:
        move(site.server, portal, f"neu{year}.{portal.code}.test")
        done["new hosts"] += 1
    elif happens("edit") and held:
        _edit(portal, truth, rng.choice(held), rng, done)
    if happens("decorate"):
        redecorate(portal, rng.choice(COSMETIC))
        done["other ornaments"] += 1


def _edit(portal: Portal, truth: Truth, year: int, rng: random.Random, done: Counter[str]) -> None:
    code = rng.choice(EDITED)
    value = rng.randrange(10_000, 99_999)
    try:
        portal.edit_figure(year, code, value)
    except KeyError:
        return  # an older form
    truth.edits.add((year, code, value))
    done["quiet edits"] += 1


def _crawl(site: Practice, day: date) -> None:
    """``scrapy crawl reports`` of every county at ten in the morning of a day."""
    ahead = (datetime(day.year, day.month, day.day, 2, tzinfo=UTC) - datetime.now(UTC)).total_seconds()
    codes = ",".join(portal.code for portal in site.country.portals)
    command = [sys.executable, "-m", "tests.clock", str(ahead), "0", "crawl", "reports", f"-acounty={codes}"]
    done = subprocess.run(  # noqa: S603 - our own command
        [*command, "-sDOWNLOAD_DELAY=0"],
        cwd=ROOT,
        env=site.environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr[-3000:])
    print(f"{day}: {done.stderr.splitlines()[-2].partition('INFO: ')[2]}", file=sys.stderr, flush=True)


def _states(archive: Archive, country: Country, truths: dict[str, Truth]) -> list[str]:
    """Where the matrix says something else than what was done."""
    wrong = []
    rows = coverage(archive, [portal.code for portal in country.portals], YEARS, date(LAST_YEAR + 1, 6, 30))
    for row in rows:
        truth = truths[row.code]
        edited = {year for year, *_ in truth.edits}
        for cell in row.cells:
            if cell.year in truth.missing:
                wanted = {Evidence.NOT_LISTED}
            elif cell.year in truth.gone:
                wanted = {Evidence.WITHDRAWN}
            else:
                wanted = {Evidence.AMENDED} if cell.year in edited else {Evidence.ARCHIVED}
            if cell.evidence not in wanted:
                family = country.portal(row.code).family
                wrong.append(f"{row.code} {cell.year} ({family}): {cell.evidence}, not {wanted}: {cell.detail}")
    return wrong


def _amendments(archive: Archive, truths: dict[str, Truth]) -> list[str]:
    """Amendments that were found and not made, or made and not found; a report may stand at two addresses."""
    found = set()
    with archive.read() as session:
        for document, year in session.execute(select(Document, ReportRow.year).join(ReportRow)).all():
            for amendment in amendments(session, document.id):
                changes = [(one.code, one.after and one.after.value) for one in amendment.figures]
                found |= {(document.portal_code, year, *one) for one in changes or [("text alone", None)]}
    made = {(county, *edit) for county, truth in truths.items() for edit in truth.edits}
    wrong = [f"{one}: made and not found" for one in sorted(made - found, key=str)]
    return wrong + [f"{one}: found and not made" for one in sorted(found - made, key=str)]


if __name__ == "__main__":
    sys.exit(main())
