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
        codes = (*identity.left, *identity.right)
        unread = [(code, figure) for code in codes if (figure := self._get(code)).state not in _NUMBERS]
        doubted = self._doubt((*codes, identity.subject) if identity.whole_column else codes)
        if unread:
            text = any(figure.state is CellState.TEXT for _, figure in unread)
            outcome = Outcome.UNCERTAIN if text or doubted else Outcome.NOT_ASSESSABLE
            return self._finding(identity, outcome, "; ".join(_words(code, figure) for code, figure in unread))
        found, printed = self._sum(identity.left), self._sum(identity.right)
        detail = f"{self._terms(identity.left)} = {found}, printed {self._terms(identity.right)}" + (
            f" = {printed}" if len(identity.right) > 1 else ""
        )
        if doubted:
            return self._finding(identity, Outcome.UNCERTAIN, f"{detail}; {doubted} was read with doubt")
        holds = found <= printed if identity.relation == "<=" else found == printed
        return self._finding(identity, Outcome.PASS if holds else Outcome.FAIL, detail)

    def _finding(self, identity: Identity, outcome: Outcome, detail: str) -> Finding:
        codes = (*identity.left, *identity.right)
        told = ((code, self._get(code)) for code in codes)
        basis = ";".join(f"{code}={figure.state}:{figure.value}" for code, figure in told if figure.value != 0)
        return Finding(identity.check, identity.subject, outcome, detail, identity.soft, basis)

    def _get(self, code: str) -> Figure:
        return self._figures.get(code, _MISSING)

    def _doubt(self, codes: Sequence[str]) -> str | None:
        """The first doubt that touches one of the codes; a row of no name (``applications.*``) any whole column."""
        for subject in self._doubted:
            if any(code == subject or code.startswith(f"{subject}.") for code in codes):
                return subject
        return None

    def _sum(self, codes: Sequence[str]) -> Decimal:
        return sum((Decimal(str(self._get(code).value)) for code in codes), Decimal(0))

    def _terms(self, codes: Sequence[str]) -> str:
        """The cells that are not 0, with their numbers; the whole row's zeros would only hide them."""
        terms = [code for code in codes if self._get(code).value] or codes[-1:]
        return " + ".join(f"{_short(code)} {self._get(code).value}" for code in terms) or "0"


def _short(code: str) -> str:
    """The code without its table, which the finding's subject names."""
    return code.removeprefix("earlier.").partition(".")[2]


def _words(code: str, figure: Figure) -> str:
    words = f"{_short(code)} is {_STATE_WORDS[figure.state]}"
    return f"{words}: “{figure.raw}”" if figure.state is CellState.TEXT else words
