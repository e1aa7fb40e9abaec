"""The next visit to a portal follows from the calendar, from what is missing, and from how the last visits ended."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reports.states import VisitOutcome
from storage.database import Archive
from storage.duties import DAILY, Duty, duties, in_season
from tests.storage_samples import MEI, Crawl, report

WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
FEBRUARY = datetime(2025, 2, 10, 4, tzinfo=UTC)
AUGUST = datetime(2025, 8, 10, 4, tzinfo=UTC)


def duty(archive: Archive, now: datetime) -> Duty:
    (found,) = duties(archive, [MEI], now, WEEK)
    assert (found.code, found.county) == (MEI, "眉县")
    return found


def visited(archive: Archive, at: datetime, *outcomes: VisitOutcome, years: tuple[int, ...] = ()) -> datetime:
    """So many visits, a day between them; returns when the last one ended."""
    crawl = Crawl(archive, at)
    for year in years:
        crawl.document(report(year))
    for number, outcome in enumerate(outcomes):
        crawl.begin(DAY if number else HOUR)
        crawl.visit(outcome)
    crawl.writer.close()
    return crawl.now


def test_who_was_never_visited_is_visited_now(archive: Archive) -> None:
    assert duty(archive, AUGUST) == Duty(MEI, "眉县", AUGUST, "never visited")


@pytest.mark.parametrize(
    ("at", "years", "wait"),
    [
        (FEBRUARY, (), DAILY),  # the report of 2024 may come any day
        (FEBRUARY, (2024,), WEEK),
        (AUGUST, (), WEEK),  # it is long overdue, and not looked for any more every day
    ],
)
def test_a_report_is_looked_for_daily_while_it_may_come(
    archive: Archive, at: datetime, years: tuple[int, ...], wait: timedelta
) -> None:
    ended = visited(archive, at, VisitOutcome.COMPLETE, years=years)
    assert duty(archive, ended + HOUR).at == ended + wait


@pytest.mark.parametrize(("outcome"), [VisitOutcome.INTERRUPTED, VisitOutcome.PROBED])
def test_what_was_left_undone_is_taken_up_at_once(archive: Archive, outcome: VisitOutcome) -> None:
    now = visited(archive, AUGUST, outcome) + HOUR
    assert duty(archive, now).at == now


def test_a_visit_that_never_comes_to_its_end_is_not_begun_every_hour(archive: Archive) -> None:
    ended = visited(archive, AUGUST, *[VisitOutcome.INTERRUPTED] * 3)
    assert duty(archive, ended + HOUR).at == ended + DAY


def test_a_visit_that_we_failed_is_tried_again_after_a_day(archive: Archive) -> None:
    ended = visited(archive, AUGUST, VisitOutcome.FAILED)
    assert duty(archive, ended + HOUR).at == ended + DAY


@pytest.mark.parametrize(("at", "base", "longest"), [(FEBRUARY, DAY, WEEK), (AUGUST, WEEK, timedelta(days=30))])
@pytest.mark.parametrize("failures", [1, 2, 3, 9])
def test_who_refuses_is_left_in_peace_for_longer_each_time(
    archive: Archive, at: datetime, base: timedelta, longest: timedelta, failures: int
) -> None:
    ended = visited(archive, at, VisitOutcome.COMPLETE, *[VisitOutcome.BLOCKED] * failures)
    waits = (duty(archive, ended + HOUR).at - ended) / min(base * 2 ** (failures - 1), longest)
    assert 0.9 <= waits <= 1.1
    assert f"blocked {failures} time" in duty(archive, ended + HOUR).reason


def test_a_clock_that_was_wrong_counts_for_nothing(archive: Archive) -> None:
    ended = visited(archive, AUGUST, VisitOutcome.COMPLETE)
    assert duty(archive, ended - HOUR).at == ended - HOUR


def test_the_soonest_come_first(archive: Archive) -> None:
    ended = visited(archive, AUGUST, VisitOutcome.COMPLETE)
    assert [one.code for one in duties(archive, [MEI, "610323"], ended + HOUR, WEEK)] == ["610323", MEI]


def test_the_season_is_that_of_the_law() -> None:
    days = (date(2024, 12, 31), date(2025, 1, 1), date(2025, 3, 31), date(2025, 4, 30), date(2025, 5, 1))
    assert [in_season(2024, day) for day in days] == [False, True, True, True, False]
