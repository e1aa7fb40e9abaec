"""The text of one cell -> a figure: a number in the unit of its code, or the reason why there is none."""

import re
from decimal import Decimal

from reports.model import CellState, Figure, Origin
from reports.numerals import spoken
from reports.units import MONEY, money_unit

_PLAIN = str.maketrans(
    {
        **{chr(0xFF01 + offset): chr(0x21 + offset) for offset in range(94)},
        **dict.fromkeys("\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\xa0\u2002\u2003\u2007\u2009\u202f\u3000", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\xad"),
    }
)
_NOT_APPLICABLE = frozenset(
    [
        "/",
        "\\",
        "//",
        "-",
        "--",
        "---",
        "—",
        "——",
        "–",
        "―",
        "─",
        "──",
        "ー",
        "无",
        "暂无",
        "不涉及",
        "不适用",
        "N/A",
        "n/a",
    ]
)
_NUMBER = re.compile(
    r"""(?P<number>[+-]?[ ]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,8})?)[ ]*
        (?P<unit>亿元|万元|元|万|件|条|项|个|宗|起|份|次|人次|人|场次|场|篇)?[ ]*
        (?P<note>\([^()]*\)|\[[^\[\]]*\]|〔[^〔〕]*〕)?[ ]*[;。]?""",
    re.VERBOSE,
)
_SPOKEN = re.compile(r"(?!一$)([零一二两三四五六七八九十百千]{1,9})(?:件|条|项|个|次|人)?")
_MONEY_UNIT = {"yuan": Decimal(1), "10k_yuan": Decimal(10_000)}
_BROKEN_UNIT = re.compile(r"(?<=[0-9][万亿])\s+(?=元)|(?<=[0-9] [万亿])\s+(?=元)")
_LONGEST = 200
_COUNTED, _ZERO = CellState.NUMBER, CellState.ZERO  # looked up once: nearly every cell is one of these


def parse_cell(text: str, unit: str = "count", printed_unit: str = "", origin: Origin | None = None) -> Figure:
    """Read one cell.

    Args:
        text: the cell as printed; it becomes ``raw`` unchanged.
        unit: the unit of the code: ``count``, ``yuan`` or ``10k_yuan`` (万元).
        printed_unit: the unit that the column's heading prints (元, 万元), for amounts that carry none themselves.
        origin: the cell's place, for the figure.

    Returns:
        A number (or zero) where exactly one number stands in the cell, a note in brackets after it apart; a note
        without a number that names a unit of money (单位：元) is the amount's unit.
        An amount of money without any unit is text, 0 apart: 97676.00 may be yuan or 万元. A fraction of a count, two
        numbers, an approximation (300余) are text too, and a lone 一, which is typed for a dash as often as for a one.
    """
    if text.isascii() and text.isdigit() and len(text) <= 15 and unit == "count":
        count = int(text)
        return Figure(count, text, _COUNTED if count else _ZERO, "", origin)
    plain = text.translate(_PLAIN).strip()
    if not plain:
        return Figure(None, text, CellState.BLANK, "", origin)
    if plain in _NOT_APPLICABLE:
        return Figure(None, text, CellState.NOT_APPLICABLE, "", origin)
    told = _SPOKEN.fullmatch(plain) if unit == "count" else None
    match = None if told or len(plain) > _LONGEST else _NUMBER.fullmatch(_BROKEN_UNIT.sub("", plain))
    value = spoken(told[1]) if told else match and _number(match, unit, printed_unit)
    if value is None:
        return Figure(None, text, CellState.TEXT, "", origin)
    note = ((match and match["note"]) or "")[1:-1].strip()
    if not value:
        return Figure(0, text, _ZERO, note, origin)
    whole = value == int(value)
    return Figure(int(value) if whole else float(value), text, _COUNTED, note, origin)


def _number(match: re.Match[str], unit: str, heading: str) -> Decimal | None:
    amount = Decimal(match["number"].replace(",", "").replace(" ", ""))
    printed, note = match["unit"] or "", match["note"] or ""
    in_note = "" if any(character.isdigit() for character in note) else money_unit(note)
    if printed and in_note and printed != in_note:
        return None
    return _in_unit(amount, printed or in_note, unit, heading)


def _in_unit(amount: Decimal, printed: str, unit: str, heading: str) -> Decimal | None:
    """The amount in the unit of the code; None where its own unit is unknown or of another kind."""
    if unit in _MONEY_UNIT:
        if not amount and (not printed or printed in MONEY):
            return amount
        factor = MONEY.get(printed or heading)
        return None if factor is None else amount * factor / _MONEY_UNIT[unit]
    if printed.endswith("元"):
        return None
    value = amount * 10_000 if printed == "万" else amount
    return value if value == value.to_integral_value() else None
