"""Adds the end tags of table cells and rows that a page leaves out, where browsers would (WHATWG HTML, 13.2.6.4.14–15).

libxml2 does so too, but not past an inline element left open (``<td><font>1<tr>``): the rest of the table would stand
in that one cell.
"""

import re
from dataclasses import dataclass

_TAG = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style|textarea|noscript|template)\b.*?(?:</\1\s*>|\Z)|<(/?)(table|tr|td|th)(?=[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_END, _START = re.compile(rb"</t[dh]\b", re.IGNORECASE), re.compile(rb"<t[dh]\b", re.IGNORECASE)


@dataclass(slots=True)
class _Table:
    """What is open in a table: the name of its cell, empty for none, and whether a row."""

    cell: bytes = b""
    row: bool = False

    def end(self, *, row: bool) -> bytes:
        """The end tags lacking before another cell, or before another ``row`` or the table's end."""
        cell, self.cell = self.cell, b""
        ended = b"</%b>" % cell if cell else b""
        if row and self.row:
            self.row = False
            ended += b"</tr>"
        return ended


def closed(markup: bytes) -> bytes:
    """The markup with all cells closed; the same bytes where none is left open, which is nearly always so."""
    if len(_END.findall(markup)) >= len(_START.findall(markup)):
        return markup
    tables: list[_Table] = []

    def repaired(found: re.Match[bytes]) -> bytes:
        ends, name = bool(found[2]), (found[3] or b"").lower()
        if name == b"table" and not ends:
            tables.append(_Table())
        if not name or not tables:
            return found[0]
        table = tables[-1]
        if name in (b"td", b"th"):
            lacking = b"" if ends else table.end(row=False)
            table.cell = b"" if ends else name
            return lacking + found[0]
        lacking = table.end(row=name == b"table" or not ends)
        table.row = name == b"tr" and not ends
        if name == b"table" and ends:
            tables.pop()
        return lacking + found[0]

    return _TAG.sub(repaired, markup)
