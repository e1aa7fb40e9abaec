"""CSV that Excel opens rightly and that carries no formula: UTF-8 with a mark at its head, texts made harmless."""

import csv
import re
from collections.abc import Iterable
from typing import TextIO

from storage.exports.tables import Field, Kind, Row, Value

# What a spreadsheet takes for a formula, at the head of a cell; also where one would begin because it splits cells at
# semicolons or tabs, as it does in half of Europe. Full-width signs count in some Asian versions.
_SIGNS = "=+\\-@\t\r＝＋－＠"
_FORMULA = re.compile(rf"""(^|[;\t\r\n])(["' \u3000\xa0]*)(?=[{_SIGNS}])""")
_MADE_HARMLESS = re.compile(rf"""(^|[;\t\r\n])'(["' \u3000\xa0]*)(?=[{_SIGNS}])""")
_REMEMBERED = 10_000  # texts: most are printed again and again
BOM = "\ufeff"


def harmless(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet would take for a formula."""
    return _FORMULA.sub(r"\1'\2", text)


def as_it_was(text: str) -> str:
    """The text before it was made harmless."""
    return _MADE_HARMLESS.sub(r"\1\2", text)


def write_csv(file: TextIO, fields: tuple[Field, ...], rows: Iterable[Row]) -> None:
    """Write head and rows; what has no value is empty, and what is so or not is ``true`` or ``false``."""
    texts = [place for place, field in enumerate(fields) if field.kind is Kind.STRING and not field.among]
    truths = [place for place, field in enumerate(fields) if field.kind is Kind.BOOLEAN]
    file.write(BOM)
    known: dict[str, str] = {}
    writer = csv.writer(file)
    writer.writerow([field.name for field in fields])
    for row in rows:
        cells: list[Value] = list(row)
        for place in texts:
            text = cells[place]
            if isinstance(text, str) and not text.isalnum():
                if (safe := known.get(text)) is None:
                    if len(known) > _REMEMBERED:
                        known.clear()
                    safe = known[text] = harmless(text)
                cells[place] = safe
        for place in truths:
            if cells[place] is not None:
                cells[place] = "true" if cells[place] else "false"
        writer.writerow(cells)
