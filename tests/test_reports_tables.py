"""From the grids of the official tables to figures: headings, labels, spans, pieces, and what must stay unread."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import forms
from reports.blocks import PICTURE_CELL, Block, Cell, Page, Paragraph, Table
from reports.model import CellState, Outcome
from reports.tables import Figures, read_figures
from tests.official_tables import Spec, applications, disclosure_2019, disclosure_2021, plain, review, table


def read(*blocks: Block) -> Figures:
    return read_figures(Page("html", blocks))


def values(found: Figures, prefix: str) -> dict[str, int | float | None]:
    return {code: figure.value for code, figure in found.figures.items() if code.startswith(prefix)}


def expected_applications(form: str) -> dict[str, int]:
    rows = [row.code for row in forms.applications().rows if form in row.forms]
    columns = [column.code for column in forms.applications().columns]
    return {
        f"applications.{row}.{column}": 10 * r + c for r, row in enumerate(rows) for c, column in enumerate(columns)
    }


@pytest.mark.parametrize("form", forms.FORMS)
def test_the_whole_form(form: str) -> None:
    first = disclosure_2021([str(n) for n in range(1, 11)]) if form == "v2021" else disclosure_2019()
    found = read(
        Paragraph("二、主动公开政府信息情况"), *map(table, (first, applications(form), review("123456789abcdef")))
    )
    assert found.form == form
    assert found.doubts == ()
    official = [entry.code for entry in forms.indicators() if form in entry.forms]
    assert sorted(found.figures) == sorted(official)
    assert values(found, "applications.") == expected_applications(form)


def test_disclosure_of_2019_with_cut_headings() -> None:
    found = read(table(disclosure_2019("本年新", "本年新")))
    assert found.form == "v2019"
    assert values(found, "disclosure.regulations.") == {
        "disclosure.regulations.newly_made": 0,
        "disclosure.regulations.newly_disclosed": 1,
        "disclosure.regulations.total_disclosed": 2,
    }
    assert found.figures["disclosure.other_external_services.change"].value == -14
    assert found.figures["disclosure.penalties.change"].value == -4
    assert found.figures["disclosure.fees.change"].state is CellState.ZERO
    assert found.figures["disclosure.procurement.amount_yuan"].value == 5_920_000


def test_disclosure_in_four_tables_and_a_fee_in_yuan() -> None:
    rows = disclosure_2021(["/", "", "1", "2", "3", "4", "5", "6", "7", "8"])
    rows[12] = ["信息内容", ("本年收费金额（单位：元）", 1, 3)]
    found = read(*(table(rows[start:end]) for start, end in ((0, 4), (4, 7), (7, 11), (11, 14))))
    assert [figure.value for figure in found.figures.values()] == [None, None, 1, 2, 3, 4, 5, 6, 7, 0.0008]
    assert found.figures["disclosure.regulations.made"].state is CellState.NOT_APPLICABLE
    assert found.figures["disclosure.regulations.repealed"].state is CellState.BLANK


def test_headings_without_spans_still_fit_rows_of_the_right_length() -> None:
    rows = [
        *disclosure_2021([str(n) for n in range(10)]),
        *plain(applications()),
        *plain(review([*"12345", *"67890"] + ["1"] * 5)),
    ]
    found = read(table(rows))
    assert values(found, "applications.") == expected_applications("v2021")
    assert found.figures["review.litigation_direct.total"].value == 0
    assert found.doubts == ()


def test_a_lacking_column_leaves_its_cells_missing() -> None:
    rows = applications()
    rows[0][1] = ("申请人情况", 1, 6)
    rows[1][1] = ("法人或其他组织", 1, 4)
    del rows[2][1]
    for row in rows[3:]:
        del row[-5]
    found = read(table(rows))
    expected: dict[str, int | None] = dict(expected_applications("v2021"))
    assert values(found, "applications.") == {c: None if c.endswith(".research") else v for c, v in expected.items()}
    assert found.figures["applications.new.research"].state is CellState.MISSING


def test_a_row_lacking_a_cell_is_not_guessed() -> None:
    rows = applications()
    del rows[-1][-1]
    found = read(table(rows))
    row = [figure for code, figure in found.figures.items() if code.startswith("applications.carried_over.")]
    assert [figure.state for figure in row] == [CellState.MISSING] * 7
    assert [(doubt.subject, doubt.outcome) for doubt in found.doubts] == [
        ("applications.carried_over", Outcome.UNCERTAIN)
    ]
    assert found.figures["applications.handled_total.total"].value == 236


def test_blank_cells_are_blank_and_not_zero() -> None:
    rows = applications()
    rows[3][1:] = ["26", "", "\xa0", "", "", "", "26"]
    found = read(table(rows))
    states = [found.figures[f"applications.new.{column.code}"].state for column in forms.applications().columns]
    assert states == [CellState.NUMBER, *[CellState.BLANK] * 5, CellState.NUMBER]


def test_one_row_of_other_handling_in_a_report_of_2021() -> None:
    found = read(table(disclosure_2021(["0"] * 10)), table(applications("v2019")))
    assert found.form == "v2021"
    assert values(found, "applications.") == expected_applications("v2019")


@pytest.mark.parametrize("cut", range(1, 28))
def test_a_page_break_anywhere_in_table_two(cut: int) -> None:
    whole = table(applications())
    lower = tuple(
        tuple(
            None
            if cell is None or cell.row < cut
            else Cell(cell.text, cell.row - cut, cell.column, cell.rowspan, cell.colspan)
            for cell in line
        )
        for line in whole.grid[cut:]
    )
    found = read(Table(whole.grid[:cut]), Table(lower))
    assert values(found, "applications.") == expected_applications("v2021")
    assert found.doubts == ()


def test_a_continuation_in_another_grid_is_read_by_the_number_of_its_cells() -> None:
    rows = applications()
    tail: list[list[Spec]] = [[row[0] if isinstance(row[0], str) else row[0][0], *row[-7:]] for row in rows[-2:]]
    found = read(table(rows[:-2]), table(tail))
    assert values(found, "applications.") == expected_applications("v2021")


@pytest.mark.parametrize(
    ("row", "label"),
    [
        (8, "2.其他法律行政止公开"),
        (21, "4、无正当理由大量反复 申请"),
        (22, "5.要求行政机关确认或重新出"),
        (27, "四、结转下年度办理"),
    ],
)
def test_damaged_labels(row: int, label: str) -> None:
    rows = applications()
    place = max(index for index, spec in enumerate(rows[row]) if not isinstance(spec, str) or not spec.isdigit())
    old = rows[row][place]
    rows[row][place] = label if isinstance(old, str) else (label, *old[1:])
    assert values(read(table(rows)), "applications.") == expected_applications("v2021")


def test_a_row_of_no_form_is_a_doubt() -> None:
    rows = applications()
    rows[10][0] = "4.涉及商业秘密和个人隐私等"
    found = read(table(rows))
    assert found.figures["applications.refused.third_party.total"].state is CellState.MISSING
    assert "涉及商业秘密" in found.doubts[0].detail


def test_a_second_table_that_contradicts_the_first_is_a_doubt() -> None:
    again = applications()
    again[3][-1] = "99"
    found = read(table(applications()), table(again))
    assert found.figures["applications.new.total"].state is CellState.MISSING
    assert found.figures["applications.new.other_org"].value == 5
    assert [doubt.subject for doubt in found.doubts] == ["applications.new.total"]


def test_a_third_table_does_not_settle_what_two_others_disagree_on() -> None:
    again = applications()
    again[3][-1] = "99"
    found = read(table(applications()), table(again), table(again))
    assert found.figures["applications.new.total"].state is CellState.MISSING


def test_a_row_that_fits_and_one_of_its_name_that_does_not_give_no_value() -> None:
    again = applications()
    del again[3][-1]
    for pair in ((applications(), again), (again, applications())):
        found = read(*map(table, pair))
        assert found.figures["applications.new.total"].state is CellState.MISSING
        assert found.figures["applications.carried_in.total"].value == 16


def test_a_table_of_another_year_is_left_out_where_both_are_labelled() -> None:
    last = disclosure_2021(["9"] * 10)
    page = Page("html", (Paragraph("2020年"), table(last), Paragraph("（2021年度）"), table(disclosure_2021(TEN))))
    assert list(values(read_figures(page, 2021), "disclosure.").values()) == list(range(1, 11))
    assert set(values(read_figures(page), "disclosure.").values()) == {9, None}


TEN = [str(n) for n in range(1, 11)]
KINDS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]


def turned(rows: list[list[Spec]], order: list[int]) -> list[list[Spec]]:
    """The rows of table 2 below the headings, their seven figures in another order."""
    return [[*row[:-7], *(row[-7:][index] for index in order)] for row in rows[3:]]


@given(st.permutations(range(7)))
def test_the_columns_of_table_two_are_read_as_printed(order: list[int]) -> None:
    head: list[Spec] = [("", 1, 3), *(KINDS[index] for index in order)]
    rows = [head, *turned(applications(), order)]
    found = read(table(rows))
    assert values(found, "applications.") == expected_applications("v2021")
    assert found.doubts == ()


def test_the_total_in_front_of_the_applicants() -> None:
    corner, applicants = applications()[0]
    assert not isinstance(applicants, str)
    head: list[list[Spec]] = [
        [corner, ("总计", 3, 1), (applicants[0], 1, 6)],
        [("自然人", 2, 1), ("法人或其他组织", 1, 5)],
        applications()[2],
    ]
    rows = [*head, *turned(applications(), [6, 0, 1, 2, 3, 4, 5])]
    assert values(read(table(rows)), "applications.") == expected_applications("v2021")
    lost = read(table([*plain(head), *rows[3:]]))
    assert {figure.value for figure in lost.figures.values()} == {None}
    assert lost.doubts


def test_a_figure_left_of_the_first_heading_makes_a_row_unreadable() -> None:
    rows = applications()
    rows[3] = [("一、本年新收政府信息公开申请数量", 1, 2), "0", *"1234567"]
    found = read(table(rows))
    assert found.figures["applications.new.natural_person"].state is CellState.MISSING
    assert [doubt.subject for doubt in found.doubts] == ["applications.new"]


def test_a_row_that_fits_where_its_siblings_do_not_is_not_trusted() -> None:
    rows = applications()
    rows[1][1:] = [("法人或其他组织总计", 1, 6)]
    del rows[5][-4]
    found = read(table(rows))
    assert {figure.state for figure in found.figures.values()} == {CellState.MISSING}
    assert "applications.granted" in {doubt.subject for doubt in found.doubts}


def test_a_blank_heading_forbids_to_count_the_cells_of_table_three() -> None:
    head = review(ROW)[:3]
    for line in head[:2]:
        line.insert(2, "")
    found = read(table([*head, [ROW[0], (ROW[2], 1, 2), "", *ROW[3:]]]))
    assert {figure.state for figure in found.figures.values()} == {CellState.MISSING}


def test_rows_read_by_the_number_of_their_cells_must_agree_on_it() -> None:
    rows = applications()
    tail: list[list[Spec]] = [[row[0] if isinstance(row[0], str) else row[0][0], "", *row[-7:]] for row in rows[-3:]]
    del tail[1][4]
    found = read(table(rows[:-3]), table(tail))
    assert found.figures["applications.handled_total.total"].state is CellState.MISSING
    for code, figure in found.figures.items():
        assert figure.value in (None, expected_applications("v2021")[code])
    assert any(doubt.subject == "applications.handled_total" for doubt in found.doubts)


FORMS: dict[str, Callable[[], list[list[Spec]]]] = {
    "table 1 of 2021": lambda: disclosure_2021([str(n) for n in range(10, 20)]),
    "table 1 of 2019": disclosure_2019,
    "table 2 of 2021": applications,
    "table 2 of 2019": lambda: applications("v2019"),
    "table 3": lambda: review([str(n) for n in range(20, 35)]),
}


@given(st.sampled_from(sorted(FORMS)), st.data())
def test_a_table_that_lost_any_one_cell_or_row_gives_no_wrong_figure(name: str, data: st.DataObject) -> None:
    rows = FORMS[name]()
    numbers = [
        (r, c) for r, row in enumerate(rows) for c, spec in enumerate(row) if isinstance(spec, str) and spec.isdigit()
    ]
    for r, c in data.draw(st.sets(st.sampled_from(numbers), max_size=20)):
        rows[r][c] = ""
    truth = read(table(rows)).figures
    place = data.draw(st.integers(0, len(rows) - 1))
    cell = data.draw(st.integers(-1, len(rows[place]) - 1))
    if cell < 0 or len(rows[place]) == 1:
        del rows[place]
    else:
        del rows[place][cell]
    for code, figure in read(table(rows)).figures.items():
        assert figure.state is CellState.MISSING or figure == truth[code]


def test_review_with_a_row_that_does_not_fit() -> None:
    found = read(table(review(["1"] * 14)))
    assert {figure.state for figure in found.figures.values()} == {CellState.MISSING}
    assert [doubt.subject for doubt in found.doubts] == ["review"]


RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
OFFICIAL = [f"review.{block.code}.{column.code}" for block in forms.review().rows for column in forms.review().columns]
TRUTH: dict[str, int | float | None] = dict(zip(OFFICIAL, range(20, 35), strict=True))
ROW = [str(n) for n in range(20, 35)]
LAST = [str(n) for n in range(60, 75)]


def review_in_order(blocks: list[int], results: list[int]) -> list[list[Spec]]:
    """Table 3 with its blocks (0: 复议, 1: 未经, 2: 复议后) and results in another order; 行政诉讼 stays one."""
    names: list[Spec] = [RESULTS[index] for index in results]
    upper: list[Spec] = [("行政诉讼", 1, 10)]
    lower: list[Spec] = [(("", "未经复议直接起诉", "复议后起诉")[block], 1, 5) for block in blocks if block]
    own: list[Spec] = [(RESULTS[index], 2, 1) for index in results]
    if blocks[0] == 0:
        upper, lower = [("行政复议", 1, 5), *upper], [*own, *lower]
    else:
        upper, lower = [*upper, ("行政复议", 1, 5)], [*lower, *own]
    return [upper, lower, [*names, *names], [ROW[5 * block + index] for block in blocks for index in results]]


@given(st.sampled_from([[0, 1, 2], [0, 2, 1], [1, 2, 0], [2, 1, 0]]), st.permutations(range(5)))
def test_the_columns_of_table_three_are_read_as_printed(blocks: list[int], results: list[int]) -> None:
    rows = review_in_order(blocks, results)
    found = read(table(rows))
    assert (values(found, "review."), found.doubts) == (TRUTH, ())
    lost = read(table(plain(rows)))
    if values(lost, "review.") != TRUTH:
        assert {figure.state for figure in lost.figures.values()} == {CellState.MISSING}
        assert [doubt.subject for doubt in lost.doubts] == ["review"]
    else:
        assert (blocks, results) == ([0, 1, 2], [0, 1, 2, 3, 4])


def pieces() -> list[list[list[Spec]]]:
    blocks = ("行政复议", "未经复议直接起诉", "复议后起诉")
    return [
        [[(block, 1, 5)], list(RESULTS), list(ROW[5 * number : 5 * number + 5])] for number, block in enumerate(blocks)
    ]


def test_table_three_block_by_block() -> None:
    one, two, three = pieces()
    litigation: list[list[Spec]] = [
        [("行政诉讼", 1, 10)],
        [("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5)],
        [*RESULTS, *RESULTS],
        [*ROW[5:]],
    ]
    for grids in ([one, two, three], [[*one, *two, *three]], [one, litigation], [[*one, *litigation]]):
        found = read(*map(table, grids))
        assert (values(found, "review."), found.doubts) == (TRUTH, ())


def test_a_block_of_table_three_that_is_lacking_is_a_doubt() -> None:
    found = read(*map(table, pieces()[:2]))
    assert found.figures["review.litigation_direct.total"].value == 29
    assert [doubt.subject for doubt in found.doubts] == ["review.litigation_after_reconsideration"]


def test_two_rows_that_differ_give_no_value_in_table_three() -> None:
    head = review(ROW)[:3]
    years: list[list[Spec]] = [[("年度", 3, 1), *head[0]], *head[1:], ["2020年", *LAST], ["2021年", *ROW]]
    several = (
        [table([*head, list(LAST), list(ROW)])],
        [table(review(LAST)), table(review(ROW))],
        [table(review(ROW)), table(review(ROW[:-1]))],
        [table(review(ROW[:-1])), table(review(ROW))],
        [table(years)],
    )
    for blocks in several:
        found = read(*blocks)
        assert {figure.state for figure in found.figures.values()} == {CellState.MISSING}
        assert found.doubts
    assert values(read_figures(Page("html", tuple(several[-1])), 2021), "review.") == TRUTH


def test_the_same_row_twice_and_numbered_columns_are_no_contradiction() -> None:
    blank, numbers = [""] * 15, [str(n) for n in range(1, 16)]
    for below in ([numbers, ROW], [["栏次", *numbers], ROW], [ROW, ROW], [blank, ROW], [ROW, blank]):
        found = read(table([*review(ROW)[:3], *map(list[Spec], below)]))
        assert (values(found, "review."), found.doubts) == (TRUTH, ())


def test_a_list_of_results_beside_table_three_is_left_alone_and_a_summary_is_a_doubt() -> None:
    listed = table([["", "行政复议", "行政诉讼"], ["结果维持", "3", "4"], ["结果纠正", "1", "0"]])
    summary = table([["", *RESULTS], ["行政复议", "9", "9", "9", "9", "36"]])
    whole = table(review(ROW))
    for blocks in ([listed, whole], [whole, listed]):
        assert (values(read(*blocks), "review."), read(*blocks).doubts) == (TRUTH, ())
    for blocks in ([summary, whole], [whole, summary]):
        found = read(*blocks)
        assert found.figures["review.reconsideration.total"].state is CellState.MISSING
        assert found.figures["review.litigation_direct.total"].value == 29
        assert [doubt.subject for doubt in found.doubts] == ["review.reconsideration"]


def test_headings_without_a_row_take_none_from_another_table() -> None:
    found = read(table(review(ROW)[:3]), Paragraph("其他数据"), table([list(LAST)]))
    assert {figure.state for figure in found.figures.values()} == {CellState.MISSING}
    assert [doubt.subject for doubt in found.doubts] == ["review"]


def test_a_picture_in_a_cell_is_no_number() -> None:
    rows = disclosure_2021(["0", "0", "0", PICTURE_CELL, *"234567"])
    found = read(table(rows))
    assert found.figures["disclosure.normative_documents.made"].state is CellState.TEXT
    assert [doubt.subject for doubt in found.doubts] == ["disclosure.normative_documents.made"]


def test_review_left_blank() -> None:
    found = read(table(review([""] * 15)))
    assert {figure.state for figure in found.figures.values()} == {CellState.BLANK}


def test_other_tables_give_no_figures_and_no_doubts() -> None:
    decoy = table([["序号", "事项", "总计"], ["重大行政决策", "其他", "5"], ["其他", *"1234567"], ["合计", *"1234567"]])
    assert read(Paragraph("本年新收政府信息公开申请数量 5"), decoy) == Figures(None, {}, (), ())
    form = table(applications("v2019"))
    assert read(form, decoy) == read(form)


def test_trailing_cells_left_over_from_lost_spans() -> None:
    rows = disclosure_2021([str(n) for n in range(1, 10)] + ["7730.28"])
    for row in rows[4:]:
        row[-1] = row[-1] if isinstance(row[-1], str) else row[-1][0]
        row.extend([""] * (4 - len(row)))
    assert list(values(read(table(rows)), "disclosure.").values()) == [*range(1, 10), 7730.28]


def test_headings_of_no_form_leave_the_row_unread() -> None:
    rows = disclosure_2021(["1"] * 10)
    rows[5] = ["信息内容", ("本年办件总量", 1, 3)]
    found = read(table(rows))
    assert found.figures["disclosure.permits.decisions"].state is CellState.MISSING
    assert [doubt.subject for doubt in found.doubts] == ["disclosure.permits"]


WORDS = sorted(
    {key for row in forms.applications().rows for key in row.keys}
    | {"自然人", "商业企业", "总计", "结果维持", "复议后起诉"}
)
WORDS += ["信息内容", "本年制发件数", "规章", "行政许可", "本年新", "对外公开总数量", "", "0", "7", "/", "1 2"]


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(WORDS), st.integers(1, 3), st.integers(1, 4)), min_size=1, max_size=8),
        min_size=1,
        max_size=8,
    )
)
def test_any_grid_gives_official_codes_only(rows: list[list[tuple[str, int, int]]]) -> None:
    found = read(table(rows))
    assert set(found.figures) <= {entry.code for entry in forms.indicators()}
    assert all((figure.value is None) == (figure.raw not in ("0", "7")) for figure in found.figures.values())
