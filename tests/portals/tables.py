"""The official tables of each form as grids of cells: what stands where, with which row and column spans."""

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

FORMS = ("v2014", "v2019", "v2021")
_SPEC: dict[str, Any] = tomllib.loads(Path(__file__).with_name("forms.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class GridCell:
    """A printed cell: a ``label``, or the place of the figure called ``code``."""

    label: str = ""
    code: str = ""
    rowspan: int = 1
    colspan: int = 1


Grid = tuple[tuple[GridCell, ...], ...]


def form_of(year: int) -> str:
    """The form the year's report is printed in (国办发〔2014〕32号, 国办公开办函〔2019〕60号, 〔2021〕30号)."""
    if year < 2019:
        return "v2014"
    return "v2019" if year < 2021 else "v2021"


@cache
def grids(form: str) -> tuple[Grid, ...]:
    """The tables of a form in the order of the report: one for v2014, else disclosure, applications, review."""
    if form == "v2014":
        return (_statistics(),)
    return _disclosure(_SPEC[form]["disclosure"]), _applications(form), _review()


@cache
def codes(form: str) -> tuple[str, ...]:
    """Every figure of a form, in the order printed."""
    return tuple(cell.code for grid in grids(form) for row in grid for cell in row if cell.code)


@cache
def result_rows(form: str) -> tuple[str, ...]:
    """The rows of table 2 that add up to （七）总计."""
    return tuple(row[0] for row in [*_SPEC["results"], *_SPEC[form]["other_results"]])


def applicant_kinds() -> tuple[str, ...]:
    """The six kinds of applicant, without the total."""
    return tuple(code for code, _ in _SPEC["applicants"][:-1])


def review_blocks() -> tuple[str, ...]:
    return tuple(code for code, _ in _SPEC["review_blocks"])


def _statistics() -> Grid:
    spec = _SPEC["v2014"]
    rows = [tuple(GridCell(head) for head in spec["heads"])]
    rows += [(GridCell(label), GridCell(unit), GridCell(code=code)) for code, label, unit in spec["rows"]]
    return tuple(rows)


def _disclosure(blocks: list[dict[str, Any]]) -> Grid:
    rows: list[tuple[GridCell, ...]] = []
    for block in blocks:
        columns: list[list[str]] = block["columns"]
        spans = [1] * (len(columns) - 1) + [4 - len(columns)]
        rows.append((GridCell(block["clause"], colspan=4),))
        heads = (GridCell(label, colspan=span) for (_, label), span in zip(columns, spans, strict=True))
        rows.append((GridCell(_SPEC["heads"][0]), *heads))
        for row, label in block["rows"]:
            cells = (
                GridCell(code=f"disclosure.{row}.{column}", colspan=span)
                for (column, _), span in zip(columns, spans, strict=True)
            )
            rows.append((GridCell(label), *cells))
    return tuple(rows)


def _applications(form: str) -> Grid:
    kinds: list[list[str]] = _SPEC["applicants"]
    rows: list[tuple[GridCell, ...]] = [
        (GridCell(_SPEC["corner"], rowspan=3, colspan=3), GridCell(_SPEC["applicants_head"], colspan=len(kinds))),
        (
            GridCell(kinds[0][1], rowspan=2),
            GridCell(_SPEC["organisations_head"], colspan=len(kinds) - 2),
            GridCell(kinds[-1][1], rowspan=2),
        ),
        tuple(GridCell(label) for _, label in kinds[1:-1]),
    ]

    def numbers(row: str) -> tuple[GridCell, ...]:
        return tuple(GridCell(code=f"applications.{row}.{kind}") for kind, _ in kinds)

    rows += [(GridCell(label, colspan=3), *numbers(code)) for code, label in _SPEC["before_results"]]
    results: list[list[str]] = [*_SPEC["results"], *_SPEC[form]["other_results"], _SPEC["handled_total"]]
    first = GridCell(_SPEC["results_head"], rowspan=len(results))
    for group, members in groupby(results, key=lambda row: row[2] if len(row) == 3 else ""):
        listed = list(members)
        for number, row in enumerate(listed):
            lead = [first] if row is results[0] else []
            if group and number == 0:
                lead.append(GridCell(group, rowspan=len(listed)))
            lead.append(GridCell(row[1], colspan=1 if group else 2))
            rows.append((*lead, *numbers(row[0])))
    rows += [(GridCell(label, colspan=3), *numbers(code)) for code, label in _SPEC["after_results"]]
    return tuple(rows)


def _review() -> Grid:
    columns: list[list[str]] = _SPEC["review_columns"]
    blocks: list[list[str]] = _SPEC["review_blocks"]
    width = len(columns)
    return (
        (GridCell(blocks[0][1], colspan=width), GridCell(_SPEC["litigation_head"], colspan=2 * width)),
        (
            *(GridCell(label, rowspan=2) for _, label in columns),
            *(GridCell(label, colspan=width) for _, label in blocks[1:]),
        ),
        tuple(GridCell(label) for _ in blocks[1:] for _, label in columns),
        tuple(GridCell(code=f"review.{block}.{column}") for block, _ in blocks for column, _ in columns),
    )
