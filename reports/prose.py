"""A report's running text as sentences to search: digits and marks in one spelling, asides left out."""

import re
from collections.abc import Iterator
from decimal import Decimal

from reports.model import Section
from reports.numerals import spoken

LONGEST = 800  # characters of a sentence; what is longer is no sentence, and would cost time
LONGEST_TITLE = 30
_COUNTED = re.compile(r"\d\s*[条件个次份宗人]")
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
# The title of a part on problems and plans, numbered or not.
_PLANS = re.compile(
    r"\s*[（(]?[\d一二三四五六七八九十]{0,3}[）)、.．]?\s*(?:20\d\d年)?[^。；;，,\d]{0,24}"
    r"(?:存在[^。；;，,\d]{0,6}问题|主要问题|问题[和及与]|不足|改进|整改|打算|下一步|下步|工作计划|思路)[^。；;，,\d]{0,16}[。:：]?\s*"
)
_MARKS = str.maketrans("０１２３４５６７８９，：（）．％〇○－", "0123456789,:().%零零-")
_SPACE_IN_NUMBER = re.compile(r"(?<=\d)\s+(?=\d)")
_SPLIT = "_"  # between digits that are apart in print: 1 234 may be one number or two, so no pattern matches it
_PRINTED_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
_DIGITS_AND_COMMA = re.compile(r"\d[,，]\d")
_ENUMERATION = re.compile(r"[(]?(?:[一二三四五六七八九十]{1,2}|\d{1,2})(?:[)、]|是|[.](?!\d))[、.]?")
_NAMES = re.compile(r"《[^《》]{0,80}》|〔[^〔〕]{0,12}〕")
_WHOLE_YEAR = re.compile(r"(?:从|自)?(20\d\d年)1月1日起?(?:,|开始)?[至到-](?:同年|20\d\d年)?12月31日(?:止|期间)?")
# 同比增长…, 比上年…, 占…%: a remark of its own. 上年结转…, unless it is said to be part of the number before it.
_REMARK = re.compile(
    r"[,(](?:[^,()、\d]{0,8}(?:同比|环比|[比较与](?:20\d\d年|上年|去年|上一年|前一年|往年))[^,()、]{0,24}"
    r"|(?:约?占)[^,()、]{0,14}%|(?:另有)?(?:20\d\d年|上年度?|去年|上一年度?)(?:结转|转入)[^,()、]{0,16})(?=[,()。；;]|$)\)?"
)
_EVERYONE = re.compile(
    r"(全[县区市旗])(?:范围内)?各"
    r"(?:各|级|职能|乡|镇|街道?|部门|单位|委|办|局|有关|相关|直属?|政府|行政|机关|公共|企事业|、|和|及|与|县|区|市|旗){1,24}"
)
_ANY_WAY = re.compile(
    r"通过(?:各类|各种|多种|不同|各)(?:渠道|载体|方式|形式|途径)(?:[和、](?:渠道|载体|方式|形式|途径))?"
)
# 2020年全县累计公开 is the year's sum; any other 累计 counts since the beginning.
_SUMMED = re.compile(r"((?:全年|年内|本年度?|20\d\d年度?),?(?:[我全][县区市旗])?)累计")
# In this order; the word saves looking for the pattern.
_REWRITTEN = (
    ("", _NAMES, "《》"),
    ("12月31日", _WHOLE_YEAR, r"\1"),
    ("", _REMARK, ""),
    ("各", _EVERYONE, r"\1"),
    ("通过", _ANY_WAY, ""),
    ("累计", _SUMMED, r"\1共"),
)
_TEN_THOUSAND = 10_000


def sentences(section: Section) -> Iterator[tuple[str, str]]:
    """The sentences of a section as printed, each with its paragraph's title (（一）主动公开情况。) or "".

    They end where problems and plans begin; rows of tables are none.
    """
    for line in (section.heading, *section.text.split("\n")):
        if "\t" in line:
            continue
        if _PLANS.fullmatch(line):
            return
        if line is section.heading:
            continue
        parts = _SENTENCE.findall(line)
        title = parts[0] if parts and len(parts[0]) <= LONGEST_TITLE and not _COUNTED.search(parts[0]) else ""
        yield from ((title, part) for part in parts if len(part) <= LONGEST)


def plain(sentence: str) -> str:
    """One sentence without white space, in half-width digits and marks, names in 《》 emptied and remarks left out."""
    text = _SPACE_IN_NUMBER.sub(_SPLIT, sentence.rstrip("。；; \t\u3000"))
    if _DIGITS_AND_COMMA.search(text):  # only a comma that is half-width in print parts thousands: 1,234条
        text = _DIGITS_AND_COMMA.sub(_marked, _PRINTED_THOUSANDS.sub(_joined, text))
    text = "".join(text.translate(_MARKS).split())
    text = text.removeprefix(found[0]) if (found := _ENUMERATION.match(text)) else text
    for word, pattern, written in _REWRITTEN:
        if word in text:
            text = pattern.sub(written, text)
    return text


def _joined(found: re.Match[str]) -> str:
    return found[0].replace(",", "")


def _marked(found: re.Match[str]) -> str:
    return found[0][0] + _SPLIT + found[0][2]


def number(printed: str) -> int | float | None:
    """A number in digits, with 万 behind it, or in Chinese numerals; None for what is not one (两三, 十百)."""
    bare = printed.removesuffix("万")
    if bare[0].isdigit():
        value = Decimal(bare) * (_TEN_THOUSAND if bare != printed else 1)
        return int(value) if value == value.to_integral_value() else float(value)
    return spoken(printed)
