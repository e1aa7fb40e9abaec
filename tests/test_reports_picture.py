"""Pictures of tables: rules found, cells put together, doubt kept; two sample pages are recognised in full."""

import io
import json
import subprocess
import sys
import warnings
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from reports import normalize
from reports.blocks import LEAST_CONFIDENCE, Page, Paragraph, Table
from reports.cells import parse_cell
from reports.model import CellState, ContentKind, Unreadable
from reports.readers import picture, picture_document
from reports.readers.isolated import decode
from reports.readers.picture_cells import UNREAD, table_of
from reports.readers.picture_lines import Grey, Ruled, ink_of, ruled_tables, straightened
from reports.tables import Figures, read_figures
from tests.official_tables import table
from tests.portals import pictures

SAMPLES = Path(__file__).parent / "samples"
PITCH = 60  # pixels from rule to rule

OFFLINE = """
import socket
def refuse(*arguments, **named):
    raise SystemExit("it asked for the network")
socket.socket = socket.create_connection = socket.getaddrinfo = refuse
from reports.readers.worker import main
main("picture", 60)
"""


def paper(rows: int, columns: int) -> Grey:
    return np.full((rows * PITCH + 80, columns * PITCH + 80), 235, np.uint8)


def rule(page: Grey, row: int, column: int, rows: int, columns: int) -> None:
    """Print the frame of a cell."""
    top, left = 40 + row * PITCH, 40 + column * PITCH
    bottom, right = top + rows * PITCH, left + columns * PITCH
    for y in (top, bottom):
        page[y : y + 2, left : right + 2] = 20
    for x in (left, right):
        page[top : bottom + 2, x : x + 2] = 20


def lattice(rows: int, columns: int) -> Grey:
    page = paper(rows, columns)
    for row in range(rows):
        for column in range(columns):
            rule(page, row, column, 1, 1)
    return page


def places(ruled: Ruled) -> list[tuple[int, int, int, int]]:
    return sorted((slot.row, slot.column, slot.rowspan, slot.colspan) for slot in ruled.slots)


def found(page: Grey) -> list[Ruled]:
    return ruled_tables(ink_of(page))[0]


class Scripted:
    """Reads each line as the next text of a list, the second time with the texts of another."""

    def __init__(self, first: Sequence[tuple[str, float]], second: Sequence[tuple[str, float]] = ()) -> None:
        self.answers = [list(first), list(second or first)]

    def read(self, lines: Sequence[Grey]) -> list[tuple[str, float]]:
        return self.answers.pop(0)[: len(lines)]


def cells_of(page: Grey, reader: Scripted) -> list[tuple[str, float]]:
    ink = ink_of(page)
    (ruled,), rules = ruled_tables(ink)
    read = table_of(ruled, page, np.asarray(np.where(rules, 0, ink), np.uint8), reader, 3)
    assert read.source.page == 3
    assert all(cell.page == 3 for cell in read.cells)
    return [(cell.text, cell.confidence) for cell in read.cells]


@st.composite
def partitions(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """Cells that cover a grid, spans among them, at least one of them starting in each row and column."""
    rows, columns = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    free = {(row, column) for row in range(rows) for column in range(columns)}
    cells = []
    while free:
        row, column = min(free)
        down, across = draw(st.integers(1, 2)), draw(st.integers(1, 3))
        span = {(row + y, column + x) for y in range(down) for x in range(across)}
        if not span <= free:
            down = across = 1
            span = {(row, column)}
        free -= span
        cells.append((row, column, down, across))
    return cells


@given(partitions())
@settings(deadline=None, max_examples=60)
def test_a_ruled_grid_is_found_with_its_spans(cells: list[tuple[int, int, int, int]]) -> None:
    rows, columns = max(row + down for row, _, down, _ in cells), max(c + across for _, c, _, across in cells)
    starts = ({row for row, *_ in cells}, {column for _, column, *_ in cells})
    page = paper(rows, columns)
    for cell in cells:
        rule(page, *cell)
    tables = found(page)
    if len(cells) > 1 and starts == (set(range(rows)), set(range(columns))):
        assert [places(ruled) for ruled in tables] == [sorted(cells)]


@pytest.mark.parametrize("degrees", [-3.0, -0.7, 2.2, 3.0])
def test_a_page_askew_is_straightened(degrees: float) -> None:
    flat = Image.fromarray(lattice(6, 9))
    turned = np.asarray(flat.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=235), np.uint8)
    (ruled,) = found(straightened(turned))
    assert (ruled.rows, ruled.columns, len(ruled.slots)) == (6, 9, 54)


def test_noise_and_breaks_in_the_rules_are_borne() -> None:
    generator = np.random.default_rng(1)
    page = lattice(5, 6)
    page[:, 150:152] = 235
    noisy = page + generator.normal(0, 12, page.shape)
    noisy[generator.random(page.shape) < 0.0002] = 0
    (ruled,) = found(np.clip(noisy, 0, 255).astype(np.uint8))
    assert (ruled.rows, ruled.columns, len(ruled.slots)) == (5, 6, 30)


def test_a_frame_and_a_rule_are_no_tables() -> None:
    page = paper(4, 4)
    rule(page, 0, 0, 2, 4)
    page[250:252, 40:280] = 20
    assert found(page) == []


def test_ink_without_text_is_a_doubt_and_never_blank() -> None:
    page = lattice(1, 4)
    page[60:80, 60:80] = 20  # printed
    page[60:80, 123:135] = 212  # faint
    page[70:73, 245:247] = 20  # dirt
    unread, faint, *clean = cells_of(page, Scripted([("", 0.0)]))
    assert unread == faint == (UNREAD, 0.0)
    assert clean == [("", 1.0), ("", 1.0)]
    assert parse_cell(UNREAD).state is CellState.TEXT


def test_a_hyphen_is_no_dirt() -> None:
    page = lattice(1, 2)
    page[70:72, 65:69] = 20
    assert cells_of(page, Scripted([("-", 0.98)])) == [("-", 0.98), ("", 1.0)]


def test_a_number_that_reads_two_ways_is_in_doubt() -> None:
    page = lattice(1, 3)
    for column in range(3):
        page[60:76, 60 + column * PITCH : 78 + column * PITCH] = 20
    read = cells_of(page, Scripted([("12", 0.99), ("34", 0.97), ("其他", 0.95)], [("12", 0.98), ("84", 0.99)]))
    assert [text for text, _ in read] == ["12", "34", "其他"]
    assert [sure >= LEAST_CONFIDENCE for _, sure in read] == [True, False, True]


@pytest.mark.parametrize(
    ("read_as", "lean", "text", "sure"),
    [
        ("1", 0.0, "1", True),
        ("1", 0.35, "/", True),
        ("/", 0.35, "/", True),
        ("1", 0.16, "1", False),
        ("一", 0.9, "/", True),
        ("1", -0.35, "\\", True),
        ("1", -0.16, "1", False),
    ],
)
def test_how_far_a_stroke_leans_tells_slash_from_one(read_as: str, lean: float, text: str, sure: bool) -> None:
    page = lattice(1, 2)
    for down in range(20):
        left = 70 - round(lean * down)
        page[60 + down, left : left + 3] = 20
    (read, confidence), _ = cells_of(page, Scripted([(read_as, 0.97)]))
    assert (read, confidence >= LEAST_CONFIDENCE) == (text, sure)


def test_two_dashes_are_no_numeral() -> None:
    page = lattice(1, 2)
    page[70:72, 60:75] = page[70:72, 78:92] = 20
    assert cells_of(page, Scripted([("一一", 0.95)]))[0] == ("——", 0.95)


@pytest.mark.parametrize(("bar", "sure"), [(10, True), (3, False)])
def test_a_seven_without_its_bar_is_no_sure_seven(bar: int, sure: bool) -> None:
    page = lattice(1, 2)
    for down in range(20):
        page[60 + down, 70 - down // 2 : 73 - down // 2] = 20
    page[60:63, 73 - bar : 73] = 20
    (read, confidence), _ = cells_of(page, Scripted([("7", 0.97)]))
    assert (read, confidence >= LEAST_CONFIDENCE) == ("7", sure)


@pytest.mark.parametrize(("wide", "sure"), [(10, True), (18, False)])
def test_an_oval_as_wide_as_a_letter_is_no_sure_zero(wide: int, sure: bool) -> None:
    page = lattice(1, 2)
    page[60:76, 60 : 60 + wide] = 20
    (read, confidence), _ = cells_of(page, Scripted([("0", 0.97)]))
    assert (read, confidence >= LEAST_CONFIDENCE) == ("0", sure)


def test_lines_of_a_cell_are_joined_and_as_sure_as_the_least_sure() -> None:
    page = lattice(1, 2)
    page[50:62, 50:90] = page[74:86, 50:80] = 20
    assert cells_of(page, Scripted([("部分 ", 0.99), ("公开", 0.93)]))[0] == ("部分公开", 0.93)


def test_two_sizes_of_pictures_are_refused_before_they_are_decoded() -> None:
    bomb = bytearray(_png(np.zeros((100, 400), np.uint8)))
    bomb[16:24] = (40_000).to_bytes(4) * 2
    bomb[29:33] = _crc(bytes(bomb[12:29]))
    with pytest.raises(Unreadable, match="hostile picture: 40000 by 40000 pixels"):
        next(picture_document._pictures(bytes(bomb)))
    with pytest.raises(Unreadable, match="too small for a page"):
        next(picture_document._pictures(_png(np.zeros((32, 32), np.uint8))))


def test_pages_of_a_tiff_are_read_and_what_is_transparent_is_paper() -> None:
    out = io.BytesIO()
    pages = [Image.new("L", (400, 300), shade) for shade in (10, 20, 30)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    assert [int(page[0, 0]) for page in picture_document._pictures(out.getvalue())] == [10, 20, 30]
    out = io.BytesIO()
    Image.new("RGBA", (400, 300), (0, 0, 0, 0)).save(out, "PNG")
    (clear,) = picture_document._pictures(out.getvalue())
    assert int(clear.min()) == 255


@settings(max_examples=80, deadline=None)
@given(data=st.data(), kind=st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "TIFF"]))
def test_mutated_bytes_end_under_a_name(data: st.DataObject, kind: str) -> None:
    out = io.BytesIO()
    Image.fromarray(lattice(1, 5)).save(out, kind)
    body = bytearray(out.getvalue())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(1, 4))] = data.draw(st.binary(max_size=4))
    with warnings.catch_warnings(action="ignore"), suppress(Unreadable):  # as in the child process
        list(picture_document._pictures(bytes(body)))


def test_pictures_wait_unless_recognition_is_asked_for() -> None:
    body = (SAMPLES / "applications.png").read_bytes()
    with pytest.raises(Unreadable, match="PNG picture") as refused:
        normalize(body)
    assert refused.value.waits_for is ContentKind.IMAGE_ONLY
    assert normalize(_as_pdf(body)).content_kind is ContentKind.IMAGE_ONLY


def test_without_the_extra_a_picture_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "find_spec", lambda name: None if name == "rapidocr" else object())
    with pytest.raises(Unreadable, match=r"needs: pip install '.\[ocr\]'$") as refused:
        normalize((SAMPLES / "applications.png").read_bytes(), ocr=True, file_name="scan.pdf")
    assert refused.value.waits_for is ContentKind.IMAGE_ONLY


def test_a_scanned_pdf_is_recognised() -> None:
    body = _as_pdf((SAMPLES / "applications.png").read_bytes())
    report = normalize(body, ocr=True)
    assert report.content_kind is ContentKind.PICTURE
    assert (report.year, report.title) == (2022, "眉县人民政府2022年政府信息公开工作年度报告")
    assert [(official.name, official.form) for official in report.tables] == [("applications", "v2021")]
    want = _cells("applications")
    doubted = {finding.subject for finding in report.findings if finding.check == "READ"}
    read = {code: figure.raw for code, figure in report.figures.items() if code in want}
    assert {code for code in want if read[code] != want[code]} <= doubted
    assert len(doubted) <= len(want) // 20
    assert {figure.origin.page for figure in report.figures.values() if figure.origin} == {1}


def test_a_page_askew_is_recognised_without_any_network() -> None:
    body = (SAMPLES / "disclosure-review-askew.jpg").read_bytes()
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-c", OFFLINE], input=body, capture_output=True, check=True
    )
    page = Page(ContentKind.PICTURE, decode(json.loads(done.stdout)["blocks"]))
    assert [type(block) for block in page.blocks] == [Paragraph, Table, Paragraph, Table]
    figures = read_figures(page, 2022)
    want = _cells("disclosure-review-askew")
    assert {code: figures.figures[code].raw for code in want} == want
    assert len(_doubted(figures)) <= 2


def test_a_drawn_page_holds_its_table() -> None:
    if not pictures.fonts():
        pytest.skip(pictures.NO_FONT)
    drawn = table([[("情况", 2, 1), ("数量", 1, 2)], ["本年", "上年"], ["许可", "0", "12"]])
    body = pictures.picture_of([Paragraph("一、总体情况"), drawn], rotation=1.0, noise=5, quality=70)
    (page,) = picture_document._pictures(body)
    (ruled,) = found(straightened(page))
    assert places(ruled) == [(c.row, c.column, c.rowspan, c.colspan) for c in drawn.cells]


def test_without_a_font_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "fonts", list)
    with pytest.raises(LookupError, match="fonts-noto-cjk"):
        pictures.picture_of([Paragraph("报告")])


def _png(levels: Grey) -> bytes:
    out = io.BytesIO()
    Image.fromarray(levels).save(out, "PNG")
    return out.getvalue()


def _crc(chunk: bytes) -> bytes:
    return zlib.crc32(chunk).to_bytes(4)


def _as_pdf(body: bytes) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(body)).convert("L").save(out, "PDF", resolution=150)
    return out.getvalue()


def _cells(name: str) -> dict[str, str]:
    cells: dict[str, str] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))["cells"]
    return cells


def _doubted(figures: Figures) -> set[str]:
    return {doubt.subject for doubt in figures.doubts}
