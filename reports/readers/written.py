"""The cells of an HTML table as they are written: cut from its markup in one go, or one by one where tables nest."""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from lxml import etree

from reports.readers.limits import MOST_ROWS
from reports.readers.tree import Element, finder, text_of

# Noncharacters of Unicode mark the borders in the tree's text, so that it can be taken out in one go.
BREAK, HEADING, TABLE, IMAGE, HOLE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4"
MARKS = re.compile("[\ufdd0-\ufdd4]")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARTS = ("p", "div", "br", "hr", "section", "article", "header", "footer", "center", "blockquote", "pre", "form")
_LISTS = ("ul", "ol", "li", "dl", "dt", "dd", "option")
_IN_CELLS = (*_PARTS, *_LISTS, *HEADINGS, "ucaptitle")
BLOCK_TAGS = (*_IN_CELLS, "table", "tr", "td", "th")
_OWN_ROWS = finder("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr")
_CELL = re.compile("<t[dh](?=[ />])")
_SPAN = re.compile(' (colspan|rowspan)="([^"]*)"')
_COMMENT = re.compile("<!--.*?-->", re.DOTALL)
_BORDER = re.compile(f"</?(?:{'|'.join(_IN_CELLS)})(?=[ />])[^>]*>")
_TAG = re.compile("<[^>]*>")
_SHORT = 400  # characters of markup that are worth remembering: the cells of one page differ in little but their number


class Written(NamedTuple):
    """A cell: all text inside it, the spans that its tag asks for ("" for none), and whether tables stand inside."""

    text: str
    colspan: str
    rowspan: str
    nests: bool


def cut_rows(table: Element) -> list[list[Written]] | None:
    """The cells of the table's rows, their text with its borders marked; None where they are not told by tags alone.

    That is so where tables stand inside, where markup is damaged, and where cells or rows stand outside one another.
    """
    if next(table.iterdescendants("table"), None) is not None:  # else tables in tables would be written out ever again
        return None
    markup = etree.tostring(table, encoding="unicode", with_tail=False)
    if "<!--" in markup:
        markup = _COMMENT.sub("", markup)
    if markup.count("<") != markup.count(">"):  # a name may hold a <, where markup is damaged; else both are tags' own
        return None
    head, *rows = markup.split("<tr")
    if _CELL.search(head):
        return None
    found: list[list[Written]] = []
    for row in rows[:MOST_ROWS]:
        if row[0] not in " />":
            return None
        cells = [_known(cell) if len(cell) <= _SHORT else _cut(cell) for cell in _CELL.split(row)[1:]]
        if None in cells:
            return None
        found.append([cell for cell in cells if cell is not None])
    return found


def _cut(markup: str) -> Written | None:
    """The cell whose markup begins behind the name in its tag; None where it does not end before the next one."""
    attributes, _, inner = markup.partition(">")
    spans = dict(_SPAN.findall(attributes)) if "span" in attributes else {}
    if attributes.endswith("/"):
        inner = ""
    else:
        inner, ended, _ = inner.partition("</td>")
        if not ended:
            inner, ended, _ = inner.partition("</th>")
        if not ended:
            return None
    text = _TAG.sub("", _BORDER.sub(BREAK, inner)) if "<" in inner else inner
    text = unescape(text) if "&" in text else text
    return Written(text, spans.get("colspan", ""), spans.get("rowspan", ""), nests=False)


_known = lru_cache(maxsize=4096)(_cut)


def rows_of(table: Element) -> list[list[Written]]:
    """The cells of the table's own rows, one by one; their text is that of the tree, borders marked or not."""
    return [list(map(_written, row.iterchildren("td", "th"))) for row in _OWN_ROWS(table)[:MOST_ROWS]]


def _written(cell: Element) -> Written:
    nests = next(cell.iterdescendants("table"), None) is not None
    return Written(text_of(cell), cell.get("colspan", ""), cell.get("rowspan", ""), nests)


def mark(elements: Sequence[Element]) -> None:
    """Mark the borders of these elements in the tree's text."""
    for element in elements:
        element.text = f"{BREAK}{HEADING if element.tag in HEADINGS else ''}{element.text or ''}"
        element.tail = BREAK + (element.tail or "")
