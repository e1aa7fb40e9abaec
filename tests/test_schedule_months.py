"""Eighteen months of schedule by a simulated clock: reports are archived soon after they appear, at little cost."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from storage.archive import save_unchanged
from storage.database import Archive
from storage.duties import duties
from storage.events import notice
from storage.known import known
from storage.records import PortalRecord
from storage.status import beat
from storage.watching import watch
from tests.postgresql import on_sqlite
from tests.storage_samples import Crawl, link, report

HOUR, DAY, WEEK, MONTH = (timedelta(hours=hours) for hours in (1, 24, 168, 720))
BEGIN, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 6, 30, tzinfo=UTC)
DOWN = datetime(2025, 3, 10, tzinfo=UTC), datetime(2025, 3, 17, tzinfo=UTC)  # nobody runs the scheduler
OLD = range(2019, 2024)  # reports that are there from the beginning
# When each county publishes its reports of 2024 and 2025: while nobody looks, on the last day; very late, early.
PUBLISHED = {
    "330109": (datetime(2025, 3, 12, 9, tzinfo=UTC), datetime(2026, 3, 31, 1, tzinfo=UTC)),
    "510114": (datetime(2025, 8, 5, 3, tzinfo=UTC), datetime(2026, 1, 19, 3, tzinfo=UTC)),
}


@dataclass
class World:
    """Portals that publish, and a crawl that asks them as ours does: the list, new reports, those not asked lately."""

    archive: Archive
    crawl: Crawl
    archived: dict[tuple[str, int], datetime] = field(default_factory=dict)
    requests: int = 0

    def listed(self, code: str, now: datetime) -> list[int]:
        return [*OLD, *(2024 + number for number, at in enumerate(PUBLISHED[code]) if at <= now)]

    def visit(self, code: str, now: datetime) -> None:
        crawl = self.crawl
        crawl.portal, crawl.now = PortalRecord(code, f"http://www.{code}.test/"), now
        crawl.begin()
        years = self.listed(code, now)
        address = f"http://www.{code}.test/nb/"
        crawl.listing([link(year, f"{address}{year}.html") for year in years], f"{code} {years}".encode(), address)
        self.requests += 1
        held = known(self.archive, [code])[code].documents
        for year in years:
            url = f"{address}{year}.html"
            if url not in held:
                crawl.document(report(year, county_code=code, figures={}, findings=()), url=url)
                self.archived[code, year] = crawl.now
            elif now - held[url].checked_at >= MONTH:
                answer = crawl.fetch(url)
                save_unchanged(self.archive, crawl.run, crawl.portal, url, answer, [answer])
            else:
                continue
            self.requests += 1
        crawl.visit()


def watched_from_outside(archive: Archive, now: datetime) -> list[str]:
    """What a timer of the system's, which goes on, notices of the scheduler after its last beat."""
    minutes = [now + timedelta(minutes=number) for number in (4, 6, 60, 24 * 60)]
    return [event.kind for minute in minutes for event in notice(archive, minute) if not event.code]


@on_sqlite
def test_eighteen_months(archive: Archive, crawl: Crawl) -> None:
    world = World(archive, crawl)
    watch(archive, *PUBLISHED)
    now, after_downtime, alarms = BEGIN, set(), list[str]()
    while now < END:
        beat(archive, now)  # once a minute, and the last time before the downtime
        planned = duties(archive, list(PUBLISHED), now, WEEK)
        due = [duty.code for duty in planned if duty.at <= now + HOUR]
        for code in due:
            world.visit(code, now)
            if DOWN[1] <= now < DOWN[1] + HOUR:
                after_downtime.add(code)
        # The scheduler looks every hour; where nothing is due until later, nothing would have happened.
        soonest = now + HOUR if due else max(planned[0].at - HOUR, now + HOUR)
        later = now + HOUR * -(-(soonest - now) // HOUR)
        if DOWN[0] <= later < DOWN[1]:
            alarms += watched_from_outside(archive, now)
            later = DOWN[1]
        now = later
    assert alarms == ["scheduler-stalled"], "once, while nobody runs the scheduler"
    for code, dates in PUBLISHED.items():
        for year, published in enumerate(dates, 2024):
            noticed = max(published, DOWN[1]) if DOWN[0] <= published < DOWN[1] else published
            in_season = published.month <= 4
            waited = world.archived[code, year] - noticed
            assert waited <= (DAY if in_season else WEEK), f"{code} {year}: {waited} after its publication"
    missing_then = {code for code, dates in PUBLISHED.items() if dates[0] > DOWN[0]}
    assert missing_then <= after_downtime, "what was waited for is looked at as soon as somebody runs the scheduler"
    days = (END - BEGIN).days
    full = sum(1 + len(world.listed(code, BEGIN + DAY * day)) for day in range(days) for code in PUBLISHED)
    assert world.requests * 10 <= full, f"{world.requests} requests, a full crawl each day takes {full}"
