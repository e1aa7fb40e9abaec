"""Each format gives back what was written: numbers, texts, what is empty, and no text becomes a formula."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from storage.errors import ArchiveError
from storage.exports.formats import needed as needed_module
from storage.exports.formats.csv import BOM, as_it_was, harmless, write_csv
from storage.exports.formats.jsonl import write_jsonl
from storage.exports.formats.parquet import write_parquet
from storage.exports.formats.xlsx import MOST_ROWS, fits, write_xlsx
from storage.exports.tables import Field, Kind

FIELDS = (
    Field("county_code", Kind.STRING, "", ""),
    Field("year", Kind.INTEGER, "", ""),
    Field("value", Kind.NUMBER, "", ""),
    Field("raw", Kind.STRING, "", ""),
    Field("counts", Kind.BOOLEAN, "", ""),
)
HOSTILE = ("=1+1", "+3", "-14", "@SUM(A1)", "\t=1", "\r=1", "＝1", 'a;=cmd|"/c calc"!A1', "a\n=1", 'x;"=1"', "' =1")
ROWS: list[list[Any]] = [
    ["610326", 2024, 12, "12", True],
    ["610326", 2023, 0, "0", False],
    ["610326", 2022, 7730.28, "7730.28万元", None],
    ["610326", 2021, None, "", None],
    ["610326", 2020, -14, "-14", True],
    *(["610326", 2019, None, text, None] for text in HOSTILE),
]
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
texts = st.text(
    alphabet=st.sampled_from([*"=+-@\t\r\n;,\" '", "＝", "＋", "－", "＠", "\u3000", "\xa0", "a", "年", "1", "|"])
)


def written(rows: Sequence[Sequence[Any]], fields: tuple[Field, ...] = FIELDS) -> str:
    file = io.StringIO()
    write_csv(file, fields, rows)
    return file.getvalue()


def test_csv_keeps_numbers_and_marks_texts_that_look_like_formulas() -> None:
    text = written(ROWS)
    assert text.startswith(f"{BOM}county_code,")
    lines = list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))
    assert [line["value"] for line in lines[:5]] == ["12", "0", "7730.28", "", "-14"]
    assert [line["counts"] for line in lines[:3]] == ["true", "false", ""]
    assert lines[4]["raw"] == "'-14"
    assert [as_it_was(line["raw"]) for line in lines] == [row[3] for row in ROWS]
    assert not any(line["raw"].startswith(FORMULA) for line in lines)


@given(texts)
@example("")
@example("\t\t=")
@example("\n\n=1")
@example("''=1")
def test_what_was_made_harmless_can_be_had_back(text: str) -> None:
    assert as_it_was(harmless(text)) == text
    assert harmless(as_it_was(harmless(text))) == harmless(text)


@given(st.lists(texts, min_size=1, max_size=4), st.sampled_from([",", ";", "\t"]))
def test_no_cell_is_a_formula_wherever_a_spreadsheet_splits(cells: list[str], delimiter: str) -> None:
    fields = tuple(Field(f"text{place}", Kind.STRING, "", "") for place in range(len(cells)))
    text = written([cells], fields).removeprefix(BOM)
    if delimiter == ",":
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert [as_it_was(cell) for cell in rows[1]] == cells or not any(cells)
    else:  # as in Europe, where quotes inside a cell mean nothing and lines end wherever there is an end of line
        rows = [line.split(delimiter) for line in text.replace("\r", "\n").split("\n")]
    for cell in (cell for row in rows for cell in row):
        assert not cell.strip('" ').startswith(FORMULA)


def test_json_lines_leave_out_what_is_empty() -> None:
    file = io.StringIO()
    write_jsonl(file, FIELDS, ROWS)
    told = [json.loads(line) for line in file.getvalue().splitlines()]
    assert told[1] == {"county_code": "610326", "year": 2023, "value": 0, "raw": "0", "counts": False}
    assert "value" not in told[3]
    assert [one["raw"] for one in told[5:]] == list(HOSTILE)


def test_parquet_is_typed(tmp_path: Path) -> None:
    write_parquet(tmp_path / "x.parquet", FIELDS, ROWS)
    table = pyarrow.parquet.read_table(tmp_path / "x.parquet")
    assert [str(kind) for kind in table.schema.types] == ["string", "int64", "double", "string", "bool"]
    assert [list(row.values()) for row in table.to_pylist()] == ROWS


def test_a_workbook_shows_texts_as_texts(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "x.xlsx", FIELDS, [*ROWS, ["610326", 2018, None, "长" * 40_000, None]])
    head, *rows = CalamineWorkbook.from_path(tmp_path / "x.xlsx").get_sheet_by_index(0).to_python()
    assert head == [field.name for field in FIELDS]
    assert rows[0] == ["610326", 2024.0, 12.0, "12", True]
    assert [row[2] for row in rows[:5]] == [12.0, 0.0, 7730.28, "", -14.0]
    shown = [row[3] for row in rows[5:-1]]
    assert shown == list(HOSTILE)
    assert len(str(rows[-1][3])) == 32_767


def test_no_sheet_is_begun_that_cannot_be_filled() -> None:
    fits(MOST_ROWS, "figures")
    with pytest.raises(
        ArchiveError, match=r"figures has 1,048,576 rows and a sheet of Excel holds 1,048,575: choose fewer"
    ):
        fits(MOST_ROWS + 1, "figures")


@pytest.mark.parametrize(("write", "name"), [(write_parquet, "pyarrow"), (write_xlsx, "xlsxwriter")])
def test_a_library_that_is_missing_is_named(
    write: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(asked: str) -> None:
        raise ImportError(asked)

    monkeypatch.setattr(needed_module, "import_module", missing)
    with pytest.raises(ArchiveError, match=rf"needs {name}: pip install '.\[exports\]'"):
        write(tmp_path / "x", FIELDS, ROWS)
