"""Re-reading: archived bytes read by today's parser, a reading beside the old ones, and a summary of what changed."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from reports import normalize
from reports.blocks import Paragraph
from reports.model import CellState, ContentKind, Figure, Link, Report
from reports.states import Evidence
from reports.version import PARSER_VERSION
from storage.captures import to_capture
from storage.coverage import coverage
from storage.database import Archive
from storage.differences import Change, figure_changes, text_changes
from storage.models import Agency, CaptureRow, Document, Reading, ReportRow, Version
from storage.records import AttachmentKind, AttachmentRecord
from storage.reparse import Reread, reparse
from tests.portals.office import docx_of
from tests.storage_samples import MEI, Crawl, count, report_url

TITLE = "眉县人民政府{}年政府信息公开工作年度报告"
PAGE = """<html><head><title>{title}</title></head><body><h1>{title}</h1><p>一、总体情况</p>
<p>{year}年，本县主动公开政府信息{published}条，没有收到申请。</p></body></html>"""


def page(year: int, published: int = 812) -> bytes:
    return PAGE.format(title=TITLE.format(year), year=year, published=published).encode()


def as_read_by(parser: str, body: bytes, **fields: object) -> Report:
    return replace(normalize(body, county_code=MEI), parser=parser, **fields)  # type: ignore[arg-type]


def test_old_readings_are_told_from_new_ones(archive: Archive, crawl: Crawl) -> None:
    now = as_read_by(PARSER_VERSION, page(2024))
    assert now.figures, "the practice page tells figures"
    code, figure = next(iter(now.figures.items()))
    crawl.document(as_read_by(PARSER_VERSION, page(2023)), page(2023))
    crawl.document(as_read_by("1", page(2022)), page(2022))
    crawl.document(as_read_by("1", page(2021), sections=()), page(2021))
    crawl.document(as_read_by("1", page(2024), figures={code: replace(figure, value=1)}), page(2024))
    found = {one.url: one for one in reparse(archive)}
    assert {url: one.reread for url, one in found.items()} == {
        report_url(2022): Reread.SAME,
        report_url(2021): Reread.TEXT,
        report_url(2024): Reread.FIGURES,
    }
    assert found[report_url(2024)].changes[Change.CHANGED] == 1
    assert [count(archive, table) for table in (Version, Reading, CaptureRow)] == [4, 7, 4]
    assert list(reparse(archive)) == []


def test_rehearsal_and_choice(archive: Archive, crawl: Crawl) -> None:
    for year in (2023, 2024):
        crawl.document(as_read_by("2", page(year)), page(year))
    assert list(reparse(archive, ["110101"])) == []
    assert list(reparse(archive, before=2)) == []
    told: list[tuple[int, int]] = []
    rehearsed = list(reparse(archive, [MEI], dry_run=True, tell=lambda done, of: told.append((done, of))))
    assert [one.reread for one in rehearsed] == [Reread.SAME, Reread.SAME]
    assert told == [(1, 2), (2, 2)]
    assert count(archive, Reading) == 2


def test_what_waited_for_a_reader_is_read_from_its_attachment(archive: Archive, crawl: Crawl) -> None:
    """The cover was archived when nothing could read its file; its reading is the report's now, without a version."""
    told = "2024年，本县主动公开政府信息812条。" + "政务公开工作有序推进。" * 20
    body = docx_of([Paragraph(text) for text in (TITLE.format(2024), "一、总体情况", told)])
    url = "http://www.meixian.test/report.docx"
    cover_page = f"<html><body><h1>{TITLE.format(2024)}</h1><p><a href='{url}'>{TITLE.format(2024)}.docx</a></p></body>"
    cover = as_read_by(PARSER_VERSION, cover_page.encode())
    assert cover.content_kind is ContentKind.ATTACHMENT_ONLY
    assert cover.attachments == (Link(url, f"{TITLE.format(2024)}.docx"),)
    kept = crawl.fetch(url, body)
    attachment = AttachmentRecord(url, "x", AttachmentKind.ATTACHMENT, kept)
    crawl.document(cover, cover_page.encode(), attachments=[attachment])
    (one,) = reparse(archive)
    assert one.reread is Reread.NOW_READ
    (row,) = coverage(archive, [MEI], range(2024, 2025), date(2025, 6, 1))
    assert row.cells[0].evidence is Evidence.ARCHIVED
    assert count(archive, Version) == 1


def test_document_that_is_another_years_moves(archive: Archive, crawl: Crawl) -> None:
    crawl.document(as_read_by("1", page(2024), year=2020), page(2024))
    (one,) = reparse(archive)
    assert one.moved == "now 眉县人民政府 2024"
    with archive.read() as session:
        document = session.query(Document).one()
        report = session.get_one(ReportRow, document.report_id)
        assert (session.get_one(Agency, report.agency_id).name, report.year) == ("眉县人民政府", 2024)


@pytest.mark.parametrize("lost", [True, False])
def test_bytes_that_are_lost_leave_the_old_reading(archive: Archive, crawl: Crawl, lost: bool) -> None:
    crawl.document(as_read_by("1", page(2024)), page(2024))
    with archive.read() as session:
        kept = to_capture(session.query(CaptureRow).one())
    crawl.writer.close()
    (file,) = archive.warc_dir.glob("*.warc.gz")
    if lost:
        file.unlink()
    else:
        data = bytearray(file.read_bytes())
        data[kept.warc_offset + kept.warc_length // 2] ^= 0xFF
        file.write_bytes(data)
    (one,) = reparse(archive)
    assert one.reread is Reread.FAILED
    assert file.name in one.detail
    assert count(archive, Reading) == 1


def test_figures_differ_by_value_and_state() -> None:
    def number(value: int) -> Figure:
        return Figure(value, str(value), CellState.NUMBER)

    blank, dash = Figure(None, "", CellState.BLANK), Figure(None, "/", CellState.NOT_APPLICABLE)
    before = {"same": number(1), "more": number(1), "gone": number(2), "blank": blank, "read": blank, "off": number(3)}
    after = {"same": number(1), "more": number(2), "gone": dash, "blank": dash, "read": number(4), "new": number(5)}
    found = list(figure_changes(before, after))
    assert [(one.code, str(one.change)) for one in found] == [
        ("more", "changed"),
        ("gone", "lost"),
        ("blank", "restated"),
        ("read", "gained"),
        ("new", "gained"),
        ("off", "lost"),
    ]
    assert Counter(one.change for one in found)[Change.LOST] == 2


def test_text_differs_by_line_and_not_by_white_space() -> None:
    assert text_changes("一、总体情况\n公开 12 条", "一、总体情况 \n公开12条") == []
    assert text_changes("甲\n公开 12 条\n乙", "甲\n公开 13 条\n乙") == ["- 公开 12 条", "+ 公开 13 条"]
    assert text_changes("- 甲", "") == ["- - 甲", "+ "]
