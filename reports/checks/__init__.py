"""The identities that a correct report satisfies, as findings, in a fixed order: see docs/checks.md.

T1–T3: the tables were found. A1–A5 on table 1, B1–B3 and B6 on table 2, C1 on table 3, D and E on the older lists. No
tolerance; findings that a correct report may give too are soft.
"""

from collections.abc import Iterator, Mapping, Sequence

from reports.checks import identities
from reports.checks.sums import Sums
from reports.forms.lists import Identity
from reports.model import Figure, Finding, Outcome

_FIRST_YEAR = 2019  # the three tables exist since the reports of 2019 (国办公开办函〔2019〕60号)
_TABLES = (("T1", "disclosure", 1), ("T2", "applications", 2), ("T3", "review", 3))
_LISTS = ("stat", "annex")
_NEW, _CARRIED_IN = "applications.new.total", "applications.carried_in.total"
_TOLD = "narrative.applications_received"


def check(
    form: str | None, figures: Mapping[str, Figure], year: int | None = None, doubts: Sequence[Finding] = ()
) -> tuple[Finding, ...]:
    """All findings on the figures of one report, the reader's doubts last.

    Args:
        form: the form found by ``read_figures``, or None.
        figures: every official cell and every narrative total found.
        year: the report's year; a table that is lacking is reported from 2019 on, or beside a table that was found.
        doubts: the findings ``READ`` of ``read_figures``.
    """
    read = {code.partition(".")[0] for code in figures}
    present = {table for _, table, _ in _TABLES if table in read}
    lists = [table for table in _LISTS if table in read]
    found: list[Finding] = []
    if present or (form and not lists) or (year is not None and year >= _FIRST_YEAR):
        found += _presence(present)
    sums = Sums(figures, doubts)
    if "disclosure" in present:
        found += map(sums.compare, identities.disclosure(form))
    if "applications" in present:
        found += map(sums.compare, identities.applications(sums))
        found += _told(sums, figures)
    if "review" in present:
        found += map(sums.compare, identities.review())
    for table in lists:
        found += map(sums.compare, identities.older(table))
    return (*found, *doubts)


def across_years(earlier: Mapping[str, Figure], later: Mapping[str, Figure]) -> tuple[Finding, ...]:
    """What two reports of one agency say of each other, all soft: the reports of a year and of the year after it.

    A3: in force = in force the year before + made − repealed. B5: what was carried over is what is carried in.
    """
    both = {f"earlier.{code}": figure for code, figure in earlier.items()} | dict(later)
    found: list[Identity] = []
    for row in ("regulations", "normative_documents"):
        code = f"disclosure.{row}"
        if f"{code}.in_force" in later and f"earlier.{code}.in_force" in both:
            made = (f"earlier.{code}.in_force", f"{code}.made")
            found.append(Identity("A3", code, made, (f"{code}.in_force", f"{code}.repealed")))
    over = "applications.carried_over.total"
    if _CARRIED_IN in later and f"earlier.{over}" in both:
        found.append(Identity("B5", _CARRIED_IN, (f"earlier.{over}",), (_CARRIED_IN,)))
    return tuple(map(Sums(both).compare, found))


def _presence(present: set[str]) -> Iterator[Finding]:
    for name, table, number in _TABLES:
        if table in present:
            yield Finding(name, table, Outcome.PASS, f"table {number} found")
        else:
            yield Finding(name, table, Outcome.NOT_ASSESSABLE, f"table {number} not found in the text")


def _told(sums: Sums, figures: Mapping[str, Figure]) -> Iterator[Finding]:
    """B6: the applications told in prose are the new ones, or these and what was carried in."""
    if _TOLD not in figures:
        return
    alone, both = (sums.compare(Identity("B6", _NEW, (_TOLD,), right)) for right in ((_NEW,), (_NEW, _CARRIED_IN)))
    yield both if both.outcome is Outcome.PASS else alone
