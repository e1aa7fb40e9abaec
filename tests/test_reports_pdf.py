"""The PDF reader on small files made here: tables, page breaks, flow, and files that are none."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.blocks import Block, Paragraph, Table
from reports.model import Unreadable
from reports.readers.pdf import read_pdf
from reports.readers.pdf_document import MOST_PAGES, read_blocks

PAGE = "/MediaBox [0 0 400 400] /Resources << /Font << /F 3 0 R >> >>"


def pdf(*contents: str, trailer: str = "", rotate: int = 0, form: str = "") -> bytes:
    """A PDF with one page for each content stream; text in Helvetica (/F), ``form`` is a form (/X)."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(contents)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, content in enumerate(contents):
        objects += [
            f"<< /Type /Page /Parent 2 0 R {PAGE} /Rotate {rotate} /Contents {5 + 2 * number} 0 R >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    if form:
        call = f"/Resources << /XObject << /X {len(objects) + 1} 0 R >> >>"
        objects[3] = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] {call} /Contents 5 0 R >>"
        head = f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] {call} /Length {len(form)} >>"
        objects.append(f"{head}\nstream\n{form}\nendstream")
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    end += f"<< /Size {len(objects) + 1} /Root 1 0 R {trailer}>>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + end.encode()


def words(x: float, y: float, text: str, size: int = 10) -> str:
    return f"BT /F {size} Tf {x} {y} Td ({text}) Tj ET\n"


def grid(xs: list[int], ys: list[int], *, bottom: bool = True) -> str:
    """Ruled lines; without ``bottom`` the last row is left open, as at a page break."""
    rows = "".join(f"{xs[0]} {y} m {xs[-1]} {y} l S\n" for y in (ys if bottom else ys[:-1]))
    return rows + "".join(f"{x} {ys[0]} m {x} {ys[-1]} l S\n" for x in xs)


def texts(blocks: tuple[Block, ...]) -> list[str | list[list[str | None]]]:
    return [
        [[cell.text if cell else None for cell in line] for line in block.grid]
        if isinstance(block, Table)
        else block.text
        for block in blocks
        if isinstance(block, (Table, Paragraph))
    ]


def test_prose_and_a_table_in_reading_order_without_the_page_number() -> None:
    content = words(60, 150, "after") + words(60, 350, "before") + words(190, 20, "- 4 -")
    content += "1 1 1 rg 60 340 280 30 re f\n"  # white paint behind the words is no cell
    content += grid([50, 150, 350], [300, 270, 240]) + words(60, 280, "a") + words(160, 280, "12")
    content += words(60, 250, "b") + words(160, 250, "1 2")
    assert texts(read_blocks(pdf(content))) == ["before", [["a", "12"], ["b", "1 2"]], "after"]


def test_a_table_goes_on_over_a_page_break_that_leaves_a_row_open() -> None:
    upper = grid([50, 150, 350], [100, 70, 40], bottom=False) + words(60, 80, "a") + words(60, 50, "b")
    upper += words(160, 50, "7")
    lower = grid([52, 151, 352], [380, 350]) + words(60, 360, "c") + words(190, 20, "2")
    assert texts(read_blocks(pdf(upper, lower))) == [[["a", ""], ["b", "7"], ["c", ""]]]


def test_pieces_of_one_table_with_different_columns_are_joined() -> None:
    upper = grid([50, 150, 250, 350], [80, 50]) + words(60, 60, "a")
    lower = grid([50, 150, 350], [380, 350]) + words(160, 360, "5")
    (table,) = read_blocks(pdf(upper, lower))
    assert isinstance(table, Table)
    assert [(cell.text, cell.colspan) for line in table.grid for cell in line if cell][-1] == ("5", 2)


def test_lines_flow_into_paragraphs() -> None:
    full = "x" * 54
    content = words(70, 350, full[:50]) + words(50, 330, full) + words(50, 310, "end.")
    content += words(70, 290, full[:50]) + words(50, 270, "end.")
    second = words(50, 380, full) + words(50, 360, full)
    found = texts(read_blocks(pdf(content, second)))
    assert found == [full[:50] + full + "end.", full[:50] + "end.", full + full]


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_page_drawn_sideways_and_turned_for_display(rotate: int) -> None:
    turn = {90: "0 1 -1 0 400 0 cm", 180: "-1 0 0 -1 400 400 cm", 270: "0 -1 1 0 0 400 cm"}[rotate]
    content = f"q {turn}\n" + grid([50, 150, 350], [300, 270]) + words(60, 280, "a") + words(160, 280, "12") + "Q"
    assert texts(read_blocks(pdf(content, rotate=rotate))) == [[["a", "12"]]]


def test_a_page_without_text_has_no_blocks() -> None:
    assert read_blocks(pdf("0 0 400 400 re f")) == ()


def test_an_encrypted_file() -> None:
    key = "(" + "a" * 32 + ")"
    locked = pdf("", trailer=f"/Encrypt << /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -4 >> /ID [(a) (a)] ")
    with pytest.raises(Unreadable, match="encrypted"):
        read_pdf(locked)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "not a PDF"),
        (b"\x89PNG\r\n\x1a\n" * 9, "not a PDF"),
        (pdf(words(50, 50, "a"))[:-40], "truncated"),
        (b"%PDF-1.4\n" + b"\x00" * 5000, "truncated"),
        (b"%PDF-1.4\nnothing\n%%EOF\n", "damaged"),
        (pdf(*["" for _ in range(MOST_PAGES + 1)]), "201 pages"),
    ],
)
def test_files_that_cannot_be_read_say_why_in_one_line(body: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message) as caught:
        read_pdf(body)
    assert "\n" not in str(caught.value)


def test_thousands_of_crossing_rules_are_no_table() -> None:
    content = "".join(f"{n / 10} 0 m {n / 10} 400 l S 0 {n / 10} m 400 {n / 10} l S\n" for n in range(4000))
    begin = time.perf_counter()
    assert texts(read_blocks(pdf(content + words(50, 50, "a")))) == ["a"]
    assert time.perf_counter() - begin < 60


def test_pdfminer_and_pdfium_keep_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    odd = pdf(grid([50, 150, 350], [300, 270]) + words(60, 280, "a") + "/Nope gs /Nope Do BI EI 1 2 3 foo\n")
    assert texts(read_blocks(odd)) == texts(read_pdf(odd).blocks)
    assert capfd.readouterr() == ("", "")


def test_forms_within_forms_without_end_do_not_break_this_process() -> None:
    body = pdf("/X Do", form="/X Do /X Do")
    with pytest.raises(Unreadable, match="hostile"):
        read_pdf(body)


SOUND = pdf(grid([50, 150, 350], [300, 270, 240]) + words(60, 280, "a") + words(160, 280, "12"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=12))
def test_damage_anywhere_ends_in_a_page_or_in_unreadable(damage: list[tuple[int, int]]) -> None:
    body = bytearray(SOUND)
    for place, value in damage:
        body[place] = value
    with suppress(Unreadable):
        read_blocks(bytes(body))
