"""Documents: which report a page is, and a new version only for new content, whatever parser read it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from reports import normalize
from reports.model import AgencyKind, ContentKind, Section
from storage.archive import (
    SaveOutcome,
)
from storage.database import Archive
from storage.errors import ArchiveError
from storage.known import known
from storage.models import (
    Agency,
    Attachment,
    CaptureRow,
    Document,
    Reading,
    ReportRow,
    Version,
)
from storage.records import AttachmentKind, AttachmentRecord, PortalRecord
from tests.storage_samples import MEI, Crawl, count, report, report_url


def test_new_unchanged_amended_returned(archive: Archive, crawl: Crawl) -> None:
    first, second = report(text="甲"), report(text="乙")
    outcomes = [
        crawl.document(first, b"<p>1</p>"),
        crawl.document(replace(first, title="another title"), b"<p>counter 2</p>"),
        crawl.document(second),
        crawl.document(second),
        crawl.document(first),
    ]
    assert outcomes == ["new", "unchanged", "amended", "unchanged", "returned"]
    counts = [count(archive, table) for table in (ReportRow, Document, Version, Reading, CaptureRow)]
    assert counts == [1, 1, 2, 2, 5]


def test_better_parser_makes_a_reading_and_no_version(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report(text="甲"), b"bytes")
    assert crawl.document(report(text="甲 read better", parser="2"), b"bytes") is SaveOutcome.UNCHANGED
    assert [count(archive, table) for table in (Version, Reading)] == [1, 2]
    assert crawl.document(report(text="甲 read better", parser="2"), b"other bytes") is SaveOutcome.UNCHANGED


PAGE = """<html><body><h1>眉县人民政府2024年政府信息公开工作年度报告</h1><script>var visits = {};</script>
<p>一、总体情况</p><p>2024年，本县主动公开政府信息{}条，没有收到申请。</p></body></html>"""


def test_better_parser_and_a_counter_amend_nothing(archive: Archive, crawl: Crawl) -> None:
    def read(page: str, **fields: Any) -> SaveOutcome:
        return crawl.document(replace(normalize(page.encode(), county_code=MEI), **fields), page.encode(), url)

    url = report_url(2024)
    older: dict[str, Any] = {"sections": (Section(1, "一、总体情况", "half of it"),), "parser": "0", "year": 2023}
    assert read(PAGE.format(1, 12), **older) is SaveOutcome.NEW
    assert read(PAGE.format(2, 12)) is SaveOutcome.UNCHANGED
    assert [count(archive, table) for table in (Document, Version, Reading)] == [1, 1, 2]
    with archive.read() as session:
        moved = session.scalars(select(ReportRow.year).join(Document, Document.report_id == ReportRow.id)).all()
        assert moved == [2024], "the better parser reads the year that the older one missed"
    assert read(PAGE.format(3, 13)) is SaveOutcome.AMENDED


def test_better_parser_hides_no_amendment(archive: Archive, crawl: Crawl) -> None:
    page, edited = (PAGE.format(1, number).encode() for number in (12, 13))
    older = replace(normalize(page, county_code=MEI), parser="0", sections=())
    crawl.document(older, page)
    assert crawl.document(normalize(edited, county_code=MEI), edited) is SaveOutcome.AMENDED


def test_county_has_one_government_however_its_name_is_printed(archive: Archive, crawl: Crawl) -> None:
    for year, name in ((2022, "眉县人民政府"), (2023, "宝鸡市眉县人民政府"), (2024, None)):
        crawl.document(report(year, agency=name))
    for name in ("眉县财政局", "眉县水利局"):
        crawl.document(report(agency=name, agency_kind=AgencyKind.DEPARTMENT), url=f"http://www.meixian.test/{name}")
    with archive.read() as session:
        names = session.scalars(select(Agency.name).order_by(Agency.id)).all()
        assert names == ["眉县人民政府", "眉县财政局", "眉县水利局"]
        assert session.scalars(select(Reading.agency).order_by(Reading.id)).all()[1] == "宝鸡市眉县人民政府"
    with pytest.raises(IntegrityError), archive.write() as session:
        session.add(Agency(county_code=MEI, name="another", kind=AgencyKind.GOVERNMENT))


def test_reports_without_a_year_are_collected_in_one_row(archive: Archive, crawl: Crawl) -> None:
    for page in "ab":
        crawl.document(report(None, text=page), url=f"http://www.meixian.test/{page}")
    assert [count(archive, table) for table in (ReportRow, Document)] == [1, 2]
    with pytest.raises(IntegrityError), archive.write() as session:
        session.add(ReportRow(agency_id=1, year=None))


def test_one_page_may_hang_on_two_portals(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report())
    neighbour = Crawl(archive, portal=PortalRecord("610324", None))
    assert neighbour.document(report()) is SaveOutcome.NEW
    neighbour.writer.close()
    assert [count(archive, table) for table in (ReportRow, Document)] == [1, 2]


def test_corrected_title_moves_the_document_and_a_reused_address_does_not(archive: Archive, crawl: Crawl) -> None:
    url = "http://www.meixian.test/annual.html"
    crawl.document(report(2022, text="甲"), b"1", url)
    assert crawl.document(report(2023, text="甲"), b"2", url) is SaveOutcome.AMENDED, "only its year was corrected"
    assert count(archive, Document) == 1
    assert crawl.document(report(2024, text="乙"), b"3", url) is SaveOutcome.NEW, "one address, every year's report"
    with archive.read() as session:
        years = session.scalars(select(ReportRow.year).join(Document).order_by(Document.id)).all()
    assert years == [2023, 2024]


def test_unplaced_report_is_kept_with_its_portals_county(archive: Archive, crawl: Crawl) -> None:
    lost = report(None, agency=None, agency_kind=AgencyKind.OTHER, county_code=None, review=("year: none found",))
    assert crawl.document(lost, url="http://www.meixian.test/x") is SaveOutcome.NEW
    assert crawl.document(lost, url="http://www.meixian.test/x") is SaveOutcome.UNCHANGED
    with archive.read() as session:
        assert session.scalars(select(Agency.county_code)).all() == [MEI]
        assert session.scalars(select(Reading.review)).all() == [["year: none found"]]
    with pytest.raises(ArchiveError, match="999999 is no division code"):
        Crawl(archive, portal=PortalRecord("999999", None)).visit()


def test_attachment_that_arrives_late_completes_and_amends_nothing(archive: Archive, crawl: Crawl) -> None:
    url = "http://www.meixian.test/a.pdf"
    cover = report(sections=(), figures={}, content_kind=ContentKind.ATTACHMENT_ONLY)
    crawl.document(
        cover, b"cover", attachments=[AttachmentRecord(url, "a.pdf", AttachmentKind.ATTACHMENT, None, "HTTP 503")]
    )
    held = known(archive, [MEI])[MEI]
    assert url in held.documents[report_url(2024)].read_urls
    assert url not in held.urls, "there is nothing to ask conditionally about"
    pdf = crawl.fetch(url, b"%PDF")
    late = AttachmentRecord(url, "a.pdf", AttachmentKind.ATTACHMENT, pdf)
    crawl.document(cover, b"cover", attachments=[late])
    crawl.document(cover, b"cover", attachments=[late])
    with archive.read() as session:
        assert [(a.error, a.capture and a.capture.url) for a in session.scalars(select(Attachment))] == [(None, url)]
    assert crawl.document(report(), b"cover") is SaveOutcome.NEW, "nothing could be read before"
