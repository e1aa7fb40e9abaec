"""What the headings of a list of rows say of its columns: which holds this year's value, and which never does."""

import re
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from reports.blocks import Cell
from reports.columns import is_value
from reports.years import Whose, heading_words, plain, whose

_LONGEST = 16
_MOST_ROWS = 4  # just above the first label
_BRACKETS = re.compile(r"\([^()]*\)")


class Kind(Enum):
    """What a column holds by its headings."""

    VALUE = "value"  # this year's
    NUMBER = "number"  # counts the rows, or is not this year's
    UNIT = "unit"
    WORDS = "words"  # labels and remarks
    UNKNOWN = "unknown"  # under a heading that says nothing


@lru_cache(maxsize=256)
def _kind(headings: tuple[str, ...], year: int | None) -> Kind:
    """The kind of a column by all headings above it; one that is no value's or not this year's outweighs the others."""
    told = [whose(one, year) for one in headings]
    if Whose.OTHERS in told:
        return Kind.NUMBER
    texts = [_BRACKETS.sub("", plain(one)) for one in headings]
    for kind in (Kind.NUMBER, Kind.UNIT, Kind.WORDS, Kind.VALUE):
        words = re.compile("|".join(heading_words()["columns"][kind.value]))
        if any(map(words.fullmatch, texts)):
            return kind
    return Kind.VALUE if Whose.OWN in told else Kind.UNKNOWN


class Headings(NamedTuple):
    """The kinds of the columns of a grid of ``width`` columns; one that no heading stands over has none."""

    width: int
    kinds: dict[int, Kind]

    @classmethod
    def above(cls, rows: Sequence[Sequence[Cell]], year: int | None, width: int) -> "Headings":
        """The headings among the rows above the first label: short texts in rows without figures, no title of all."""
        texts: dict[int, tuple[str, ...]] = {}
        for cells in rows[-_MOST_ROWS:]:
            if any(is_value(cell) and whose(cell.text, year) is Whose.UNTOLD for cell in cells):
                continue
            for cell in cells:
                if cell.colspan < width and 0 < len(plain(cell.text)) <= _LONGEST:
                    for place in range(cell.column, cell.column + cell.colspan):
                        texts[place] = (*texts.get(place, ()), cell.text)
        return cls(width, {place: _kind(one, year) for place, one in texts.items()})

    def kind(self, cell: Cell) -> Kind | None:
        """The kind of the column that a cell stands in; of those that it spans, the value's."""
        found = [self.kinds[n] for n in range(cell.column, cell.column + cell.colspan) if n in self.kinds]
        return Kind.VALUE if Kind.VALUE in found else found[0] if found else None

    def over(self, label: Cell, after: Sequence[Cell], end: int, units: frozenset[str]) -> "Headings | None":
        """The headings for one row, which ends before the column ``end``; None if it is not sure that they fit it.

        No cell may be lacking, for nobody knows which one; no unit may stand under another heading and no number under
        that of the units. A number that stands alone needs no heading where none speaks of other numbers.
        """
        reach = max(cell.column + cell.colspan for cell in (label, *after))
        lacking = any(reach <= place < end and kind is not Kind.WORDS for place, kind in self.kinds.items())
        strange = any(
            self.kind(cell) in ((Kind.VALUE, Kind.NUMBER) if "".join(cell.text.split()) in units else (Kind.UNIT,))
            for cell in after
            if cell.text.strip() and ("".join(cell.text.split()) in units or is_value(cell))
        )
        if not (lacking or strange):
            return self
        spoken = {kind for place, kind in self.kinds.items() if place > label.column or kind is Kind.NUMBER}
        alone = sum(map(is_value, after)) == 1 and {Kind.NUMBER, Kind.UNKNOWN}.isdisjoint(spoken)
        return Headings(self.width, {}) if alone else None
