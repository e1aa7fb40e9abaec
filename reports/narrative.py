"""Totals told in a report's prose: a figure only where one sentence says it beyond doubt, with that sentence.

What to look for and what makes a sentence void are data (``forms/narrative.toml``). Round numbers (4200余条) and
totals that are told twice with different values are left out: none is better than a wrong one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from reports.forms import narrative
from reports.model import CellState, Figure, Section
from reports.prose import number, plain, sentences
from reports.sections import FIRST_YEAR

PROBLEMS = 5  # the official section on what is lacking and planned
_TELLING = re.compile(r"[\d０-９零一二两三四五六七八九十百]\s*[条个件次份宗人名场起篇期处元万例]|[未没无零]")
_OWN_OFFICE = re.compile(r"[我本](局|办|委|镇|乡|街道|单位|机关)|办公室")
_EVERYONE = re.compile(r"[全我][县区市旗]")
_YEAR = re.compile(r"(20\d\d)年")
_DIGIT = re.compile(r"\d")
_CLAUSE = re.compile(r"[^,:()]+")
_VERB = 2  # characters of a statement of zero that show whose it is: 县教育局未…, 没有…


@dataclass(frozen=True, slots=True)
class _Rule:
    """One pattern of a code. ``word``: what the sentence must hold; ``after``: the codes it must follow as a part."""

    code: str
    pattern: re.Pattern[str]
    void: re.Pattern[str]
    word: str
    chapter: re.Pattern[str] | None = None
    clause: bool = False
    alone: bool = False
    titled: bool = False
    whole: bool = False
    none: bool = False
    about: re.Pattern[str] | None = None
    after: frozenset[str] = frozenset()


class _Rules(NamedTuple):
    rules: tuple[_Rule, ...]
    channel: re.Pattern[str]
    whole: re.Pattern[str]
    agency: re.Pattern[str]
    field: re.Pattern[str]
    within: dict[str, str]


class _Told(NamedTuple):
    code: str
    value: int | float
    place: int  # of the number in the sentence
    start: int  # of all that matched
    end: int


@dataclass(slots=True)
class _Chapter:
    """What is known while a section is read; ``open`` are the codes that the next sentence may go on from."""

    heading: str
    year: int | None
    title: str = ""  # of the paragraph
    open: set[str] = field(default_factory=set)


@cache
def _rules() -> _Rules:
    data = narrative()
    parts: dict[str, str] = data["parts"]

    def expanded(pattern: str) -> re.Pattern[str]:
        for name, part in reversed(parts.items()):
            pattern = pattern.replace(name, part)
        return re.compile(pattern)

    def rule(entry: dict[str, Any], pattern: str, key: str) -> _Rule:
        none = key == "none"
        vetoes = [*entry["vetoes"], *(data["zero_vetoes"] if none else ())]
        return _Rule(
            code=entry["code"],
            pattern=expanded(pattern),
            void=re.compile("|".join(data["vetoes"][name] for name in vetoes)),
            word=entry.get("word", ""),
            chapter=re.compile(entry["chapter"]) if "chapter" in entry else None,
            clause=entry.get("clause", False) and not none,
            alone=entry.get("alone", False),
            titled=entry.get("titled", False),
            whole=entry.get("whole", False) or none,
            none=none,
            about=expanded(entry["about"]) if "about" in entry else None,
            after=frozenset(f"narrative.{code}" for code in entry["after"]) if key == "items" else frozenset(),
        )

    return _Rules(
        tuple(
            rule(entry, pattern, key)
            for entry in data["indicators"]
            for key in ("patterns", "items", "none")
            for pattern in entry.get(key, ())
        ),
        re.compile(parts["CHANNEL"]),
        expanded("WHOLE"),
        re.compile(data["vetoes"]["agency"]),
        re.compile(data["vetoes"]["field"]),
        {entry["code"]: f"narrative.{entry['within']}" for entry in data["indicators"] if "within" in entry},
    )


def read_narrative(sections: tuple[Section, ...], year: int | None = None) -> dict[str, Figure]:
    """Read ``narrative.*`` figures from a report's prose, its problems and plans apart; ``raw`` is the sentence.

    ``year`` is the report's: a sentence that names another one before the number is not read. A code is there only
    where it was found; a total never comes from a clause about one channel of publication, and nothing is a part of
    less than itself.
    """
    found: dict[str, Figure] = {}
    doubtful: set[str] = set()
    for section in sections:
        if section.ordinal == PROBLEMS and (year is None or year >= FIRST_YEAR):
            continue
        chapter = _Chapter(section.heading, year)
        for chapter.title, sentence in sentences(section):
            if not _TELLING.search(sentence):
                continue
            places: dict[str, int] = {}
            for code, value, place, *_ in _in_sentence(plain(sentence), chapter):
                if places.setdefault(code, place) != place or (code in found and found[code].value != value):
                    doubtful.add(code)
                state = CellState.NUMBER if value else CellState.ZERO
                found.setdefault(code, Figure(value, sentence.strip(), state))
    for part, whole in _rules().within.items():
        if part in found and whole in found and (found[part].value or 0) > (found[whole].value or 0):
            doubtful.add(part)
    return {code: figure for code, figure in found.items() if code not in doubtful}


def _in_sentence(text: str, chapter: _Chapter) -> list[_Told]:
    """What one sentence tells; ``chapter`` then knows what the next one may go on from."""
    told: list[_Told] = []
    if not _OWN_OFFICE.search(text) or _EVERYONE.search(text):
        for rule in _rules().rules:
            if rule.word in text and (rule.clause or rule.pattern.search(text)):
                told += [one for one in _matches(rule, text) if _holds(rule, text, one, told, chapter)]
    chapter.open = chapter.open | {one.code for one in told} if told else set()
    return told


def _matches(rule: _Rule, text: str) -> Iterator[_Told]:
    for start, found in _in_clauses(rule, text) if rule.clause else _anywhere(rule, text):
        value = 0 if rule.none else number(found[1])
        if value is not None:
            yield _Told(
                rule.code, value, start + found.start(0 if rule.none else 1), start + found.start(), start + found.end()
            )


def _anywhere(rule: _Rule, text: str) -> Iterator[tuple[int, re.Match[str]]]:
    return ((0, found) for found in rule.pattern.finditer(text))


def _in_clauses(rule: _Rule, text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Matches at the start of a clause, if neither it (up to the number) nor the one before it names a channel."""
    channel, before = _rules().channel, ""
    for clause in _CLAUSE.finditer(text):
        found = rule.pattern.match(clause[0])
        if found and not channel.search(clause[0][: found.start(1)]) and not channel.search(before):
            yield clause.start(), found
        before = clause[0]


def _holds(rule: _Rule, text: str, one: _Told, told: Sequence[_Told], chapter: _Chapter) -> bool:
    """Whether a match counts, by what must be named before it: the county or the year, disclosure, the whole."""
    if _is_void(rule, text, one, chapter):
        return False
    named = bool(_rules().whole.search(text, 0, one.end))
    in_chapter = bool(rule.chapter and rule.chapter.search(chapter.heading))
    if (rule.whole and not named) or (rule.about and not in_chapter and not rule.about.search(text, 0, one.end)):
        return False
    follows = {other.code for other in told if other.place < one.place}
    if follows or not _DIGIT.search(text, 0, one.place):
        follows |= chapter.open
    return not rule.after or bool(rule.after & follows) or (in_chapter and named)


def _is_void(rule: _Rule, text: str, one: _Told, chapter: _Chapter) -> bool:
    """Whether what stands before a match makes it another year's, a part of the whole, or somebody else's."""
    before, rules = text[: one.place], _rules()
    years = {int(named) for named in _YEAR.findall(before)}
    if rule.void.search(before) or (len(years) > 1 if chapter.year is None else years - {chapter.year}):
        return True
    if rule.titled and rules.field.search(chapter.title):
        return True
    if rule.alone and _in_list_of_channels(before[: one.start]):
        return True
    everyone = [found.end() for found in _EVERYONE.finditer(before)]
    return bool(rules.agency.search(text, everyone[-1] if everyone else 0, one.place + _VERB))


def _in_list_of_channels(before: str) -> bool:
    """Whether a list of channels is still open: 通过网站,微信公开30条 is told of both."""
    last = before.rstrip(",:(").removesuffix("其中").rstrip(",:(").rpartition(",")[2]
    return bool(_rules().channel.search(last)) and not _DIGIT.search(last)
