"""Table 1 in a text that lost its tables: block by block, each row under the headings of its block."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports import forms
from reports.flat.cells import Found, Row, Run, Slot, Values, settled, unplaced
from reports.flat.labels import CORNER, Kind, Mark, Role, roles

_WIDTH = 4
_LONGEST_HEAD = 200  # characters between 信息内容 and the first row
_ROLES = roles(Kind.DISCLOSURE)
_LAST = frozenset(
    row.keys[0] for block in forms.disclosure() for row in block.rows if row.code in ("fees", "procurement")
)
_SIGNED = frozenset(
    key for block in forms.disclosure() if block.form == "v2019" for row in block.rows for key in row.keys
)


@dataclass(slots=True)
class DisclosureText:
    """Finds table 1 from one of its marks on. The headings hold on where other text stands between its pieces."""

    run: Run
    marks: Sequence[Mark]
    _headings: int = 0  # how many columns; 0 where that is not known
    _pieces: int = 0  # separators between a label and the next; 0 where there are none
    _end: int = -1

    def find(self, first: int) -> Found | None:
        """The table, or piece of one, that begins with the mark of this number."""
        if not (self._begins(first) or self._goes_on(first)):
            return None
        rows: list[Row] = []
        lines: list[tuple[int, Values, int]] = []
        separated = bool(self._pieces)
        end, number, kept = self.marks[first].start, first, (0, first)
        while number < len(self.marks):
            role = _ROLES.get(self.marks[number].key, frozenset())
            if Role.CLAUSE in role and self._begins(number):
                rows.append(self._clause(number))
                number += 1
            elif Role.CORNER in role and self._begins(number):
                if lines and self._is_separated(number) != separated:
                    break
                separated = self._is_separated(number)
                head, number = self._head(number)
                rows.append(head)
            elif (Role.ROW in role and rows) or self._goes_on(number):
                values = self._values(number)
                lines.append((len(rows), values, self._headings))
                rows.append([Slot(self.run.shown(self.marks[number]))])
                end, number = values.end, number + 1
                kept = len(rows), number
                if not self.run.is_blank(end, self._start(number)):
                    break
            else:
                break
        if not lines:
            return None
        known = [values.sure for _, values, _ in lines] if separated else settled(lines)
        for (place, values, wanted), sure in zip(lines, known, strict=True):
            rows[place] += _spread([Slot(cell) for cell in values.cells[:wanted]]) if sure else unplaced(values.cells)
        self._end = end
        return Found(self.marks[first].start, end, rows[: kept[0]], kept[1])

    def _start(self, number: int) -> int:
        return self.marks[number].start if number < len(self.marks) else len(self.run.text)

    def _begins(self, number: int) -> bool:
        """Whether a block begins here: its clause, or 信息内容 with a row below it."""
        role = _ROLES.get(self.marks[number].key, frozenset())
        if Role.CLAUSE in role:
            following = (
                number + 1 < len(self.marks) and self._start(number + 1) - self.marks[number].end < _LONGEST_HEAD
            )
            return following and self.marks[number + 1].key == CORNER and self._begins(number + 1)
        below = self._first_row(number)
        return Role.CORNER in role and below > 0 and self._start(below) - self.marks[number].end < _LONGEST_HEAD

    def _goes_on(self, number: int) -> bool:
        """Whether a row of a block stands here whose headings came just before, with a line of other text between."""
        mark = self.marks[number]
        near = self._headings and self._end >= 0 and self.run.is_interrupted(self._end, mark.start)
        return bool(near) and Role.ROW in _ROLES.get(mark.key, frozenset()) and bool(self._values(number).cells)

    def _first_row(self, corner: int) -> int:
        """The number of the first row's mark below 信息内容, 0 if none stands there."""
        number = corner + 1
        while number < len(self.marks) and Role.HEADING in _ROLES.get(self.marks[number].key, ()):
            number += 1
        row = number < len(self.marks) and Role.ROW in _ROLES.get(self.marks[number].key, ())
        return number if row else 0

    def _is_separated(self, corner: int) -> bool:
        return self.run.separators(self.marks[corner].end, self._start(self._first_row(corner))) > 0

    def _clause(self, number: int) -> Row:
        between = self.run.pieces(self.marks[number].end, self._start(number + 1))
        text = " ".join([self.run.shown(self.marks[number]), *filter(None, between)])
        return [Slot(text, _WIDTH)]

    def _head(self, corner: int) -> tuple[Row, int]:
        """The row of headings, and the number of the mark behind it."""
        below = self._first_row(corner)
        start, end = self.marks[corner].end, self._start(below)
        marks = self.marks[corner + 1 : below]
        self._pieces = self.run.separators(start, end)
        if self._pieces:
            first, *texts = self.run.pieces(start, end)
            while texts and not texts[-1]:
                texts.pop()
            texts = [first, *texts] if first else texts
            known = not first and all(texts)
        else:
            texts, known = self.run.words(start, end, marks), True
        self._headings = len(texts) if known and _is_whole(marks, self.marks[below], len(texts)) else 0
        return [Slot(self.run.shown(self.marks[corner])), *_spread([Slot(text) for text in texts])], below

    def _values(self, number: int) -> Values:
        mark, end = self.marks[number], self._start(number + 1)
        own = number + 1 < len(self.marks) and self.marks[number + 1].key in _ROLES and self.run.goes_on(mark.end, end)
        if self._pieces:
            first, *texts = self.run.pieces(mark.end, end)
            if not own:
                ended = self._pieces > self._headings
                more = max(0, self._pieces - self._headings - 1)
                values = self.run.last_row(mark.end, end, self._headings, ended=ended, more=more)
                return values._replace(sure=values.sure and self._headings > 0)
            sure = not first and len(texts) == self._pieces and not any(texts[self._headings :])
            sure = sure and self._headings > 0 and self._is_next(mark.key, self.marks[number + 1].key)
            return Values(tuple(filter(None, [first])) + tuple(texts), end, sure)
        found = self.run.bare(mark.end, end, last=mark.key in _LAST)
        signed = self._headings > 1 and mark.key in _SIGNED
        follows = self._is_next(mark.key, self.marks[number + 1].key if own else "")
        return Values(found.tokens, found.end, follows and found.fits(self._headings, "", signed=signed))

    def _is_next(self, here: str, there: str) -> bool:
        """Whether the label behind a row is the form's next one: the value of a lost label is not this one's."""
        inside = Role.ROW in _ROLES.get(there, ())
        return any(
            (here in one.keys and there in other.keys) if inside else here in block.rows[-1].keys
            for block in forms.disclosure()
            if len(block.columns) == self._headings
            for one, other in pairwise([*block.rows, *([] if inside else block.rows[-1:])])
        )


def _is_whole(headings: Sequence[Mark], row: Mark, count: int) -> bool:
    """Whether there are as many headings as in a block of the form with these headings and this row."""
    return any(
        len(block.columns) == count
        and any(row.key in own.keys for own in block.rows)
        and all(any(mark.key in column.keys for column in block.columns) for mark in headings)
        for block in forms.disclosure()
    )


def _spread(cells: Row) -> Row:
    """The cells of a row, the last one as wide as what is left of the grid."""
    return [*cells[:-1], cells[-1]._replace(colspan=max(1, _WIDTH - len(cells)))] if cells else cells
