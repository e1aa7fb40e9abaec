"""Times in a text: the statistics period, the year the first section tells of, and printed publication times."""

import re
from collections import Counter
from datetime import datetime
from functools import lru_cache

HEAD = 2_500  # characters in which the period stands
_PERIOD = re.compile(
    r"(20\d\d)年?(?:0?1|元)?月?0?1?日?(?:[0零]{1,2}时)?(?:起|开始)?[至到止—–\-－~～]+(?:(20\d\d)年?)?1[12]月?月?\d{0,2}日?"
    r"|(20\d\d)[-./]0?1[-./]0?1[至到—–\-－~～]+(20\d\d)[-./]12"
)
_TOLD = re.compile(r"(?<!结转)(?<!结转[到至入])(20\d\d)年")  # what is carried into a year tells nothing of that year
_QUOTED = re.compile(r"《[^》]{0,80}》|[〔\[【(（]20\d\d[^）)】\]〕]{0,12}[〕\]】)）]")
_WIDE = str.maketrans("０１２３４５６７８９．／－：", "0123456789./-:")
_CHINESE_YEAR = re.compile(r"二[〇○零OＯ0][〇○零OＯ0一二三][〇○零OＯ0一二三四五六七八九](?=年)")
_DIGITS = str.maketrans("〇○零OＯ一二三四五六七八九", "00000123456789")
_CHINESE_PART = re.compile(r"(?<=[年月])(?:([二三])?(十))?([一二三四五六七八九])?(?=[月日])")

_TIME = re.compile(
    r"(20\d\d)\s*[-./年—–－]\s*(\d{1,2})\s*[-./月—–－]\s*(\d{1,2})\s*日?(?:[\sT]*(\d{1,2})\s*[:：∶]\s*(\d{2})(?:\s*[:：∶]\s*(\d{2}))?)?"
)


@lru_cache(maxsize=16)  # the same text is asked for its period and for the years that it tells of
def in_digits(text: str) -> str:
    """``text`` with the digits of its dates as ASCII: ２０２０年, 二〇二〇年十二月三十一日."""
    text = _CHINESE_YEAR.sub(lambda match: match[0].translate(_DIGITS), text.translate(_WIDE))
    return _CHINESE_PART.sub(_part_in_digits, text)


def _part_in_digits(match: re.Match[str]) -> str:
    tens, ten, unit = match.groups()
    if not (ten or unit):
        return ""
    number = (int((tens or "一").translate(_DIGITS)) * 10 if ten else 0) + int((unit or "零").translate(_DIGITS))
    return str(number)


def period_years(text: str) -> frozenset[int]:
    """The years of every statistics period (2020年1月1日至2020年12月31日) near the start; lost characters are borne.

    ``text`` has no white space. Several years mean a period of several years or periods that disagree.
    """
    found: set[int] = set()
    for match in _PERIOD.finditer(in_digits(text[:HEAD])):
        start, end = match[1] or match[3], match[2] or match[4]
        found.update(int(year) for year in (start, end) if year)
    return frozenset(found)


def opening_years(text: str) -> frozenset[int]:
    """The years named more than once near the start, titles of other papers and their numbers left out."""
    counts = Counter(int(year) for year in _TOLD.findall(_QUOTED.sub("", in_digits(text[:HEAD]))))
    if not counts:
        return frozenset()
    return frozenset(year for year, count in counts.items() if count > 1 or len(counts) == 1)


def read_time(text: str) -> str | None:
    """The first date in ``text``, with its time if there is one: ``YYYY-MM-DD`` or ``YYYY-MM-DD HH:MM:SS``."""
    for match in _TIME.finditer(text):
        numbers = [int(part) if part else 0 for part in match.groups()]
        try:
            when = datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 - Beijing time, as printed
        except ValueError:
            continue
        return f"{when:%Y-%m-%d %H:%M:%S}" if match[4] else f"{when:%Y-%m-%d}"
    return None
