"""Adds the end tags of table cells and rows that a page leaves out, where browsers would (WHATWG HTML, 13.2.6.4.14–15).

libxml2 does so too, but not past an inline element left open (``<td><font>1<tr>``): the rest of the table would stand
in that one cell.
"""

import re
from dataclasses import dataclass

_TAG = re.compile(
    r"<!--.*?-->|<(script|style|textarea|noscript|template)\b.*?</\1\s*>|<(/?)(table|tr|td|th)(?=[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_END, _START = re.compile(r"</t[dh]\b", re.IGNORECASE), re.compile(r"<t[dh]\b", re.IGNORECASE)


@dataclass(slots=True)
class _Table:
    """What is open in a table: the name of its cell, "" for none, and whether a row."""

    cell: str = ""
    row: bool = False

    def end(self, *, row: bool) -> str:
        """The end tags lacking before another cell, or before another ``row`` or the table's end."""
        cell, self.cell = self.cell, ""
        ended = f"</{cell}>" if cell else ""
        if row and self.row:
            self.row = False
            ended += "</tr>"
        return ended


def closed(markup: str) -> str:
    """The markup with all cells closed; the same string where none is left open, which is nearly always so."""
    if len(_END.findall(markup)) >= len(_START.findall(markup)):
        return markup
    tables: list[_Table] = []

    def repaired(found: re.Match[str]) -> str:
        ends, name = bool(found[2]), (found[3] or "").lower()
        if name == "table" and not ends:
            tables.append(_Table())
        if not name or not tables:
            return found[0]
        table = tables[-1]
        if name in ("td", "th"):
            lacking = "" if ends else table.end(row=False)
            table.cell = "" if ends else name
            return lacking + found[0]
        lacking = table.end(row=name == "table" or not ends)
        table.row = name == "tr" and not ends
        if name == "table" and ends:
            tables.pop()
        return lacking + found[0]

    return _TAG.sub(repaired, markup)
