"""Table 3 in a text that lost its tables: fifteen values behind the headings, or none that is sure."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import forms
from reports.flat.cells import Found, Row, Run, Slot, Values, unplaced
from reports.flat.labels import LITIGATION, Kind, Mark, roles

_ROLES = roles(Kind.REVIEW)
_RESULTS = {key: column.code for column in forms.review().columns for key in column.keys}
_BLOCKS = {**{key: block.code for block in forms.review().rows for key in block.keys}, LITIGATION: LITIGATION}
_FIVE = [column.code for column in forms.review().columns]
_FIRST, _DIRECT, _AFTER = (block.code for block in forms.review().rows)
_BY_LINES = [_FIRST, LITIGATION, *_FIVE, _DIRECT, _AFTER, *_FIVE, *_FIVE]
_BY_BLOCKS = [_FIRST, *_FIVE, LITIGATION, _DIRECT, *_FIVE, _AFTER, *_FIVE]
_WIDTH = 3 * len(_FIVE)
_SECOND, _THIRD = 2, 9  # the places of 结果维持 in the second and the third line of the headings
_MOST_MARKS = 25
_MOST_BETWEEN = 2


@dataclass(slots=True)
class ReviewText:
    """Finds table 3 from one of its marks on."""

    run: Run
    marks: Sequence[Mark]

    def find(self, first: int) -> Found | None:
        """The table whose headings begin with the mark of this number."""
        number = first
        while number < min(len(self.marks), first + _MOST_MARKS) and self.marks[number].key in _ROLES:
            number += 1
            if not self.run.is_blank(self.marks[number - 1].end, self._start(number)):
                break
        own = self.marks[first:number]
        order = [_BLOCKS.get(mark.key) or _RESULTS[mark.key] for mark in own]
        if order[:1] != [_FIRST] or len(own) < _WIDTH or order.count(_FIVE[0]) < len(_BLOCKS) - 1:
            return None
        values = self._values(own, self._start(number)) if order in (_BY_LINES, _BY_BLOCKS) else None
        if values is None:
            found = self.run.bare(own[-1].end, self._start(number), last=True)
            values = Values(found.tokens, found.end, sure=False)
        cells = [Slot(cell) for cell in values.cells] if values.sure else unplaced(values.cells)
        return Found(own[0].start, values.end, [*self._head(own, order), cells], number)

    def _start(self, number: int) -> int:
        return self.marks[number].start if number < len(self.marks) else len(self.run.text)

    def _head(self, own: Sequence[Mark], order: Sequence[str]) -> list[Row]:
        """The headings in the grid of the form; those in no order of the form in one row."""
        shown = [Slot(self.run.shown(mark)) for mark in own]
        if order == _BY_BLOCKS:
            size = len(_FIVE)
            rest = [shown[size + 1], shown[size + 2], shown[2 * size + 3]]
            ends = 2 * size + 3
            five = [shown[1 : size + 1], shown[size + 3 : ends], shown[ends + 1 :]]
            shown = [shown[0], rest[0], *five[0], *rest[1:], *five[1], *five[2]]
        elif order != _BY_LINES:
            return [shown]
        one, two = len(_FIVE), 2 * len(_FIVE)
        top = [shown[0]._replace(colspan=one), shown[1]._replace(colspan=two)]
        blocks = [slot._replace(colspan=one) for slot in shown[_THIRD - 2 : _THIRD]]
        return [top, [*(slot._replace(rowspan=2) for slot in shown[2 : 2 + one]), *blocks], shown[_THIRD:]]

    def _values(self, own: Sequence[Mark], end: int) -> Values:
        start = own[-1].end
        if not self.run.separators(own[0].start, start):
            found = self.run.bare(start, end, last=True)
            tokens = found.tokens
            if len(tokens) == 2 * _WIDTH and list(tokens[:_WIDTH]) == [str(n + 1) for n in range(_WIDTH)]:
                found = found._replace(tokens=tokens[_WIDTH:], lines=found.lines[_WIDTH:])
            return Values(found.tokens, found.end, found.fits(_WIDTH, ""))
        between = self._between(own)
        values = self.run.last_row(start, end, _WIDTH, ended=self._line(own) != 1, skip=max(0, between))
        lines = (own[:_SECOND], own[_SECOND:_THIRD], own[_THIRD:])
        return values._replace(sure=values.sure and between >= 0 and all(map(self.run.is_regular, lines)))

    def _line(self, own: Sequence[Mark]) -> int:
        """Separators from the first line of headings to the second."""
        return self.run.separators(own[0].start, own[_SECOND].start)

    def _between(self, own: Sequence[Mark]) -> int:
        """Separators between the last heading and the first value; -1 if the lines of headings do not agree on it."""
        line, second = self._line(own), self.run.separators(own[_SECOND].start, own[_THIRD].start)
        if line == second:
            return line - (len(own) - _THIRD - 1)
        extra = line - 1
        return extra if 0 <= extra <= _MOST_BETWEEN and second == _THIRD - _SECOND - 1 + extra else -1
