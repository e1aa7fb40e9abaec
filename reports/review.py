"""Table 3, reconsideration and litigation: one row of figures under three headings of five results each.

It is read in one piece, or block by block (行政复议 in one table, 行政诉讼 in another), the columns in their printed
order. Every row of figures is a candidate, and candidates that contradict each other give no value.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from reports import forms, labels
from reports.blocks import Cell
from reports.cells import parse_cell
from reports.columns import VALUES, Columns, Heading, Rows, is_value
from reports.model import CellState, Figure
from reports.years import Whose, whose

_LITIGATION = labels.key("行政诉讼")
_TOTAL = frozenset(map(labels.key, ("总计", "合计")))
_MOST_HEADINGS = 60  # in one grid; the form has 18, and more than a few times as many are no headings


@cache
def _blocks() -> dict[str, str]:
    return {key: block.code for block in forms.review().rows for key in block.keys}


@cache
def _results() -> dict[str, str]:
    return {key: column.code for column in forms.review().columns for key in column.keys}


@cache
def _litigation_blocks() -> frozenset[str]:
    return frozenset(block.code for block in forms.review().rows if labels.key(block.group) == _LITIGATION)


@cache
def _heading_words() -> frozenset[str]:
    return (frozenset(_blocks()) | frozenset(_results()) | {_LITIGATION}) - _TOTAL


@cache
def _official() -> tuple[Heading, ...]:
    table = forms.review()
    return tuple(Heading(f"{block.code}.{column.code}") for block in table.rows for column in table.columns)


class _Mark(NamedTuple):
    """A heading cell: the number of its line, and the block (行政诉讼 is two) or result it names."""

    line: int
    cell: Cell
    blocks: frozenset[str]
    result: str

    def covers(self, other: "_Mark") -> bool:
        """Whether this heading stands above the other one."""
        left = self.cell.column
        return self.line < other.line and left <= other.cell.column < left + self.cell.colspan


class _Headings:
    """The heading lines that stand one below the other."""

    def __init__(self) -> None:
        self.tops: list[_Mark] = []
        self.results: list[_Mark] = []
        self.blocks: frozenset[str] = frozenset()
        self._lines = 0
        self._blank: set[int] = set()  # grid columns with a blank heading cell in some line

    def add(self, cells: Sequence[Cell], keys: Sequence[str]) -> None:
        """Take one line of headings."""
        for cell, key in zip(cells, keys, strict=True):
            if len(self.tops) + len(self.results) > _MOST_HEADINGS:
                break
            if not key:
                self._blank |= set(_places(cell))
            elif key in _results():
                self.results.append(_Mark(self._lines, cell, frozenset(), _results()[key]))
            elif key in _blocks() or key == _LITIGATION:
                named = _litigation_blocks() if key == _LITIGATION else frozenset((_blocks()[key],))
                self.tops.append(_Mark(self._lines, cell, named, ""))
                self.blocks |= named
        self._lines += 1

    def are_columns(self) -> bool:
        """Whether most results stand side by side in one line, as they do in table 3 and in no list of results."""
        lines = [result.line for result in self.results]
        return any(2 * lines.count(line) > len(forms.review().columns) for line in set(lines))

    def columns(self) -> Columns | None:
        """Each result under its block, as printed; the official fifteen where spans are lost; None if neither holds."""
        blocks = [self._block(result) for result in self.results]
        codes = [f"{block}.{result.result}" for block, result in zip(blocks, self.results, strict=True)]
        places = {result.cell.column for result in self.results}
        if None not in blocks and len(places) == len(set(codes)) == len(codes) and self._is_regular(blocks):
            unnamed = frozenset(self._blank - {place for mark in self.results for place in _places(mark.cell)})
            return Columns.under([Heading(code) for code in codes], [result.cell for result in self.results], unnamed)
        return Columns(_official()) if self._is_official() else None

    def _block(self, result: _Mark) -> str | None:
        """The block that a result stands under; None where the headings above it do not agree on one."""
        above = [top for top in self.tops if top.covers(result)]
        named = frozenset.intersection(*(top.blocks for top in above)) if above else frozenset()
        if len(named) != 1:
            return None
        wider = any(named < top.blocks for top in self.tops)
        return None if wider and not any(named < top.blocks for top in above) else next(iter(named))

    def _is_regular(self, blocks: Sequence[str | None]) -> bool:
        """Whether every block has the same results in the same order; otherwise a heading was lost or misplaced."""
        orders: dict[str | None, list[str]] = {}
        for result, block in sorted(zip(self.results, blocks, strict=True), key=lambda pair: pair[0].cell.column):
            orders.setdefault(block, []).append(result.result)
        first = next(iter(orders.values()))
        return all(order == first for order in orders.values())

    def _is_official(self) -> bool:
        """Whether the headings, read line by line, are the official ones in the official order."""
        tops = [top.blocks for top in self.tops if len(top.blocks) == 1]
        wanted = [frozenset((block.code,)) for block in forms.review().rows]
        whole = [number for number, top in enumerate(self.tops) if len(top.blocks) > 1]
        mixed = any(
            top.line == result.line and top.cell.column < result.cell.column
            for top in self.tops
            for result in self.results
        )
        results = [column.code for column in forms.review().columns] * len(wanted)
        return (
            not self._blank
            and tops == wanted
            and whole in ([], [1])
            and not mixed
            and [r.result for r in self.results] == results
        )


def _places(cell: Cell) -> range:
    return range(cell.column, cell.column + cell.colspan)


class _Candidate(NamedTuple):
    """A row that may be the table's: what is said of its figures, beside or above them, and these by their code."""

    label: str
    figures: dict[str, Figure]

    @property
    def rank(self) -> int:
        """2 with a value, 1 with text alone, 0 if blank."""
        states = {figure.state for figure in self.figures.values()}
        return 2 if not states.isdisjoint(VALUES) else int(states != {CellState.BLANK})

    def part(self, block: str) -> dict[str, Figure]:
        """The figures of one block by result."""
        prefix = f"{block}."
        return {code.removeprefix(prefix): f for code, f in self.figures.items() if code.startswith(prefix)}


class ReviewTable:
    """Takes the headings and the rows of table 3, grid by grid."""

    def __init__(self) -> None:
        self.rows = Rows("review")
        self.found = False  # whether the headings of table 3 were met: a block's and a result's
        self._headings = _Headings()
        self._complete = False
        self._title = ""  # the last line with a single text between the rows
        self._candidates: list[_Candidate] = []
        self._unread: dict[str, int] = {}  # block -> the cells of a row that could not be read

    def begin(self) -> None:
        """Another grid begins; headings hold for their own grid alone."""
        self._headings = _Headings()
        self._complete = False
        self._title = ""

    def end(self) -> None:
        """A grid ends; nothing waits for that here."""

    def feed(self, cells: Sequence[Cell], keys: Sequence[str], row: int, width: int) -> bool:
        """Take one row of a grid; False where it is none of table 3."""
        headed = self._headings.tops and self._headings.results
        if not headed and _heading_words().isdisjoint(keys):
            return False
        own = [cell for cell in cells if cell.row == row]
        named = [key for cell, key in zip(cells, keys, strict=True) if cell.row == row]
        if not _heading_words().isdisjoint(named):
            if self._complete:
                self._headings, self._complete = _Headings(), False
            self._headings.add(own, named)
            self.found = self.found or bool(self._headings.tops and self._headings.results)
            self._note_unread(own, 0)
            return True
        if not headed:
            return False
        columns = self._headings.columns()
        first = columns.places[0] if columns is not None and columns.places else 0
        before = [cell for cell in own if cell.column < first]
        fitting = columns.cells(own[len(before) :]) if columns is not None else None
        if columns is None or fitting is None:
            texts = [cell.text for cell in own if cell.text.strip()]
            self._title = texts[0] if len(texts) == 1 else self._title
            self._complete = self._complete or any(named)
            self._note_unread(own, len(columns.headings) if columns is not None else 0)
            return False
        self._complete = True
        figures = dict(columns.figures(fitting, self.rows.block))
        if not _is_numbering(list(figures.values())):
            words = [figure.raw for figure in figures.values() if figure.state is CellState.TEXT]
            label = " ".join((*(cell.text for cell in before), *words)).strip()
            self._candidates.append(_Candidate(label or self._title, figures))
        return True

    def _note_unread(self, own: Sequence[Cell], wanted: int) -> None:
        """Remember a row of figures that does not fit its headings; a row of quite another length is no such row."""
        if not self._headings.are_columns() or (wanted and abs(len(own) - wanted) > max(1, wanted // 5)):
            return
        values = [cell for cell in own if is_value(cell)]
        if len(values) >= 2 and not _is_numbering([parse_cell(cell.text) for cell in values]):
            self._unread.update(dict.fromkeys(self._headings.blocks, len(own)))

    def finish(self, year: int | None) -> None:
        """Settle what is read: filled rows before blank ones, those labelled as this year's before those of no label.

        What is labelled as another year's, or as a comparison, is never this year's, even where nothing else is there.
        """
        if not self.found:
            return
        blocks = [block.code for block in forms.review().rows]
        told = [(row, whose(row.label, year)) for row in self._candidates]
        rows = [row for row, who in told if who is Whose.OWN] or [row for row, who in told if who is Whose.UNTOLD]
        for block in blocks:
            own = [row for row in rows if row.part(block)]
            best = max((row.rank for row in own), default=0)
            for row in own if block not in self._unread else ():
                if row.rank == best:
                    self.rows.put(block, row.part(block).items())
        for block in filter(self._unread.__contains__, blocks):
            subject = "" if len(self._unread) == len(blocks) else block
            self.rows.doubt(subject, f"a row of {self._unread[block]} cells does not fit the headings; none was read")
        lacking = [block for block in blocks if block not in self._unread and block not in self.rows.seen]
        for block in lacking:
            subject = "" if len(lacking) == len(blocks) else block
            self.rows.doubt(subject, "the headings have no row of this year's figures below them")

    def codes(self) -> list[str]:
        """Every official code of the table."""
        return [f"review.{heading.code}" for heading in _official()]


def _is_numbering(figures: Sequence[Figure]) -> bool:
    """Whether the cells are the numbers of the columns (1, 2, 3 …) and no figures."""
    counted = [figure.value for figure in figures]
    size = len(forms.review().columns)
    starts = range(1, len(_official()), size)
    return len(counted) >= size and any(counted == list(range(start, start + len(counted))) for start in starts)
