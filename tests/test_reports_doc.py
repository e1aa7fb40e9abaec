"""Word 97 in detail: what is not printed, cells whose grid is not told, merged cells."""

import io
import struct

import olefile
import pytest

from reports.blocks import Cell, Paragraph, Table
from reports.readers.doc import read_blocks
from tests.portals.office import compound, doc_of

ROW_END = struct.pack("<HB", 0x2417, 1)
DEFINITION = struct.pack("<H", 0xD608)
GRID = Table.of([Cell("规章", 0, 0), Cell("3", 0, 1), Cell("许可", 1, 0), Cell("", 1, 1)], 2, 2)


def test_cells_without_a_grid_are_paragraphs() -> None:
    body = doc_of([Paragraph("表"), GRID])
    undefined = body.replace(DEFINITION, struct.pack("<H", 0xD699))  # an instruction that says nothing of edges
    assert list(read_blocks(undefined)) == [Paragraph(text) for text in ("表", "规章", "3", "许可")]


def test_rows_whose_ends_are_lost_are_paragraphs() -> None:
    lost = doc_of([GRID]).replace(ROW_END, struct.pack("<HB", 0x2417, 0))
    assert [block for block in read_blocks(lost) if isinstance(block, Table)] == []


def with_run(body: bytes, first: int, last: int, instruction: int) -> bytes:
    """The document with an instruction for the characters from the first to before the last ([MS-DOC] 2.9.33)."""
    with olefile.OleFileIO(io.BytesIO(body)) as ole:
        main, pieces = bytearray(ole.openstream("WordDocument").read()), ole.openstream("1Table").read()
    main += bytes(-len(main) % 512)
    places = [2048 + 2 * first, 2048 + 2 * last]
    page = bytearray(struct.pack("<IIB", *places, 128)).ljust(512, b"\x00")
    page[256:260], page[511] = struct.pack("<BHB", 3, instruction, 1), 1
    struct.pack_into("<II", main, 0xFA, len(pieces), 12)
    pieces += struct.pack("<III", *places, len(main) // 512)
    return compound({"WordDocument": bytes(main + page), "1Table": pieces})


@pytest.mark.parametrize(
    ("instruction", "told"),
    [
        (0x0800, "收到1件"),
        (0x0837, "收到1件"),
        (0x2A53, "收到1件"),
        (0x083C, "收到1件"),
        (0x0801, "收到12件"),
        (0x2A48, "收到1[2]件"),
    ],
    ids=["deleted", "struck out", "struck out twice", "hidden", "inserted", "raised"],
)
def test_what_is_not_printed_is_left_out_and_what_is_raised_stays_apart(instruction: int, told: str) -> None:
    assert list(read_blocks(with_run(doc_of([Paragraph("收到12件")]), 3, 4, instruction))) == [Paragraph(told)]


def test_a_merged_cell_is_one() -> None:
    table = Table.of([Cell("甲", 0, 0, 2), Cell("1", 0, 1), Cell("", 1, 1), Cell("乙", 2, 0, 1, 2)], 3, 2)
    (read,) = read_blocks(doc_of([table]))
    assert read == table
