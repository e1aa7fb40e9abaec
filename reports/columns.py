"""Which cell of a row stands under which column heading, and the refusal to guess where that cannot be told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from reports.blocks import Cell
from reports.cells import parse_cell
from reports.model import CellState, Figure, Finding, Outcome

_VALUES = (CellState.NUMBER, CellState.ZERO, CellState.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its part of the code, the unit of the code and the unit that the heading prints."""

    code: str
    unit: str = "count"
    printed_unit: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """The headings of a table from left to right.

    ``places`` are their grid columns, empty where the headings do not stand over their cells (spans lost, or a table
    that goes on without headings in another grid); ``ignored`` are grid columns under blank headings.
    """

    headings: tuple[Heading, ...]
    places: tuple[int, ...] = ()
    ignored: frozenset[int] = frozenset()

    @classmethod
    def under(
        cls, headings: Sequence[Heading], cells: Sequence[Cell], ignored: frozenset[int] = frozenset()
    ) -> "Columns":
        """Columns at the places of their heading cells, if these run from left to right."""
        places = tuple(cell.column for cell in cells)
        ordered = all(left < right for left, right in pairwise(places))
        return cls(tuple(headings), places if ordered else (), ignored)

    def elsewhere(self) -> "Columns":
        """The same headings for a grid in which they do not stand."""
        return Columns(self.headings)

    def cells(self, after: Sequence[Cell], row: int) -> Sequence[Cell] | None:
        """The cells of one row under the headings, given all that stand right of its label; None if that is not sure.

        Every heading must have its cell below it. Where the headings do not stand over their cells, there must be as
        many cells as headings, or as many filled ones side by side. What a lost span leaves over is blank. A row of
        which a cell is lacking is not read at all, for nobody knows which one.
        """
        own = [cell for cell in after if cell.row == row]
        wanted = len(self.headings)
        if self.places:
            first = self.places[0]
            below = [
                cell for cell in own if cell.column >= first and (cell.column not in self.ignored or cell.text.strip())
            ]
            if len(below) == wanted and all(
                cell.column <= place < cell.column + cell.colspan
                for cell, place in zip(below, self.places, strict=True)
            ):
                return below
            alone = [cell for cell in below if cell.text.strip()]
            return alone if wanted == len(alone) == 1 and alone[0].column == first and _is_value(alone[0]) else None
        if len(own) == wanted:
            return own
        filled = [index for index, cell in enumerate(own) if cell.text.strip()]
        if len(filled) == wanted and filled[-1] - filled[0] == wanted - 1 and all(_is_value(own[i]) for i in filled):
            return [own[index] for index in filled]
        return None

    def figures(self, after: Sequence[Cell], row: int) -> dict[str, Figure] | None:
        """The figures of one row by the column's part of the code, or None (see ``cells``)."""
        cells = self.cells(after, row)
        if cells is None:
            return None
        return {
            heading.code: parse_cell(cell.text, heading.unit, heading.printed_unit)
            for heading, cell in zip(self.headings, cells, strict=True)
        }


def _is_value(cell: Cell) -> bool:
    """Whether a number (of things or of money) or ``/`` stands in the cell."""
    return any(parse_cell(cell.text, unit, "元").state in _VALUES for unit in ("count", "yuan"))


@dataclass(slots=True)
class Rows:
    """The figures of one official table as they come in, and the doubts met on the way.

    ``prefix`` is the first word of the codes.
    """

    prefix: str
    figures: dict[str, Figure] = field(default_factory=dict)
    doubts: list[Finding] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def put(self, row: str, figures: dict[str, Figure] | None, label: str, filled: int) -> None:
        """Keep one row; a row that could not be read or that contradicts an earlier one of the same name is a doubt."""
        self.seen.add(row)
        if figures is None:
            self.doubt(row, f"row “{label}” has {filled} cells that do not fit the headings; none was read")
            return
        for column, figure in figures.items():
            code = f"{self.prefix}.{row}.{column}"
            earlier = self.figures.setdefault(code, figure)
            if (earlier.state, earlier.value) != (figure.state, figure.value):
                self.doubt(code, f"printed twice: “{earlier.raw}” (kept) and “{figure.raw}”")

    def doubt(self, subject: str, detail: str) -> None:
        """Note that ``subject`` (a row, a whole code, ``*`` for a row of no name, "" for the table) is in doubt."""
        if not subject.startswith(f"{self.prefix}."):
            subject = f"{self.prefix}.{subject}" if subject else self.prefix
        self.doubts.append(Finding("READ", subject, Outcome.UNCERTAIN, detail))
