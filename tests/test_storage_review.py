"""A person's word on a document goes before its reading, stands beside it, and falls with the content they saw."""

from datetime import date

import pytest

from reports.model import AgencyKind
from reports.states import Evidence
from storage.coverage import Cell, coverage
from storage.database import Archive
from storage.errors import ArchiveError
from storage.models import Reading
from storage.records import Verdict
from storage.review import Correction, decide, in_doubt
from storage.why.chain import why
from tests.storage_samples import MEI, Crawl, link, report

QISHAN = "610323"
DOUBT = ("the title says 2024, the text 2023",)


def cell(archive: Archive, code: str = MEI, year: int = 2024) -> Cell:
    return coverage(archive, [code], range(year, year + 1), date(2025, 9, 1))[0].cells[0]


def doubtful(crawl: Crawl, text: str = "一") -> None:
    crawl.listing([link(2024)])
    crawl.document(report(text=text, review=DOUBT))
    crawl.visit()


def test_what_is_accepted_is_archived_and_waits_no_more(archive: Archive, crawl: Crawl) -> None:
    doubtful(crawl)
    assert cell(archive).evidence is Evidence.NEEDS_REVIEW
    assert [one.document_id for one in in_doubt(archive, [MEI])] == [1]
    assert in_doubt(archive, [QISHAN]) == []
    decide(archive, 1, Verdict.ACCEPT, "Li Lei", "seen on paper")
    assert in_doubt(archive, None) == []
    assert cell(archive).evidence is Evidence.ARCHIVED
    told = next(step for step in why(archive, MEI, 2024) if step.kind == "decision")
    assert told.text.startswith("accept, by Li Lei, ")
    assert told.text.endswith(": seen on paper")
    with archive.read() as session:
        assert session.get_one(Reading, 1).needs_review, "the reading stays as it was"


def test_what_is_corrected_counts_where_it_belongs(archive: Archive, crawl: Crawl) -> None:
    doubtful(crawl)
    decide(archive, 1, Verdict.CORRECT, "Li Lei", "misprint", Correction(QISHAN, AgencyKind.GOVERNMENT, 2023))
    assert cell(archive, QISHAN, 2023).evidence is Evidence.ARCHIVED
    assert cell(archive).evidence is Evidence.NOT_LISTED


def test_what_is_rejected_is_no_report(archive: Archive, crawl: Crawl) -> None:
    doubtful(crawl)
    decide(archive, 1, Verdict.REJECT, "Li Lei", "a form to be filled in")
    assert cell(archive).evidence is Evidence.NOT_LISTED
    assert [step.text.partition(",")[0] for step in why(archive, MEI, 2024) if step.kind == "decision"] == ["reject"]


def test_the_latest_decision_counts(archive: Archive, crawl: Crawl) -> None:
    doubtful(crawl)
    decide(archive, 1, Verdict.REJECT, "Li Lei", "no report")
    decide(archive, 1, Verdict.ACCEPT, "Han Meimei", "it is")
    assert cell(archive).evidence is Evidence.ARCHIVED


def test_a_decision_falls_with_what_was_seen(archive: Archive, crawl: Crawl) -> None:
    doubtful(crawl)
    decide(archive, 1, Verdict.ACCEPT, "Li Lei", "seen on paper")
    doubtful(crawl, text="edited since")
    assert cell(archive).evidence is Evidence.NEEDS_REVIEW
    assert len(in_doubt(archive, None)) == 1


def test_a_decision_on_nothing_is_refused(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match="no document has the number 7"):
        decide(archive, 7, Verdict.ACCEPT, "Li Lei", "?")
