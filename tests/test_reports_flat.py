"""Official tables flattened into text, in every shape: what is read, what is in doubt, and what is left alone."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import forms, normalize
from reports.blocks import Block, Cell, Page, Paragraph, Table
from reports.flat import restore_tables
from reports.forms.lists import list_forms
from reports.model import CellState, Figure, Outcome
from reports.sections import read_sections
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
        if row[0] not in ("信息内容",) and len(row) > 1:
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
        assert {code.rpartition(".")[0] for code in lost} <= {last}
    elif name not in ("table 3", "form of 2014", "annex of 2008"):
        assert {code.rpartition(".")[0] for code in lost} == rows
    assert bool(lost) == bool(found.doubts)
    assert {doubt.outcome for doubt in found.doubts} <= {Outcome.UNCERTAIN}
