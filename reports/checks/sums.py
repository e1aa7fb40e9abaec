"""Compares sums of cells, or says why they cannot be compared."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from reports.forms.lists import Identity
from reports.model import CellState, Figure, Finding, Outcome

_MISSING = Figure(None, "", CellState.MISSING)
_STATE_WORDS = {
    CellState.BLANK: "blank",
    CellState.NOT_APPLICABLE: "not applicable",
    CellState.MISSING: "missing",
    CellState.TEXT: "text",
}
_Cell = tuple[str, Figure]
_NUMBERS = (CellState.NUMBER, CellState.ZERO)


class Sums:
    """The figures of one report with what was read of them in doubt."""

    def __init__(self, figures: Mapping[str, Figure], doubts: Iterable[Finding] = ()) -> None:
        self._figures = figures
        self._doubted = tuple(doubt.subject for doubt in doubts)

    def has(self, code: str) -> bool:
        return code in self._figures

    def compare(self, identity: Identity) -> Finding:
        """Whether the cells ``left`` and the cells ``right`` have one sum; the detail names both, and the cells.

        NOT_ASSESSABLE where a cell is blank, ``/`` or missing (blank is not 0), UNCERTAIN where one holds text or was
        read with doubt.
        """
        left, right = self._cells(identity.left), self._cells(identity.right)
        other_than_0 = [cell for cell in (*left, *right) if cell[1].value != 0]
        unread = [(code, figure) for code, figure in other_than_0 if figure.state not in _NUMBERS]
        doubted = self._doubt(identity) if self._doubted else None
        basis = ";".join([f"{code}={figure.state}:{figure.value}" for code, figure in other_than_0])
        if unread:
            text = any(figure.state is CellState.TEXT for _, figure in unread)
            outcome = Outcome.UNCERTAIN if text or doubted else Outcome.NOT_ASSESSABLE
            detail = "; ".join(_words(code, figure) for code, figure in unread)
            return Finding(identity.check, identity.subject, outcome, detail, identity.soft, basis)
        found, printed = _sum(left), _sum(right)
        detail = f"{_terms(left)} = {found}, printed {_terms(right)}" + (f" = {printed}" if len(right) > 1 else "")
        if doubted:
            outcome, detail = Outcome.UNCERTAIN, f"{detail}; {doubted} was read with doubt"
        else:
            holds = found <= printed if identity.relation == "<=" else found == printed
            outcome = Outcome.PASS if holds else Outcome.FAIL
        return Finding(identity.check, identity.subject, outcome, detail, identity.soft, basis)

    def _cells(self, codes: Sequence[str]) -> list[_Cell]:
        return [(code, self._figures.get(code, _MISSING)) for code in codes]

    def _doubt(self, identity: Identity) -> str | None:
        """The first doubt that touches a cell; a row of no name (``applications.*``) any whole column."""
        codes = (*identity.left, *identity.right, *((identity.subject,) if identity.whole_column else ()))
        for subject in self._doubted:
            if any(code == subject or code.startswith(f"{subject}.") for code in codes):
                return subject
        return None


def _sum(cells: Sequence[_Cell]) -> int | Decimal:
    """Exact: a float is added as it is written."""
    values = [figure.value or 0 for _, figure in cells]
    total = sum(values)
    return total if isinstance(total, int) else sum((Decimal(str(value)) for value in values), Decimal(0))


def _terms(cells: Sequence[_Cell]) -> str:
    """The cells that are not 0, with their numbers; the whole row's zeros would only hide them."""
    terms = [cell for cell in cells if cell[1].value] or cells[-1:]
    return " + ".join([f"{_short(code)} {figure.value}" for code, figure in terms]) or "0"


def _short(code: str) -> str:
    """The code without its table, which the finding's subject names."""
    return code.removeprefix("earlier.").partition(".")[2]


def _words(code: str, figure: Figure) -> str:
    words = f"{_short(code)} is {_STATE_WORDS[figure.state]}"
    return f"{words}: “{figure.raw}”" if figure.state is CellState.TEXT else words
