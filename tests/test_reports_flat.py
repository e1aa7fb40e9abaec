"""Official tables flattened into text, in every shape: what is read, what is in doubt, and what is left alone."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import normalize
from reports.blocks import Block, Page, Paragraph, Table
from reports.flat.restore import restore_tables
from reports.forms.lists import list_forms
from reports.model import CellState, Figure, Outcome
from reports.tables import Figures, read_figures
from tests.official_tables import HEAD, Spec, applications, disclosure_2019, disclosure_2021, review, table
from tests.portals.flattened import BARE, SHAPES, flattened

HEADINGS = {
    "disclosure": "二、主动公开政府信息情况",
    "applications": "三、收到和处理政府信息公开申请情况",
    "review": "四、政府信息公开行政复议、行政诉讼情况",
    "stat": "附件：政府信息公开情况统计表",
    "annex": "附件：政府信息公开情况统计表",
}
BEHIND = (Paragraph("五、存在的主要问题及改进情况"), Paragraph("主要问题是公开的深度不够。"))
STATISTICS, ANNEX = list_forms()
Rows = list[list[Spec]]


def disclosure_1_2019(cells: Sequence[str]) -> Rows:
    """Table 1 of 2019 with other cells."""
    rows, left = disclosure_2019(), list(cells)
    for row in rows:
        if row[0] != "信息内容" and len(row) > 1:
            for place, spec in enumerate(row[1:], 1):
                value = left.pop(0)
                row[place] = value if isinstance(spec, str) else (value, *spec[1:])
    return rows


def applications_of(form: str) -> Callable[[Sequence[str]], Rows]:
    def filled(cells: Sequence[str]) -> Rows:
        rows, left = applications(form), list(cells)
        for row in rows[len(HEAD) :]:
            row[-7:], left = left[:7], left[7:]
        return rows

    return filled


def listed(form_number: int) -> Callable[[Sequence[str]], Rows]:
    def filled(cells: Sequence[str]) -> Rows:
        form = (STATISTICS, ANNEX)[form_number]
        head: Rows = [["统计指标", "单位", "统计数"]]
        return head + [
            [row.zh, "件" if row.unit == "count" else "万元", cell] for row, cell in zip(form.rows, cells, strict=True)
        ]

    return filled


TABLES: dict[str, tuple[str, int, Callable[[Sequence[str]], Rows]]] = {
    "table 1 of 2019": ("disclosure", 22, disclosure_1_2019),
    "table 1 of 2021": ("disclosure", 10, disclosure_2021),
    "table 2 of 2019": ("applications", 23 * 7, applications_of("v2019")),
    "table 2 of 2021": ("applications", 25 * 7, applications_of("v2021")),
    "table 3": ("review", 15, review),
    "form of 2014": ("stat", len(STATISTICS.rows), listed(0)),
    "annex of 2008": ("annex", len(ANNEX.rows), listed(1)),
}


def read(*blocks: Block) -> Figures:
    return read_figures(Page("html", tuple(blocks)), 2021)


def text_of(name: str, cells: Sequence[str], shape: str) -> tuple[Block, ...]:
    kind, _, rows = TABLES[name]
    return (Paragraph(HEADINGS[kind]), *flattened(table(rows(cells)), shape), *BEHIND)


def is_read(figure: Figure) -> bool:
    return figure.state is not CellState.MISSING


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", TABLES)
def test_a_table_without_blank_cells_is_read_in_every_shape(name: str, shape: str) -> None:
    cells = [str(number) for number in range(20, 20 + TABLES[name][1])]
    truth = read(table(TABLES[name][2](cells)))
    found = read(*restore_tables(text_of(name, cells, shape)))
    assert (found.figures, found.doubts, found.form) == (truth.figures, (), truth.form)
    assert all(map(is_read, found.figures.values()))


CELLS = st.one_of(st.integers(0, 99_999).map(str), st.sampled_from(["", "", "/", "0"]))


@given(st.sampled_from(list(TABLES)), st.sampled_from(SHAPES), st.data())
def test_any_cells_in_any_shape_give_no_other_figure(name: str, shape: str, data: st.DataObject) -> None:
    size = TABLES[name][1]
    cells = data.draw(st.lists(CELLS, min_size=size, max_size=size))
    truth = read(table(TABLES[name][2](cells))).figures
    found = read(*restore_tables(text_of(name, cells, shape)))
    for code, figure in found.figures.items():
        assert not is_read(figure) or (figure.state is not CellState.BLANK or shape not in BARE)
        assert not is_read(figure) or figure == truth[code]
    lost = {code for code in truth if code not in found.figures or not is_read(found.figures[code])}
    rows = {code.rpartition(".")[0] for code in truth if truth[code].state is CellState.BLANK}
    if shape not in BARE:
        last = list(truth)[-1].rpartition(".")[0]
        # In the annex a number may be the code that is printed beside its row: a doubt, since it is no value alone.
        coded = {"annex.answers"} if name == "annex of 2008" and shape in ("bars between", "bars in front") else set()
        assert {code.rpartition(".")[0] for code in lost} <= {last} | coded
    elif name not in ("table 3", "form of 2014", "annex of 2008"):
        assert {code.rpartition(".")[0] for code in lost} == rows
    assert bool(lost) == bool(found.doubts)
    assert {doubt.outcome for doubt in found.doubts} <= {Outcome.UNCERTAIN}


def lines(*texts: str) -> Figures:
    return read(*restore_tables([*map(Paragraph, texts), *BEHIND]))


def table_one(*rows: str) -> Figures:
    """The first block of table 1 with the given lines below its headings, and the other blocks behind them."""
    head = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
    others = [line.text for line in flattened(table(disclosure_2021(["1"] * 10)[4:]), "a token per line")]
    return lines("第二十条第（一）项", *head, *rows, *others)


def documents(found: Figures) -> list[float | None]:
    return [figure.value for code, figure in found.figures.items() if ".normative_documents." in code]


@pytest.mark.parametrize(
    ("rows", "read_as"),
    [
        (["规章", "0", "0", "0", "行政规范性文件", "3"], [None] * 3),
        (["规章", "0", "0", "0", "行政规范性文件 2 0 9"], [2, 0, 9]),
        (["规章", "0", "0", "0", "行政规范", "性文件", "2", "0", "9"], [2, 0, 9]),
        (["规章", "0", "- 4 -", "0", "0", "行政规范性文件", "2", "- 5 -", "0", "9"], [2, 0, 9]),
        (["规章 0 0 0", "行政规范性文件 2 0", "5"], [None] * 3),  # a page number alone in its line
        (["规章 0 0 0", "行政规范性文件 - 4 -"], [None] * 3),
        (["规章 0 0 0", "行政规范性文件 2 0 9", "注：含修订"], [None] * 3),
        (["规章 0 0 0", "行政规范性文件 2 0 （一）"], [None] * 3),
        (["规章 0 0 0", "行政规范性文件 22（其中修订 16 件） 0 9"], [None] * 3),
        (["规章 0 0 0", "行政规范性文件 2 件 0 9"], [None] * 3),
        (["规章 0 0", "行政规范性文件 2 0 9 1"], [None] * 3),
        (["规章 0 0", "行政规范性文件 2 0 9"], [2, 0, 9]),
        (["规章", "0", "0", "0", "2", "0", "9"], [None] * 3),
    ],
)
def test_rows_without_separators_count_only_where_nothing_else_can_be_meant(
    rows: Sequence[str], read_as: list[float | None]
) -> None:
    found = table_one(*rows)
    assert documents(found) == read_as
    doubted = {doubt.subject for doubt in found.doubts}
    assert ("disclosure.normative_documents" in doubted) == (read_as[0] is None and "行政规范" in "".join(rows))
    assert found.figures["disclosure.permits.decisions"].value == 1 or doubted


def test_a_row_whose_label_was_broken_is_missed_by_name() -> None:
    cells = [str(number) for number in range(20, 20 + 25 * 7)]
    text = [line.text for line in text_of("table 2 of 2021", cells, "a token per line") if isinstance(line, Paragraph)]
    place = text.index("1.属于国家秘密")
    found = lines(*text[:place], "1.属于国", "家秘蜜", *text[place + 1 :])
    rows = {doubt.subject for doubt in found.doubts}
    assert "applications.refused.state_secret" in rows
    assert found.figures["applications.refused.state_secret.total"].state is CellState.MISSING


def test_a_heading_that_was_lost_leaves_its_rows_in_doubt() -> None:
    rows = disclosure_1_2019([str(number) for number in range(20, 42)])
    rows[1][2] = ""
    found = read(*restore_tables([*flattened(table(rows), "a token per line"), *BEHIND]))
    read_here = [code for code, figure in found.figures.items() if is_read(figure) and "regulations" in code]
    assert (read_here, "disclosure.regulations" in {doubt.subject for doubt in found.doubts}) == ([], True)


@pytest.mark.parametrize("label", ["2\n其他法律行政法规", "2\n其他法律行政止", "2.其他法律行政止"])
@pytest.mark.parametrize("shape", ["a token per line", "one line", "bars between"])
def test_the_number_of_the_next_label_is_no_value(shape: str, label: str) -> None:
    rows = applications()
    rows[len(HEAD) + 4][-1] = ""
    text = [line.text.replace("2.其他法律行政法规", label) for line in flattened(table(rows), shape)]
    found = lines(HEADINGS["applications"], *(part for line in text for part in line.split("\n")))
    secrets = [figure.value for code, figure in found.figures.items() if ".state_secret." in code]
    assert secrets in ([None] * 7, [40, 41, 42, 43, 44, 45, None])
    assert found.figures["applications.carried_over.total"].value == 246


def test_markdown_rules_and_numbered_columns_are_no_values() -> None:
    cells = [str(number) for number in range(30, 45)]
    piped = [line.text for line in flattened(table(review(cells)), "pipe rows")]
    piped.insert(3, "|" + " --- |" * 15)
    bare = [line.text for line in flattened(table(review(cells)), "broken rows")]
    bare.insert(-1, " ".join(str(number) for number in range(1, 16)))
    for text in (piped, bare):
        assert [figure.value for figure in lines(*text).figures.values()] == list(range(30, 45))


@pytest.mark.parametrize(
    "head",
    [
        ["指标 名称", "代 码", "单 位", "2012年度", "历年 累计"],
        ["指标名称", "代码", "单位", "2012 年度", "历年累计"],
    ],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_what_adds_up_all_years_is_never_read_for_the_year(shape: str, head: list[str]) -> None:
    rows: Rows = [list[Spec](head), *(list[Spec]((row.zh, row.number, "条", "7", "36")) for row in ANNEX.rows)]
    rows[1][3] = ""
    blocks = (Paragraph(HEADINGS["annex"]), *flattened(table(rows), shape), *BEHIND)
    found = read_figures(Page("text", restore_tables(blocks)), 2012).figures
    values = {figure.value for figure in found.values()}
    assert values == {None, 7} or (shape == "broken rows" and values == {None})
    assert found[ANNEX.rows[0].code].value is None


@pytest.mark.parametrize("shape", ["bars between", "a cell per line", "mixed"])
def test_a_value_in_chinese_numerals_is_no_number_of_what_follows(shape: str) -> None:
    blocks = text_of("table 1 of 2021", ["十二"] * 8 + ["0"] * 2, shape)
    assert {figure.value for figure in read(*restore_tables(blocks)).figures.values()} == {12, 0}


def test_text_that_is_no_table_is_left_alone() -> None:
    """Words of the forms in prose, separators in links, and a flattened copy below the table itself."""
    prose: list[Block] = [
        Paragraph("一、总体情况", heading=True),
        Paragraph("信息内容方面，规范性文件 3 件；本年新收自然人申请 5 件，结果维持 1 件，尚未审结 0 件。"),
        Paragraph("首页 | 政务公开 | 行政许可 | 5"),
        Paragraph("行政许可"),
        Paragraph("5"),
        Paragraph("自然人"),
    ]
    assert restore_tables(prose) == tuple(prose)
    whole = table(disclosure_2021([str(number) for number in range(10)]))
    page: list[Block] = [Paragraph(HEADINGS["disclosure"]), whole, *flattened(whole, "a token per line"), *BEHIND]
    assert restore_tables(page) == tuple(page)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_is_lost(shape: str) -> None:
    found: list[str] = []
    blocks: list[Block] = [Paragraph("一、总体情况"), Paragraph("- 1 -")]
    for name in ("table 1 of 2021", "table 2 of 2021", "table 3"):
        cells = ["" if number % 5 == 0 else str(number) for number in range(TABLES[name][1])]
        blocks += text_of(name, cells, shape)[:-2]
        blocks.insert(-3, Paragraph("- 2 -"))
    for block in restore_tables([*blocks, *BEHIND]):
        found += [cell.text for cell in block.cells] if isinstance(block, Table) else [getattr(block, "text", "")]
    printed = sorted(
        "".join("".join(getattr(block, "text", "").split()) for block in [*blocks, *BEHIND]).replace("|", "")
    )
    assert sorted("".join("".join(found).split()).replace("|", "")) == printed


def document(shape: str) -> tuple[list[str], dict[str, Figure]]:
    """A whole report with its tables flattened, and the figures of the tables."""
    parts = ["眉县人民政府2022年政府信息公开工作年度报告", "一、总体情况", "本县全年依法公开信息，办理申请。" * 20]
    tables: list[Table] = []
    for name in ("table 1 of 2021", "table 2 of 2021", "table 3"):
        kind, size, rows = TABLES[name]
        tables.append(table(rows([str(number) for number in range(size)])))
        parts += [HEADINGS[kind], *(line.text for line in flattened(tables[-1], shape))]
    parts += [*(block.text for block in BEHIND), "六、其他需要报告的事项", "没有其他需要报告的事项。"]
    return parts, read(*tables).figures


@pytest.mark.parametrize("shape", SHAPES)
def test_documents_with_flattened_tables(shape: str) -> None:
    parts, truth = document(shape)
    text = normalize("\n".join(parts).encode())
    official = {code: figure for code, figure in text.figures.items() if not code.startswith("narrative.")}
    assert (official, text.form) == (truth, "v2021")
    assert [section.ordinal for section in text.sections] == [1, 2, 3, 4, 5, 6]
    if "tab" not in shape:
        body = "".join(f"<p>{part}</p>" for part in parts[1:])
        page = normalize(f"<html><body><h1>{parts[0]}</h1><div id=zoom>{body}</div></body></html>".encode())
        assert {code: figure for code, figure in page.figures.items() if code in truth} == truth
        assert [section.ordinal for section in page.sections] == [1, 2, 3, 4, 5, 6]
