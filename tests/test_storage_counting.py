"""Which reading counts: once a county's year, what people decided before all, never what waits or is in doubt."""

from dataclasses import replace

from sqlalchemy import select

from reports.model import AgencyKind, CellState, ContentKind, Figure
from reports.states import Evidence
from storage.counting import counted
from storage.database import Archive
from storage.figures import figures
from storage.models import FigureRow, Indicator, Reading
from storage.records import Verdict
from storage.review import Correction, decide
from tests.storage_samples import MEI, Crawl, report, report_url

YEARS = range(2019, 2025)
TOTAL = "review.reconsideration.total"


def counting(archive: Archive, codes: list[str] | None = None) -> dict[tuple[str, int], tuple[Evidence, float | None]]:
    """By county and year: the state, and the total of reconsiderations in the reading that counts."""
    rows = counted(archive, codes, YEARS).subquery()
    query = (
        select(rows.c.county_code, rows.c.year, rows.c.evidence, FigureRow.value)
        .join(FigureRow, FigureRow.reading_id == rows.c.reading_id)
        .join(Indicator, Indicator.id == FigureRow.indicator_id)
        .where(Indicator.code == TOTAL)
    )
    with archive.read() as session:
        found = session.execute(query).all()
    assert len({row[:2] for row in found}) == len(found)
    return {(code, year): (evidence, value) for code, year, evidence, value in found}


def total(number: int) -> dict[str, Figure]:
    return {TOTAL: Figure(number, str(number), CellState.NUMBER)}


def test_an_amended_report_counts_once_with_what_stands_there_now(crawl: Crawl) -> None:
    crawl.document(report(2023, figures=total(3)))
    crawl.document(report(2023, "二", figures=total(4)))
    crawl.document(report(2022, figures=total(5)))
    assert counting(crawl.archive) == {
        (MEI, 2022): (Evidence.ARCHIVED, 5),
        (MEI, 2023): (Evidence.AMENDED, 4),
    }
    assert counting(crawl.archive, ["610101"]) == {}


def test_a_copy_a_cover_a_doubtful_and_another_agencys_report_add_nothing(crawl: Crawl) -> None:
    crawl.document(report(2023, figures=total(3)))
    crawl.document(report(2023, "二", figures=total(9)), url=report_url(2023) + "?copy")
    crawl.document(report(2022, figures=total(5), content_kind=ContentKind.ATTACHMENT_ONLY))
    crawl.document(report(2021, figures=total(6), review=("whose it is cannot be told",)))
    crawl.document(report(2020, figures=total(7), agency_kind=AgencyKind.OFFICE, agency="眉县人民政府办公室"))
    found = counting(crawl.archive)
    assert found.keys() == {(MEI, 2023)}
    assert found[MEI, 2023][1] == figures(crawl.archive, MEI, 2023)[TOTAL].value


def test_a_better_parsers_reading_counts_instead_of_the_old_one(crawl: Crawl) -> None:
    first = report(2023, figures=total(3))
    crawl.document(first)
    assert counting(crawl.archive)[MEI, 2023][1] == 3
    crawl.document(
        replace(first, parser="2", figures={**total(3), "review.reconsideration.other": Figure(0, "0", CellState.ZERO)})
    )
    query = counted(crawl.archive, None, YEARS)
    with crawl.archive.read() as session:
        newest = session.scalar(select(Reading.id).order_by(Reading.id.desc()).limit(1))
        rows = session.execute(query).all()
    assert [(row.year, row.reading_id) for row in rows] == [(2023, newest)]


def test_a_persons_word_goes_before_the_reading(crawl: Crawl) -> None:
    crawl.document(report(2021, figures=total(6), review=("the year cannot be told",)))
    assert counting(crawl.archive) == {}
    decide(crawl.archive, 1, Verdict.ACCEPT, "Li Lei", "seen on paper")
    assert counting(crawl.archive) == {(MEI, 2021): (Evidence.ARCHIVED, 6)}
    decide(crawl.archive, 1, Verdict.CORRECT, "Li Lei", "misprint", Correction(year=2022))
    assert counting(crawl.archive) == {(MEI, 2022): (Evidence.ARCHIVED, 6)}
    decide(crawl.archive, 1, Verdict.REJECT, "Li Lei", "a form to be filled in")
    assert counting(crawl.archive) == {}
