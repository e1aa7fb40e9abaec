"""The identities that a correct report satisfies, as findings: row and column sums of table 2, sums of table 3.

B1: the kinds of applicant add up to 总计 in every row. B2: everything between 二 and （七） adds up to （七）总计 in
every column. B3: 一 + 二 = （七）总计 + 四, as the form's own corner cell says. C1: the four results add up to 总计 in
each block of table 3. T1–T3: the table was found. No tolerance.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from reports import forms
from reports.model import CellState, Figure, Finding, Outcome

_FIRST_YEAR = 2019  # the three tables exist since the reports of 2019 (国办公开办函〔2019〕60号)
_TABLES = (("T1", "disclosure", 1), ("T2", "applications", 2), ("T3", "review", 3))
_MISSING = Figure(None, "", CellState.MISSING)
_STATE_WORDS = {
    CellState.BLANK: "blank",
    CellState.NOT_APPLICABLE: "not applicable",
    CellState.MISSING: "missing",
    CellState.TEXT: "text",
}
_NUMBERS = (CellState.NUMBER, CellState.ZERO)


def check(
    form: str | None, figures: Mapping[str, Figure], year: int | None = None, doubts: Sequence[Finding] = ()
) -> tuple[Finding, ...]:
    """All findings on the figures of one report, in a fixed order: T1–T3, B1, B2, B3, C1, then the reader's doubts.

    An identity is NOT_ASSESSABLE where a cell it needs is blank, ``/`` or missing (blank is not 0), and UNCERTAIN
    where one holds text or was read with doubt.

    Args:
        form: the form found by ``read_figures``, or None.
        figures: every official cell found; other codes are left alone.
        year: the report's year; a table that is lacking is reported from 2019 on, or beside a table that was found.
        doubts: the findings ``READ`` of ``read_figures``.
    """
    present = {table for _, table, _ in _TABLES if any(code.startswith(f"{table}.") for code in figures)}
    found: list[Finding] = []
    if present or form or (year is not None and year >= _FIRST_YEAR):
        found += _presence(present)
    sums = _Sums(figures, doubts)
    if "applications" in present:
        found += map(sums.compare, _applications(sums))
    if "review" in present:
        found += map(sums.compare, _review())
    return (*found, *doubts)


def _presence(present: set[str]) -> Iterator[Finding]:
    for name, table, number in _TABLES:
        if table in present:
            yield Finding(name, table, Outcome.PASS, f"table {number} found")
        else:
            yield Finding(name, table, Outcome.NOT_ASSESSABLE, f"table {number} not found in the text")


class _Identity(NamedTuple):
    """Two sums that must be equal; ``whole_column`` where one adds up every row between others, named or not."""

    check: str
    subject: str
    left: Sequence[str]
    right: Sequence[str]
    whole_column: bool = False


class _Sums:
    """Compares sums of cells, or says why they cannot be compared."""

    def __init__(self, figures: Mapping[str, Figure], doubts: Iterable[Finding]) -> None:
        self._figures = figures
        self._doubted = tuple(doubt.subject for doubt in doubts)

    def has(self, code: str) -> bool:
        return code in self._figures

    def compare(self, identity: _Identity) -> Finding:
        """Whether the cells ``left`` and the cells ``right`` have one sum; the detail names both."""
        name, subject, left, right, whole_column = identity
        unread = [(code, figure) for code in (*left, *right) if (figure := self._get(code)).state not in _NUMBERS]
        doubted = self._doubt((*left, *right, subject) if whole_column else (*left, *right))
        if unread:
            text = any(figure.state is CellState.TEXT for _, figure in unread)
            outcome = Outcome.UNCERTAIN if text or doubted else Outcome.NOT_ASSESSABLE
            return Finding(name, subject, outcome, "; ".join(_words(code, figure) for code, figure in unread))
        total, printed = self._sum(left), self._sum(right)
        detail = f"{self._terms(left)} = {total}, printed {self._terms(right)}" + (
            f" = {printed}" if len(right) > 1 else ""
        )
        if doubted:
            return Finding(name, subject, Outcome.UNCERTAIN, f"{detail}; {doubted} was read with doubt")
        return Finding(name, subject, Outcome.PASS if total == printed else Outcome.FAIL, detail)

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
        return " + ".join(f"{_short(code)} {self._get(code).value}" for code in terms)


def _short(code: str) -> str:
    """The code without its table, which the finding's subject names."""
    return code.partition(".")[2]


def _words(code: str, figure: Figure) -> str:
    words = f"{_short(code)} is {_STATE_WORDS[figure.state]}"
    return f"{words}: “{figure.raw}”" if figure.state is CellState.TEXT else words


def _applications(sums: _Sums) -> Iterator[_Identity]:
    table = forms.applications()
    columns = [column.code for column in table.columns]
    rows = [row.code for row in table.rows if sums.has(f"applications.{row.code}.{columns[0]}")]
    for row in rows:
        cells = [f"applications.{row}.{column}" for column in columns]
        yield _Identity("B1", f"applications.{row}", cells[:-1], cells[-1:])
    if any(row.startswith("other.") for row in rows) and "other" in rows:
        rows.remove("other")  # printed as a sum of its own sub-rows
    handled = [row for row in rows if row not in ("new", "carried_in", "handled_total", "carried_over")]
    for column in columns:
        parts = [f"applications.{row}.{column}" for row in handled]
        total = [f"applications.handled_total.{column}"]
        yield _Identity("B2", f"applications.*.{column}", parts, total, whole_column=True)
    for column in columns:
        received = [f"applications.{row}.{column}" for row in ("new", "carried_in")]
        settled = [f"applications.{row}.{column}" for row in ("handled_total", "carried_over")]
        yield _Identity("B3", f"applications.*.{column}", received, settled)


def _review() -> Iterator[_Identity]:
    table = forms.review()
    for block in table.rows:
        cells = [f"review.{block.code}.{column.code}" for column in table.columns]
        yield _Identity("C1", f"review.{block.code}", cells[:-1], cells[-1:])
