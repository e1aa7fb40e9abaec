"""What must add up in each of the tables, as data for ``sums``; soft where a correct report may break it."""

from collections.abc import Iterator
from functools import cache, lru_cache

from reports import forms
from reports.checks.sums import Sums
from reports.forms.lists import Identity, list_forms

_NOT_HANDLED = ("new", "carried_in", "handled_total", "carried_over")
_REGULATIONS = {
    "v2021": ("made", "repealed", "in_force"),
    "v2019": ("newly_made", "newly_disclosed", "total_disclosed"),
}


def disclosure(form: str | None) -> Iterator[Identity]:
    """A1: last year's items and the change make this year's. A2, A4: new ones are among all. A5: no regulations."""
    for row in ("permits", "other_external_services", "penalties", "coercion") if form == "v2019" else ():
        cells = [f"disclosure.{row}.{column}" for column in ("previous_year_items", "change", "decisions")]
        yield Identity("A1", f"disclosure.{row}", tuple(cells[:2]), (cells[2],))
    check, new, whole = ("A2", "newly_disclosed", "total_disclosed") if form == "v2019" else ("A4", "made", "in_force")
    for row in ("regulations", "normative_documents"):
        yield Identity(check, f"disclosure.{row}", (f"disclosure.{row}.{new}",), (f"disclosure.{row}.{whole}",), "<=")
    columns = _REGULATIONS["v2019" if form == "v2019" else "v2021"]
    yield Identity("A5", "disclosure.regulations", tuple(f"disclosure.regulations.{one}" for one in columns), ())


def applications(sums: Sums) -> tuple[Identity, ...]:
    """B1: the kinds of applicant make 总计. B2: all results make （七）总计. B3: the form's own corner cell."""
    table = forms.applications()
    first = table.columns[0].code
    return _applications(tuple(row.code for row in table.rows if sums.has(f"applications.{row.code}.{first}")))


@lru_cache(maxsize=16)
def _applications(printed: tuple[str, ...]) -> tuple[Identity, ...]:
    return tuple(_of_rows(list(printed), [column.code for column in forms.applications().columns]))


def _of_rows(rows: list[str], columns: list[str]) -> Iterator[Identity]:
    for row in rows:
        cells = tuple(f"applications.{row}.{column}" for column in columns)
        yield Identity("B1", f"applications.{row}", cells[:-1], cells[-1:], soft=False)
    if any(row.startswith("other.") for row in rows) and "other" in rows:
        rows.remove("other")  # printed as a sum of its own sub-rows
    handled = [row for row in rows if row not in _NOT_HANDLED]
    for column in columns:
        parts = tuple(f"applications.{row}.{column}" for row in handled)
        total = (f"applications.handled_total.{column}",)
        yield Identity("B2", f"applications.*.{column}", parts, total, soft=False, whole_column=True)
    for column in columns:
        received = tuple(f"applications.{row}.{column}" for row in ("new", "carried_in"))
        settled = tuple(f"applications.{row}.{column}" for row in ("handled_total", "carried_over"))
        yield Identity("B3", f"applications.*.{column}", received, settled, soft=False)


@cache
def review() -> tuple[Identity, ...]:
    """C1: the four results make 总计 in each block."""
    columns = [column.code for column in forms.review().columns]
    rows = {
        f"review.{block.code}": tuple(f"review.{block.code}.{one}" for one in columns) for block in forms.review().rows
    }
    return tuple(Identity("C1", row, cells[:-1], cells[-1:], soft=False) for row, cells in rows.items())


def older(table: str) -> tuple[Identity, ...]:
    """What the lists of 2008–2018 must satisfy: ``reports/forms/statistics.toml`` and ``annex.toml``."""
    return next(form.identities for form in list_forms() if form.prefix == table)
