"""Removal of pinyin notes which copying mirrors insert after characters: 發(fā)布, 公(gong)開.

A note goes only if it is a reading of the character before it (pypinyin, which knows several for many characters) and
if the character is Traditional or the text holds at least ten such notes: the reading of a rare place name, as in
亳(bó)州, is the author's own and stays. Notes without a tone mark are removed on the second ground alone.
"""

import re
import unicodedata
from functools import cache

from reports.repair.traditional import to_simplified

MANY = 10  # verified notes in one text that prove a machine's hand
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_IN_BRACKETS = re.compile(f"[(（][a-zü{_TONED}]")  # much faster to look for than a note, and few pages hold any
_NOTE = re.compile(rf"([\u3400-\u9fff])[(（]([a-zü]{{0,4}}[{_TONED}]?[a-zü]{{0,4}})[)）]")


def remove_pinyin(text: str) -> tuple[str, int]:
    """Return ``text`` without inserted pinyin, and how many notes were removed."""
    removed = 0
    if not _IN_BRACKETS.search(text):
        return text, 0
    while (found := _remove_once(text))[1]:
        text, count = found
        removed += count
    return text, removed


def _remove_once(text: str) -> tuple[str, int]:
    notes = [match for match in _NOTE.finditer(text) if match[2] and _is_reading(match[1], match[2])]
    many = len(notes) >= MANY
    doomed = [match for match in notes if many or (_toned(match[2]) and to_simplified(match[1]) != match[1])]
    pieces, at = [], 0
    for match in doomed:
        pieces.append(text[at : match.end(1)])
        at = match.end()
    return "".join((*pieces, text[at:])), len(doomed)


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
