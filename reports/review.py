"""Table 3, reconsideration and litigation: one row of figures under three headings of five results each."""

from collections.abc import Sequence
from functools import cache

from reports import forms, labels
from reports.blocks import Cell
from reports.columns import Columns, Heading, Rows
from reports.model import CellState, Figure

_LITIGATION = labels.key("行政诉讼")
_TOTAL = frozenset(map(labels.key, ("总计", "合计")))


@cache
def _blocks() -> dict[str, str]:
    return {key: block.code for block in forms.review().rows for key in block.keys}


@cache
def _results() -> dict[str, str]:
    return {key: column.code for column in forms.review().columns for key in column.keys}


@cache
def _heading_words() -> frozenset[str]:
    return (frozenset(_blocks()) | frozenset(_results()) | {_LITIGATION}) - _TOTAL


@cache
def _official() -> tuple[Heading, ...]:
    table = forms.review()
    return tuple(Heading(f"{block.code}.{column.code}") for block in table.rows for column in table.columns)


class ReviewTable:
    """Takes the headings and the one row of table 3."""

    def __init__(self) -> None:
        self.rows = Rows("review")
        self._tops: list[Cell] = []
        self._results: list[tuple[Cell, str]] = []
        self._blank: dict[str, Figure] | None = None
        self._misfit: Sequence[Cell] = ()
        self._width = 0

    @property
    def found(self) -> bool:
        """Whether the headings of table 3 were met: a block's and a result's."""
        return bool(self._tops and self._results)

    def feed(self, cells: Sequence[Cell], keys: Sequence[str], row: int, width: int) -> bool:
        """Take one row of a grid; False where it is none of table 3."""
        if not _heading_words().isdisjoint(keys):
            if not self.rows.figures:
                self._read_headings(cells, keys, row, width)
            return True
        if not self.found or self.rows.figures:
            return False
        columns = self._columns()
        figures = columns.figures(cells, row) if width == self._width else columns.elsewhere().figures(cells, row)
        if figures is None:
            if len(cells) > len(self._misfit):
                self._misfit = cells
            return False
        if any(figure.state is not CellState.BLANK for figure in figures.values()):
            self._put(figures)
        else:
            self._blank = figures
        return True

    def finish(self) -> None:
        """Settle for a blank row where no filled one came, and say what could not be read."""
        if self.rows.figures or not self.found:
            return
        if self._blank is not None:
            self._put(self._blank)
        elif len(self._misfit) > 1:
            self.rows.doubt("", f"the row has {len(self._misfit)} cells that do not fit the headings; none was read")
        else:
            self.rows.doubt("", "the headings have no row of figures below them")

    def _put(self, figures: dict[str, Figure]) -> None:
        for block in forms.review().rows:
            prefix = f"{block.code}."
            part = {code.removeprefix(prefix): figure for code, figure in figures.items() if code.startswith(prefix)}
            self.rows.put(block.code, part, block.zh, len(part))

    def _read_headings(self, cells: Sequence[Cell], keys: Sequence[str], row: int, width: int) -> None:
        self._width = width
        for cell, key in zip(cells, keys, strict=True):
            if cell.row == row and key in _blocks():
                self._tops.append(cell)
            elif cell.row == row and key in _results():
                self._results.append((cell, _results()[key]))

    def _columns(self) -> Columns:
        """Each result under its block; the official fifteen in order where the headings lost their spans."""
        found = sorted(self._results, key=lambda pair: pair[0].column)
        tops = sorted(self._tops, key=lambda cell: -cell.row)
        codes = []
        for cell, result in found:
            top = next((top for top in tops if top.column <= cell.column < top.column + top.colspan), None)
            codes.append(f"{_blocks()[labels.key(top.text)]}.{result}" if top is not None else "")
        official = [heading.code for heading in _official()]
        places = [official.index(code) for code in codes if code]
        if len(places) == len(codes) and places == sorted(set(places)):
            return Columns.under([Heading(code) for code in codes], [cell for cell, _ in found])
        return Columns(_official())

    def codes(self) -> list[str]:
        """Every official code of the table."""
        return [f"review.{heading.code}" for heading in _official()]
