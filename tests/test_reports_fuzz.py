"""Whatever the bytes are, every reader ends in a report or in Unreadable with one line, in bounded time."""

import io
import subprocess
import sys
import time
import zipfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import normalize
from reports.blocks import Block, Paragraph
from reports.model import Unreadable
from reports.repair.pinyin import remove_pinyin
from tests.official_tables import applications, disclosure_2021, review, table
from tests.portals.office import doc_of, docx_of, xlsx_of, zipped
from tests.portals.pdf import PdfPages

SAMPLES = Path(__file__).parent / "samples"
SECONDS = 20  # of processor time; the worst case below takes about three on an idle machine
MEGABYTE = 1_000_000
CORNERS = (1_999, "CV1999"), (1_048_576, "XFD1048576")
ROOT = Path(__file__).parents[1]
CHILD = """
import resource, sys
from contextlib import suppress
from reports import normalize
from reports.model import Unreadable
with suppress(Unreadable):
    normalize(sys.stdin.buffer.read())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
BLOCKS: list[Block] = [
    Paragraph("眉县人民政府2022年政府信息公开工作年度报告"),
    Paragraph("一、总体情况"),
    *map(table, (disclosure_2021("0123456789"), applications(), review("123456789abcdef"))),
]


@cache
def sample(kind: str) -> bytes:
    if kind == "pdf":
        pages = PdfPages()
        for block in BLOCKS[:2]:
            pages.paragraph(block.text if isinstance(block, Paragraph) else "")
        return pages.tobytes()
    if kind == "picture":
        return (SAMPLES / "disclosure-review-askew.jpg").read_bytes()
    if kind == "html":
        rows = "".join(f"<tr><td rowspan=2>{n}</td><td colspan=3><p>规章</td></tr>" for n in range(30))
        return f"<html><body><div id=zoom><p>一、总体情况</p><table>{rows}</table><p>公开。</p></div></html>".encode()
    if kind == "text":
        return "一、总体情况\n| 规章 | 0 | 1 | 2 |\n自然人\n3\n本年新收".encode("gb18030")
    if kind == "zip":
        return zipped({"年报.docx": docx_of(BLOCKS)})
    return {"docx": docx_of, "doc": doc_of, "xlsx": xlsx_of}[kind](BLOCKS)


def ends_under_a_name(body: bytes, *, ocr: bool = False) -> None:
    message = ""
    try:
        normalize(body, ocr=ocr)
    except Unreadable as error:
        message = str(error)
    assert "\n" not in message


@pytest.mark.parametrize(
    ("kind", "examples"), [("html", 150), ("text", 100), ("pdf", 8), ("docx", 8), ("doc", 8), ("xlsx", 8), ("zip", 8)]
)
def test_mutated_documents_end_under_a_name(kind: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(st.data())
    def mutate(data: st.DataObject) -> None:
        body = bytearray(sample(kind))
        for _ in range(data.draw(st.integers(1, 6))):
            at = data.draw(st.integers(0, len(body)))
            end = at + data.draw(st.sampled_from([1, 2, 8, 300]))
            body[at:end] = data.draw(st.one_of(st.binary(max_size=6), st.just(bytes(body[at:end]) * 3)))
        ends_under_a_name(bytes(body))

    mutate()


def test_a_cut_picture_ends_under_a_name() -> None:
    body = sample("picture")
    ends_under_a_name(body[: len(body) // 7], ocr=True)


HOSTILE = {
    "nested elements": b"<div>" * 100_000 + "公开".encode(),
    "nested tables": b"<table><tr><td>" * 5_000 + "公开".encode(),
    "unclosed scripts": b"<script>" * 120_000,
    "unclosed comments": b"<!--" * 250_000,
    "unclosed tags": b"<table " * 140_000,
    "a tag of many attributes": b"<p " + b" ".join(b"a%d=1" % number for number in range(120_000)) + b">",
    "hidden elements": b"<i hidden>x</i>y" * 60_000,
    "struck elements": b"<s>1</s>2" * 100_000,
    "huge spans": b"<table>" + b"<tr><td rowspan=100000 colspan=100000>1<td>2" * 2_000,
    "one long line": "公开信息条例".encode() * (MEGABYTE // 18),
    "digits": b"7" * MEGABYTE,
    "chapters": "一、".encode() * (MEGABYTE // 6),
    "lines of chapters": "一、总体情况\n".encode() * (MEGABYTE // 19),
    "bars": b"|\n" * (MEGABYTE // 2),
    "brackets": "（".encode() * (MEGABYTE // 3),
    "pinyin notes": "国(guó)".encode() * (MEGABYTE // 10),
    "labels": "规章\n0\n行政规范性文件\n本年制发件数\n自然人\n本年新收\n".encode() * 10_000,
    "references": b"&#x110000;&#0;&#xd800;" * 40_000,
    "one long link": b"<p><a href='" + b"a/" * (MEGABYTE // 2) + b".pdf'>x</a>",
    "headings of table three": b"<table><tr>" + "<td>结果维持<td>行政复议".encode() * 900 + b"<tr><td>1",
    "binary zeros": bytes(MEGABYTE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_take_bounded_time(name: str) -> None:
    started = time.process_time()
    head = b"<html><body>" if b"<" in HOSTILE[name][:12] else b""
    ends_under_a_name(head + HOSTILE[name])
    assert time.process_time() - started < SECONDS


def test_more_text_than_any_report_has_is_refused() -> None:
    line = "全年公开信息。".encode() * 100 + b"\n"
    with pytest.raises(Unreadable, match="hostile text: more than 2,000,000 characters"):
        normalize(line * 3_000)
    with pytest.raises(Unreadable, match="hostile HTML: more than 200,000 tags"):
        normalize(b"<html><body>" + b"<b>1</b>" * 150_000)


def test_a_decompression_bomb_is_refused() -> None:
    content = io.BytesIO(bytes(300 * MEGABYTE)).getvalue()
    for body in (zipped({"年报.docx": content}), zipped({"word/document.xml": content, "[Content_Types].xml": b""})):
        with pytest.raises(Unreadable):
            normalize(body)


def test_a_name_that_a_message_quotes_leaves_it_one_short_line() -> None:
    names = {
        "a\nb\r\u2028c.pdf": "a b c.pdf: truncated PDF: its end is missing",
        "d" * 60_000 + ".pdf": "…" + "d" * 61 + ".pdf: truncated PDF: its end is missing",
    }
    for name, told in names.items():
        with pytest.raises(Unreadable) as refused:
            normalize(zipped({name: "%PDF-"}))
        assert str(refused.value).endswith(told)
        assert len(str(refused.value)) <= 301


def test_a_file_without_a_name_is_none_in_an_archive() -> None:
    with pytest.raises(Unreadable, match="ZIP archive without a document"):
        normalize(zipped({"ab.txt": "x"}).replace(b"ab.txt", b"\0b.txt"))


@pytest.mark.parametrize("kind", ["doc", "text"])
def test_what_no_text_may_hold_is_shown_and_joins_no_numbers(kind: str) -> None:
    printed = "一、总体情况", "公开1\x032\ufdd0条", "本县依照条例公开信息。" * 40
    body = doc_of([Paragraph(line) for line in printed]) if kind == "doc" else "\n".join(printed).encode()
    assert normalize(body).sections[0].text.startswith("公开1\ufffd2\ufffd条")


def test_a_workbook_stretched_over_its_whole_sheet_is_refused() -> None:
    ends = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    near, far = (f'{ends}<row r="{row}"><c r="{place}"><v>1</v></c></row>' for row, place in CORNERS)
    over = "".join(f'<mergeCell ref="A{row}:XFD1048576"/>' for row in range(1, 1_999))
    with pytest.raises(Unreadable, match="hostile spreadsheet: its merged cells lie over one another"):
        normalize(workbook(near, f"<mergeCells>{over}</mergeCells>"))
    with pytest.raises(Unreadable, match="hostile spreadsheet: reading it exhausted"):  # the library aborts
        normalize(workbook(far))


def workbook(rows: str, merged: str = "") -> bytes:
    package = zipfile.ZipFile(io.BytesIO(sample("xlsx")))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    files: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    files["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData>{merged}</worksheet>'
    return zipped(files)


def test_reading_takes_bounded_memory() -> None:
    bodies = {
        "lines": b"xx\n" * 2_600_000,
        "letters": b"<html>" + b"x" * 19_000_000,
        "tags": b"<html><body><p>x" + b"<td>1" * 199_000,
        "a picture": b"<html><body><img src='data:" + b"A" * 19_000_000 + b"'>x",
        "deep": b"<html><body>" + b"<div>" * 1_500 + b"x" * 1_900_000,
    }
    for name, body in bodies.items():
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-c", CHILD], input=body, stdout=subprocess.PIPE, cwd=ROOT, check=True
        )
        assert int(done.stdout) < 1_000, name


@given(st.text("發啊县(（)）afāā ", max_size=60))
def test_what_is_left_of_pinyin_is_left_at_once(text: str) -> None:
    once, _ = remove_pinyin(text)
    assert remove_pinyin(once) == (once, 0)
