"""Traditional to Simplified characters (OpenCC's t2s) with corrections of our own, and only where a page needs it.

OpenCC alone turns the county 乾县 into 干县 and leaves 著力 as it is; ``overrides.txt`` corrects what was seen. Each
phrase there keeps its length, and so does the whole conversion.
"""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import opencc

LEAST_SHARE = 0.1  # of the Chinese characters must be Traditional ones; a Simplified page has next to none
LEAST_COUNT = 4
_HAN = re.compile(r"[\u3400-\u9fff]")


@cache
def _converter() -> opencc.OpenCC:
    # By its full path: a bare name would first be looked for in the working directory.
    return opencc.OpenCC(str(Path(opencc.__file__).parent / "clib" / "share" / "opencc" / "t2s.json"))


@cache
def _overrides() -> tuple[re.Pattern[str], dict[str, str]]:
    lines = files(__package__).joinpath("overrides.txt").read_text("utf-8").splitlines()
    table = dict(line.split("\t") for line in lines if line and not line.startswith("#"))
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile("(" + "|".join(map(re.escape, longest_first)) + ")"), table


def to_simplified(text: str) -> str:
    """Convert without asking whether the text is Traditional."""
    pattern, table = _overrides()
    pieces = pattern.split(text)
    convert = _converter().convert
    return "".join(table[piece] if index % 2 else convert(piece) for index, piece in enumerate(pieces) if piece)


def simplify(text: str) -> tuple[str, int]:
    """Convert ``text`` if it is Traditional; returns it with the number of characters changed (0 if it was not)."""
    converted = to_simplified(text)
    if converted == text:
        return text, 0
    changed = sum(before != after for before, after in zip(text, converted, strict=False))
    if changed < LEAST_COUNT or changed < LEAST_SHARE * len(_HAN.findall(text)):
        return text, 0
    return converted, changed


def alike() -> dict[str, str]:
    """The characters that the corrections turn into others somewhere: for a search, the two are one."""
    return {
        old: new
        for before, after in _overrides()[1].items()
        for old, new in zip(before, after, strict=True)
        if old != new
    }
