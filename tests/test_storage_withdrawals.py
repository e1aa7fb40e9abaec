"""A report counts as withdrawn by the word of its own address and two whole lists without it; an outage is neither."""

from datetime import date, timedelta

import pytest

from reports.states import Evidence, Reason, VisitOutcome
from storage.archive import save_gone, save_unchanged
from storage.coverage import coverage
from storage.database import Archive
from storage.known import known
from storage.records import GoneRecord
from storage.why.chain import why
from tests.storage_samples import MEI, Crawl, link, report, report_url

URL = report_url(2024)
WEEK = timedelta(days=7)


def listed(crawl: Crawl, *years: int, outcome: VisitOutcome = VisitOutcome.COMPLETE) -> None:
    crawl.listing([link(year) for year in years], ", ".join(map(str, years)).encode())
    crawl.visit(outcome)


def gone(crawl: Crawl, url: str = URL) -> None:
    answer = crawl.fetch(url, b"not found", status=404)
    assert save_gone(crawl.archive, crawl.run, crawl.portal, GoneRecord(url, Reason.NOT_FOUND, answer), [answer])


def seen(crawl: Crawl) -> None:
    """On 1 April; what follows is a week later, and another one."""
    crawl.document(report())
    listed(crawl, 2023, 2024)


def left_out(crawl: Crawl, weeks: int, outcome: VisitOutcome = VisitOutcome.COMPLETE) -> None:
    for _ in range(weeks):
        crawl.begin(WEEK)
        gone(crawl)
        listed(crawl, 2023, outcome=outcome)


def state(archive: Archive) -> Evidence:
    return coverage(archive, [MEI], range(2024, 2025), date(2025, 9, 1))[0].cells[0].evidence


def test_two_whole_lists_without_it_and_a_page_that_is_gone(archive: Archive, crawl: Crawl) -> None:
    seen(crawl)
    left_out(crawl, 1)
    assert state(archive) is Evidence.ARCHIVED, "one list may be a slip"
    crawl.begin(WEEK)
    listed(crawl, 2023)
    assert state(archive) is Evidence.WITHDRAWN
    steps = why(archive, MEI, 2024)
    told, lists = (step for step in steps if step.kind == "gone")
    assert told.capture is not None
    assert (told.text, told.capture.status) == ("asked 2025-04-08 10:03 Beijing time: not-found (HTTP 404)", 404)
    assert lists.text == "the whole list was read without it, 2025-04-08 10:04, 2025-04-15 10:05 Beijing time"
    assert steps[-1].text == (
        "2024: withdrawn (last seen on 2025-04-01, gone on 2025-04-08, and 2 whole lists since do not show it)"
    )


def test_two_lists_of_one_day_are_one(archive: Archive, crawl: Crawl) -> None:
    seen(crawl)
    left_out(crawl, 1)
    crawl.begin()
    listed(crawl, 2023)
    assert state(archive) is Evidence.ARCHIVED


@pytest.mark.parametrize("outcome", [VisitOutcome.UNREACHABLE, VisitOutcome.LIST_UNREADABLE, VisitOutcome.PROBED])
def test_a_list_that_was_not_read_whole_counts_for_nothing(
    archive: Archive, crawl: Crawl, outcome: VisitOutcome
) -> None:
    seen(crawl)
    left_out(crawl, 3, outcome)
    assert state(archive) is Evidence.ARCHIVED


def test_what_left_the_list_and_still_stands_there_is_not_withdrawn(archive: Archive, crawl: Crawl) -> None:
    seen(crawl)
    for _ in range(2):
        crawl.begin(WEEK)
        listed(crawl, 2023)
    assert state(archive) is Evidence.ARCHIVED


def test_a_list_that_shows_it_again_begins_anew(archive: Archive, crawl: Crawl) -> None:
    seen(crawl)
    left_out(crawl, 1)
    crawl.begin(WEEK)
    listed(crawl, 2023, 2024)
    left_out(crawl, 1)
    assert state(archive) is Evidence.ARCHIVED
    left_out(crawl, 1)
    assert state(archive) is Evidence.WITHDRAWN


def test_what_is_there_again_was_not_withdrawn(archive: Archive, crawl: Crawl) -> None:
    seen(crawl)
    left_out(crawl, 2)
    crawl.begin(WEEK)
    answer = crawl.fetch(URL, "一".encode())
    save_unchanged(archive, crawl.run, crawl.portal, URL, answer, [answer])
    assert state(archive) is Evidence.ARCHIVED


def test_the_same_report_at_another_address_counts_before_the_one_taken_down(archive: Archive, crawl: Crawl) -> None:
    seen(crawl)
    crawl.document(report(), url="http://www.meixian.test/new/2024.html")
    left_out(crawl, 2)
    assert state(archive) is Evidence.ARCHIVED


def test_an_address_that_is_gone_counts_as_asked(archive: Archive, crawl: Crawl) -> None:
    seen(crawl)
    left_out(crawl, 1)
    document = known(archive, [MEI])[MEI].documents[URL]
    assert (document.title, document.checked_at.date()) == (report().title, date(2025, 4, 8))
