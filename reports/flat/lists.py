"""The older statistics forms in a text that lost its tables: a label, perhaps a unit, and a value in each row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports.flat.cells import Found, Row, Run, Slot, Values, settled, unplaced
from reports.flat.labels import Kind, Mark, Role, numbers, roles
from reports.statistics import LEAST_ROWS, UNITS

_HEADING = re.compile(
    r"(?:统计)?(?:指标|项目)(?:名称)?|(?:计量)?单位|代码|编号|序号|统计数|数量|数值|(?!历年$)[\w（）()]{0,8}(?:年度?|累计|实际|合计)"
)
_TAIL = re.compile("年度?|累计|实际|合计")  # 历年 累计: the end of a heading that is one by itself too
_COLUMN = re.compile(r"统计数|数量|数值|[\w（）()]{0,8}(?:年度?|累计|实际|合计)")
_PIECE = re.compile(r"[^\s|｜]+")
_LONGEST_HEAD = 80  # characters
_MOST_HEADINGS = 6


@dataclass(slots=True)
class ListText:
    """Finds one of the older lists from one of its marks on."""

    kind: Kind
    run: Run
    marks: Sequence[Mark]
    _tried: int = 0  # up to this mark no list begins

    def find(self, first: int) -> Found | None:
        """The list that begins with the mark of this number; it shows several of the form's labels on end."""
        own = roles(self.kind)
        last = first
        if first < self._tried:
            return None
        while last < len(self.marks) and self.marks[last].key in own and self._follows(first, last):
            last += 1
        number = first
        rows = [n for n in range(first, last) if self._is_row(n, last)]
        if len(rows) < LEAST_ROWS:
            self._tried = last
            return None
        start, head, wanted = self._head(first)
        coded = self._is_coded(rows)
        separated = self.run.separators(self.marks[rows[0]].end, self.marks[rows[-1]].start) >= len(rows) - 1
        values = self._separated(rows, last) if separated else [self._bare(n, last, wanted, coded=coded) for n in rows]
        known = [one.sure for one in values] if separated else settled([(0, one, wanted) for one in values])
        found = dict(zip(rows, zip(values, known, strict=True), strict=True))
        lines: list[Row] = [list(map(Slot, head))] if head else []
        for number in range(first, last):
            before = self.run.text[found[number - 1][0].end : self.marks[number].start] if number - 1 in found else ""
            lines += [[Slot(" ".join(before.split()))]] if before.strip() else []
            label = Slot(self.run.shown(self.marks[number]))
            if number not in found:
                between = filter(None, self.run.pieces(self.marks[number].end, self._start(number + 1)))
                lines.append([label, *([] if number == last - 1 else map(Slot, between))])
                continue
            cells, sure = found[number][0].cells, found[number][1]
            # A blank cell at the end: what else stands there may be a unit, of which nobody would tell the doubt.
            lines.append([label, *(map(Slot, cells) if sure else [*unplaced(cells), Slot("", placed=False)])])
        end = found[last - 1][0].end if last - 1 in found else self.marks[last - 1].end
        return Found(start, end, lines, last)

    def _start(self, number: int) -> int:
        return self.marks[number].start if number < len(self.marks) else len(self.run.text)

    def _follows(self, first: int, number: int) -> bool:
        """Whether the label belongs to the same list as the one before it."""
        return number == first or self.run.goes_on(self.marks[number - 1].end, self.marks[number].start)

    def _is_row(self, number: int, last: int) -> bool:
        """Whether a value belongs beside the label; a chapter has none, even where it shares its words with a row."""
        role = roles(self.kind)[self.marks[number].key]
        if role == {Role.ROW} or number == last - 1:
            return Role.ROW in role
        return Role.ROW in role and not self.run.is_blank(self.marks[number].end, self._start(number + 1))

    def _head(self, first: int) -> tuple[int, list[str], int]:
        """Where the headings just before the list begin, their words, and how many columns of values they head."""
        words: list[tuple[int, str]] = []
        open_word = ""  # the end of a heading of which more stands before it: 名称, 码
        place = behind = self.marks[first].start
        for piece in reversed(list(_PIECE.finditer(self.run.text, max(0, place - _LONGEST_HEAD), place))):
            glued = not self.run.separators(piece.end(), behind)
            whole = piece[0] + open_word
            if open_word and not (glued and _HEADING.fullmatch(whole)):
                break
            behind = piece.start()
            if _HEADING.fullmatch(whole):
                words.append((behind, whole))
                open_word = ""
            elif glued and words and _TAIL.fullmatch(words[-1][1]) and _HEADING.fullmatch(whole + words[-1][1]):
                words[-1] = behind, whole + words[-1][1]
            else:
                open_word = whole
            if len(words) == _MOST_HEADINGS:
                break
        words.reverse()
        columns = sum(_COLUMN.fullmatch(word) is not None for _, word in words)
        return (words[0][0] if words else place), [word for _, word in words], max(1, columns)

    def _is_coded(self, rows: Sequence[int]) -> bool:
        """Whether most rows have their printed number behind their label: then it is no value, be there few or many."""
        coded = 0
        for number in rows:
            tokens = self.run.bare(self.marks[number].end, self._start(number + 1), last=True, units=True).tokens
            values = [token for token in tokens if token not in UNITS]
            coded += values[:1] == [numbers(self.kind).get(self.marks[number].key, "")]
        return 2 * coded > len(rows)

    def _bare(self, number: int, last: int, wanted: int, *, coded: bool) -> Values:
        """The values of a row, its unit before or behind them; the printed number of the next row is none."""
        mark, end, final = self.marks[number], self._start(number + 1), number == last - 1
        found = self.run.bare(mark.end, end, last=final, units=True)
        tokens, lines = list(found.tokens), list(found.lines)
        printed = numbers(self.kind)
        behind = found.end
        if self._leads(number, last, tokens, wanted):
            behind = self.run.text.rindex(tokens.pop(), mark.end, behind)
            del lines[-1]
        values = [place for place, token in enumerate(tokens) if token not in UNITS]
        code = printed.get(mark.key, "")
        if values and tokens[values[0]] == code and (coded or len(values) > wanted):
            del values[0]
        units = len(tokens) - len([token for token in tokens if token not in UNITS])
        bare = found._replace(tokens=tuple(tokens[n] for n in values), lines=tuple(lines[n] for n in values))
        ordinal = "" if final else self.marks[number + 1].ordinal
        return Values(tuple(tokens), behind, units <= 1 and bare.fits(wanted, ordinal))

    def _leads(self, number: int, last: int, tokens: Sequence[str], wanted: int) -> bool:
        """Whether the last value beside a label is the printed number of the next row."""
        code = numbers(self.kind).get(self.marks[number + 1].key, "") if number < last - 1 else ""
        return bool(code) and len(tokens) > wanted and tokens[-1] == code

    def _separated(self, rows: Sequence[int], last: int) -> list[Values]:
        """The cells of the rows, if most of them have the same number; of the last one as many as others filled."""
        inner = [n for n in rows if n < last - 1]
        texts = {n: self.run.pieces(self.marks[n].end, self._start(n + 1)) for n in inner}
        counts = [len(texts[n]) for n in inner]
        usual = max(set(counts), key=counts.count)
        agreed = 2 * counts.count(usual) > len(counts)
        filled = max(
            (place for n in inner if len(texts[n]) == usual for place, text in enumerate(texts[n]) if text), default=0
        )
        found: list[Values] = []
        for n in rows:
            if n < last - 1:
                ordinal = self.marks[n + 1].ordinal  # it may stand in the last cell, with no separator behind it
                sure = (
                    agreed and len(texts[n]) == usual and not texts[n][0] and not (ordinal and texts[n][-1] == ordinal)
                )
                cells = texts[n][1 : filled + 1] if sure else texts[n]
                found.append(Values(tuple(cells), self._start(n + 1), sure))
            else:
                ended = usual - 1 > filled
                values = self.run.last_row(self.marks[n].end, self._start(n + 1), max(1, filled), ended=ended)
                found.append(values._replace(sure=values.sure and agreed and filled > 0))
        return found
