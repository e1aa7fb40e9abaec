"""A silent edit is told figure by figure and line by line; the same content in other bytes is none."""

from reports.model import CellState, ContentKind, Figure, Section
from storage.amendments import Amendment, amendments
from storage.database import Archive
from storage.differences import Change
from storage.why.chain import why
from tests.storage_samples import MEI, Crawl, report

TOTAL, OTHER = "review.reconsideration.total", "review.reconsideration.other"


def sections(*lines: str) -> tuple[Section, ...]:
    return (Section(1, "一、总体情况", "\n".join(lines)),)


def test_an_edit_is_told_with_what_stood_there_before(archive: Archive, crawl: Crawl) -> None:
    blank = Figure(None, "", CellState.BLANK)
    crawl.document(report(figures={TOTAL: Figure(12, "12", CellState.NUMBER), OTHER: blank}), b"first")
    crawl.document(
        report(figures={TOTAL: Figure(13, "１３", CellState.NUMBER)}, sections=sections("一", "新增")), b"second"
    )
    (amendment,) = amendments_of_first(archive)
    assert [(change.code, change.change) for change in amendment.figures] == [
        (TOTAL, Change.CHANGED),
        (OTHER, Change.RESTATED),
    ]
    assert amendment.before.last_seen < amendment.after.first_seen
    told = [(step.kind, step.text) for step in why(archive, MEI, 2024) if step.kind in ("amended", "change")]
    assert told[0][1].startswith("version 2 against 1: 2 figures and 1 lines of text differ; that last seen 2025-04-01")
    assert told[1:] == [
        ("change", f"{TOTAL} changed: “12” → “１３”"),
        ("change", f"{OTHER} restated: blank → missing"),
        ("change", "+ 新增"),
    ]


def test_the_same_content_in_other_bytes_is_no_edit(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report(), b"visited 11 times")
    crawl.document(report(), b"visited 12 times")
    assert not amendments_of_first(archive)


def test_a_version_that_waits_for_its_reader_is_not_compared(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report(), b"page")
    crawl.document(report(content_kind=ContentKind.ATTACHMENT_ONLY, figures={}, text="附件"), b"cover")
    assert not amendments_of_first(archive)


def amendments_of_first(archive: Archive) -> list[Amendment]:
    with archive.read() as session:
        return list(amendments(session, 1))
