"""Injected link spam: the tail that hijacked pages carry after their footer, and paragraphs of nothing else."""

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def _rules() -> tuple[re.Pattern[str], re.Pattern[str], int, re.Pattern[str]]:
    rules = tomllib.loads(files(__package__).joinpath("spam.toml").read_text("utf-8"))

    def any_of(words: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, words)), re.IGNORECASE)

    needed: int = rules["link_words_needed"]
    return any_of(rules["tail_markers"]), any_of(rules["link_words"]), needed, any_of(rules["subject_words"])


def starts_tail(text: str) -> bool:
    """Whether an injected block of links begins in this text, so that nothing after it belongs to the page."""
    return _rules()[0].search(text) is not None


SEPARATOR = "\x1e"  # stands in no text


def cut_spam(texts: list[str]) -> tuple[list[str], int]:
    """Blank what is spam; returns as many texts as were given and the number of characters cut.

    A tail marker ends its own text. Later texts stay: they may be claims of the page, judged one by one.
    """
    tail, words, needed, subject = _rules()
    whole = SEPARATOR.join(texts)
    if not (tail.search(whole) or words.search(whole)):
        return texts, 0
    kept, cut = [], 0
    for text in texts:
        marker = tail.search(text)
        clean = text[: marker.start()].rstrip() if marker else text
        lines = clean.split("\n")
        good = [line for line in lines if subject.search(line) or len(words.findall(line)) < needed]
        if len(good) != len(lines):
            clean = "\n".join(good)
        kept.append(clean)
        cut += len(text) - len(clean)
    return kept, cut
