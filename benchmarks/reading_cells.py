"""How one figure stands on paper, and what has to be read there: the habits of those who fill in the forms."""

import random
from dataclasses import dataclass

from reports.model import CellState
from tests.portals.figures import Value

HABITS = (
    *("plain", "blank", "slash", "dash", "wide", "nbsp", "thousands", "units", "notes", "spoken"),
    *("totals-only", "totals-blank", "unitless"),
)
_WIDE = str.maketrans("0123456789.+-", "０１２３４５６７８９．＋－")
_SPOKEN = "零一二三四五六七八九"
_SLASHES, _DASHES = ("/", "／", "\\"), ("—", "——", "-", "无", "不涉及")


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell: its text, and the state and value that are the only right reading of it."""

    text: str
    state: CellState
    value: int | float | None


def shown(code: str, value: Value, habit: str, rng: random.Random) -> Shown:
    """The cell of one figure where the form is filled in by somebody of that habit."""
    if not isinstance(value, int | float):
        raise TypeError(f"{code}: figures are drawn as numbers")
    if code.startswith("applications.") and habit == ("totals-blank" if code.endswith(".total") else "totals-only"):
        return Shown("", CellState.BLANK, None)
    if habit == "unitless" and code.endswith(".amount_yuan") and value:
        return Shown(f"{value:.2f}", CellState.TEXT, None)  # yuan or 万元? nobody knows
    if not value and rng.random() < 0.6:
        if habit == "blank":
            return Shown(rng.choice(("", " ", "\u3000")), CellState.BLANK, None)
        if habit in ("slash", "dash"):
            text = rng.choice(_SLASHES if habit == "slash" else _DASHES)
            return Shown(text, CellState.NOT_APPLICABLE, None)
    text = _money(code, value, habit, rng) if code.endswith("_yuan") else _count(code, value, habit, rng)
    return Shown(text, CellState.NUMBER if value else CellState.ZERO, value)


def _count(code: str, value: int | float, habit: str, rng: random.Random) -> str:
    text = f"{value:+}" if code.endswith(".change") and value else f"{value:.12g}"
    shapes = {
        "thousands": f"{value:,}",
        "wide": text.translate(_WIDE),
        "nbsp": f"\xa0{text}",
        "units": f"{text}{rng.choice(('件', '条', '项', ' 件'))}",
    }
    if habit == "notes" and value and rng.random() < 0.2:
        return f"{text}{rng.choice(('（其中修订{}件）', '(含自然失效{}件)')).format(rng.randrange(1, 30))}"
    if habit == "spoken" and isinstance(value, int) and (value == 0 or 2 <= value <= 99) and text[0] not in "+-":
        return _spoken(value)
    return shapes.get(habit, text)


def _spoken(value: int) -> str:
    tens, ones = divmod(value, 10)
    if not tens:
        return _SPOKEN[ones]
    return (_SPOKEN[tens] if tens > 1 else "") + "十" + (_SPOKEN[ones] if ones else "")


def _money(code: str, value: int | float, habit: str, rng: random.Random) -> str:
    """An amount that says its unit itself, or stands under a heading that does (v2021)."""
    if not code.endswith("10k_yuan"):
        return f"{value}元" if not value or rng.random() < 0.5 else f"{value / 10_000:.10g}万元"
    text = f"{value:,.2f}" if habit == "thousands" else f"{value:.12g}"
    if habit == "wide":
        return text.translate(_WIDE)
    return f"{text}万元" if habit == "units" else text
