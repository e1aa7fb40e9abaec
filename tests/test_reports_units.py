"""The unit of an amount wherever a page prints it: broken over lines, beside a clause, above a table, in a label."""

import pytest

from reports.blocks import Block, Page, Paragraph, Table
from reports.model import CellState
from reports.readers.html import read_html
from reports.tables import Figures, read_figures
from reports.units import UNSURE, loose_unit, money_unit, split_label
from tests.official_tables import Spec, applications, disclosure_2019, disclosure_2021, table

FEES = "disclosure.fees.amount_10k_yuan"
PROCURED = "disclosure.procurement.amount_yuan"
PROSE = "本县依照条例公开信息，答复申请，接受监督，全年各项工作有序推进。" * 4


def page(rows: str, above: str = "") -> Page:
    body = f'<div class="TRS_Editor"><p>{PROSE}</p>{above}<table>{rows}</table></div>'
    return read_html(f"<html><body>{body}</body></html>".encode())


def fees(heading: str, value: str = "17", clause: str = "第二十条第（八）项", label: str = "行政事业性收费") -> str:
    return (
        f"<tr><td colspan=4>{clause}</td></tr><tr><td>信息内容</td><td colspan=3>{heading}</td></tr>"
        f"<tr><td>{label}</td><td colspan=3>{value}</td></tr>"
    )


def outcome(found: Figures, code: str) -> tuple[CellState, float | None, list[str]]:
    figure = found.figures[code]
    return figure.state, figure.value, [doubt.subject for doubt in found.doubts]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("本年收费金额", ""),
        ("本年收费金额（单位：万\n元）", "万元"),
        ("本年收费金额（单 位：\u200b万\ufeff 元）", "万元"),
        ("采购总金额(元)", "元"),
        ("采购总金额万元", "万元"),
        ("单位：人民币元", "元"),
        ("单位：件、万元", "万元"),
        ("（单位：“万”元）", UNSURE),
        ("（单位：万-元）", UNSURE),
        ("（单位：万）元", UNSURE),
        ("（单位：万（元））", UNSURE),
        ("（美元）", UNSURE),
        ("（单位：", UNSURE),
        ("百万元", "百万元"),
        ("元或万元", "元或万元"),
    ],
)
def test_a_unit_is_whole_or_unsure(text: str, unit: str) -> None:
    assert money_unit(text) == unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("第二十条第（八）项（单位：元）", "元"),
        ("单位：元\n第二十条第（八）项", "元"),
        ("二、主动公开政府信息情况（万元）", "万元"),
        ("填报单位：元氏县人民政府", ""),
        ("本年度收费17万元", ""),
        ("单位：件", ""),
    ],
)
def test_the_unit_of_a_line_above_figures(text: str, unit: str) -> None:
    assert loose_unit(text) == unit


def test_a_label_and_its_unit() -> None:
    assert split_label("行政事业性收费 （单位：万\n元）") == ("行政事业性收费", "万元")
    assert split_label("行政事业性收费（万）元") == ("行政事业性收费", UNSURE)
    assert split_label("行政许可") == ("行政许可", "")


@pytest.mark.parametrize(
    "heading",
    [
        "本年收费金额<br>（单位：万<br>元）",
        "<p>本年收费金额（单位：万</p><p>元）</p>",
        "本年收费金额（万<img src=a.png>元）",
    ],
)
def test_a_heading_broken_inside_its_unit(heading: str) -> None:
    assert outcome(read_figures(page(fees(heading))), FEES) == (CellState.NUMBER, 17, [])


@pytest.mark.parametrize("heading", ["本年收费金额（单位：“万”元）", "本年收费金额（万-元）", "本年收费金额（万）元"])
def test_a_unit_that_is_not_sure_gives_no_figure(heading: str) -> None:
    assert outcome(read_figures(page(fees(heading))), FEES) == (CellState.TEXT, None, [FEES])


@pytest.mark.parametrize(
    ("value", "state", "figure", "doubts"),
    [
        ("170000.00（万<br>元）", CellState.NUMBER, 170000, []),
        ("17万<br>元", CellState.NUMBER, 17, []),
        ("17（万-元）", CellState.TEXT, None, [FEES]),
        ("17（单位：万）元", CellState.TEXT, None, [FEES]),
    ],
)
def test_a_unit_behind_the_amount(value: str, state: CellState, figure: float | None, doubts: list[str]) -> None:
    assert outcome(read_figures(page(fees("本年收费金额", value))), FEES) == (state, figure, doubts)


def test_procurement_in_a_broken_unit() -> None:
    rows = disclosure_2019()
    rows[-2][2] = ("采购总金额（单位：万\n元）", 1, 2)
    rows[-1][2] = ("592", 1, 2)
    assert read_figures(Page("html", (table(rows),))).figures[PROCURED].value == 5_920_000


UNIT_ROW = "<tr><td colspan=4>单位：元</td></tr>"


@pytest.mark.parametrize(
    "made",
    [
        page(fees("本年收费金额", "170000", "第二十条第（八）项（单位：元）")),
        page(UNIT_ROW + fees("本年收费金额", "170000")),
        page(fees("本年收费金额", "170000"), "<p>单位：元</p>"),
        page(fees("本年收费金额", "170000"), "<p>（单位：件、元）</p><p>二、主动公开政府信息情况</p>"),
        page(fees("本年收费金额", "170000", label="行政事业性收费（元）")),
        page(fees("本年收费金额", "170000").replace("<tr><td>行政", UNIT_ROW + "<tr><td>行政")),
    ],
)
def test_a_unit_outside_the_heading(made: Page) -> None:
    assert outcome(read_figures(made), FEES) == (CellState.NUMBER, 17, [])


@pytest.mark.parametrize(
    "made",
    [
        page(fees("本年收费金额（万元）", "17", "第二十条第（八）项（单位：元）")),
        page(fees("本年收费金额（万元）", "17", label="行政事业性收费（元）")),
        page(fees("本年收费金额", "17", label="行政事业性收费（万-元）")),
        page(fees("本年收费金额", "17"), "<p>单位：万-元</p>"),
    ],
)
def test_units_that_contradict_each_other_give_no_figure(made: Page) -> None:
    assert outcome(read_figures(made), FEES) == (CellState.TEXT, None, [FEES])


def test_the_unit_above_holds_for_every_piece_of_table_one_and_for_no_other_table() -> None:
    rows = disclosure_2021(["1"] * 9 + ["170000"])
    rows[12] = ["信息内容", ("本年收费金额", 1, 3)]
    above: list[Block] = [Paragraph("单位：元")]
    pieces = [table(rows[:4]), table(rows[4:])]
    assert read_figures(Page("html", (*above, *pieces))).figures[FEES].value == 17
    other = (*above, table([["项目", "预算"], ["甲", "3"]]), *pieces)
    assert read_figures(Page("html", other)).figures[FEES].value == 170000


def test_a_unit_holds_for_its_own_block_alone() -> None:
    rows = disclosure_2021(["1"] * 10)
    rows[10] = ["行政强制", ("1", 1, 3)]
    rows[7] = [("第二十条第（六）项（单位：元）", 1, 4)]
    rows[12] = ["信息内容", ("本年收费金额", 1, 3)]
    assert read_figures(Page("html", (table(rows),))).figures[FEES].value == 1


def test_a_label_in_units_of_money() -> None:
    rows = disclosure_2019()
    rows[-1] = ["政府集中采购（万元）", "34", ("592", 1, 2)]
    figures = read_figures(Page("html", (table(rows),))).figures
    assert figures[PROCURED].value == 5_920_000
    assert figures["disclosure.procurement.items"].value == 34


def cells_of(rows: list[list[Spec]]) -> str:
    def cell(spec: Spec) -> str:
        text, down, across = (spec, 1, 1) if isinstance(spec, str) else spec
        return f"<td rowspan={down} colspan={across}>{text}</td>"

    return "".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in rows)


@pytest.mark.parametrize("note", ["注：本表按条例填报。", "本表按条例填报，"])
def test_a_long_note_does_not_hide_a_table(note: str) -> None:
    made = page(cells_of(applications()) + f"<tr><td colspan=10>{note * 40}</td></tr>")
    assert read_figures(made).figures["applications.new.other_org"].value == 5


def test_an_article_below_an_info_table_stays_text() -> None:
    info = "<tr><td>索引号</td><td>a-1</td><td>日期</td><td>2021-02-07</td></tr>" * 3
    made = page(f"{info}<tr><td colspan=4><p>{PROSE * 4}</p></td></tr>")
    assert not any(isinstance(block, Table) for block in made.blocks)


def test_zero_width_characters_do_not_split_a_number() -> None:
    made = page(fees("本年收费金额（单位：万元）", "1&#8203;7\ufeff0"))
    assert read_figures(made).figures[FEES].value == 170


@pytest.mark.parametrize(
    "names", [("本年制发数", "本年废止数", "现行有效数"), ("本年制作数量", "废止数量", "现行有效数量")]
)
def test_other_wordings_of_the_headings_of_documents(names: tuple[str, str, str]) -> None:
    rows = disclosure_2021([str(n) for n in range(1, 11)])
    rows[1] = ["信息内容", *names]
    found = read_figures(Page("html", (table(rows),)))
    assert [figure.value for figure in found.figures.values()] == list(range(1, 11))


def test_a_piece_of_table_two_as_wide_as_the_first_that_lost_its_spanned_cells() -> None:
    rows = applications()
    tail: list[list[Spec]] = [[("四、结转下年度继续办理", 1, 1), *rows[-1][1:]], ["", "", "", *[""] * 7]]
    found = read_figures(Page("html", (table(rows[:-1]), table(tail))))
    assert (
        found.figures["applications.carried_over.total"].value
        == read_figures(Page("html", (table(rows),))).figures["applications.carried_over.total"].value
    )
