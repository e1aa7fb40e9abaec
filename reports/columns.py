"""Which cell of a row stands under which column heading, and the refusal to guess where that cannot be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reports.blocks import LEAST_CONFIDENCE, PICTURE_CELL, Cell
from reports.cells import parse_cell
from reports.model import CellState, Figure, Finding, Origin, Outcome
from reports.units import MONEY, agreed

MISSING = Figure(None, "", CellState.MISSING)
_MOST_DOUBTS = 1_000  # about one table; the largest official one has 175 cells
VALUES = (CellState.NUMBER, CellState.ZERO, CellState.NOT_APPLICABLE)


class Heading(NamedTuple):
    """A column: its part of the code, the unit of the code and the unit that the heading prints."""

    code: str
    unit: str = "count"
    printed_unit: str = ""


class Columns(NamedTuple):
    """The headings of a table from left to right.

    ``places`` are their grid columns, empty where the headings do not stand over their cells (spans lost, or a table
    that goes on without headings in another grid); ``ignored`` are grid columns under headings of no name.
    """

    headings: tuple[Heading, ...]
    places: tuple[int, ...] = ()
    ignored: frozenset[int] = frozenset()

    @classmethod
    def under(
        cls, headings: Sequence[Heading], cells: Sequence[Cell], ignored: frozenset[int] = frozenset()
    ) -> "Columns":
        """Columns at the places of their heading cells, in the order in which these stand; no two may share a place."""
        placed = sorted(zip((cell.column for cell in cells), headings, strict=True), key=lambda pair: pair[0])
        return cls(tuple(heading for _, heading in placed), tuple(place for place, _ in placed), ignored)

    def elsewhere(self) -> "Columns":
        """The same headings for a grid in which they do not stand."""
        return Columns(self.headings)

    def with_unit(self, nearest: str, default: str) -> "Columns":
        """The same columns where a unit of money is printed beside the row too.

        ``nearest`` is printed as near as the heading, so both must agree; ``default`` stands farther off, and counts
        where neither prints a unit.
        """
        if all(heading.unit == "count" for heading in self.headings):
            return self
        headings = (
            heading
            if heading.unit == "count"
            else heading._replace(
                printed_unit=agreed((heading.printed_unit, nearest))
                or default
                or ("万元" if heading.unit == "10k_yuan" else "")
            )
            for heading in self.headings
        )
        return self._replace(headings=tuple(headings))

    def cells(self, own: Sequence[Cell]) -> Sequence[Cell] | None:
        """The cells of one row under the headings, given all its own right of its label; None if that is not sure.

        Every heading must have its cell below it, and no figure may stand left of them all. Where the headings do not
        stand over their cells, there must be as many cells as headings, or as many filled ones side by side. What a
        lost span leaves over is blank. A row that stands too far right, below a label that reaches too far down, needs
        a figure for each heading. A row of which a cell is lacking is not read at all, for nobody knows which one.
        """
        if not all(cell.placed for cell in own):
            return None
        if self.places:
            return self._below(own)
        wanted = len(self.headings)
        if len(own) == wanted:
            return own
        filled = [index for index, cell in enumerate(own) if cell.text.strip()]
        if len(filled) == wanted and filled[-1] - filled[0] == wanted - 1 and all(is_value(own[i]) for i in filled):
            return [own[index] for index in filled]
        return None

    def _below(self, own: Sequence[Cell]) -> Sequence[Cell] | None:
        """The same where the headings stand over their cells."""
        first, wanted = self.places[0], len(self.headings)
        below = own
        if self.ignored or (own and own[0].column < first):
            if any(cell.column < first and cell.column not in self.ignored and is_value(cell) for cell in own):
                return None
            below = [
                cell for cell in own if cell.column >= first and (cell.column not in self.ignored or cell.text.strip())
            ]
        if len(below) == wanted and all(
            cell.column <= place < cell.column + cell.colspan for cell, place in zip(below, self.places, strict=True)
        ):
            return below
        alone = [cell for cell in below if cell.text.strip()]
        if wanted == len(alone) == 1 and alone[0].column == first and is_value(alone[0]):
            return alone
        shifted = len(own) == wanted > 1 and not self.ignored and own[0].column > first
        return own if shifted and all(map(is_value, own)) else None

    def figures(self, cells: Sequence[Cell], block: int) -> list[tuple[str, Figure]]:
        """The figures of the cells that ``cells`` gave, with the column's part of the code; one may come twice."""
        return [
            (heading.code, read_cell(cell, block, heading.unit, heading.printed_unit))
            for heading, cell in zip(self.headings, cells, strict=True)
        ]


def read_cell(cell: Cell, block: int, unit: str = "count", printed_unit: str = "") -> Figure:
    """The figure of a cell, with its place."""
    return parse_cell(cell.text, unit, printed_unit, Origin(block, cell.row, cell.column, cell.page, cell.confidence))


def is_value(cell: Cell) -> bool:
    """Whether a number (of things or of money) or ``/`` stands in the cell."""
    return any(parse_cell(cell.text, unit, "元").state in VALUES for unit in ("count", "yuan"))


class _Waiting(NamedTuple):
    """A row until its grid ends; ``length`` counts its cells right of the label, ``cells`` is None if they misfit.

    ``placed`` is False where it is not known which cell is which: such a row says nothing of the headings.
    """

    row: str
    label: str
    columns: Columns
    length: int
    cells: Sequence[Cell] | None
    placed: bool


def _is_usual(columns: Columns, entries: Sequence[_Waiting]) -> bool:
    """Whether most rows of known places fit their headings, by their places or by the number of their cells."""
    placed = [entry for entry in entries if entry.placed]
    if columns.places:
        return 2 * sum(entry.cells is not None for entry in placed) >= len(placed)
    return 2 * sum(entry.length == len(columns.headings) for entry in placed) > len(placed)


@dataclass(slots=True)
class Rows:
    """The figures of one official table as they come in, and the doubts met on the way.

    ``prefix`` is the first word of the codes; ``seen`` are the rows met, read or not; ``block`` is the number of the
    table they come from. ``figures`` are whole after ``settle``.
    """

    prefix: str
    figures: dict[str, Figure] = field(default_factory=dict)
    doubts: dict[Finding, None] = field(default_factory=dict)  # in the order in which they were met
    seen: set[str] = field(default_factory=set)
    block: int = 0
    _waiting: list[_Waiting] = field(default_factory=list)
    _contested: set[str] = field(default_factory=set)

    def read(self, row: str, columns: Columns, own: Sequence[Cell], label: str) -> None:
        """Read a row, given all its own cells right of its label.

        It waits for ``settle``: its siblings tell whether the headings hold.
        """
        self.seen.add(row)
        placed = all(cell.placed for cell in own)
        self._waiting.append(_Waiting(row, label, columns, len(own), columns.cells(own), placed))

    def settle(self) -> None:
        """A grid ends: keep its rows that fit their headings, if no more rows under these headings do not.

        Where a grid has a column too many or a heading too few, only a row that lacks a cell fits. Rows read by the
        number of their cells must have most of their siblings with them.
        """
        siblings: dict[Columns, list[_Waiting]] = {}
        for entry in self._waiting:
            siblings.setdefault(entry.columns, []).append(entry)
        usual = {columns: _is_usual(columns, entries) for columns, entries in siblings.items()}
        for entry in self._waiting:
            columns = entry.columns
            as_usual = usual[columns] or not (columns.places or entry.length == len(columns.headings))
            if entry.cells is not None and as_usual:
                figures = columns.figures(entry.cells, self.block)
                self._doubt_units(entry.row, columns, figures)
                self.put(entry.row, figures)
            else:
                detail = f"row “{entry.label}” has {entry.length} cells that do not fit the headings; none was read"
                (self.contest if columns.places else self.doubt)(entry.row, detail)
        self._waiting.clear()

    def _doubt_units(self, row: str, columns: Columns, figures: Sequence[tuple[str, Figure]]) -> None:
        """An amount that was not read because its unit is printed in no way that is sure."""
        for heading, (_, figure) in zip(columns.headings, figures, strict=True):
            if heading.unit == "count":
                continue
            unit = heading.printed_unit
            amount = figure.state is CellState.TEXT and any(character.isdigit() for character in figure.raw)
            if amount and ((unit and unit not in MONEY) or "元" in figure.raw):
                self.doubt(f"{row}.{heading.code}", f"the unit of “{figure.raw}” is not sure; it was not read")

    def put(self, row: str, figures: Iterable[tuple[str, Figure]]) -> None:
        """Take one row in. A cell that contradicts an earlier one of its name has no value, nor has a picture."""
        self.seen.add(row)
        if row not in self._contested:
            for column, figure in figures:
                self.put_cell(f"{row}.{column}", figure)

    def put_cell(self, cell: str, figure: Figure) -> None:
        """Take one cell in, ``cell`` being its code without the prefix."""
        code = f"{self.prefix}.{cell}"
        if code in self._contested:
            return
        earlier = self.figures.setdefault(code, figure)
        confidence = figure.origin.confidence if figure.origin else 1.0
        if earlier is not figure and (earlier.state, earlier.value) != (figure.state, figure.value):
            self.doubt(code, f"printed twice: “{earlier.raw}” and “{figure.raw}”; neither was kept")
            self._contested.add(code)
            self.figures[code] = MISSING
        elif figure.raw == PICTURE_CELL:
            self.doubt(code, "a picture stands in the cell; it was not read")
        elif confidence < LEAST_CONFIDENCE:
            self.doubt(code, f"“{figure.raw}” was recognised with a confidence of {confidence:.2f}")
        elif confidence < 1 and figure.state is CellState.TEXT:
            self.doubt(code, f"“{figure.raw}” is no number that could be read for sure")

    def contest(self, row: str, detail: str) -> None:
        """Keep no value of a row, whatever else is read of it: a row of that name could not be read under headings."""
        self.seen.add(row)
        self.doubt(row, detail)
        self._contested.add(row)
        for code in self.figures:
            if code.startswith(f"{self.prefix}.{row}."):
                self.figures[code] = MISSING

    def doubt(self, subject: str, detail: str) -> None:
        """Note that ``subject`` (a row, a whole code, ``*`` for a row of no name, "" for the table) is in doubt."""
        if not subject.startswith(f"{self.prefix}."):
            subject = f"{self.prefix}.{subject}" if subject else self.prefix
        finding = Finding("READ", subject, Outcome.UNCERTAIN, detail)
        if len(self.doubts) < _MOST_DOUBTS:
            self.doubts.setdefault(finding)
