"""What a bad day on the network costs those who are well: ``python -m benchmarks.bad_day``.

A practice country is crawled once on a good day, and then once for each fault of ``tests.portals.weather``, which a
tenth of its portals have; at last a tenth of a larger country has all of them, some portals each. What counts is how
every faulty portal's visit is named, whether each report of the others is archived, when the last of the others was
done, and how many requests went to a faulty host. 1 is the exit code where a goal is missed.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select

from benchmarks.nation_crawl import Place
from benchmarks.nation_server import served
from crawler.settings import GONGKAI_PAGE_BUDGET, RETRY_TIMES
from storage.counting import counted
from storage.database import open_archive
from storage.models import Visit
from tests.crawling import database
from tests.portals.ailments import Ailment
from tests.portals.nation import LAST_YEAR, REAL, nation
from tests.portals.portal import Portal
from tests.portals.quirks import Quirk
from tests.portals.weather import WEATHER

MOST = 1.2  # times the good day
_MOST_REQUESTS = GONGKAI_PAGE_BUDGET * (1 + RETRY_TIMES)


@dataclass(frozen=True, slots=True)
class Day:
    """One crawl: the whole of it and its healthy part in seconds, the reports of healthy portals that are archived."""

    seconds: float
    healthy: float
    archived: int
    expected: int
    named: Counter[str]  # how the visits to faulty portals ended
    wrong: int  # visits that had to end otherwise
    requests: int  # to the faulty host that was asked most


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bad_day", description="A bad day on the network.")
    parser.add_argument("--portals", type=int, default=60, help="of each day with one fault (default: 60)")
    parser.add_argument("--all", type=int, default=280, help="of the day with all faults (default: 280)")
    parser.add_argument("--delay", type=float, default=0.2, help="seconds for each host (default: 0.2)")
    options = parser.parse_args(arguments)
    sick = options.portals // 10
    good = _day(options.portals - sick, 0, (), options.delay)
    lines, days = [_line("good day", good, good)], []
    for one in WEATHER:
        day = _day(options.portals, sick, (one,), options.delay)
        days.append(day)
        lines.append(_line(one.expected.kind or "list that grows", day, good))
        print(lines[-1], file=sys.stderr, flush=True)
    each = max(1, options.all // 10 // len(WEATHER))
    better = _day(options.all - each * len(WEATHER), 0, (), options.delay)
    worst = _day(options.all, each, WEATHER, options.delay)
    lines += [_line("larger, good day", better, better), _line("larger, all of them", worst, better)]
    print(f"{'':<26}{'portals':>8}{'reports of the others':>23}{'others':>9}{'whole':>8}{'requests':>10}  ended as")
    print("\n".join(lines))
    return _goals([*days, worst], worst.seconds / better.seconds)


def _goals(days: Sequence[Day], slower: float) -> int:
    goals = {
        "every healthy portal's reports are archived": all(day.archived == day.expected for day in days),
        "every faulty portal has its right name": not any(day.wrong for day in days),
        f"no host is asked more than {_MOST_REQUESTS} times": all(day.requests <= _MOST_REQUESTS for day in days),
        f"all of them: at most {MOST} x the good day: {slower:.2f}": slower <= MOST,
    }
    print()
    for goal, met in goals.items():
        print(f"{goal:<64}{'met' if met else 'MISSED'}")
    return int(not all(goals.values()))


def _line(name: str, day: Day, good: Day) -> str:
    ended = ", ".join(f"{number} {how}" for how, number in day.named.most_common())
    reports = f"{day.archived:,} of {day.expected:,}"
    times = f"{day.healthy / good.healthy:8.2f}x{day.seconds:6.0f} s"
    return f"{name:<26}{sum(day.named.values()):8}{reports:>23}{times}{day.requests:10}  {ended}"


def _day(portals: int, each: int, ailments: Sequence[Ailment], delay: float) -> Day:
    recipe = partial(nation, 2026, portals, each, REAL, tuple(ailments))
    with tempfile.TemporaryDirectory(prefix="gongkai-day-") as name, served(recipe, 1) as servers:
        place = Place(servers, Path(name), delay)
        servers.write_practice(place.folder)
        crawl = place.crawl("day")
        asked = Counter(urlsplit(url).hostname for url in crawl.served.urls)
        sick = [one for one in servers.country.portals if one.expected.kind]
        well = [one for one in servers.country.portals if not one.expected.kind]
        with closing(open_archive(database(place.folder))) as archive:
            codes = [one.code for one in well]
            counting = counted(archive, codes, range(2000, LAST_YEAR + 1))
            with archive.read() as session:
                visits = {visit.portal_code: visit for visit in session.scalars(select(Visit))}
                archived = {(code, year) for code, year, *_ in session.execute(counting)}
        expected = {(one.code, year) for one in well for year in _published(one)}
        begun = min(visit.started_at for visit in visits.values())
        ended = [(visits[one.code].outcome, visits[one.code].reason) for one in sick]
        return Day(
            seconds=crawl.seconds,
            healthy=max((visits[code].finished_at - begun).total_seconds() for code in codes),
            archived=len(archived & expected),
            expected=len(expected),
            named=Counter(f"{outcome}, {reason}" for outcome, reason in ended),
            wrong=sum(end != (one.expected.outcome, one.expected.reason) for end, one in zip(ended, sick, strict=True)),
            requests=max((asked[one.host] for one in sick), default=0),
        )


def _published(portal: Portal) -> set[int]:
    """Years whose report any visit finds: all but the one that comes or goes while the list is read."""
    years = set(portal.years) - portal.withheld
    changing = {Quirk.LIST_GROWS, Quirk.LIST_SHRINKS} & portal.quirks
    return years - {max(years)} if changing else years


if __name__ == "__main__":
    sys.exit(main())
