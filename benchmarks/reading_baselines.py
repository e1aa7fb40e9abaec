"""What a user would write instead: pandas.read_html with a label match, and the numbers behind labels in PDF text."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from typing import Any

import pypdfium2

from tests.portals.tables import form_of, grids

Values = Mapping[str, float | None]
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")
_TOKENS = re.compile(r"\s*([+-]?\d[\d,]*(?:\.\d+)?)(?=\s|$)")
_REVIEW = 15  # numbers in the one row of table 3


@cache
def _rows(form: str) -> Mapping[str, tuple[str, ...]]:
    """Label without white space: the codes of the figures right of it, for every row but the one of table 3."""
    found = {}
    for grid in grids(form):
        for row in grid:
            labels = [_bare(cell.label) for cell in row if cell.label]
            codes = tuple(cell.code for cell in row if cell.code)
            if labels and codes:
                found[labels[-1]] = codes
    return found


@cache
def _review(form: str) -> tuple[str, ...]:
    """The codes of the row without a label, table 3's."""
    return next((tuple(c.code for c in row) for grid in grids(form) for row in grid if all(c.code for c in row)), ())


def _bare(text: object) -> str:
    return re.sub(r"\s", "", str(text))


def by_labels(body: bytes, year: int) -> Values:
    """Every table that pandas finds: in each row the last cell that is a known label, and the cells right of it."""
    import pandas as pd  # noqa: PLC0415 - in no lock: asked for by the benchmark alone

    form = form_of(year)
    found: dict[str, float | None] = {}
    try:
        tables: list[Any] = pd.read_html(io.BytesIO(body), flavor="lxml")
    except ValueError:  # there is no table in it
        return found
    for table in tables:
        for row in table.astype(object).itertuples(index=False):
            cells = [None if cell is None or cell != cell else cell for cell in row]  # noqa: PLR0124 - NaN is not itself
            found.update(_row_by_label(cells, form))
    return found


def _row_by_label(cells: Sequence[object], form: str) -> Iterator[tuple[str, float | None]]:
    rows = _rows(form)
    places = [place for place, cell in enumerate(cells) if _bare(cell) in rows]
    if places:
        codes = rows[_bare(cells[places[-1]])]
        values = [_number(cell) for cell in cells[places[-1] + 1 :]]
        if len(codes) == 1:  # a unit may stand before the number
            values = [next((value for value in values if value is not None), None)]
        yield from zip(codes, values, strict=False)
    elif len(cells) >= _REVIEW and all(_number(cell) is not None for cell in cells[:_REVIEW]):
        yield from zip(_review(form), map(_number, cells), strict=False)


def by_text_order(body: bytes, year: int) -> Values:
    """The text of a PDF as it comes: behind each label, as many numbers as its row has figures."""
    form = form_of(year)
    with closing(pypdfium2.PdfDocument(body)) as document:
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
    found: dict[str, float | None] = {}
    for label, codes in _rows(form).items():
        match = re.search(r"\s*".join(map(re.escape, label)), text)
        if match:
            found.update(zip(codes, _numbers(text, match.end(), len(codes)), strict=False))
    heading = text.rfind("结果维持")
    found.update(zip(_review(form), _numbers(text, max(heading, 0), _REVIEW), strict=False))
    return found


def _numbers(text: str, start: int, count: int) -> list[float | None]:
    """The next numbers that stand alone, if as many come one after the other."""
    first = _TOKENS.search(text, start)
    numbers: list[float | None] = []
    while first and len(numbers) < count:
        numbers.append(_number(first[1]))
        first = _TOKENS.match(text, first.end())
    return numbers


def _number(cell: object) -> float | None:
    found = _NUMBER.search(str(cell)) if cell is not None else None
    return float(found[0].replace(",", "")) if found else None
