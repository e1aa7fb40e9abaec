"""What the exported tables say is what the archive says: each cell's state, gaps too, one rule for what counts."""

import csv
import io
from datetime import date
from typing import Any

import pytest

from reports import forms
from reports.divisions import counties
from reports.model import AgencyKind, CellState, ContentKind, Figure, Origin
from storage.archive import save_document
from storage.coverage import coverage
from storage.database import Archive
from storage.exports.codebook import CODEBOOK, short_name
from storage.exports.formats.csv import BOM
from storage.exports.tables import Scope, count_of, rows_of
from storage.exports.write import TABLES, consistent, print_table
from storage.models import Reading
from storage.records import DocumentRecord, RecordType, Verdict
from storage.review import decide
from tests.storage_samples import MEI, Crawl, link, report, report_url

YEARS = (2020, 2021, 2022, 2023, 2024)
TODAY = date(2025, 9, 1)
SCOPE = Scope((MEI,), YEARS, TODAY)
REVIEW = "review.reconsideration."
STATES = {
    "upheld": Figure(10, "10", CellState.NUMBER, origin=Origin(3, 1, 2, 4, 0.5)),
    "corrected": Figure(0, "0", CellState.ZERO, origin=Origin(3, 1, 3)),
    "other": Figure(None, "", CellState.BLANK),
    "pending": Figure(None, "/", CellState.NOT_APPLICABLE),
    "total": Figure(None, "", CellState.MISSING),
}
FIGURES = {f"{REVIEW}{name}": figure for name, figure in STATES.items()}
FIGURES["disclosure.fees.amount_10k_yuan"] = Figure(7730.28, "7730.28", CellState.NUMBER, note="含减免")


def table(archive: Archive, name: str, scope: Scope = SCOPE) -> list[dict[str, Any]]:
    with consistent(archive) as session:
        rows = list(rows_of(session, TABLES[name], scope, lambda *_: None))
        assert len(rows) == count_of(session, TABLES[name], scope)
    told = [dict(zip(TABLES[name].names, row, strict=True)) for row in rows]
    assert len({tuple(row[key] for key in TABLES[name].key) for row in told}) == len(told), "the key tells rows apart"
    return told


@pytest.fixture
def held(archive: Archive, crawl: Crawl) -> Archive:
    """2024 with all states, 2023 edited and with a copy, 2022 in doubt, 2021 the office's alone, 2020 not there."""
    crawl.listing([link(2024), link(2023), link(2022)])
    crawl.document(report(figures=FIGURES))
    crawl.document(report(2023, text="as it was", figures={}))
    crawl.document(report(2023, text="as it is now"))
    crawl.document(report(2023, text="a copy"), url=f"{report_url(2023)}?copy")
    crawl.document(report(2022, review=("the year is not sure",)))
    crawl.document(report(2021, agency="眉县人民政府办公室", agency_kind=AgencyKind.OFFICE))
    crawl.visit()
    return archive


def test_the_panel_keeps_five_states_apart(held: Archive) -> None:
    row = table(held, "panel")[-1]
    assert {name: row[f"{REVIEW}{name}"] for name in STATES} == {
        "upheld": 10,
        "corrected": 0,
        "other": None,
        "pending": None,
        "total": None,
    }
    assert {name: row[f"{REVIEW}{name}.state"] for name in STATES} == {
        "upheld": None,
        "corrected": None,
        "other": "blank",
        "pending": "not_applicable",
        "total": "missing",
    }
    assert row["disclosure.fees.amount_10k_yuan"] == 7730.28
    assert row["applications.new.total"] is row["applications.new.total.state"] is None
    assert type(row[f"{REVIEW}upheld"]) is int


def test_the_panel_has_a_row_for_every_year_and_says_as_the_matrix_does(held: Archive) -> None:
    rows = table(held, "panel")
    cells = coverage(held, [MEI], range(2020, 2025), TODAY)[0].cells
    assert [(row["year"], row["evidence"], row["clock"]) for row in rows] == [
        (cell.year, cell.evidence, cell.clock) for cell in cells
    ]
    assert [(row["year"], row["evidence"], row["clock"]) for row in table(held, "coverage")] == [
        (cell.year, cell.evidence, cell.clock) for cell in cells
    ]
    assert [row["evidence"] for row in rows] == ["not-listed", "not-listed", "needs-review", "amended", "archived"]
    assert rows[0]["url"] is None
    assert (rows[0]["city"], rows[0]["province"]) == ("宝鸡市", "陕西省")
    numbers = [row[f"{REVIEW}total"] for row in rows]
    assert numbers == [None, None, None, 12, None], "what is in doubt gives no figures"
    assert rows[2]["url"] == report_url(2022)


def test_a_figure_says_where_it_was_read(held: Archive) -> None:
    rows = {row["indicator"]: row for row in table(held, "figures") if row["year"] == 2024}
    assert list(rows) == [one.code for one in forms.indicators() if one.code in FIGURES]
    first = rows[f"{REVIEW}upheld"]
    with held.read() as session:
        reading = session.get_one(Reading, 1)
        capture = reading.read_capture
        assert (first["reading_id"], first["sha256"]) == (1, capture.payload_sha256)
        assert (first["warc_file"], first["warc_offset"]) == (capture.warc_file, capture.warc_offset)
    assert first["label_en"] == "Administrative reconsideration, upheld"
    assert (first["block"], first["row"], first["column"], first["page"], first["confidence"]) == (3, 1, 2, 4, 0.5)
    assert rows[f"{REVIEW}corrected"]["confidence"] == 1
    assert rows[f"{REVIEW}other"]["confidence"] is None
    assert {one["state"] for one in rows.values()} == {"number", "zero", "blank", "not_applicable", "missing"}
    assert (rows["disclosure.fees.amount_10k_yuan"]["note"], first["note"]) == ("含减免", None)
    assert first["url"] == report_url(2024)


def test_others_come_when_everybody_is_asked_for(held: Archive) -> None:
    everybody = Scope((MEI,), YEARS, TODAY, everybody=True)
    own, every = table(held, "figures"), table(held, "figures", everybody)
    assert {row["year"] for row in own} == {2023, 2024}
    assert all(row["counts"] for row in own)
    assert [row for row in every if row["counts"]] == own
    assert {(row["year"], row["agency_kind"]) for row in every if not row["counts"]} == {
        (2021, "office"),
        (2022, "government"),
        (2023, "government"),
    }
    assert {row["agency"] for row in every if row["year"] == 2021} == {"眉县人民政府办公室"}


def test_reports_have_a_row_for_each_version(held: Archive) -> None:
    rows = table(held, "reports")
    told = [(row["year"], row["version"], row["counts"], row["current"]) for row in rows]
    assert told == [
        (2022, 1, False, True),
        (2023, 1, True, False),
        (2023, 2, True, True),
        (2023, 1, False, True),
        (2024, 1, True, True),
    ]
    assert rows[0]["review"] == "the year is not sure"
    assert len(table(held, "reports", Scope((MEI,), YEARS, TODAY, everybody=True))) == 6


def test_findings_are_those_of_the_reading_that_counts(held: Archive) -> None:
    rows = table(held, "findings")
    assert [(row["year"], row["check"], row["outcome"]) for row in rows] == [(2023, "C1", "FAIL"), (2024, "C1", "FAIL")]
    assert rows[0]["detail"] == "10 + 1 is not 0"


def test_a_persons_word_goes_before_the_reading(held: Archive) -> None:
    with held.read() as session:
        doubtful = session.get_one(Reading, 5)
        assert doubtful.needs_review
    decide(held, 4, Verdict.ACCEPT, "Li Lei", "seen on paper")
    row = table(held, "panel")[2]
    assert (row["evidence"], row[f"{REVIEW}total"]) == ("archived", 12)
    assert table(held, "reports")[0]["decision"] == "accept"
    decide(held, 4, Verdict.REJECT, "Li Lei", "a form to be filled in")
    assert {row["year"] for row in table(held, "reports")} == {2023, 2024}


def test_a_repetition_leads_to_the_record_with_the_bytes(archive: Archive, crawl: Crawl) -> None:
    first = crawl.fetch("http://www.meixian.test/old.html", b"page")
    again = crawl.fetch(report_url(2024), b"page", first)
    record = DocumentRecord(report_url(2024), again, again, report())
    save_document(archive, crawl.run, crawl.portal, record, [first, again])
    assert again.record_type is RecordType.REVISIT
    assert {(row["warc_offset"], row["sha256"]) for row in table(archive, "figures")} == {
        (first.warc_offset, first.payload_sha256)
    }


def test_the_newest_reading_that_is_more_than_a_cover_counts(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report(content_kind=ContentKind.IMAGE_ONLY, figures={}, findings=()))
    assert table(archive, "panel")[-1]["evidence"] == "image-only"
    assert table(archive, "figures") == []
    crawl.document(report())
    assert table(archive, "panel")[-1]["evidence"] == "archived"
    assert len(table(archive, "figures")) == 3


def test_a_code_that_no_form_names_is_among_the_figures(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report(figures={"review.unheard_of": Figure(3, "3", CellState.NUMBER)}))
    assert [(row["indicator"], row["value"], row["label_en"]) for row in table(archive, "figures")] == [
        ("review.unheard_of", 3, "")
    ]
    assert table(archive, "panel")[-1]["evidence"] == "archived"


def test_every_code_has_labels_and_a_short_name_of_its_own() -> None:
    known = forms.indicators()
    assert all(one.label_zh and one.label_en for one in known)
    names = [short_name(one.code) for one in known]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 31 and name.replace("_", "a").isalnum() and name.isascii() for name in names)


def test_csv_goes_to_a_stream(held: Archive) -> None:
    file = io.StringIO()
    told: list[tuple[object, ...]] = []
    assert print_table(held, TABLES["panel"], SCOPE, file, "csv", lambda *line: told.append(line)) == 5
    rows = list(csv.DictReader(io.StringIO(file.getvalue().removeprefix(BOM), newline="")))
    assert rows[-1][f"{REVIEW}corrected"] == "0"
    assert rows[-1][f"{REVIEW}other"] == ""
    assert rows[-1][f"{REVIEW}other.state"] == "blank"
    assert told == [("panel", 1, 1, 5)]


def test_the_codebook_has_every_indicator_once_however_many_counties_there_are(archive: Archive) -> None:
    scope = Scope(tuple(county.code for county in counties()[:50]), YEARS, TODAY)
    with consistent(archive) as session:
        codes = [row[0] for row in rows_of(session, CODEBOOK, scope, lambda _done, _rows: None)]
        assert count_of(session, CODEBOOK, scope) == len(codes) == len(set(codes))
