"""The published reports of ``../shared/corpus`` as the generator's are: bytes, and what every cell shows."""

import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks.reading_cells import Shown
from benchmarks.reading_reports import Practice
from reports.model import CellState
from tests.portals.tables import codes

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
_PDFS = {"hongze_2023": "320813", "huaian_2024": "320800"}
_APPLICANTS = ("business", "research", "public_interest", "legal_service", "other_org")
# 沭阳: 自然人 and 总计 alike in every row of the fragment, the five columns between them blank.
_FRAGMENT = {"new": 26, "carried_in": 0, "granted": 26, "partly_granted": 0, "refused.state_secret": 0}
_BLANK = Shown("", CellState.BLANK, None)


def published() -> Iterator[Practice]:
    """Two PDFs, the blank form as a DOCX, and the markup of a page's table; none where the corpus is absent."""
    if not CORPUS.is_dir():
        return
    for name, county_code in _PDFS.items():
        answer = json.loads((CORPUS / "expected" / f"{name}.json").read_text("utf-8"))
        cells = {code: _shown(value) for code, value in answer["figures"].items()}
        yield _practice(f"{name}.pdf", "v2021", answer["year"], county_code, cells)
    yield _practice("template_2021.docx", "v2021", None, None, dict.fromkeys(codes("v2021"), _BLANK))
    fragment = {f"applications.{row}.{column}": _BLANK for row in _FRAGMENT for column in _APPLICANTS}
    for row, value in _FRAGMENT.items():
        fragment |= dict.fromkeys((f"applications.{row}.natural_person", f"applications.{row}.total"), _shown(value))
    yield _practice("shuyang_2023_tables.html", "v2021", None, None, fragment)


def _practice(name: str, form: str, year: int | None, county_code: str | None, cells: dict[str, Shown]) -> Practice:
    return Practice(form, name, (), year, county_code, (CORPUS / name).read_bytes(), cells, {})


def _shown(value: float) -> Shown:
    return Shown(f"{value:g}", CellState.NUMBER if value else CellState.ZERO, value)
