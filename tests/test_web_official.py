"""Official tables as the forms print them, findings in their cells, charts with their gaps, sentences in Chinese."""

import re

import pytest

from reports import forms
from reports.model import CellState, Figure, Outcome
from storage.models import FindingRow
from storage.series import Point
from web.charts.lines import charts
from web.language import LANGUAGES, words
from web.marks import Marks, concerns
from web.official import Grid, Layout
from web.states import KINDS, band, percent
from web.telling import _sentences, finding_text, step_text, teller

ZERO = Figure(0, "0", CellState.ZERO)


def _figures(form: str) -> dict[str, Figure]:
    return {one.code: ZERO for one in forms.indicators() if form in one.forms}


def _codes(grids: tuple[Grid, ...]) -> list[str]:
    return [cell.code for grid in grids for line in grid.lines for cell in line.cells]


def _finding(check: str, subject: str, outcome: Outcome = Outcome.FAIL, *, soft: bool = False) -> FindingRow:
    return FindingRow(
        reading_id=1, position=0, check_code=check, subject=subject, outcome=outcome, detail="", soft=soft
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["v2021", "v2019", "v2014", "v2008"])
def test_every_cell_of_a_form_has_one_place(form: str, language: str) -> None:
    figures = _figures(form)
    layout = Layout(form, figures, (), words(language))
    laid = [code for name in layout.names for code in _codes(layout.grids(name))]
    assert sorted(laid) == sorted(figures)


@pytest.mark.parametrize("form", ["v2021", "v2019"])
def test_every_row_is_as_wide_as_its_table(form: str) -> None:
    layout = Layout(form, _figures(form), (), words("zh"))
    for name in layout.names:
        for grid in layout.grids(name):
            widths = set()
            spanned: dict[int, int] = {}  # columns that headings of rows above still fill, by row
            for place, line in enumerate(grid.lines):
                for head in line.heads:
                    for below in range(1, head.rows):
                        spanned[place + below] = spanned.get(place + below, 0) + head.columns
                widths.add(sum(head.columns for head in line.heads) + len(line.cells) + spanned.get(place, 0))
            assert len(widths) == 1, name


def test_a_failed_sum_is_marked_where_it_stands() -> None:
    figures = _figures("v2021")
    marks = Marks([_finding("C1", "review.reconsideration")], figures)
    assert [(m.kind, m.main) for m in marks.on("review.reconsideration.total")] == [("fail", True)]
    assert [(m.kind, m.main) for m in marks.on("review.reconsideration.upheld")] == [("fail", False)]
    assert not marks.on("review.litigation_direct.total")
    column = Marks([_finding("B2", "applications.*.business")], figures)
    assert column.on("applications.handled_total.business")[0].main
    assert not column.on("applications.granted.business")[0].main
    assert not column.on("applications.granted.total")


def test_a_hint_is_no_fault_and_what_holds_leaves_no_mark() -> None:
    figures = _figures("v2019")
    assert (
        Marks([_finding("A1", "disclosure.permits", soft=True)], figures).on("disclosure.permits.change")[0].kind
        == "soft"
    )
    for outcome in (Outcome.PASS, Outcome.NOT_ASSESSABLE):
        assert not Marks([_finding("A1", "disclosure.permits", outcome)], figures).on("disclosure.permits.change")


def test_a_finding_on_a_table_is_on_no_cell() -> None:
    assert not concerns("disclosure", "disclosure.permits.decisions")
    assert not concerns("review.litigation", "review.litigation_direct.total")
    assert concerns("applications.*.total", "applications.refused.process.total")


def test_a_gap_is_a_gap_and_a_blank_no_zero() -> None:
    code = "applications.new.total"

    def point(value: int | None, state: CellState) -> dict[str, Point]:
        return {code: Point(state, value, "", 1)}

    found = {
        2019: point(5, CellState.NUMBER),
        2020: point(0, CellState.ZERO),
        2022: point(7, CellState.NUMBER),
        2023: point(None, CellState.BLANK),
        2024: point(9, CellState.NUMBER),
        2018: {"stat.requests.received": Point(CellState.NUMBER, 3, "3", 1)},
    }
    (chart,) = charts(found, range(2017, 2025))
    assert chart.top == 10
    assert [len(line.split()) for line in chart.lines] == [2]  # 2019 and 2020, and nothing across 2021 or 2023
    at = {dot.year: dot for dot in chart.dots}
    assert at[2021].y is None
    assert not at[2021].held
    assert at[2020].y == at[2023].y  # both on the axis, with another mark
    assert at[2023].point is not None
    assert at[2023].point.state is CellState.BLANK
    assert at[2018].older
    assert not at[2019].older


def test_nothing_to_see_is_no_chart() -> None:
    missing = {"applications.new.total": Point(CellState.MISSING, None, "", 1)}
    assert not charts({2020: missing, 2021: {}}, range(2019, 2022))


def test_shares_are_never_rounded_to_none_or_all() -> None:
    assert [band(part, 200) for part in (0, 1, 49, 50, 100, 150, 199, 200)] == [0, 1, 1, 2, 3, 4, 4, 5]
    assert [percent(part, 2000) for part in (0, 1, 1000, 1999, 2000)] == ["0%", "1%", "50%", "99%", "100%"]
    assert percent(0, 0) == "–"
    assert len(KINDS) == 16


def test_sentences_are_told_in_chinese() -> None:
    tell = teller("zh")
    for said, told in (
        (
            "the list was read to its end on 2025-04-01; also held: office reports",
            "年报栏目于 2025-04-01 读到末页；另存有其他机关的报告（政府办公室）",
        ),
        (
            "visit of 2025-04-01: blocked, 瑞数 script challenge (HTTP 412 at http://a.test/)",
            "2025-04-01 访问：被拦截，瑞数脚本验证（HTTP 412，http://a.test/）",
        ),
        (
            "2022: not-listed (the list was read to its end on 2025-04-01)",
            "2022 年度：未列出（年报栏目于 2025-04-01 读到末页）",
        ),
        ("blocked 3 times in a row: left in peace for 4 days", "连续 3 次被拦截：4 天内不再打扰"),
        ("what nobody has a sentence for", "what nobody has a sentence for"),
    ):
        assert tell(said) == told
        assert teller("en")(said) == said


def test_findings_name_cells_and_no_codes() -> None:
    detail = "reconsideration.upheld 3 + reconsideration.corrected 1 = 4, printed reconsideration.total 3"
    assert finding_text(detail, "review.reconsideration", "zh") == (
        "“行政复议 结果维持” 3 + “行政复议 结果纠正” 1 = 4，表中为 “行政复议 总计” 3"
    )
    english = step_text("check", f"C1 on review.reconsideration failed: {detail}", "en")
    assert english.startswith(
        "C1 on Administrative reconsideration failed: “Administrative reconsideration, upheld” 3 +"
    )
    change = step_text("change", "review.reconsideration.total changed: “3” → “4”", "zh")
    assert change == "行政复议 总计 (数值改变): “3” → “4”"


def test_every_sentence_keeps_what_it_was_given() -> None:
    for pattern, template in _sentences():
        names = set(re.findall(r"\{(\w+)\}", template))
        assert names == set(pattern.groupindex), template
