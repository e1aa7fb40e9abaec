"""What storage tells in English sentences, told in Chinese: sentences are data, ``web/words/sentences.toml``."""

import re
import tomllib
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

from web.labels import label, subject
from web.language import words

_FILE = Path(__file__).parent / "words" / "sentences.toml"
_NAME = re.compile(r"\{(\w+)\}")
_NUMBERED = re.compile(r"n\d*")
_CODE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
_LISTED = ("; ", "；")
_CHECK = re.compile(
    r"(\w+ on )(\S+)( (?:failed|does not hold, which need not be a mistake \(a soft check\)): )(.*)", re.DOTALL
)
_CHANGE = re.compile(r"([a-z_.0-9]+) (gained|lost|changed|restated): (.*)", re.DOTALL)


def teller(language: str) -> Callable[[str], str]:
    """What tells a sentence of storage's in this language."""
    return str if language == "en" else _in_chinese


@lru_cache(maxsize=4096)
def _in_chinese(text: str) -> str:
    """A whole sentence, else its parts between semicolons, else as it is; what a sentence quotes is told alike."""
    for pattern, template in _sentences():
        if found := pattern.fullmatch(text):
            return template.format(**{name: _in_chinese(part or "") for name, part in found.groupdict().items()})
    between, between_zh = _LISTED
    if between in text:
        return between_zh.join(_in_chinese(part) for part in text.split(between))
    return _named(text) or text


def _named(text: str) -> str | None:
    """A bare value of one of our lists: a state, an outcome, a reason."""
    zh = words("zh")
    for table in ("states", "clocks", "outcomes", "reasons", "contents", "cells", "runs", "agencies"):
        if zh.has(f"{table}.{text}"):
            return zh(f"{table}.{text}")
    return None


@cache
def _sentences() -> tuple[tuple[re.Pattern[str], str], ...]:
    told = tomllib.loads(_FILE.read_text("utf-8"))["sentences"]
    return tuple((_pattern(one["en"]), one["zh"]) for one in told)


def _pattern(sentence: str) -> re.Pattern[str]:
    """The sentence with ``{names}`` for what varies; ``{n}``, ``{n1}`` and the like are numbers alone."""
    parts = _NAME.split(sentence)
    made = [re.escape(part) if place % 2 == 0 else _group(part) for place, part in enumerate(parts)]
    return re.compile("".join(made), re.DOTALL)


def _group(name: str) -> str:
    return rf"(?P<{name}>[\d,.]+)" if _NUMBERED.fullmatch(name) else f"(?P<{name}>.+?)"


def finding_text(detail: str, subject: str, language: str) -> str:
    """A finding's detail with the names of cells in the place of their codes, which it gives without their table."""
    return teller(language)(_with_names(detail, subject, language))


def step_text(kind: str, text: str, language: str) -> str:
    """A step of a chain; in those on checks and changes stand cells, which have names."""
    if kind == "check" and (found := _CHECK.match(text)):
        head, code, middle, detail = found.groups()
        text = f"{head}{subject(code, words(language))}{middle}{_with_names(detail, code, language)}"
    elif kind == "change" and (changed := _CHANGE.match(text)):
        code, change, rest = changed.groups()
        return f"{label(code, language)} ({words(language)(f'changes.{change}')}): {rest}"
    return teller(language)(text)


def _with_names(detail: str, about: str, language: str) -> str:
    table = about.partition(".")[0]

    def named(found: re.Match[str]) -> str:
        for code in (f"{table}.{found[0]}", f"narrative.{found[0]}"):
            if (name := label(code, language)) != code:
                return f"“{name}”"
        return found[0]

    return _CODE.sub(named, detail)
