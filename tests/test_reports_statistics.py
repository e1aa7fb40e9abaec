"""The statistics tables of 2008–2018: every layout they are printed in, and what must not be taken from them."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.blocks import Page
from reports.forms.lists import ListForm, Row, list_forms
from reports.model import CellState
from reports.tables import Figures, read_figures
from tests.official_tables import Spec, applications, disclosure_2021, review, table

STATISTICS, ANNEX = list_forms()
LAYOUTS = (
    "label, unit, value",
    "label, value",
    "two halves",
    "chapter beside",
    "unit in the value",
    "unit in the label",
)
CELLS = st.one_of(st.integers(0, 99_999).map(str), st.sampled_from(["", "/", "0"]))


def read(rows: Sequence[Sequence[Spec]], year: int = 2016) -> Figures:
    return read_figures(Page("html", (table(rows),)), year)


def unit(row: Row) -> str:
    return "件" if row.unit == "count" else "万元"


def printed(form: ListForm, values: Sequence[str], layout: str) -> list[list[Spec]]:
    """The form's rows with a value each, its chapters between them where they belong."""
    found: list[list[Spec]] = []
    for row, value in zip(form.rows, values, strict=True):
        if layout == "label, unit, value":
            found.append([row.zh, unit(row), value])
        elif layout == "unit in the value":
            found.append([row.zh, value + unit(row) if value[:1].isdigit() else value])
        elif layout == "unit in the label":
            found.append([f"{row.zh}（{unit(row)}）", value])
        elif layout == "chapter beside":
            found.append(["指标", row.zh, unit(row), value])
        else:
            found.append([row.zh, value])
    if layout == "two halves":
        half = (len(found) + 1) // 2
        blank: list[Spec] = ["", ""]
        right = [*found[half:], *[blank] * (2 * half - len(found))]
        found = [[*one, *other] for one, other in zip(found[:half], right, strict=True)]
    return [[form.title, *[""] * (len(found[0]) - 1)], *found]


def states(found: Figures) -> dict[str, tuple[CellState, float | None]]:
    return {code: (figure.state, figure.value) for code, figure in found.figures.items()}


def wanted(form: ListForm, values: Sequence[str]) -> dict[str, tuple[CellState, float | None]]:
    special = {"": CellState.BLANK, "/": CellState.NOT_APPLICABLE, "0": CellState.ZERO}
    return {
        row.code: (special.get(value, CellState.NUMBER), int(value) if value.isdigit() else None)
        for row, value in zip(form.rows, values, strict=True)
    }


@pytest.mark.parametrize("layout", LAYOUTS)
@given(data=st.data())
def test_every_row_of_the_statistics_form(layout: str, data: st.DataObject) -> None:
    size = len(STATISTICS.rows)
    values = data.draw(st.lists(CELLS, min_size=size, max_size=size))
    found = read(printed(STATISTICS, values, layout))
    assert (found.form, found.doubts) == ("v2014", ())
    assert states(found) == wanted(STATISTICS, values)


@given(data=st.data())
def test_every_row_of_the_annex_with_its_printed_codes_beside(data: st.DataObject) -> None:
    size = len(ANNEX.rows)
    values = data.draw(st.lists(CELLS, min_size=size, max_size=size))
    rows = [[row.zh, row.number, value, "7"] for row, value in zip(ANNEX.rows, values, strict=True)]
    found = read([["指标名称", "指标代码", "2009年度", "历年累计"], *rows], 2009)
    assert (found.form, found.doubts) == ("v2008", ())
    assert states(found) == wanted(ANNEX, values)


def test_a_printed_code_alone_is_no_value() -> None:
    found = read([[row.zh, row.number] for row in ANNEX.rows])
    assert {figure.state for figure in found.figures.values()} == {CellState.MISSING}
    assert len(found.doubts) == len(ANNEX.rows)


@pytest.mark.parametrize("heads", [("本期实际", "本年累计"), ("数量一", "数量二")])
def test_two_columns_of_one_year_have_to_agree(heads: tuple[str, str]) -> None:
    rows = [[row.zh, "5", "5" if index else "6"] for index, row in enumerate(ANNEX.rows)]
    found = read([["指标名称", *heads], *rows])
    assert found.figures["annex.published"].state is CellState.MISSING
    assert [doubt.subject for doubt in found.doubts] == ["annex.published"]
    assert found.figures["annex.services"].value == 5


def test_the_column_of_the_reports_year_is_taken() -> None:
    rows = [[row.zh, "5", "6"] for row in STATISTICS.rows]
    found = read([["统计指标", "2015年", "2016年"], *rows], 2016)
    assert {figure.value for figure in found.figures.values()} == {6}


def statistics(head: Sequence[Spec], beside: Callable[[int], Sequence[Spec]], year: int = 2016) -> Figures:
    """The statistics form under some headings; the cells beside the label by the number of the row."""
    rows = [[row.zh, *beside(number)] for number, row in enumerate(STATISTICS.rows)]
    return read([head, *rows] if head else rows, year)


@pytest.mark.parametrize(
    ("head", "beside"),
    [
        (["统计指标", "单位", "上年度", "本年度"], ["件", "7", ""]),
        (["统计指标", "本年", "比上年增减"], ["", "+3"]),
        (["统计指标", "2015年", "2016年"], ["7", ""]),
        (["统计指标", "2011-2016年", "2016年"], ["7", ""]),
        (["统计指标", "序号", "数量"], ["N", ""]),
        (["统计指标", "代码", "统计数（件）"], ["N", ""]),
        (["统计指标", "单位", "统计数", "备注"], ["件", "", "7"]),
    ],
)
def test_a_blank_cell_of_the_year_takes_no_number_of_another_column(head: list[Spec], beside: list[str]) -> None:
    found = statistics(head, lambda number: [str(number + 1) if text == "N" else text for text in beside])
    assert ({figure.state for figure in found.figures.values()}, found.doubts) == ({CellState.BLANK}, ())


@pytest.mark.parametrize("name", ["合计", "总数", "甲", ""])
def test_a_number_under_no_known_heading_beside_a_blank_one_is_a_doubt(name: str) -> None:
    for head in (["统计指标", "2016年", name], ["统计指标", "乙", name or "甲"]):
        found = statistics(head, lambda _: ["", "36"])
        assert {figure.state for figure in found.figures.values()} == {CellState.MISSING}
        assert len(found.doubts) == len(STATISTICS.rows)
    assert {figure.value for figure in statistics(["统计指标", name], lambda _: ["36"]).figures.values()} == {36}


def test_numbered_rows_in_two_halves() -> None:
    half = len(STATISTICS.rows) // 2
    left, right = STATISTICS.rows[:half], STATISTICS.rows[half : 2 * half]
    rows = [[str(n + 1), left[n].zh, "", str(half + n + 1), right[n].zh, "" if n % 3 else "5"] for n in range(half)]
    for head in ([], [["序号", "指标", "数量"] * 2]):
        found = read([*head, *rows])
        assert {found.figures[row.code].state for row in left} == {CellState.BLANK}
        assert {found.figures[row.code].value for row in right} == {None, 5}
        assert found.doubts == ()


def test_without_headings_a_number_counts_alone_or_beside_a_column_that_is_always_blank() -> None:
    assert {figure.value for figure in statistics([], lambda _: ["", "7", ""]).figures.values()} == {7}
    found = statistics([], lambda number: ["7", "8" if number else ""])
    assert found.figures["stat.published"].state is CellState.MISSING
    assert "stat.published" in {doubt.subject for doubt in found.doubts}
    counted = statistics([], lambda number: [str(number + 1), ""])
    assert {figure.value for figure in counted.figures.values()} == {None}


def test_a_table_that_goes_on_keeps_its_headings_and_another_grid_between_has_its_own() -> None:
    rows = [[row.zh, "7", ""] for row in STATISTICS.rows]
    upper = table([["统计指标", "上年度", "本年度"], *rows[:20]])
    between = table([["统计指标", "本年度", "上年度"], ["接待来访", "3", "3"]])
    found = read_figures(Page("pdf", (upper, between, table(rows[20:]))), 2016)
    assert {figure.state for figure in found.figures.values()} == {CellState.BLANK}


@pytest.mark.parametrize("beside", [["7"], ["7", "36"], ["件", "7", "36"]])
def test_a_row_that_lacks_a_cell_under_its_headings_is_a_doubt(beside: list[str]) -> None:
    found = statistics(["统计指标", "代码", "单位", "2016年度", "历年累计"], lambda _: beside)
    assert {figure.value for figure in found.figures.values()} == {None}
    assert len(found.doubts) == len(STATISTICS.rows)


def test_a_number_that_stands_alone_needs_no_heading_over_it() -> None:
    rows = [["指标", row.zh, "件", "7"] for row in STATISTICS.rows]
    found = read([["统计指标", "单位", "统计数", ""], *rows])
    assert {figure.value for figure in found.figures.values()} == {7}


def test_the_same_label_in_two_chapters() -> None:
    rows: list[list[Spec]] = [["收到申请数", "1"], ["四、行政复议数量", "3"], ["（二）被依法纠错数", "2"]]
    rows += [["五、行政诉讼数量", "9"], ["（二）被依法纠错数", "4"], ["七、依申请公开信息收取的费用", "120元"]]
    found = read(rows)
    assert found.figures["stat.reconsideration.corrected"].value == 2
    assert found.figures["stat.litigation.corrected"].value == 4
    assert found.figures["stat.fees_10k_yuan"].value == 0.012


@pytest.mark.parametrize("size", [2, 40])
def test_a_table_goes_on_over_page_breaks(size: int) -> None:
    rows = printed(STATISTICS, ["1"] * len(STATISTICS.rows), "label, unit, value")
    found = read_figures(Page("pdf", (table(rows[:size]), table(rows[size:42]), table(rows[42:]))), 2016)
    assert {figure.value for figure in found.figures.values()} == {1}
    assert len(found.tables[0].blocks) == 3


def test_other_tables_give_none_of_it() -> None:
    three = [disclosure_2021([str(n) for n in range(10)]), applications("v2021"), review("123456789abcdef")]
    found = read_figures(Page("html", tuple(map(table, three))), 2021)
    assert {name.partition(".")[0] for name in found.figures} == {"disclosure", "applications", "review"}
    assert not read([["收到申请数", "5"], ["行政复议数量", "0"], ["接待来访", "3"]]).figures
