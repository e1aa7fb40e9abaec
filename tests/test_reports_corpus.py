"""Real published reports, cell by cell: two PDFs with every figure checked by hand, and a page as Word left it."""

import json
from pathlib import Path
from typing import Any

import pytest

from reports.blocks import Paragraph, Table
from reports.checks import check
from reports.model import CellState, Outcome
from reports.readers.html import read_html
from reports.readers.pdf import read_pdf
from reports.tables import read_figures

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the real reports are not beside this checkout (../shared/corpus)"
)


def expected(name: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((CORPUS / "expected" / f"{name}.json").read_text("utf-8"))
    return answer


@pytest.mark.parametrize("name", ["hongze_2023", "huaian_2024"])
def test_every_cell_of_a_published_pdf(name: str) -> None:
    answer = expected(name)
    form, figures, doubts, _ = read_figures(read_pdf((CORPUS / f"{name}.pdf").read_bytes()))
    assert (form, doubts) == ("v2021", ())
    assert {code: figure.value for code, figure in figures.items()} == answer["figures"]
    findings = [finding for finding in check(form, figures, answer["year"], doubts) if not finding.soft]
    failed = [finding.subject for finding in findings if finding.outcome is Outcome.FAIL]
    assert failed == [line.split(":")[0] for line in answer["fails"]]
    assert {finding.outcome for finding in findings} <= {Outcome.PASS, Outcome.FAIL}


@pytest.mark.parametrize("name", ["hongze_2023", "huaian_2024"])
def test_the_prose_of_a_published_pdf_is_whole_sentences(name: str) -> None:
    page = read_pdf((CORPUS / f"{name}.pdf").read_bytes())
    prose = [block.text for block in page.blocks if isinstance(block, Paragraph)]
    headings = [text[:2] for text in prose if text[1:2] == "、"]
    assert headings == ["一、", "二、", "三、", "四、", "五、", "六、"]
    assert [len(block.grid) for block in page.blocks if isinstance(block, Table)] == [
        14,
        26 if "hongze" in name else 28,
        4,
    ]
    body = [text for text in prose[2:] if text[1:2] != "、" and not text.startswith("（三）政府信息管理情况。")]
    assert all(text.endswith("。") for text in body)
    assert not any("自然人" in text or "信息内容" in text for text in prose)


def test_numbers_split_over_tags_and_blank_applicants() -> None:
    page = read_html((CORPUS / "shuyang_2023_tables.html").read_bytes())
    form, figures, doubts, _ = read_figures(page)
    assert doubts == ()
    assert [figures[f"applications.new.{c}"].value for c in ("natural_person", "total")] == [26, 26]
    assert figures["applications.granted.research"].state is CellState.BLANK
    assert figures["applications.carried_in.total"].state is CellState.ZERO
    assert figures["applications.handled_total.total"].state is CellState.MISSING  # the fragment ends before
    assert Outcome.FAIL not in {finding.outcome for finding in check(form, figures, 2023, doubts)}
