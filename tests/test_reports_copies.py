"""One report in two documents: copies in other formats, amended editions, and another year's text."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.reading_writers import FORMATS
from reports import normalize
from reports.copies import Compared, Likeness, compare
from reports.model import CellState, Figure, Report
from tests.portals.figures import Source, draw
from tests.portals.printing import printed
from tests.portals.prose import Setting, chapters
from tests.portals.tables import Grid, grids

SETTING = Setting("眉县", "眉县人民政府", "眉县人民政府办公室", "全县", "我县", "县", "眉县人民政府", "practice.test")


def published(year: int = 2022, form: str = "html", edit: Callable[[str], str] = str, seed: str = "one") -> Report:
    source = Source(seed, large=False)
    values = draw(source, year, "v2021")
    parts: list[str | Grid] = []
    for chapter in chapters(source, year, "v2021", 3, SETTING):
        parts += [chapter.heading] if chapter.heading else []
        parts += [grids("v2021")[int(t[1:])] if t[0] == "#" else edit(t) for t in chapter.paragraphs]
    title = f"眉县人民政府{year}年政府信息公开工作年度报告"
    writer = FORMATS[form][0]
    rng = random.Random(3)  # noqa: S311 - the editor's habits
    return normalize(writer(title, parts, lambda code: printed(code, values[code]), "", rng))


def compared(one: Report, other: Report) -> Compared:
    return compare(one.text, one.figures, other.text, other.figures)


@pytest.mark.parametrize("form", ["pdf", "docx", "doc"])
def test_the_same_report_in_another_format_is_a_copy(form: str) -> None:
    found = compared(published(), published(form=form))
    assert (found.likeness, found.differing) == (Likeness.COPY, ())


def test_a_figure_or_a_chapter_changed_makes_an_edition() -> None:
    one = published()
    code = "applications.new.total"
    other = replace(one, figures={**one.figures, code: Figure(9999, "9999", CellState.NUMBER)})
    found = compared(one, other)
    assert (found.likeness, found.differing) == (Likeness.EDITION, (code,))
    shorter = published(edit=lambda text: text if len(text) < 110 else "本段从略。" + text[-40:])
    assert compared(one, shorter).likeness is Likeness.EDITION


def test_another_countys_report_is_another() -> None:
    assert compared(published(), published(seed="two", edit=lambda text: text[::-1])).likeness is Likeness.OTHER


def test_without_text_figures_tell() -> None:
    one = published()
    assert compare("", one.figures, "表", one.figures).likeness is Likeness.COPY
    assert compare("", {}, "", {}).likeness is Likeness.OTHER


def test_what_only_one_could_read_is_no_difference_but_a_blank_and_a_zero_are_two() -> None:
    code, zero = "applications.new.total", Figure(0, "0", CellState.ZERO)
    for state, differing in ((CellState.MISSING, ()), (CellState.TEXT, ()), (CellState.BLANK, (code,))):
        assert compare("", {code: zero}, "", {code: Figure(None, "", state)}).differing == differing
