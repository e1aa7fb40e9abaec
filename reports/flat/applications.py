"""Table 2 in a text that lost its tables: seven values beside each label, whatever groups stand before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports import forms
from reports.flat.cells import Found, Row, Run, Slot, Values, settled, unplaced
from reports.flat.labels import APPLICANTS, ORGANISATIONS, Kind, Mark, Role, roles

_ROLES = roles(Kind.APPLICATIONS)
_COLUMNS = {key: column.code for column in forms.applications().columns for key in column.keys}
_OFFICIAL = [column.code for column in forms.applications().columns]
_BY_LINES = [_OFFICIAL[0], ORGANISATIONS, _OFFICIAL[-1], *_OFFICIAL[1:-1]]  # line by line, as the form is printed
_ROWS = {key: row for row in forms.applications().rows for key in row.keys}
_LAST = forms.applications().rows[-1].keys[0]
_WIDTH = len(_OFFICIAL)
_LABELS = 3  # columns left of the values: result, group, row
_TOP = 3  # headings of the first line: 自然人, 法人或其他组织, 总计
_MOST_ROWS = 60
_MOST_BETWEEN = 2  # separators from one row to the next where a line begins and ends with one


@dataclass(slots=True)
class _Line:
    """A row: the groups and the label beside it, where the first of them begins and where its values do."""

    labels: Row
    start: int
    label_end: int
    end: int
    key: str
    following: str  # the key of the next row's label
    last: bool  # whether the label behind it is none of the table
    ordinal: str  # that the label behind it should have and has not


@dataclass(slots=True)
class ApplicationsText:
    """Finds table 2 from one of its marks on. The headings hold on where other text stands between its pieces."""

    run: Run
    marks: Sequence[Mark]
    _official: bool = False  # whether the columns are the form's, in its order
    _separated: bool = False
    _line: int | None = None  # separators from one line of headings to the next, where there are such lines
    _end: int = -1
    _headless: int = 0  # up to this mark no headings begin

    def find(self, first: int) -> Found | None:
        """The table, or piece of one, that begins with the mark of this number."""
        if not (self._begins(first) or self._goes_on(first)):
            return None
        rows: list[Row] = []
        lines: list[_Line] = []
        places: list[int] = []
        pending: list[int] = []
        number, end = first, self.marks[first].start
        while number < len(self.marks):
            if self._begins(number):
                if lines:
                    break
                head, number = self._head(number)
                rows += head
                continue
            role = _ROLES.get(self.marks[number].key, frozenset())
            if Role.GROUP in role and self._is_group(number):
                pending.append(number)
                number += 1
            elif Role.ROW in role:
                lines.append(self._row(pending, number))
                places.append(len(rows))
                rows.append(lines[-1].labels)
                pending, number = [], number + 1
                end = self._values(lines[-1], self._padding(lines)).end
                if not self.run.is_blank(end, self._start(number)) or len(lines) == _MOST_ROWS:
                    break
            else:
                break
        if not lines:
            return None
        for place, row in zip(places, self._filled(lines), strict=True):
            rows[place] = row
        self._end = end
        return Found(self.marks[first].start, end, rows, number - len(pending))

    def _start(self, number: int) -> int:
        return self.marks[number].start if number < len(self.marks) else len(self.run.text)

    def _key(self, number: int) -> str:
        return self.marks[number].key if number < len(self.marks) else ""

    def _behind_head(self, first: int) -> int:
        """The number of the mark behind the headings that begin here."""
        number = first
        while number < len(self.marks) and (
            not _ROLES.get(self._key(number), frozenset()).isdisjoint((Role.CORNER, Role.HEADING))
        ):
            number += 1
        return number

    def _begins(self, number: int) -> bool:
        """Whether headings begin here: with words that no row has, and with all the columns there are."""
        role = _ROLES.get(self.marks[number].key, frozenset())
        if role.isdisjoint((Role.CORNER, Role.HEADING)) or Role.ROW in role or number < self._headless:
            return False
        behind = self._behind_head(number)
        found = {_COLUMNS.get(mark.key) for mark in self.marks[number:behind]}
        row = not _ROLES.get(self._key(behind), frozenset()).isdisjoint((Role.ROW, Role.GROUP))
        whole = row and set(_OFFICIAL[:2]) <= found
        self._headless = self._headless if whole else behind
        return whole

    def _goes_on(self, number: int) -> bool:
        """Whether a row stands here, just behind another with no more than a line of other text between."""
        near = self._end >= 0 and self.run.is_interrupted(self._end, self.marks[number].start)
        role = _ROLES.get(self.marks[number].key, frozenset())
        if not near or role.isdisjoint((Role.ROW, Role.GROUP)):
            return False
        while number + 1 < len(self.marks) and self._is_group(number):
            number += 1
        row = Role.ROW in _ROLES.get(self.marks[number].key, frozenset())
        return row and bool(self.run.bare(self.marks[number].end, self._start(number + 1)).tokens or self._separated)

    def _is_group(self, number: int) -> bool:
        """Whether the label has no values of its own; （六）其他处理 is a row in one form and a group in the other."""
        key = self.marks[number].key
        if key not in _ROWS:
            return Role.GROUP in _ROLES.get(key, frozenset())
        member = _ROWS.get(self._key(number + 1))
        blank = self.run.is_blank(self.marks[number].end, self._start(number + 1))
        few = self.run.separators(self.marks[number].end, self._start(number + 1)) <= 1 + _MOST_BETWEEN
        return blank and few and member is not None and member.code.startswith(f"{_ROWS[key].code}.")

    def _head(self, first: int) -> tuple[list[Row], int]:
        """The rows of headings, and the number of the mark behind them; it is noted what they tell of the rows."""
        behind = self._behind_head(first)
        own = self.marks[first:behind]
        words = [self._between(number) for number in range(first, behind)]
        columns = [mark for mark in own if mark.key in _COLUMNS or mark.key == ORGANISATIONS]
        order = [_COLUMNS.get(mark.key, mark.key) for mark in columns]
        by_lines = order == _BY_LINES
        lines = [columns[:_TOP], columns[_TOP:]] if by_lines else [columns]
        self._separated = self.run.separators(columns[0].start, columns[-1].start) > 0
        self._line = self.run.separators(columns[0].start, columns[_TOP].start) if by_lines else None
        self._official = (
            (by_lines or order == _OFFICIAL or (not self._separated and _without_group(order) == _OFFICIAL))
            and (not self._separated or all(map(self.run.is_regular, lines)))
            and not any(words[own.index(columns[0]) : -1])
        )
        return self._head_rows(own, [word for word in words if word], by_lines=by_lines), behind

    def _head_rows(self, own: Sequence[Mark], words: Sequence[str], *, by_lines: bool) -> list[Row]:
        """The headings in the grid of the form where they are the form's; all other text stands in the corner."""
        shown = {_COLUMNS.get(mark.key, mark.key): self.run.shown(mark) for mark in own}
        named = {*_COLUMNS, ORGANISATIONS, APPLICANTS}
        corner = " ".join([*(self.run.shown(mark) for mark in own if mark.key not in named), *words])
        if not self._official:  # below each other: nobody shall take their order for that of the columns
            heads = [[Slot("", _LABELS), Slot(self.run.shown(mark))] for mark in own if mark.key in named]
            return [[Slot(corner, _LABELS)], *heads]
        if not by_lines:
            groups = " ".join(shown[key] for key in (APPLICANTS, ORGANISATIONS) if key in shown)
            return [[Slot(f"{corner} {groups}".strip(), _LABELS), *(Slot(shown[code]) for code in _OFFICIAL)]]
        top = [Slot(corner, _LABELS, 3), Slot(shown.get(APPLICANTS, ""), _WIDTH)]
        first, *kinds, last = (Slot(shown[code]) for code in _OFFICIAL)
        middle = [first._replace(rowspan=2), Slot(shown[ORGANISATIONS], len(kinds)), last._replace(rowspan=2)]
        return [top, middle, kinds]

    def _between(self, number: int) -> str:
        """What else stands between a heading and the next mark."""
        return " ".join(filter(None, self.run.pieces(self.marks[number].end, self._start(number + 1))))

    def _row(self, groups: list[int], number: int) -> _Line:
        mark, following = self.marks[number], number + 1 < len(self.marks) and self.marks[number + 1]
        end = self._start(number + 1)
        last = not (following and following.key in _ROLES and self.run.goes_on(mark.end, end))
        texts = [" ".join(filter(None, [self.run.shown(self.marks[group]), self._between(group)])) for group in groups]
        texts = ["\n".join(texts[:-1]), texts[-1]] if len(texts) > _LABELS - 1 else texts
        labels = [*map(Slot, texts), Slot(self.run.shown(mark), _LABELS - len(texts))]
        start = self.marks[groups[0]].start if groups else mark.start
        next_row = next((m.key for m in self.marks[number + 1 : number + 2 + _LABELS] if m.key in _ROWS), "")
        return _Line(labels, start, mark.end, end, mark.key, next_row, last, following.ordinal if following else "")

    def _filled(self, lines: Sequence[_Line]) -> list[Row]:
        """The rows with their values."""
        padding = self._padding(lines)
        found = [self._values(line, padding) for line in lines]
        if self._separated:
            inner = [self._is_regular(line, padding) for line in lines if not line.last]
            known = [values.sure and 2 * sum(inner) >= len(inner) for values in found]
        else:
            known = settled([(0, one, _WIDTH) for one in found])
        return [
            [*line.labels, *(map(Slot, values.cells[:_WIDTH]) if sure else unplaced(values.cells))]
            for line, values, sure in zip(lines, found, known, strict=True)
        ]

    def _padding(self, lines: Sequence[_Line]) -> int | None:
        """How many separators stand between the last cell of a row and the next row; None where rows are of one width.

        Lines of headings tell it; else most of the rows have to agree. -1: nothing agrees.
        """
        if self._line is not None:
            extra = self._line - _MOST_BETWEEN
            return extra if 0 <= extra <= _MOST_BETWEEN else None
        counts = [self.run.separators(line.label_end, line.end) - _WIDTH for line in lines if not line.last]
        usual = max(set(counts), key=counts.count, default=-1)
        return usual if 0 <= usual <= _MOST_BETWEEN and 2 * counts.count(usual) > len(counts) else -1

    def _values(self, line: _Line, padding: int | None) -> Values:
        if not self._separated:
            found = self.run.bare(line.label_end, line.end, last=line.key == _LAST)
            sure = self._official and found.fits(_WIDTH, line.ordinal) and _is_next(line.key, line.following)
            return Values(found.tokens, found.end, sure)
        if line.last:
            values = self.run.last_row(line.label_end, line.end, _WIDTH, ended=padding != 0, more=self._more(padding))
            return values._replace(sure=values.sure and self._official and padding != -1)
        first, *texts = self.run.pieces(line.label_end, line.end)
        sure = self._official and self._is_regular(line, padding) and not first and not any(texts[_WIDTH:])
        # Without a separator before the next label, the last of them may be that label's own number.
        sure = (
            sure
            and _is_next(line.key, line.following)
            and not (padding == 0 and line.ordinal and texts[-1] == line.ordinal)
        )
        return Values(tuple(filter(None, [first])) + tuple(texts), line.end, sure)

    def _more(self, padding: int | None) -> int:
        """How many separators may stand behind the last value and its own one."""
        return max(0, (self._line or 0) - _WIDTH - 1 if padding is None else padding - 1)

    def _is_regular(self, line: _Line, padding: int | None) -> bool:
        """Whether the row has as many separators as it should."""
        if padding is None:
            return self.run.separators(line.start, line.end) == self._line
        return self.run.separators(line.label_end, line.end) == _WIDTH + padding


def _without_group(order: Sequence[str]) -> list[str]:
    return [code for code in order if code != ORGANISATIONS]


def _is_next(key: str, following: str) -> bool:
    """Whether a row comes next in one of the forms: what stood beside a lost label is not of the one before."""
    if key == _LAST:
        return True
    pairs = (
        (one, other)
        for form in forms.FORMS
        for one, other in pairwise([row for row in forms.applications().rows if form in row.forms])
    )
    return any(key in one.keys and following in other.keys for one, other in pairs)
