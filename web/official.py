"""The official tables as the forms print them: headings, groups and cells, each cell with the findings on it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports import forms
from reports.forms import Block, Label
from reports.forms.lists import list_forms
from reports.model import CellState, Figure
from storage.models import FindingRow
from web.labels import label
from web.language import Words
from web.marks import Mark, Marks

_MISSING = Figure(None, "", CellState.MISSING)
_ARTICLES = {"一": 1, "五": 5, "六": 6, "八": 8, "九": 9}
_BEFORE, _AFTER = ("new", "carried_in"), ("carried_over",)  # the rows of table 2 around 三、本年度办理结果


@dataclass(frozen=True, slots=True)
class Head:
    """A heading over columns or before rows."""

    text: str
    columns: int = 1
    rows: int = 1
    scope: str = "col"


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in its place."""

    code: str
    figure: Figure
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A row: what stands before it, and its cells. A row without cells is a heading of those below it."""

    heads: tuple[Head, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, or the part of one that has headings of its own (``caption``)."""

    caption: str
    heads: tuple[tuple[Head, ...], ...]
    lines: tuple[Line, ...]


class Layout:
    """The grids of one reading; tables of which no figure was read have none."""

    def __init__(
        self, form: str | None, figures: Mapping[str, Figure], findings: Sequence[FindingRow], words: Words
    ) -> None:
        self._figures = figures
        self._marks = Marks(findings, figures)
        self._words = words
        self._zh = words.language == "zh"
        newer = any(code.endswith((".made", ".in_force")) for code in figures)
        self._form = form if form in forms.FORMS else "v2021" if newer else "v2019"
        self.names = tuple(dict.fromkeys(code.partition(".")[0] for code in figures))

    def grids(self, name: str) -> tuple[Grid, ...]:
        """The grids of the table that codes name by their first word; () for one without figures."""
        if name not in self.names:
            return ()
        if name == "disclosure":
            return tuple(self._disclosure())
        if name == "applications":
            return (self._applications(),)
        return (self._review(),) if name == "review" else (self._list(name),)

    def _disclosure(self) -> Iterator[Grid]:
        for block in forms.disclosure():
            if block.form == self._form:
                heads = (Head(self._words("official.content")), *(Head(self._text(one)) for one in block.columns))
                lines = (self._line("disclosure", row, block.columns) for row in block.rows)
                yield Grid(self._article(block), (heads,), tuple(lines))

    def _applications(self) -> Grid:
        table = forms.applications()
        natural, *kinds, total = table.columns
        t = self._words
        first = (
            Head("", 2, 2, ""),
            Head(self._text(natural), 1, 2),
            Head(t("official.organisations"), len(kinds), 1, "colgroup"),
            Head(self._text(total), 1, 2),
        )
        printed = [row for row in table.rows if self._form in row.forms or self._has("applications", row, table)]
        lines = list(self._rows("applications", printed, table.columns))
        return Grid("", (first, tuple(Head(self._text(one)) for one in kinds)), tuple(lines))

    def _rows(self, table: str, rows: Sequence[Label], columns: tuple[Label, ...]) -> Iterator[Line]:
        """The rows of table 2; a group's heading spans the rows that belong to it."""
        begun = ""
        for place, row in enumerate(rows):
            if place and rows[place - 1].code in _BEFORE and row.code not in _BEFORE:
                yield Line((Head(self._words("official.results"), 2 + len(columns), 1, "colgroup"),), ())
            cells = self._line(table, row, columns).cells
            if not row.group:
                yield Line((Head(self._text(row), 2, 1, "row"),), cells)
                continue
            own = Head(self._within(row), 1, 1, "row")
            if row.group == begun:
                yield Line((own,), cells)
            else:
                begun = row.group
                span = sum(one.group == row.group for one in rows)
                yield Line((Head(self._group(row), 1, span, "rowgroup"), own), cells)

    def _review(self) -> Grid:
        table = forms.review()
        width = len(table.columns)
        alone, *litigation = table.rows
        top = (
            Head(self._text(alone), width, 2, "colgroup"),
            Head(self._words("official.litigation"), width * len(litigation), 1, "colgroup"),
        )
        middle = tuple(Head(self._text(row), width, 1, "colgroup") for row in litigation)
        bottom = tuple(Head(self._text(column)) for _ in table.rows for column in table.columns)
        cells = tuple(cell for row in table.rows for cell in self._line("review", row, table.columns).cells)
        return Grid("", (top, middle, bottom), (Line((), cells),))

    def _list(self, name: str) -> Grid:
        """The older forms, and the totals told in prose: a row each."""
        known = next((form.rows for form in list_forms() if form.prefix == name), ())
        codes = dict.fromkeys([row.code for row in known if row.code in self._figures])
        codes.update(dict.fromkeys(code for code in self._figures if code.startswith(f"{name}.")))
        heads = (Head(self._words("official.item")), Head(self._words("official.value")))
        lines = (Line((Head(label(code, self._words.language), 1, 1, "row"),), (self._cell(code),)) for code in codes)
        return Grid("", (heads,), tuple(lines))

    def _line(self, table: str, row: Label, columns: Iterable[Label]) -> Line:
        cells = (self._cell(f"{table}.{row.code}.{column.code}") for column in columns)
        return Line((Head(self._text(row), 1, 1, "row"),), tuple(cells))

    def _cell(self, code: str) -> Cell:
        return Cell(code, self._figures.get(code, _MISSING), self._marks.on(code))

    def _has(self, table: str, row: Label, block: Block) -> bool:
        return any(f"{table}.{row.code}.{column.code}" in self._figures for column in block.columns)

    def _text(self, label: Label) -> str:
        return label.zh if self._zh else label.en[:1].upper() + label.en[1:]

    def _within(self, row: Label) -> str:
        """A row's label below its group's: English ones say the group first."""
        return row.zh if self._zh else row.en.partition(": ")[2].capitalize()

    def _group(self, row: Label) -> str:
        return row.group if self._zh else self._words(f"official.groups.{row.code.partition('.')[0]}")

    def _article(self, block: Block) -> str:
        numeral = block.article.partition("（")[2].partition("）")[0]
        return self._words("official.article", n=numeral if self._zh else _ARTICLES.get(numeral, numeral))
