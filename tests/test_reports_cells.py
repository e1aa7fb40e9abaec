"""Reading one cell: what is a number, what is not, and that nothing becomes a number by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.cells import parse_cell
from reports.model import CellState

NUMBER, ZERO, BLANK = CellState.NUMBER, CellState.ZERO, CellState.BLANK
ABSENT, TEXT = CellState.NOT_APPLICABLE, CellState.TEXT


@pytest.mark.parametrize(
    ("text", "value", "state"),
    [
        ("12", 12, NUMBER),
        ("0", 0, ZERO),
        ("１２３", 123, NUMBER),
        ("\xa00", 0, ZERO),
        ("\u3000７\u200b", 7, NUMBER),
        ("1,234", 1234, NUMBER),
        ("1，234，567", 1234567, NUMBER),
        ("+3", 3, NUMBER),
        ("-14", -14, NUMBER),
        ("－35", -35, NUMBER),
        ("\u221235", -35, NUMBER),
        ("22（其中修订 16 件）", 22, NUMBER),
        ("55件（含自然失效 29 件）", 55, NUMBER),
        ("3 件", 3, NUMBER),
        ("12.00", 12, NUMBER),
        ("2.2万", 22000, NUMBER),
        ("十二", 12, NUMBER),
        ("两件", 2, NUMBER),
        ("一件", 1, NUMBER),
        ("零", 0, ZERO),
        ("一", None, TEXT),  # as often a dash
        ("三五", None, TEXT),
        ("", None, BLANK),
        (" \xa0\u3000\n", None, BLANK),
        ("/", None, ABSENT),
        ("／", None, ABSENT),
        ("—", None, ABSENT),
        ("-", None, ABSENT),
        ("无", None, ABSENT),
        ("300余", None, TEXT),
        ("2.5", None, TEXT),
        ("12 034", None, TEXT),
        ("3\n1", None, TEXT),
        ("1,23", None, TEXT),
        ("（3）", None, TEXT),
        ("97万元", None, TEXT),
        ("97（万元）", None, TEXT),
        ("详见附件2", None, TEXT),
        ("1" * 400, None, TEXT),
    ],
)
def test_a_count(text: str, value: int | None, state: CellState) -> None:
    figure = parse_cell(text)
    assert (figure.value, figure.state, figure.raw) == (value, state, text)


@pytest.mark.parametrize(
    ("text", "unit", "heading", "value"),
    [
        ("7730.28", "10k_yuan", "万元", 7730.28),
        ("96171.6万元", "10k_yuan", "万元", 96171.6),
        ("3940元", "10k_yuan", "万元", 0.394),
        ("251000", "10k_yuan", "元", 25.1),
        ("160.5964万元", "yuan", "", 1605964),
        ("251000元", "yuan", "", 251000),
        ("0", "yuan", "", 0),
        ("0.00万元", "yuan", "", 0),
        ("97676.00", "yuan", "", None),  # yuan or 万元? nobody knows
        ("34件", "yuan", "元", None),
        ("170000（元）", "10k_yuan", "万元", 17),
        ("17（单位：元）", "10k_yuan", "万元", 0.0017),
        ("17（以万元计）", "yuan", "元", 170000),
        ("592（万元）", "yuan", "", 5920000),
        ("17（其中罚款3元）", "10k_yuan", "万元", 17),
        ("17万元（元）", "10k_yuan", "万元", None),
        ("17（百万元）", "10k_yuan", "万元", None),
        ("17（元或万元）", "10k_yuan", "万元", None),
    ],
)
def test_an_amount_of_money(text: str, unit: str, heading: str, value: float | None) -> None:
    figure = parse_cell(text, unit, heading)
    assert figure.value == value
    assert figure.state is (TEXT if value is None else NUMBER if value else ZERO)


@given(st.text(max_size=40), st.sampled_from(["count", "yuan", "10k_yuan"]))
def test_no_number_out_of_nothing(text: str, unit: str) -> None:
    figure = parse_cell(text, unit, "万元")
    assert figure.raw == text
    assert (figure.value is not None) == (figure.state in (NUMBER, ZERO))
    assert (figure.value == 0) == (figure.state is ZERO)
    if not any(character.isdigit() for character in text):
        assert figure.value is None


@given(st.integers(0, 10**12), st.booleans(), st.sampled_from(["", " ", "\xa0", "\u3000", "\n"]))
def test_every_way_to_print_a_number(number: int, wide: bool, space: str) -> None:
    for printed in (str(number), f"{number:,}"):
        text = "".join(chr(ord(c) + 0xFEE0) for c in printed) if wide else printed
        assert parse_cell(f"{space}{text}{space}").value == number
