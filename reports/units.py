"""Units of money as they are printed: in a heading, in the label of a row, or in a line above the figures.

A gap, a bracket or a quotation mark in the middle of 万元 must never leave 元: that would be wrong by 10,000.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

MONEY = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
UNSURE = "?"  # a unit is printed, but not in a way that is understood
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\xad"))
_WORD = re.compile("[十百千万亿]*元")
_LEFT = re.compile("(?:^|(?<![十百千万亿])[(\\[〔【「“:、,;]|单位[/为是]?|人民币|金额|以|或)$")
_LINE_BREAK = re.compile(r"元[ \t]*\n\s*")
# 元 before a character of another word is no unit: 填报单位：元氏县人民政府.
_LOOSE = re.compile(r"(?:单位[^0-9]{0,16}?|\([^()0-9]{0,12}?)元(?=$|[)\]〕】」”、,;:。/]|计)")
_LABEL = re.compile(r"(.+?)((?:[(\[〔【]|,?单位)[^0-9]{0,12}元[)\]〕】]?)")
_LONGEST = 200


def money_unit(text: str) -> str:
    """The unit of money that a heading or a note prints.

    Returns:
        元, 万元, 亿元; another word, which has no factor; "" where no unit is printed; ``UNSURE`` where what stands
        before 元 may belong to the unit, or 单位 stands there without one.
    """
    return _unit(_squeezed(text))


def loose_unit(text: str) -> str:
    """The unit of money of a line above figures (第八项（单位：元）, 单位：件、万元), as ``money_unit`` gives it."""
    if "元" not in text or len(text) > _LONGEST:
        return ""
    plain = _squeezed(_LINE_BREAK.sub("元;", text))
    return agreed(_unit(found[0]) for found in _LOOSE.finditer(plain))


def split_label(text: str) -> tuple[str, str]:
    """The label of a row without the unit of money behind it, and this unit; "" where there is none."""
    found = _LABEL.fullmatch(_squeezed(text)) if "元" in text and len(text) <= _LONGEST else None
    return (found[1], _unit(found[2])) if found else (text, "")


def agreed(units: Iterable[str]) -> str:
    """The one unit that all those printed name, or several joined, which has no factor; "" where none is printed."""
    return "或".join(dict.fromkeys(filter(None, units)))


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate(_ZERO_WIDTH).split())


def _unit(plain: str) -> str:
    found = list(_WORD.finditer(plain))
    if not found:
        return UNSURE if "单位" in plain else ""
    if not all(_LEFT.search(plain[: word.start()]) for word in found):
        return UNSURE
    return agreed(word[0] for word in found)
