"""What is watched was chosen; what is due says why."""

from datetime import timedelta
from pathlib import Path

import pytest

from reports.divisions.selection import SelectionError
from reports.states import VisitOutcome
from storage.database import Archive
from storage.errors import ArchiveError
from storage.watching import due, unwatch, watch, watched
from tests.storage_samples import MEI, START, Crawl, new_archive


def test_watched_and_due(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    assert (watch(archive, MEI), watch(archive, "610300"), watch(archive, "眉县")) == (1, 11, 0)
    week = timedelta(days=7)
    assert len(watched(archive)) == 12
    unwatch(archive, "6103")
    assert due(archive, START, week) == [(MEI, "never visited")]
    crawl = Crawl(archive, START)
    crawl.visit(VisitOutcome.UNREACHABLE)
    assert due(archive, START + week - timedelta(seconds=1), week) == []
    assert due(archive, START + week, week) == [(MEI, "the last visit was more than 7 days ago")]
    Crawl(archive, START).visit(VisitOutcome.INTERRUPTED)
    assert due(archive, START, week) == [(MEI, "the last visit was interrupted")]
    with pytest.raises(ArchiveError, match="watched are 610326"):
        unwatch(archive, "61")
    with pytest.raises(SelectionError):
        watch(archive, "99")
    unwatch(archive, MEI)
    assert watched(archive) == []
    archive.close()


def test_a_failed_visit_is_tried_again_after_a_day_and_a_wrong_clock_counts_for_nothing(archive: Archive) -> None:
    week = timedelta(days=7)
    watch(archive, MEI)
    Crawl(archive, START).visit(VisitOutcome.FAILED, "disk full")
    assert due(archive, START + timedelta(hours=23), week) == []
    assert due(archive, START + timedelta(hours=25), week)
    assert due(archive, START - timedelta(hours=1), week), "a visit of the future"
