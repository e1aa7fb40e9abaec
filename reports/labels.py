"""A printed label -> the key it is looked up by: no white space, punctuation or number in front, half-width digits."""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

_LONGEST = 80
_SIMILAR = 0.75
_MARGIN = 0.08
_WIDE = range(0xFE00, 0x10000)  # full-width forms, variation selectors, the byte order mark


def _translation() -> dict[int, str | None]:
    """White space, controls, punctuation and ①⒈⑴ vanish; full-width letters and digits become narrow."""
    table: dict[int, str | None] = {}
    for point in (*range(0x400), *range(0x2000, 0x2C00), *range(0x3000, 0x3040), *range(0xE000, 0xF900), *_WIDE):
        category = unicodedata.category(chr(point))
        if category[0] in "ZCPS" or category == "No":
            table[point] = None
        elif 0xFF01 <= point <= 0xFF5E:
            table[point] = chr(point - 0xFEE0)
    return table


_TABLE = _translation()
_NUMBER_IN_FRONT = re.compile(r"^(?:[一二三四五六七八九十]|[0-9]{1,2})(?=.)")


def key(text: str) -> str:
    """The key of a label: ``（三）不予 公开`` and ``三、不予公开`` both give ``不予公开``; "" for what is no label."""
    return _key(text) if len(text) <= 4 * _LONGEST else ""


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    plain = text.translate(_TABLE)
    if len(plain) > _LONGEST:
        return ""
    return _NUMBER_IN_FRONT.sub("", plain)


@lru_cache(maxsize=256)
def _matcher(candidate: str) -> difflib.SequenceMatcher[str]:
    return difflib.SequenceMatcher(None, "", candidate, autojunk=False)


def nearest(wanted: str, keys: Mapping[str, str]) -> str | None:
    """The code of the one key that ``wanted`` is a damaged spelling of, or None when none or more than one would do.

    Agencies lose characters inside a label (其他法律行政止公开) or cut its end off.
    """
    if len(wanted) < 4:
        return None
    scores: dict[str, float] = {}
    for candidate, code in keys.items():
        matcher = _matcher(candidate)
        matcher.set_seq1(wanted)
        if matcher.quick_ratio() >= _SIMILAR - _MARGIN:  # the ratio is never higher, and costs a hundred times as much
            scores[code] = max(matcher.ratio(), scores.get(code, 0.0))
    ranked = sorted(((score, code) for code, score in scores.items()), reverse=True)
    if not ranked or ranked[0][0] < _SIMILAR:
        return None
    if len(ranked) > 1 and ranked[1][0] > ranked[0][0] - _MARGIN:
        return None
    return ranked[0][1]
