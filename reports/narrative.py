"""Totals told in a report's prose: a figure only where one sentence says it beyond doubt, with that sentence.

What to look for and what makes a sentence void are data (``forms/narrative.toml``). Round numbers (4200余条) and
totals that are told twice with different values are left out: none is better than a wrong one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from reports.forms import narrative
from reports.model import CellState, Figure, Section

_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
_COUNTED = re.compile(r"\d\s*[条件个次份宗人场]")
_CLAUSE = re.compile(r"[^,，]+")
_SOMEONE_ELSE = re.compile(r"[我本](局|办|委|镇|乡|街道|单位|机关)|办公室")
_WHOLE_COUNTY = re.compile(r"全[县区市旗]")
_YEAR = re.compile(r"(20\d\d)年")
_SPLIT_NUMBER = re.compile(r"(?<=\d)\s+(?=\d)")
_SPLIT = "_"  # between digits that are apart in print: 1 234 may be one number or two, so no pattern matches it


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    pattern: re.Pattern[str]
    void: re.Pattern[str]
    clause: bool


@cache
def _rules() -> tuple[tuple[_Rule, ...], re.Pattern[str]]:
    """The rules of every code, and what names a channel of publication."""
    data = narrative()
    parts: dict[str, str] = data["parts"]

    def whole(pattern: str) -> re.Pattern[str]:
        for name, part in parts.items():
            pattern = pattern.replace(name, part)
        return re.compile(pattern)

    rules = tuple(
        _Rule(
            entry["code"],
            whole(pattern),
            re.compile("|".join(data["vetoes"][name] for name in entry["vetoes"])),
            entry.get("clause", False),
        )
        for entry in data["indicators"]
        for pattern in entry["patterns"]
    )
    return rules, re.compile(parts["CHANNEL"])


def read_narrative(sections: tuple[Section, ...], year: int | None = None) -> dict[str, Figure]:
    """Read ``narrative.*`` figures from the prose of sections 一 and 六; ``raw`` is the sentence as printed.

    ``year`` is the report's: a sentence that names another one before the number is not read. A code is there only
    where it was found; a total never comes from a clause about one channel of publication.
    """
    found: dict[str, Figure] = {}
    doubtful: set[str] = set()
    for section in sections:
        if section.ordinal not in (0, 1, 6):
            continue
        for match in _SENTENCE.finditer(section.text):
            if not _COUNTED.search(match[0]):
                continue
            for code, number in _in_sentence("".join(_SPLIT_NUMBER.sub(_SPLIT, match[0]).split()), year):
                if code in found and found[code].value != number:
                    doubtful.add(code)
                state = CellState.NUMBER if number else CellState.ZERO
                found.setdefault(code, Figure(number, match[0].strip(), state))
    return {code: figure for code, figure in found.items() if code not in doubtful}


def _in_sentence(sentence: str, year: int | None) -> Iterator[tuple[str, int]]:
    if _SOMEONE_ELSE.search(sentence) and not _WHOLE_COUNTY.search(sentence):
        return
    rules, channel = _rules()
    for rule in rules:
        for start, match in _clauses(rule, sentence, channel) if rule.clause else _anywhere(rule, sentence):
            before = sentence[: start + match.start(1)]
            if not rule.void.search(before) and _is_of(year, before):
                yield rule.code, int(match[1])


def _anywhere(rule: _Rule, sentence: str) -> Iterator[tuple[int, re.Match[str]]]:
    return ((0, match) for match in rule.pattern.finditer(sentence))


def _clauses(rule: _Rule, sentence: str, channel: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """Matches at the start of a clause, if neither it (up to the number) nor the one before it names a channel."""
    before = ""
    for clause in _CLAUSE.finditer(sentence):
        match = rule.pattern.match(clause[0])
        if match and not channel.search(clause[0][: match.start(1)]) and not channel.search(before):
            yield clause.start(), match
        before = clause[0]


def _is_of(year: int | None, text: str) -> bool:
    years = {int(found) for found in _YEAR.findall(text)}
    return len(years) <= 1 if year is None else years <= {year}
