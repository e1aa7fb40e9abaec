"""Whose figures they are: columns, rows and tables of other years, and rows that the form does not have."""

from collections.abc import Sequence

import pytest

from reports import forms
from reports.blocks import Block, Page, Paragraph
from reports.model import CellState
from reports.tables import Figures, read_figures
from reports.years import Whose, whose
from tests.official_tables import Spec, applications, disclosure_2021, review, table

ROW = [str(number) for number in range(20, 35)]
LAST = ["9"] * 15
BLANK = [""] * 15
GROUP = "（五）不予处理"


def read(*blocks: Block, year: int | None = 2023) -> Figures:
    return read_figures(Page("html", blocks), year)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2023年度", Whose.OWN),
        ("（2023）", Whose.OWN),
        ("本年度实际", Whose.OWN),
        ("2022年", Whose.OTHERS),
        ("2022年1-12月", Whose.OTHERS),
        ("2008-2023年", Whose.OTHERS),
        ("上一年", Whose.OTHERS),
        ("本年比上年增减", Whose.OTHERS),
        ("历年累计", Whose.OTHERS),
        ("本年累计", Whose.OWN),
        ("2022年、2023年", Whose.UNTOLD),
        ("2024年1月18日", Whose.UNTOLD),
        ("上年结转", Whose.UNTOLD),
        ("总计", Whose.UNTOLD),
    ],
)
def test_whose_figures_a_text_announces(text: str, told: Whose) -> None:
    assert whose(text, 2023) is told


@pytest.mark.parametrize("values", [("107", "7"), ("", "7"), ("107", "")])
def test_two_headings_of_one_name_have_to_agree(values: tuple[str, str]) -> None:
    heads: list[list[Spec]] = [["", "2023年", "2022年"], ["信息内容", "本年处理决定数量", "本年处理决定数量"]]
    found = read(table([*heads, ["行政许可", *values]]))
    assert found.figures["disclosure.permits.decisions"].state is CellState.MISSING
    assert [doubt.subject for doubt in found.doubts] == ["disclosure.permits.decisions"]
    found = read(table([*heads, ["行政许可", "107", "107"]]))
    assert (found.figures["disclosure.permits.decisions"].value, found.doubts) == (107, ())


def labelled(*rows: Sequence[str]) -> Figures:
    """Table 3 with a column of labels in front."""
    head = review(ROW)[:3]
    return read(table([[("年度", 3, 1), *head[0]], *head[1:], *(list[Spec](row) for row in rows)]))


@pytest.mark.parametrize("label", ["上年", "上年度", "去年", "2022年度", "2022", "比上年增减", "同比"])
def test_a_row_of_another_year_or_a_comparison_never_gives_figures_in_table_three(label: str) -> None:
    for own in ("本年", "2023年", ""):
        found = labelled([own, *BLANK], [label, *LAST])
        assert {figure.state for figure in found.figures.values()} == {CellState.BLANK}
        found = labelled([label, *LAST], [own, *ROW])
        assert ([figure.raw for figure in found.figures.values()], found.doubts) == (ROW, ())
    found = labelled([label, *LAST])
    assert {figure.state for figure in found.figures.values()} == {CellState.MISSING}
    assert [doubt.subject for doubt in found.doubts] == ["review"]


def test_a_comparison_within_the_figures_and_lines_that_name_the_year_of_those_below() -> None:
    head = review(ROW)[:3]
    compared = table([*head, list[Spec](BLANK), ["同比", *LAST[1:]]])
    lines = table([*head, [("2023年", 1, 15)], list[Spec](BLANK), [("2022年", 1, 15)], list[Spec](LAST)])
    for block in (compared, lines):
        assert {figure.state for figure in read(block).figures.values()} == {CellState.BLANK}


CAPTIONS = ["2022年", "上年度", "2022年度政府信息公开行政复议、行政诉讼情况", "与上年对比情况"]


@pytest.mark.parametrize("caption", CAPTIONS)
@pytest.mark.parametrize("unit", [(), (Paragraph("（单位：件）"),)])
def test_a_table_under_the_caption_of_another_year_gives_no_figures(caption: str, unit: tuple[Block, ...]) -> None:
    last = (Paragraph(caption), *unit, table(review(LAST)))
    found = read(*last, Paragraph("2023年"), table(review(BLANK)))
    assert ({figure.state for figure in found.figures.values()}, found.doubts) == ({CellState.BLANK}, ())
    alone = read(*last)
    assert (alone.figures, [doubt.subject for doubt in alone.doubts]) == ({}, ["review"])


def test_a_table_whose_own_first_line_names_another_year_gives_no_figures() -> None:
    for rows, name in ((applications(), "applications"), (disclosure_2021("0123456789"), "disclosure")):
        titled: list[list[Spec]] = [[("2022年", 1, 10 if name == "applications" else 4)], *rows]
        found = read(table(titled))
        assert (found.figures, [doubt.subject for doubt in found.doubts]) == ({}, [name])
        assert read(table(titled), year=2022).figures.keys() == read(table(rows)).figures.keys()


@pytest.mark.parametrize("text", ["2022年，本机关未收到申请。", "2024年1月18日", "2023年度与2022年度情况"])
def test_a_sentence_a_date_and_a_caption_that_names_this_year_too_leave_the_table(text: str) -> None:
    found = read(Paragraph(text), table(review(ROW)))
    assert ([figure.raw for figure in found.figures.values()], found.doubts) == (ROW, ())


@pytest.mark.parametrize("form", forms.FORMS)
@pytest.mark.parametrize(
    ("group", "label"), [("（五）不予处理", "6.其他"), ("（五）不予处理", "其他"), ("", "6．其它")]
)
def test_another_row_of_no_name_in_a_group_is_a_doubt(form: str, group: str, label: str) -> None:
    rows = applications(form)
    place = next(number for number, row in enumerate(rows) if "5.要求行政机关确认或重新出具已获取信息" in row) + 1
    first = next(number for number, row in enumerate(rows) if row[0] == ("三、本年度办理结果", len(rows) - 6, 1))
    rows[first][0] = ("三、本年度办理结果", len(rows) - 5, 1)
    added: list[Spec] = [group, label] if group else [(label, 1, 2)]
    found = read(table([*rows[:place], [*added, *["55"] * 7], *rows[place:]]))
    plain = read(table(applications(form))).figures
    assert {code: f.raw for code, f in found.figures.items()} == {code: f.raw for code, f in plain.items()}
    assert [doubt.subject for doubt in found.doubts] == ["applications.*"]
