"""A table's cells cut from its markup are the ones that the tree holds, whatever stands in and between them."""

from collections.abc import Sequence

import lxml.html
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reports.readers.tree import Element
from reports.readers.written import BLOCK_TAGS, Written, cut_rows, mark, rows_of

PIECES = st.sampled_from(
    [
        *("12", "规章", " ", "&nbsp;", "&lt;td&gt;", "&amp;lt;", "\n", "<p>1</p>", "<br>", "<span>3</span>", "\u200b"),
        *("<b title='>'>", "</b>", "<!-- <td>9</td> -->", "<h2>件</h2>", "<div>", "</div>", "<img alt='<td>'>"),
    ]
)
CELLS = st.tuples(st.sampled_from(["td", "td colspan=2", "TH rowspan='3'"]), st.lists(PIECES, max_size=6).map("".join))
ROWS = st.lists(st.lists(CELLS, max_size=4), min_size=1, max_size=4)


def parsed(rows: Sequence[Sequence[tuple[str, str]]]) -> Element:
    lines = ("".join(f"<{tag}>{text}</{tag[:2]}>" for tag, text in row) for row in rows)
    table: Element = lxml.html.fragment_fromstring(f"<table><tr>{'</tr><tr>'.join(lines)}</tr></table>")
    return table


def told(rows: Sequence[Sequence[Written]]) -> list[list[tuple[str, str, str]]]:
    """The cells with every border as one line end."""
    return [
        [("\n".join(filter(None, c.text.replace("\ufdd1", "").split("\ufdd0"))), c.colspan, c.rowspan) for c in row]
        for row in rows
    ]


@given(ROWS)
def test_both_ways_give_the_same_cells(rows: list[list[tuple[str, str]]]) -> None:
    table = parsed(rows)
    cut = cut_rows(table)
    assume(cut is not None)
    assert cut is not None
    mark(list(table.iterdescendants(*BLOCK_TAGS)))
    assert told(cut) == told(rows_of(table))


@pytest.mark.parametrize(
    "markup",
    [
        "<tr><td><table><tr><td>1</td></tr></table></td></tr>",
        "<td>1</td><tr><td>2</td></tr>",
        "<tr><td><sp<an>1</td></tr>",
    ],
)
def test_what_tags_alone_do_not_tell_is_left_to_the_tree(markup: str) -> None:
    assert cut_rows(lxml.html.fragment_fromstring(f"<table>{markup}</table>")) is None


def test_a_regular_table_is_cut() -> None:
    assert cut_rows(parsed([[("td", "<p>甲</p>"), ("td colspan=2", "")]])) == [
        [Written("\ufdd0甲\ufdd0", "", "", nests=False), Written("", "2", "", nests=False)]
    ]
