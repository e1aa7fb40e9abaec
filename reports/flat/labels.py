"""Where the labels of the official tables stand in a text that lost its tables, and which table each belongs to."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from reports import forms, labels
from reports.forms.lists import list_forms


class Kind(StrEnum):
    """The tables that are looked for, by the first word of their codes."""

    DISCLOSURE = "disclosure"
    APPLICATIONS = "applications"
    REVIEW = "review"
    STATISTICS = "stat"
    ANNEX = "annex"


class Role(StrEnum):
    """What a label is in its table."""

    CLAUSE = "clause"
    CORNER = "corner"
    HEADING = "heading"  # over a column
    GROUP = "group"  # over other headings, or beside the labels of several rows
    ROW = "row"


class Mark(NamedTuple):
    """A label in the text: from ``start`` to before ``end``, its own number included.

    ``ordinal`` is the number that the form prints before it where the text does not.
    """

    start: int
    end: int
    key: str
    ordinal: str


SEPARATOR = "[|｜\t]"
CORNER = labels.key("信息内容")
APPLICANTS = labels.key("申请人情况")
ORGANISATIONS = labels.key("法人或其他组织")
LITIGATION = labels.key("行政诉讼")
_RESULTS = labels.key("本年度办理结果")
_BALANCE = "本列数据"  # the corner of table 2 begins so, and is spelled in many ways
_GAP = r"[\s、，,。.·．“”\"'‘’（）()《》〈〉:：;；/／\-]*"
_ORDINAL = (
    r"(?:第?[（(]\s*(?:[一二三四五六七八九十]{1,2}|[0-9]{1,2})\s*[）)]\s*[、.．]?|[一二三四五六七八九十]{1,2}(?:\s*[、.．，,：:]|(?=\S))"
    r"|[0-9]{1,2}(?:[、.．，,：:]|(?=[^\s0-9])))?\s*"
)
_NOTE = (
    r"(?:[”\"’：:；;。]*(?:[（(](?![一二三四五六七八九十]{1,2}[）)])[^（）()|｜\t0-9]{0,60}[）)])?[”\"’）)：:；;。]*)"
)
_PIECE = re.compile(r"[^\s|｜]+")
_NUMBERED = re.compile(r"(?:[（(]?[一二三四五六七八九十][）)、]|[1-9][、.．])\S{4,40}$")
_MOST_DAMAGED = 200  # words of a text that are compared with all labels, which takes a millisecond each
# A bare 四 in front of a label may be the value before it, as a bare 4 may be.
_OWN_NUMBER = re.compile(
    r"\s*[（(]?\s*(?:[一二三四五六七八九十]{1,2}(?=\s*[）)、.．，,：:])|[0-9]{1,2})\s*[）)、.．，,：:]*"
)
_PRINTED_NUMBER = re.compile(r"[0-9]+(?=[.、])")


@cache
def roles(kind: Kind) -> dict[str, frozenset[Role]]:
    """Key of a label -> what it may be in the table."""
    found: dict[str, set[Role]] = {}
    for role, keys in _printed(kind):
        for key in keys:
            found.setdefault(key, set()).add(role)
    return {key: frozenset(of) for key, of in found.items()}


def _printed(kind: Kind) -> Iterator[tuple[Role, Iterable[str]]]:
    """Every label of the table: its role and its keys."""
    if kind is Kind.DISCLOSURE:
        yield Role.CORNER, [CORNER]
        for block in forms.disclosure():
            yield Role.CLAUSE, [labels.key(block.article)]
            yield from ((Role.HEADING, column.keys) for column in block.columns)
            yield from ((Role.ROW, row.keys) for row in block.rows)
    elif kind is Kind.APPLICATIONS:
        table = forms.applications()
        yield Role.CORNER, [APPLICANTS, ORGANISATIONS, _BALANCE]
        yield Role.GROUP, [_RESULTS, *(labels.key(row.group) for row in table.rows if row.group)]
        yield from ((Role.HEADING, column.keys) for column in table.columns)
        yield from ((Role.ROW, row.keys) for row in table.rows)
    elif kind is Kind.REVIEW:
        yield Role.GROUP, [LITIGATION]
        yield from ((Role.HEADING, column.keys) for column in forms.review().columns)
        yield from ((Role.GROUP, block.keys) for block in forms.review().rows)
    else:
        form = next(form for form in list_forms() if form.prefix == kind)
        yield Role.GROUP, form.chapters
        yield from ((Role.ROW, row.keys) for row in form.rows)


@cache
def _ordinals(kind: Kind) -> dict[str, str]:
    """Key -> the Arabic number that the form prints before the label."""
    if kind is Kind.APPLICATIONS:
        printed = [(row.zh, row.keys) for row in forms.applications().rows]
    elif kind in (Kind.STATISTICS, Kind.ANNEX):
        form = next(form for form in list_forms() if form.prefix == kind)
        printed = [(f"{row.number}." if row.number else row.zh, row.keys) for row in form.rows]
    else:
        printed = []
    numbers = {key: match[0] for zh, keys in printed for match in [_PRINTED_NUMBER.match(zh)] if match for key in keys}
    return {key: number.lstrip("0") for key, number in numbers.items()}


@cache
def numbers(kind: Kind) -> dict[str, str]:
    """Key of a row -> the number that the form prints beside it as a code of its own (01, 02, …)."""
    form = next(form for form in list_forms() if form.prefix == kind)
    return {key: row.number for row in form.rows for key in row.keys}


@cache
def _pattern(kinds: frozenset[Kind]) -> re.Pattern[str]:
    keys = {key for kind in kinds for key in roles(kind)} - {_BALANCE, ""}
    spelled = [_GAP.join(map(re.escape, key)) for key in sorted(keys, key=lambda key: (-len(key), key))]
    return re.compile(rf"{_ORDINAL}(?P<label>[（(]\s*本列数据[^|｜]{{8,60}}?之和[）)]|{'|'.join(spelled)}){_NOTE}")


@cache
def _openings(kinds: frozenset[Kind]) -> re.Pattern[str]:
    """Labels that begin a table in the middle of a run of characters: the spaces before them were lost."""
    words = [r"第二十条\s*第", "信息内容(?=本年|上一?年)", "[（(]本列数据", "申请人情况(?=自然人)"]
    words += ["行政复议(?=行政诉讼结果|结果维持)"] if Kind.REVIEW in kinds else []
    return re.compile("|".join(words))


def find_marks(text: str, kinds: frozenset[Kind]) -> list[Mark]:
    """Every label that fills a run of characters without blanks, or several such runs, or part of one with others."""
    pattern, openings = _pattern(kinds), _openings(kinds)
    marks: list[Mark] = []
    done = tried = 0
    for piece in _PIECE.finditer(text):
        place = max(piece.start(), done)
        while place < piece.end():
            found = _label_at(text, place, pattern)
            if found is None:
                later = openings.search(text, place + 1, piece.end())
                if later is None:
                    if place == piece.start() and tried < _MOST_DAMAGED and _NUMBERED.match(piece[0]):
                        tried += 1
                        marks += _damaged(piece[0], place, kinds)
                    break
                place = later.start()
                continue
            marks.append(_mark(found, kinds))
            done = place = found.end()
    return marks


def _label_at(text: str, place: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The label that begins here, if nothing but a blank, a separator or another label stands behind it."""
    found = pattern.match(text, place)
    if found is None:
        return None
    behind = text[found.end() : found.end() + 1]
    alone = not behind or behind.isspace() or behind in "|｜" or pattern.match(text, found.end()) is not None
    return found if alone else None


def _mark(found: re.Match[str], kinds: frozenset[Kind]) -> Mark:
    key = re.sub(_GAP, "", found["label"])
    key = _BALANCE if key.startswith(_BALANCE) else key
    plain = not _OWN_NUMBER.match(found[0][: found.start("label") - found.start()])
    ordinal = next((number for kind in kinds if (number := _ordinals(kind).get(key))), "") if plain else ""
    return Mark(found.start(), found.end(), key, ordinal)


def _damaged(piece: str, place: int, kinds: frozenset[Kind]) -> list[Mark]:
    """A numbered label of table 2 that lost characters, as ``labels.nearest`` knows it."""
    if Kind.APPLICATIONS not in kinds:
        return []
    rows = {key: row.code for row in forms.applications().rows for key in row.keys}
    code = labels.nearest(labels.key(piece), rows)
    keys = [key for key, of in rows.items() if of == code]
    return [Mark(place, place + len(piece), keys[0], "")] if keys else []
