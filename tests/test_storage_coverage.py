"""The matrix names every ending once and rightly, and every chain of proof can be read back."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from reports.model import AgencyKind, ContentKind
from reports.states import Clock, Evidence, VisitOutcome
from storage.archive import save_listing
from storage.coverage import Cell, coverage
from storage.database import Archive
from storage.records import ListingRecord, PortalRecord
from storage.warc import read_payload
from storage.why import Step, why
from tests.storage_samples import LIST_URL, MEI, START, Crawl, link, new_archive, report, report_url

TODAY = date(2025, 4, 2)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = new_archive(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def crawl(archive: Archive) -> Iterator[Crawl]:
    begun = Crawl(archive)
    yield begun
    begun.writer.close()


def cell(archive: Archive, year: int = 2024, code: str = MEI) -> Cell:
    return coverage(archive, [code], range(year, year + 1), TODAY)[0].cells[0]


def test_states_of_what_is_held(archive: Archive, crawl: Crawl) -> None:
    unread: dict[str, Any] = {"sections": (), "figures": {}, "findings": ()}
    crawl.document(report(2015))
    crawl.document(report(2016, text="甲"))
    crawl.document(report(2016, text="乙", published_at="2017-06-01"))
    crawl.document(report(2017, content_kind=ContentKind.ATTACHMENT_ONLY, **unread))
    crawl.document(report(2018, content_kind=ContentKind.IMAGE_ONLY, published_at=None, **unread))
    crawl.document(report(2019, review=("the period says 2018",)))
    crawl.document(report(2020, agency_kind=AgencyKind.OFFICE, agency="眉县人民政府办公室"))
    crawl.listing([link(2021), link(2022, report_url(2019))])
    crawl.visit()
    (row,) = coverage(archive, [MEI], range(2015, 2026), TODAY)
    assert [c.evidence for c in row.cells] == [
        Evidence.ARCHIVED,
        Evidence.AMENDED,
        Evidence.ATTACHMENT_ONLY,
        Evidence.IMAGE_ONLY,
        Evidence.NEEDS_REVIEW,
        Evidence.NOT_LISTED,
        Evidence.LISTED_NOT_FETCHED,
        Evidence.NEEDS_REVIEW,  # its link leads to the doubtful one
        *[Evidence.NOT_LISTED] * 3,
    ]
    clocks = [row.cells[year - 2015].clock for year in (2015, 2016, 2018, 2020, 2021, 2025)]
    known = [Clock.ON_TIME, Clock.PUBLISHED_LATE, Clock.UNKNOWN, Clock.OVERDUE]
    assert clocks == [*known, Clock.UNKNOWN, Clock.NOT_DUE], "overdue is said of what is proved absent alone"
    assert row.cells[0].failed == 1
    assert row.cells[4].detail == "the period says 2018"
    assert "office" in row.cells[5].detail


@pytest.mark.parametrize(
    "outcome",
    [o for o in VisitOutcome if o not in (VisitOutcome.COMPLETE, VisitOutcome.INTERRUPTED, VisitOutcome.FAILED)],
)
def test_visit_names_the_gap(archive: Archive, crawl: Crawl, outcome: VisitOutcome) -> None:
    assert cell(archive).evidence is Evidence.NEVER_TRIED
    crawl.visit(outcome, "what was seen")
    assert cell(archive).evidence.value == outcome.value
    assert "what was seen" in cell(archive).detail


def test_our_own_troubles_say_nothing_of_the_portal(archive: Archive, crawl: Crawl) -> None:
    crawl.visit(VisitOutcome.FAILED, "disk full")
    assert (cell(archive).evidence, "disk full" in cell(archive).detail) == (Evidence.NEVER_TRIED, True)
    for outcome in (VisitOutcome.BLOCKED, VisitOutcome.INTERRUPTED):
        later = Crawl(archive)
        later.visit(outcome)
    assert cell(archive).evidence is Evidence.BLOCKED
    assert "interrupted" in cell(archive).detail


def test_portal_without_address(archive: Archive) -> None:
    crawl = Crawl(archive, portal=PortalRecord("610324", None))
    crawl.visit(VisitOutcome.INTERRUPTED)
    assert cell(archive, code="610324").evidence is Evidence.NO_PORTAL


def test_link_that_left_the_list_is_not_listed_any_more(archive: Archive, crawl: Crawl) -> None:
    crawl.listing([link(2024)])
    crawl.listing([link(2023)], url=LIST_URL + "2")
    crawl.visit()
    later = Crawl(archive)
    later.listing([], b"empty")
    later.visit(VisitOutcome.LIST_UNREADABLE)
    assert cell(archive, 2023).evidence is Evidence.LISTED_NOT_FETCHED, "a broken reading of the list proves nothing"
    last = Crawl(archive)
    last.listing([], b"empty")
    last.visit()
    assert [cell(archive, year).evidence for year in (2023, 2024)] == [Evidence.NOT_LISTED] * 2
    later.writer.close()
    last.writer.close()


def test_link_to_a_report_of_another_year_proves_nothing(archive: Archive, crawl: Crawl) -> None:
    crawl.listing([link(2024, report_url(2023))])
    crawl.document(report(2023))
    crawl.visit()
    assert [cell(archive, year).evidence for year in (2023, 2024)] == [Evidence.ARCHIVED, Evidence.NOT_LISTED]


def test_whole_country_takes_a_fixed_number_of_queries(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report())
    asked: list[str] = []
    event.listen(archive.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    rows = coverage(archive, None, range(2008, 2025), TODAY)
    assert (len(rows), {len(row.cells) for row in rows}) == (2846, {17})
    assert len(asked) < 12


def proofs(archive: Archive, steps: list[Step]) -> list[tuple[str, bytes]]:
    """Every proof of a chain, read back and its sha256 compared."""
    read = []
    for step in steps:
        if step.capture is not None:
            payload = read_payload(archive.warc_dir, step.capture)
            assert hashlib.sha256(payload).hexdigest() == step.capture.payload_sha256
            read.append((step.kind, payload))
    return read


def test_chain_of_a_report_leads_to_its_bytes(archive: Archive, crawl: Crawl) -> None:
    crawl.listing([link(2024)], b"list")
    crawl.document(report(), b"page")
    crawl.visit()
    steps = why(archive, MEI, 2024)
    kinds = ["portal", "visit", "listing", "link", "version", "capture", "reading", "check", "check", "state"]
    assert [step.kind for step in steps] == kinds
    assert proofs(archive, steps) == [("listing", b"list"), ("capture", b"page")]
    assert [step.text for step in steps[-2:]] == [
        "C1 on review.reconsideration failed: 10 + 1 is not 0",
        "2024: archived",
    ]


def test_chain_of_a_gap_ends_with_its_proof(archive: Archive, crawl: Crawl) -> None:
    first = crawl.listing([link(2023)], b"list")
    crawl.visit()
    later = Crawl(archive, START)
    again = later.fetch(LIST_URL, b"list", replace(first))
    later.writer.close()
    assert proofs(archive, why(archive, MEI, 2024)) == [("listing", b"list")]
    assert why(archive, MEI, 2024)[-1].text == "2024: not-listed (the list was read to its end on 2025-04-01)"
    assert again.record_type == "revisit"
    blocked = Crawl(archive)
    wall = blocked.fetch("http://www.meixian.test/", b"challenge", status=412)
    blocked.visit(VisitOutcome.BLOCKED, "a challenge page", wall)
    assert ("visit", b"challenge") in proofs(archive, why(archive, MEI, 2024))
    assert "listing" not in [step.kind for step in why(archive, MEI, 2024)], "an older list proves nothing now"
    blocked.writer.close()
    assert why(archive, "000000", 2024) == []


def test_chain_shows_the_revisit_that_confirmed_a_list(archive: Archive, crawl: Crawl) -> None:
    first = crawl.listing([link(2023)], b"list")
    again = crawl.fetch(LIST_URL, b"", first, status=304)
    page = ListingRecord(LIST_URL, 1, "政府信息公开年报", True, (link(2023),), again)
    save_listing(archive, crawl.run, crawl.portal, page, [again])
    (step,) = [step for step in why(archive, MEI, 2023) if step.kind == "listing"]
    assert (step.capture, step.revisit) == (first, again)
