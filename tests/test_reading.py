"""A small sample of faulty practice reports in every format: nothing wrong, nothing invented, every lack marked."""

from collections import Counter

import pytest

from benchmarks.reading_measures import read
from benchmarks.reading_reports import FORMS, Practice, reports
from benchmarks.reading_writers import FORMATS

SEED, COUNT = 7, 60


@pytest.fixture(scope="module")
def drawn() -> list[Practice]:
    return list(reports(COUNT, SEED))


def test_every_form_and_format_is_there(drawn: list[Practice]) -> None:
    assert {practice.format for practice in drawn} == set(FORMATS)
    assert {practice.form for practice in drawn} == set(FORMS)


def test_reports_are_read_as_they_are_printed(drawn: list[Practice]) -> None:
    counts: Counter[str] = Counter()
    amiss = []
    for practice in drawn:
        found = read(practice)
        counts.update(found.counts)
        amiss += [
            (found.name, *trouble) for trouble in found.troubles if trouble.kind != "missed" or trouble.code == "*"
        ]
    assert amiss == []
    assert counts["unmarked"] == 0
    assert counts["right"] >= 0.995 * counts["cells"]
    assert counts["told right"] == counts["told"]
