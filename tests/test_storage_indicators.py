"""Indicators over an archive: by year, by place and report by report, with blanks, slashes and absences apart."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from reports.derived import REASONS, ValueState, derived, share, state_of
from reports.divisions import counties
from reports.model import CellState, Figure, Report
from storage.database import Archive
from storage.indicators.catalogue import catalogue
from storage.indicators.cells import Page
from storage.indicators.question import Question, ask
from storage.indicators.rows import rows
from storage.indicators.spread import spread
from storage.indicators.summaries import by_place, by_year
from storage.records import PortalRecord
from tests.postgresql import on_sqlite
from tests.storage_samples import MEI, Crawl, report
from tests.test_reports_derived import BLANK, GONE, SLASH, V2008, V2014, WORDS, figure, form

NEW = "applications.new.total"
QISHAN, LINTONG, XISHAN = "610323", "610115", "320205"
SHAANXI = [county.code for county in counties() if county.code.startswith("61")]
NEAR = [XISHAN, *SHAANXI]  # the states of the whole country take seconds to make
TODAY = date(2025, 6, 30)
YEARS = range(2022, 2025)


def of(county: str, year: int, figures: Mapping[str, Figure], **fields: Any) -> Report:
    return report(year, f"{county} {year}", county_code=county, agency=None, figures=dict(figures), **fields)


def publish(crawl: Crawl, *published: Report) -> None:
    for one in published:
        code = one.county_code or MEI
        crawl.portal = PortalRecord(code, f"http://www.c{code}.test/")
        crawl.document(one, url=f"http://www.c{code}.test/{one.year}.html")


def asking(archive: Archive, code: str, years: range = YEARS, codes: list[str] | None = NEAR) -> Question:
    return ask(archive, catalogue()[code], codes, years, TODAY)


def test_numbers_zeros_blanks_slashes_words_and_absences_are_counted_apart(crawl: Crawl) -> None:
    cells = (figure(4), figure(0), BLANK, SLASH, WORDS, GONE)
    asked_of = (MEI, QISHAN, LINTONG, XISHAN, "610304", "610305", "610112")
    publish(crawl, *(of(code, 2023, {NEW: cell}) for code, cell in zip(asked_of, cells, strict=False)))
    publish(crawl, of(asked_of[6], 2023, {}), of(MEI, 2024, {NEW: figure(10)}))
    years, whole = by_year(crawl.archive, asking(crawl.archive, NEW))
    told = years[2023]
    assert (told.reports, told.numbers, told.numerator) == (7, 2, 4)
    assert told.states == {
        ValueState.NUMBER: 1,
        ValueState.ZERO: 1,
        ValueState.BLANK: 1,
        ValueState.NOT_APPLICABLE: 1,
        ValueState.TEXT: 1,
        ValueState.MISSING: 2,
    }
    assert told.spread == spread({4: 1, 0: 1})
    assert told.expected == len(NEAR)
    assert (years[2022].reports, years[2022].spread) == (0, None)
    assert (whole.reports, whole.numbers, whole.spread) == (8, 3, spread({4: 1, 0: 1, 10: 1}))


@on_sqlite
def test_what_is_remembered_of_the_country_is_right_after_the_next_report(crawl: Crawl) -> None:
    publish(crawl, of(MEI, 2023, {NEW: figure(4)}))
    before, _ = by_year(crawl.archive, asking(crawl.archive, NEW, codes=None))
    sent: list[str] = []
    event.listen(crawl.archive.engine, "before_cursor_execute", lambda *call: sent.append(call[2]))
    again, _ = by_year(crawl.archive, asking(crawl.archive, NEW, codes=None))
    assert again == before
    assert sent
    assert not [one for one in sent if "figure" in one]
    publish(crawl, of(QISHAN, 2023, {NEW: figure(6)}))
    years, whole = by_year(crawl.archive, asking(crawl.archive, NEW, codes=None))
    assert (before[2023].numerator, years[2023].numerator, whole.reports) == (4, 10, 2)
    ranked = by_place(crawl.archive, asking(crawl.archive, NEW, codes=None), 6)
    assert {one.code: one.summary.numerator for one in ranked if one.summary.numbers} == {MEI: 4, QISHAN: 6}


def test_an_amended_report_counts_once_and_one_under_review_not_at_all(crawl: Crawl) -> None:
    publish(crawl, of(MEI, 2023, {NEW: figure(4)}))
    crawl.document(of(MEI, 2023, {NEW: figure(6)}), b"later", url=f"http://www.c{MEI}.test/2023.html")
    publish(crawl, of(QISHAN, 2023, {NEW: figure(900)}, review=("whose it is cannot be told",)))
    years, _ = by_year(crawl.archive, asking(crawl.archive, NEW))
    assert (years[2023].reports, years[2023].numerator) == (1, 6)


@pytest.mark.parametrize("code", [code for code, one in derived().items() if one.formulas])
def test_a_query_computes_what_the_formula_says_of_one_report(crawl: Crawl, code: str) -> None:
    """All kinds of cells in each part, every report asked both ways."""
    parts = dict.fromkeys(part for formula in derived()[code].formulas for part in formula.parts)
    every = [form(), V2014, V2008, form() | V2014, {}]
    whole = {part: figure(7) for part in parts}
    for part in parts:
        every += [{**whole, part: cell} for cell in (figure(0), figure(9), BLANK, SLASH, WORDS, GONE)]
        every += [{name: cell for name, cell in whole.items() if name != part}]
        every += [{**dict.fromkeys(whole, SLASH), part: BLANK}]
    shaanxi = SHAANXI[: len(every)]
    publish(crawl, *(of(county, 2023, figures) for county, figures in zip(shaanxi, every, strict=False)))
    total, found = rows(crawl.archive, asking(crawl.archive, code), Page(200, 0))
    assert total == len(found) == len(shaanxi)
    for one, figures in zip(found, every, strict=False):
        told = share(derived()[code], figures)
        assert (one.state, one.numerator, one.denominator, one.formula) == (
            told.state,
            told.numerator,
            told.denominator,
            told.formula,
        ), figures
        assert (one.value is None) == (told.state in (*REASONS, ValueState.NO_CASES, ValueState.CONTRADICTORY))


def test_shares_are_pooled_and_averaged(crawl: Crawl) -> None:
    handled, petitions = "applications.handled_total.total", "applications.not_processed.petition.total"
    publish(crawl, of(MEI, 2023, {handled: figure(10), petitions: figure(5)}))
    publish(crawl, of(QISHAN, 2023, {handled: figure(90), petitions: figure(0)}))
    publish(crawl, of(LINTONG, 2023, {handled: figure(0), petitions: figure(0)}))
    publish(crawl, of(XISHAN, 2023, {handled: figure(4), petitions: figure(5)}))
    years, _ = by_year(crawl.archive, asking(crawl.archive, "share.petition"))
    told = years[2023]
    assert (told.reports, told.numbers, told.pooled) == (4, 2, 0.05)
    assert told.spread is not None
    assert (told.spread.n, told.spread.mean, told.spread.maximum) == (2, 0.25, 0.5)
    assert (told.states[ValueState.NO_CASES], told.states[ValueState.CONTRADICTORY]) == (1, 1)
    assert (told.formula, told.formulas) == (0, {0: 2})


def test_places_are_ranked_and_those_without_a_number_come_last(crawl: Crawl) -> None:
    publish(crawl, of(MEI, 2023, {NEW: figure(4)}), of(QISHAN, 2023, {NEW: figure(8)}))
    publish(crawl, of(LINTONG, 2023, {NEW: figure(30)}), of(XISHAN, 2023, {NEW: figure(7)}))
    provinces = by_place(crawl.archive, asking(crawl.archive, NEW, codes=None), 2)
    assert [(one.code, one.name, one.summary.numbers) for one in provinces[:2]] == [
        ("61", "陕西省", 3),
        ("32", "江苏省", 1),
    ]
    assert all(one.summary.spread is None and one.summary.expected for one in provinces[2:])
    assert len(provinces) == 31
    cities = by_place(crawl.archive, asking(crawl.archive, NEW, codes=SHAANXI), 4)
    assert [(one.code, one.name) for one in cities[:2]] == [("6101", "西安市"), ("6103", "宝鸡市")]
    baoji = by_place(crawl.archive, asking(crawl.archive, NEW, codes=[MEI, QISHAN]), 6)
    assert [(one.name, one.summary.numerator) for one in baoji] == [("岐山县", 8), ("眉县", 4)]


def test_on_time_is_known_of_dated_reports_and_proved_absences_alone(crawl: Crawl) -> None:
    publish(
        crawl, of(MEI, 2023, {}), of(MEI, 2022, {}, published_at="2023-04-01"), of(MEI, 2021, {}, published_at=None)
    )
    publish(crawl, of(MEI, 2020, {}, review=("the year cannot be told",)))
    crawl.portal = PortalRecord(QISHAN, "http://www.qishan.test/")
    crawl.listing([], url="http://www.qishan.test/list/")
    crawl.visit()
    asked = asking(crawl.archive, "share.on_time", range(2020, 2025), [MEI, QISHAN])
    _, found = rows(crawl.archive, asked, Page(20, 0))
    assert {(one.code, one.year): one.state for one in found if one.code == MEI} == {
        (MEI, 2021): ValueState.MISSING,
        (MEI, 2022): ValueState.ZERO,
        (MEI, 2023): ValueState.NUMBER,
        (MEI, 2024): ValueState.MISSING,
    }
    # The list was read to its end on 1 April 2025: what it does not show was not published by the legal date.
    assert {one.state for one in found if one.code == QISHAN} == {ValueState.ZERO}
    years, whole = by_year(crawl.archive, asked)
    assert (years[2023].pooled, years[2022].pooled, whole.numbers) == (0.5, 0, 7)
    early = ask(crawl.archive, asked.indicator, [QISHAN], range(2020, 2025), date(2021, 3, 31))
    assert rows(crawl.archive, early, Page(20, 0)) == (0, [])


def test_pages_follow_each_other_and_lead_to_the_reports(crawl: Crawl) -> None:
    publish(crawl, *(of(code, year, {NEW: figure(year)}) for code in (QISHAN, MEI) for year in YEARS))
    asked = asking(crawl.archive, NEW)
    total, every = rows(crawl.archive, asked, Page(100, 0))
    assert total == 6
    assert [(one.code, one.year, one.value) for one in every] == [
        (code, year, year) for code in (QISHAN, MEI) for year in YEARS
    ]
    assert all(one.document_id and one.numerator is None for one in every)
    pages = [one for offset in (0, 4, 8) for one in rows(crawl.archive, asked, Page(4, offset))[1]]
    assert pages == every


def test_quartiles_are_those_of_the_numbers_written_out() -> None:
    assert spread({}) is None
    one = spread({7: 1})
    assert one is not None
    assert (one.minimum, one.lower, one.median, one.upper, one.maximum, one.mean) == (7, 7, 7, 7, 7, 7)
    # statistics.quantiles([0, 0, 0, 1, 2, 10], n=4, method="inclusive")
    several = spread({0: 3, 1: 1, 2: 1, 10: 1})
    assert several is not None
    assert (several.n, several.lower, several.median, several.upper) == (6, 0, 0.5, 1.75)
    assert state_of(several.minimum) is ValueState.ZERO


def test_every_official_indicator_can_be_asked_for_by_its_code(crawl: Crawl) -> None:
    assert {one.table for one in catalogue().values()} == {
        "share",
        "disclosure",
        "applications",
        "review",
        "stat",
        "annex",
        "narrative",
    }
    publish(crawl, of(MEI, 2023, {"narrative.published_total": Figure(12, "共12条", CellState.NUMBER)}))
    _, whole = by_year(crawl.archive, asking(crawl.archive, "narrative.published_total"))
    assert whole.numerator == 12
