"""The matrix names every ending once and rightly, and every chain of proof can be read back."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from reports.forms import indicators
from reports.model import AgencyKind, CellState, ContentKind, Figure
from reports.states import Clock, Evidence, VisitOutcome
from storage.archive import save_listings
from storage.coverage import Cell, Mark, coverage, matrix
from storage.database import Archive
from storage.evidence import NO_VERDICT
from storage.records import ListingRecord, PortalRecord
from storage.settled import settle, unsettle
from storage.warc import read_payload
from storage.why.chain import why
from storage.why.steps import Step
from tests.postgresql import on_sqlite
from tests.storage_samples import LIST_URL, MEI, START, Crawl, link, report, report_url

TODAY = date(2025, 4, 2)


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


def test_a_list_that_begins_later_says_nothing_of_what_stood_there_before(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report(2017))
    crawl.listing([link(2017), link(2016, report_url(2016))])
    crawl.visit()
    (row,) = coverage(archive, [MEI], range(2014, 2020), TODAY)
    told = [(cell.evidence, cell.clock) for cell in row.cells]
    assert told[:2] == [(Evidence.NOT_LISTED, Clock.UNKNOWN)] * 2
    assert row.cells[0].detail.endswith("and begins with the report of 2016")
    assert told[4:] == [(Evidence.NOT_LISTED, Clock.OVERDUE)] * 2


@pytest.mark.parametrize(
    "outcome",
    [o for o in VisitOutcome if o is not VisitOutcome.COMPLETE and o not in NO_VERDICT],
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


def test_county_owes_nothing_before_its_founding(archive: Archive) -> None:
    kunyu = "659009"  # 昆玉市, of 2016
    crawl = Crawl(archive, portal=PortalRecord(kunyu, "http://www.kunyu.test/"))
    crawl.document(report(2013, county_code=kunyu))
    crawl.visit()
    (row,) = coverage(archive, [kunyu], range(2013, 2017), TODAY)
    states = [Evidence.ARCHIVED, Evidence.NOT_FOUNDED, Evidence.NOT_FOUNDED, Evidence.NOT_LISTED]
    assert [c.evidence for c in row.cells] == states, "what is held goes before what is known of divisions"
    assert (row.cells[2].detail, row.cells[2].clock) == ("昆玉市 was founded in 2016", Clock.NOT_DUE)
    assert row.cells[3].clock is Clock.OVERDUE
    crawl.writer.close()


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


def test_what_is_written_while_somebody_reads_hides_no_county(
    archive: Archive, crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl.document(report())
    codes = [MEI, "610323"]
    rows = coverage(archive, codes, range(2020, 2025), TODAY)
    marks = matrix(archive, codes, range(2020, 2025), TODAY)

    def settle_and_write(archive: Archive, *asked: Any) -> None:
        settle(archive, *asked)
        with archive.write() as session:
            unsettle(session, MEI)

    monkeypatch.setattr("storage.coverage.settle", settle_and_write)
    assert coverage(archive, codes, range(2020, 2025), TODAY) == rows
    assert matrix(archive, codes, range(2020, 2025), TODAY) == marks


@on_sqlite
def test_whole_country_takes_a_fixed_number_of_queries(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report())
    asked: list[str] = []
    event.listen(archive.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    rows = coverage(archive, None, range(2008, 2025), TODAY)
    assert (len(rows), {len(row.cells) for row in rows}) == (2846, {17})
    assert len(asked) < 200  # a dozen for each 250 counties, none for each one
    asked.clear()
    marks = matrix(archive, None, range(2008, 2025), TODAY)
    assert len(asked) == 2, "states are made once"
    assert {code: [*map(str, row)] for code, row in marks.items()} == {
        row.code: [str(Mark(cell.evidence, cell.clock, bool(cell.failed))) for cell in row.cells] for row in rows
    }


def test_several_may_ask_at_once(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report())
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: coverage(archive, [MEI, "610323"], range(2020, 2025), TODAY), range(4)))
    assert all(rows == found[0] for rows in found)


def test_the_legal_clock_of_a_stored_state_is_that_of_the_day(archive: Archive, crawl: Crawl) -> None:
    crawl.visit()
    days = (date(2024, 12, 31), date(2025, 3, 31), date(2025, 4, 1))
    clocks = [coverage(archive, [MEI], range(2024, 2025), day)[0].cells[0].clock for day in days]
    assert clocks == [Clock.NOT_DUE, Clock.DUE, Clock.OVERDUE]
    assert matrix(archive, [MEI], range(2024, 2025), days[0])[MEI][0].clock is Clock.NOT_DUE


def proofs(archive: Archive, steps: list[Step]) -> list[tuple[str, bytes]]:
    """Every proof of a chain, read back and its sha256 compared."""
    read = []
    for step in steps:
        if step.capture is not None:
            payload = read_payload(archive.shelf, step.capture)
            assert hashlib.sha256(payload).hexdigest() == step.capture.payload_sha256
            read.append((step.kind, payload))
    return read


def test_chain_of_a_report_leads_to_its_bytes(archive: Archive, crawl: Crawl) -> None:
    crawl.listing([link(2024)], b"list")
    crawl.document(report(), b"page")
    crawl.visit()
    steps = why(archive, MEI, 2024)
    kinds = ["portal", "visit", "listing", "link", "version", "capture", "reading", "check", "check", "clock", "state"]
    assert [step.kind for step in steps] == kinds
    assert proofs(archive, steps) == [("listing", b"list"), ("capture", b"page")]
    assert [step.text for step in steps[-3:]] == [
        "C1 on review.reconsideration failed: 10 + 1 is not 0",
        "due by law on 2025-03-31; dated 2025-01-31: on-time",
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
    assert why(archive, "000000", 2024) == []


def test_proof_of_absence_outlives_later_visits_that_came_to_nothing(archive: Archive, crawl: Crawl) -> None:
    crawl.listing([link(2023), link(2022)], b"list")
    crawl.visit()
    blocked = Crawl(archive, START + timedelta(days=400))
    blocked.listing([link(2022)], b"half a list")
    wall = blocked.fetch("http://www.meixian.test/", b"challenge", status=412)
    blocked.visit(VisitOutcome.BLOCKED, "a challenge page", wall)
    blocked.writer.close()
    steps = why(archive, MEI, 2024, date(2026, 6, 1))
    assert [step.kind for step in steps] == ["portal", "visit", "listing", "visit", "clock", "gap"]
    assert proofs(archive, steps) == [("listing", b"list"), ("visit", b"challenge")]
    assert "2 links, lists reports of 2023, 2022; seen so from 2025-04-01 10:01 to" in steps[2].text
    assert "Beijing time" in steps[2].text
    assert [step.text for step in steps[-2:]] == [
        "due by law on 2025-03-31; on 2026-06-01: overdue",
        "2024: not-listed (the list was read to its end on 2025-04-01; the last attempt: blocked (a challenge page))",
    ]
    assert cell(archive, 2023).evidence is Evidence.LISTED_NOT_FETCHED, "half a list takes no link away"
    later = coverage(archive, [MEI], range(2025, 2026), date(2026, 6, 1))[0].cells[0]
    assert (later.evidence, later.clock) == (Evidence.BLOCKED, Clock.UNKNOWN), "2025 was not over on 2025-04-01"
    assert [step.kind for step in why(archive, MEI, 2025)][1:3] == ["visit", "listing"], "the half that was seen"


def test_a_year_is_compared_with_its_neighbours(archive: Archive, crawl: Crawl) -> None:
    over, carried = "applications.carried_over.total", "applications.carried_in.total"
    for year, figures in ((2021, {over: 5}), (2022, {carried: 5, over: 3}), (2023, {carried: 4})):
        read = {code: Figure(value, str(value), CellState.NUMBER) for code, value in figures.items()}
        crawl.document(report(year, text=str(year), figures=read, findings=()))
    told = [step.text for year in (2021, 2022, 2023) for step in why(archive, MEI, year) if "against" in step.text]
    assert told == ["B5, 2022 against 2023, does not hold: carried_over.total 3 = 3, printed carried_in.total 4"] * 2


def test_the_other_documents_of_a_report_are_told_apart(archive: Archive, crawl: Crawl) -> None:
    codes = [entry.code for entry in indicators() if entry.code.startswith("applications.")][:20]
    read = {code: Figure(7, "7", CellState.NUMBER) for code in codes}
    crawl.document(report(figures=read, findings=()))
    crawl.document(
        report(text="　一　", figures=read, findings=(), content_kind=ContentKind.PDF), url=f"{LIST_URL}a.pdf"
    )
    amended = {**read, codes[3]: Figure(8, "8", CellState.NUMBER)}
    crawl.document(report(figures=amended, findings=()), url=f"{LIST_URL}b.html")
    assert [step.text for step in why(archive, MEI, 2024) if step.kind == "copy"] == [
        "a copy of the same report (pdf): no figure differs",
        f"another edition of the same report (html): figures that differ: 1 ({codes[3]})",
    ]


@pytest.mark.parametrize(
    ("visited", "today", "clock"),
    [
        (date(2025, 3, 31), date(2025, 4, 2), Clock.UNKNOWN),
        (date(2025, 4, 1), date(2025, 4, 2), Clock.OVERDUE),
        (date(2025, 3, 31), date(2025, 3, 31), Clock.DUE),
        (date(2024, 12, 31), date(2024, 12, 31), Clock.NOT_DUE),
    ],
)
def test_overdue_is_what_was_looked_for_after_the_legal_date(
    archive: Archive, visited: date, today: date, clock: Clock
) -> None:
    crawl = Crawl(archive, datetime(visited.year, visited.month, visited.day, 4, tzinfo=UTC))
    crawl.visit()
    (row,) = coverage(archive, [MEI], range(2024, 2025), today)
    assert (row.cells[0].evidence, row.cells[0].clock) == (Evidence.NOT_LISTED, clock)
    told = why(archive, MEI, 2024, today)[-2].text
    assert told.startswith("due by law on 2025-03-31; ")
    assert told.endswith(str(clock))


def test_chain_shows_the_revisit_that_confirmed_a_list(archive: Archive, crawl: Crawl) -> None:
    first = crawl.listing([link(2023)], b"list")
    again = crawl.fetch(LIST_URL, b"", first, status=304)
    page = ListingRecord(LIST_URL, 1, "政府信息公开年报", True, (link(2023),), again)
    save_listings(archive, crawl.run, crawl.portal, [page], [again])
    (step,) = [step for step in why(archive, MEI, 2023) if step.kind == "listing"]
    assert (step.capture, step.revisit) == (first, again)
