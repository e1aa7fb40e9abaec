"""Removal of pinyin notes which copying mirrors insert after characters: 發(fā)布, 公(gong)開.

A note goes only if it is a reading of the character before it (pypinyin, which knows several for many characters) and
if the character is Traditional or the text holds at least ten such notes: the reading of a rare place name, as in
亳(bó)州, is the author's own and stays. Notes without a tone mark are removed on the second ground alone.
"""

import re
import unicodedata
from functools import cache
from itertools import takewhile

from reports.repair.traditional import to_simplified

MANY = 10  # verified notes in one text that prove a machine's hand
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_IN_BRACKETS = re.compile(f"[(（][a-zü{_TONED}]")  # much faster to look for than a note, and few pages hold any
_NOTE = rf"[(（][a-zü]{{0,4}}[{_TONED}]?[a-zü]{{0,4}}[)）]"
_NOTED = re.compile(rf"([\u3400-\u9fff])((?:{_NOTE})+)")
_NOTES = re.compile(_NOTE)


def remove_pinyin(text: str) -> tuple[str, int]:
    """Return ``text`` without inserted pinyin, and how many notes were removed."""
    if not _IN_BRACKETS.search(text):
        return text, 0
    noted = [(match, notes) for match in _NOTED.finditer(text) if (notes := _readings_in_front(match[1], match[2]))]
    many = sum(len(notes) for _, notes in noted) >= MANY
    pieces, at, removed = [], 0, 0
    for match, notes in noted:
        doomed = notes if many else _toned_in_front(match[1], notes)
        pieces.append(text[at : match.end(1)])
        at = match.end(1) + sum(map(len, doomed))
        removed += len(doomed)
    return "".join((*pieces, text[at:])), removed


def _readings_in_front(character: str, notes: str) -> list[str]:
    """The first of the notes in a row that are readings of the character before them, brackets included."""
    return list(takewhile(lambda note: _is_reading(character, note[1:-1]), _NOTES.findall(notes)))


def _toned_in_front(character: str, notes: list[str]) -> list[str]:
    """Those that go by themselves: their character is Traditional, and they have a tone mark."""
    return list(takewhile(_toned, notes)) if to_simplified(character) != character else []


def _toned(note: str) -> bool:
    return any(letter in _TONED for letter in note)


@cache
def _readings(character: str) -> frozenset[str]:
    from pypinyin import Style, pinyin  # noqa: PLC0415 - its tables take 0.2 s to load, and few pages need them

    toned = {reading for form in {character, to_simplified(character)} for reading in pinyin(form, heteronym=True)[0]}
    plain = {
        reading for form in {character, to_simplified(character)} for reading in pinyin(form, Style.NORMAL, True)[0]
    }
    return frozenset(toned | plain)


def _is_reading(character: str, note: str) -> bool:
    return unicodedata.normalize("NFC", note) in _readings(character)
