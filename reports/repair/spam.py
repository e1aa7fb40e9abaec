"""Injected link spam: the tail that hijacked pages carry after their footer, and paragraphs of nothing else."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

SEPARATOR = "\x1e"  # stands in no text
_SENTENCE = re.compile("[。，、；！？]")


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("spam.toml").read_text("utf-8"))


@cache
def _hint() -> re.Pattern[str]:
    """Any word of spam, to be looked for in case-folded text: a search that heeds no case takes ten times as long."""
    words = (*_data()["tail_markers"], *_data()["link_words"])
    return re.compile("|".join(re.escape(word.casefold()) for word in words))


@cache
def _rules() -> tuple[re.Pattern[str], re.Pattern[str], int, re.Pattern[str]]:
    rules = _data()

    def any_of(words: list[str]) -> str:
        return "|".join(map(re.escape, words))

    # In the middle of a sentence the words are the report's own: 清除蜘蛛池模板代码2处.
    heading = rf"(?<![^\s。|])(?:{any_of(rules['tail_markers'])})\s*(?=[:：|]|$)"
    marker = re.compile(heading, re.IGNORECASE | re.MULTILINE)
    needed: int = rules["link_words_needed"]
    words, subject = (re.compile(any_of(rules[name]), re.IGNORECASE) for name in ("link_words", "subject_words"))
    return marker, words, needed, subject


def starts_tail(text: str) -> bool:
    """Whether an injected block of links begins in this text; the caller knows whether the report has ended."""
    return _rules()[0].search(text) is not None


def cut_spam(texts: list[str]) -> tuple[list[str], int]:
    """Blank what is spam; returns as many texts as were given and the number of characters cut.

    A tail marker ends its own text. Later texts stay: they may be claims of the page, judged one by one.
    """
    whole = SEPARATOR.join(texts)
    if not _hint().search(whole.casefold()):
        return texts, 0
    tail, words, needed, subject = _rules()
    if not (tail.search(whole.replace(SEPARATOR, "\n")) or words.search(whole)):
        return texts, 0
    kept, cut = [], 0
    for text in texts:
        marker = tail.search(text)
        clean = text[: marker.start()].rstrip() if marker else text
        lines = clean.split("\n")
        good = [
            line
            for line in lines
            if _SENTENCE.search(line) or subject.search(line) or len(words.findall(line)) < needed
        ]
        if len(good) != len(lines):
            clean = "\n".join(good)
        kept.append(clean)
        cut += len(text) - len(clean)
    return kept, cut
