"""What stands between two labels of a text that lost its tables -> the cells of a row, or the doubt which is which.

With separators (``|``, tab) blank cells are there to be seen, and a row has to have as many separators as its siblings.
Without them blank cells are gone: then only a row of as many values as columns is one whose columns are known.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from reports.blocks import Cell, Table
from reports.columns import is_value
from reports.flat.labels import SEPARATOR, Mark
from reports.sections import heading_of
from reports.statistics import UNITS

_SPLIT = re.compile(SEPARATOR)
_WORD = re.compile(r"[^\s|｜]+")
_TOKEN = re.compile(r"\S+")
_MONEY = re.compile(r"[ \xa0]+(亿元|万元|元)(?=\s|$)")
_DASHES = "-—–―─－"
_SIGNS = frozenset(("+", "＋", *_DASHES))
_LONGEST_ROW = 300  # characters from a label to the next
_INTERRUPTION = 80  # characters of other text between two pieces of a table
_BLANKS = re.compile(r"[\s|｜]*")


class Values(NamedTuple):
    """The cells of one row. ``end`` is where they end in the text; ``sure`` where each is known by its column."""

    cells: tuple[str, ...]
    end: int
    sure: bool


@dataclass(slots=True)
class Run:
    """The text of a run of paragraphs, one a line."""

    text: str

    def bare(self, start: int, end: int, *, last: bool = False, units: bool = False) -> "Bare":
        """The values without separators from ``start`` on, up to the first word that is none.

        ``last`` allows other text behind them; without it what does not end with the next label is in doubt.
        """
        tokens: list[str] = []
        lines: list[int] = []
        place, line, doubtful = start, 0, False
        while place < end:
            if self.text[place].isspace():
                line += self.text[place] == "\n"
                place += 1
            else:
                token = _TOKEN.match(self.text, place, end)
                if token is None:
                    break
                money = _MONEY.match(self.text, token.end(), end) if token[0][-1:].isdigit() and not units else None
                word = self.text[place : money.end()] if money else token[0]
                if not (_is_value(word) or (units and word in UNITS)):
                    break
                tokens.append(word)
                lines.append(line)
                place = money.end() if money else token.end()
        rest = self.text[place:end].strip()
        doubtful = bool(rest) and not last and not _ends_table(rest)
        return Bare(tuple(tokens), tuple(lines), place, not doubtful)

    def separators(self, start: int, end: int) -> int:
        """How many separators stand there."""
        return len(_SPLIT.findall(self.text, start, end))

    def is_regular(self, marks: Sequence[Mark]) -> bool:
        """Whether one separator stands between each of these headings and the next: none is over more than a cell."""
        return all(self.separators(one.end, other.start) == 1 for one, other in pairwise(marks))

    def pieces(self, start: int, end: int) -> list[str]:
        """The text there, cut at its separators."""
        return [piece.strip() for piece in _SPLIT.split(self.text[start:end])]

    def shown(self, mark: Mark) -> str:
        """A label as printed; what was broken over lines is one again."""
        return " ".join(self.text[mark.start : mark.end].split())

    def words(self, start: int, end: int, marks: Sequence[Mark]) -> list[str]:
        """The labels there and, between them, every other word."""
        found: list[str] = []
        for mark in marks:
            found += [*self.text[start : mark.start].split(), self.shown(mark)]
            start = mark.end
        return [*found, *self.text[start:end].split()]

    def is_blank(self, start: int, end: int) -> bool:
        """Whether nothing but blanks and separators stands there."""
        return self.skip_blanks(start, end) == end

    def is_interrupted(self, start: int, end: int) -> bool:
        """Whether little stands there, and no section's heading: a table goes on behind it."""
        if not 0 <= end - start <= _INTERRUPTION:
            return False
        return not self._has_heading(start, end)

    def skip_blanks(self, start: int, end: int) -> int:
        """The place behind the blanks and separators there."""
        found = _BLANKS.match(self.text, start, end)
        return found.end() if found else start

    def last_row(self, start: int, end: int, wanted: int, *, ended: bool, skip: int = 1, more: int = 0) -> Values:
        """The cells of a table's last row, with other text behind them and ``skip`` separators before the first.

        ``ended`` says that a separator stands behind each cell, the last one included. What other rows have ``more`` of
        them may stand here or not.
        """
        places = [found.start() for found in _SPLIT.finditer(self.text, start, end)]
        texts = self.pieces(start, end)
        final = skip + wanted - 1
        if any(texts[:skip]) or len(places) < final + ended:
            return self._unsure(start, end)
        if ended:
            behind = self.skip_blanks(places[final], end)
            cells = tuple(texts[skip : final + 1])
            if self.separators(places[final], behind) > 1 + more:
                return self._unsure(start, end)
        else:
            line = texts[final].split("\n")[0].strip()
            shown = line if _is_value(line) else ""
            if not shown and line and not heading_of(line):
                return self._unsure(start, end)
            behind = places[final - 1] + 1
            behind = self.text.index(shown, behind) + len(shown)
            cells = (*texts[skip:final], shown)
        word = _WORD.match(self.text, self.skip_blanks(behind, end), end)
        if any("\n" in cell for cell in cells) or (word and _is_value(word[0])):
            return self._unsure(start, end)
        return Values(cells, behind, sure=True)

    def _unsure(self, start: int, end: int) -> Values:
        """The values that come first there, whatever columns they are of."""
        cells: list[str] = []
        while (word := _WORD.match(self.text, self.skip_blanks(start, end), end)) and _is_value(word[0]):
            cells.append(word[0])
            start = word.end()
        return Values(tuple(cells), start, sure=False)

    def goes_on(self, start: int, end: int) -> bool:
        """Whether what stands there may be a row: it is short, and none of its lines is a section's heading."""
        return end - start <= _LONGEST_ROW and not self._has_heading(start, end)

    def _has_heading(self, start: int, end: int) -> bool:
        """Whether a line there is a section's heading; ``十二 |`` is a value."""
        return any(heading_of(line.strip(" \t|｜")) for line in self.text[start:end].split("\n"))


class Slot(NamedTuple):
    """A cell of a grid that is being made."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    placed: bool = True


Row = list[Slot]


class Found(NamedTuple):
    """A table in the text, from ``start`` to before ``end``; ``following`` is the number of the mark behind it."""

    start: int
    end: int
    rows: list[Row]
    following: int


def grid(rows: Sequence[Row]) -> Table:
    """The rows as a grid; as in HTML, a cell takes the first free place of its row."""
    cells: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column = 0
        for slot in row:
            while (number, column) in taken:
                column += 1
            cells.append(Cell(slot.text, number, column, slot.rowspan, slot.colspan, placed=slot.placed))
            taken |= {
                (number + down, column + across) for down in range(slot.rowspan) for across in range(slot.colspan)
            }
    return replace(Table.of(cells, len(rows), max(column for _, column in taken) + 1), restored=True)


def settled(lines: Sequence[tuple[int, Values, int]]) -> list[bool]:
    """Which rows of a table without separators are sure, given (place, values, number of columns) of each.

    Where some rows have too many values and others too few, as many as columns prove nothing; nor where most have too
    many: each of them may be numbered.
    """
    over = sum(not values.sure and len(values.cells) > wanted for _, values, wanted in lines)
    under = sum(not values.sure and len(values.cells) < wanted for _, values, wanted in lines)
    trusted = not (over and under) and 2 * over < len(lines)
    return [values.sure and trusted for _, values, _ in lines]


def unplaced(cells: Sequence[str]) -> Row:
    """The cells of a row of which nobody knows which is which."""
    return [Slot(cell, placed=False) for cell in cells if cell] or [Slot("", placed=False)]


class Bare(NamedTuple):
    """Values without separators; ``lines`` are their lines, ``closed`` where nothing else stands behind them."""

    tokens: tuple[str, ...]
    lines: tuple[int, ...]
    end: int
    closed: bool

    def fits(self, wanted: int, ordinal: str, *, signed: bool = False) -> bool:
        """Whether each value's column is known: there are as many as columns, and nothing makes one a stray.

        A stray may be a page number (- 4 -, or alone below a line of values), or the number of the label that follows
        and has none. In a row of ``signed`` values a sign may have come off its number.
        """
        if not self.closed or len(self.tokens) != wanted:
            return False
        if ordinal and self.tokens and self.tokens[-1].lstrip("0") == ordinal:
            return False
        for number, token in enumerate(self.tokens[:-1]):
            follows = self.tokens[number + 1]
            paged = token in _DASHES and number + 2 < wanted and self.tokens[number + 2] in _DASHES
            if token in _SIGNS and follows[0].isdigit() and (paged or signed):
                return False
        counts = [self.lines.count(line) for line in dict.fromkeys(self.lines)]
        return len(counts) < 2 or counts[-1] > 1 or max(counts) == 1


def _is_value(word: str) -> bool:
    return is_value(Cell(word, 0, 0))


def _ends_table(rest: str) -> bool:
    """Whether a section's heading stands there."""
    return heading_of(rest.partition("\n")[0].strip()) is not None
