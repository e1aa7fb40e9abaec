"""A table pasted as text from a spreadsheet: tabs between its columns, every place of the grid, its spans lost."""

from collections.abc import Sequence

from reports import forms, labels
from reports.blocks import Cell, Table
from reports.flat.labels import LITIGATION, Kind, Role, roles

_APPLICATIONS = forms.applications().columns
_RESULTS = len(forms.review().columns)
_RECONSIDERATION = forms.review().rows[0].keys[0]
_HEADINGS = frozenset(
    key
    for kind in (Kind.APPLICATIONS, Kind.REVIEW)
    for key, of in roles(kind).items()
    if Role.ROW not in of or Role.HEADING in of
)
_WORDS = frozenset(key for key in _HEADINGS if Role.ROW not in roles(Kind.APPLICATIONS).get(key, ()))  # no row has them
_LEAST_LABELS = 2


def read_lines(lines: Sequence[str], kinds: frozenset[Kind]) -> Table | None:
    """The grid of lines that have as many cells each; None where it is no official table, or their places lie."""
    rows = [line.split("\t") for line in lines]
    width = len(rows[0])
    keys = [[labels.key(cell) for cell in row] for row in rows]
    shown = {key for row in keys for key in row if key}
    official = {key for kind in kinds for key in roles(kind)}
    if any(len(row) != width for row in rows) or len(shown & official) < _LEAST_LABELS:
        return None
    lacking = [column for column in _APPLICATIONS if shown.isdisjoint(column.keys)]
    if not all(_is_placed(row, width) for row in keys) or 0 < len(lacking) < len(_APPLICATIONS) - 2:
        return None
    owners = _owners(rows, keys)
    areas: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for number, line in enumerate(owners):
        for column, owner in enumerate(line):
            areas.setdefault(owner, []).append((number, column))
    cells = (
        Cell(rows[row][column].strip(), row, column, places[-1][0] - row + 1, max(c for _, c in places) - column + 1)
        for (row, column), places in areas.items()
    )
    return Table.of(cells, len(rows), width)


def _is_placed(keys: Sequence[str], width: int) -> bool:
    """Whether a row of the widest headings has them where their columns are."""
    first, last = _APPLICATIONS[0].keys, _APPLICATIONS[-1].keys
    natural = next((place for place, key in enumerate(keys) if key in first), None)
    if natural is not None:
        return natural == width - len(_APPLICATIONS) and keys[-1] in last
    if _RECONSIDERATION in keys and LITIGATION in keys:
        return keys.index(LITIGATION) - keys.index(_RECONSIDERATION) == _RESULTS
    return True


def _owners(rows: Sequence[Sequence[str]], keys: Sequence[Sequence[str]]) -> list[list[tuple[int, int]]]:
    """For each place the row and column of the cell that covers it: among headings a blank one belongs to another."""
    owners: list[list[tuple[int, int]]] = []
    above = False  # whether the row above is one of headings
    for number, row in enumerate(rows):
        line = [(number, column) for column in range(len(row))]
        filled = [key for key, text in zip(keys[number], row, strict=True) if text.strip()]
        heads = bool(filled) and sum(key in _HEADINGS for key in filled) >= len(filled) - (not above)
        heads = heads and not _WORDS.isdisjoint(filled)
        for column, text in enumerate(row):
            if not heads or text.strip():
                continue
            left = line[column - 1] if column else None
            top = owners[-1][column] if above else None
            beside = left is not None and left[0] == number and (top is None or owners[-1][column - 1] == top)
            line[column] = left if beside and left is not None else top or line[column]
        owners.append(line)
        above = heads
    return owners
