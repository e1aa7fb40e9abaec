"""Text in the form in which it is searched: characters and words in one spelling, and the pairs that an index holds.

Chinese has no spaces between words, and word lists miss the names of places and offices; so every character counts.
An index holds each character and word of a text (its atoms), which answers for one alone, and each two that stand side
by side, in order, which answers exactly for whatever is longer. Texts and queries take the same way:

- Traditional characters become Simplified ones, full-width letters and digits plain ones, all letters small;
- white space is nothing: a line may end within a word (two Latin words or numbers stay two);
- any other signs between two atoms are one break: 县、乡 is not 县乡, but the same as 县，乡.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from operator import add
from typing import NamedTuple

from reports.repair.traditional import alike, to_simplified

GRAMS_VERSION = 1  # to be raised with whatever changes what a text becomes: stored indexes are made anew
# Marks that stand in no word, and that a tokeniser which splits at ASCII signs leaves alone.
BREAK = "·"
WORD = "¦"  # before and after what is no Chinese character, so that 20 is not found within 2020
SEAM = "‖"  # between two fields of a document; no query has it
_HAN = "々〇㐀-䶿一-鿿\U00020000-\U000323af"
_LONGEST = 40  # characters of a word; longer ones are alike if they begin alike
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # take no room on a page
_LETTER = rf"[^\W_{_HAN}]"  # or a digit
_PARTS = re.compile(rf"(?P<word>{_LETTER}+)|[\W_]+")
# OpenCC converts these within words alone: 瞭解 is 了解, 瞭 stays 瞭.
_WITHIN = {"瞭": "了", "藉": "借", "甦": "苏", "衞": "卫", "傢": "家", "彷": "仿", "敍": "叙"}
_COMPATIBLE = ((0x2E80, 0x2FE0), (0xF900, 0xFB00), (0xFF00, 0xFFF0))  # radicals, doubles, full width
_TRADITIONAL = ((0x3400, 0xA000), (0x20000, 0x2FA20))


class Term(NamedTuple):
    """One part of a query: its normal form, its atoms, and the pairs that have to follow one another."""

    normal: str
    atoms: tuple[str, ...]
    pairs: tuple[str, ...]


def normal(text: str) -> str:
    """The form in which a text is searched: it holds a query if the query's form is part of its form."""
    return _PARTS.sub(_part, text.translate(_spelling())).strip(BREAK)


def joined(fields: Iterable[str]) -> str:
    """The normal form of a document of several fields; no query is found across two of them."""
    return SEAM.join(filter(None, map(normal, fields)))


def grams(form: str) -> tuple[list[str], list[str]]:
    """The atoms of a normal form, and its pairs, in order; a break counts as one of a pair, but is no atom."""
    signs: list[str] = []
    for place, piece in enumerate(form.split(WORD)):
        if place % 2:
            signs.append(f"{WORD}{piece}{WORD}")
        else:
            signs.extend(piece)
    return [sign for sign in signs if sign not in _NO_ATOMS], list(map(add, signs, signs[1:]))


_NO_ATOMS = (BREAK, SEAM)


def terms(query: str) -> list[Term]:
    """What a query asks for, all of it to be found: its parts between white space, each taken as it is written."""
    forms = dict.fromkeys(filter(None, map(normal, query.split())))
    return [Term(form, *map(tuple, grams(form))) for form in forms]


def places(terms: Iterable[Term], text: str) -> list[list[tuple[int, int]]]:
    """Where each term stands in a text as it is printed: start and end of each place, none within another."""
    spelt = text.translate(_spelling())
    return [[match.span() for match in _printed(term.normal).finditer(spelt)] for term in terms]


@lru_cache(maxsize=256)
def _printed(form: str) -> re.Pattern[str]:
    """What a normal form may look like in a text of which each character is spelt as it is searched."""
    parts = []
    for place, piece in enumerate(form.split(WORD)):
        if place % 2:
            more = f"{_LETTER}*+" if len(piece) == _LONGEST else ""
            parts.append(f"(?<!{_LETTER}){re.escape(piece)}{more}(?!{_LETTER})")
        else:
            parts += [r"(?:[^\w\s]|_)[\W_]*+" if sign == BREAK else sign for sign in piece]
    return re.compile(r"\s*+".join(parts))


def _part(match: re.Match[str]) -> str:
    if word := match["word"]:
        return f"{WORD}{word[:_LONGEST]}{WORD}"
    return "" if match[0].isspace() else BREAK


class _Spelling(dict[int, str]):
    """Each character by its code as it is searched, always as one; what is not in the table is added when it is met.

    ``str.translate`` is quick with what it finds, and slow with what it does not.
    """

    def __missing__(self, code: int) -> str:
        small = chr(code).lower()
        self[code] = small if len(small) == 1 else chr(code)
        return self[code]


@cache
def _spelling() -> _Spelling:
    table = dict.fromkeys(_UNSEEN, " ")
    for start, end in _COMPATIBLE:
        for sign in map(chr, range(start, end)):
            plain = unicodedata.normalize("NFKC", sign)
            if len(plain) == 1 and plain.isalnum():
                table[sign] = plain
    every = [chr(code) for start, end in _TRADITIONAL for code in range(start, end)]
    # One by one, since a query may end anywhere: 乾 alone has to be found in 乾县, which stays, and in 乾燥, now 干燥.
    simple = dict(zip(every, to_simplified("\n".join(every)).split("\n"), strict=True))
    simple |= {sign: simple[same] for sign, same in (alike() | _WITHIN).items()}
    whole = simple | {sign: simple.get(plain, plain) for sign, plain in table.items()}
    return _Spelling({ord(sign): plain.lower() for sign, plain in whole.items() if sign != plain.lower()})
