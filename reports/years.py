"""Whose figures a heading, the label of a row or a caption announces: this year's, others', or it does not say."""

import re
import tomllib
import unicodedata
from enum import Enum
from functools import cache, lru_cache
from importlib import resources
from typing import Any

_MARKS = re.compile("[。，,；;]")
_LONGEST_CAPTION = 60  # characters; a longer line is prose
_DAY = r"(?!\d{1,2}月(?![-—–~至到]))"  # a date on which something was printed says nothing of the figures
_YEAR = re.compile(rf"(?<!\d)(20\d\d)年{_DAY}|^\(?(20\d\d)\)?$")
_SEVERAL = re.compile(r"(?<!\d)20\d\d年?度?[-—–~至到]20\d\d年")


class Whose(Enum):
    """The year that figures are of."""

    OWN = "own"
    OTHERS = "others"
    UNTOLD = "untold"


@cache
def heading_words() -> dict[str, Any]:
    """The words of forms/headings.toml."""
    found: dict[str, Any] = tomllib.loads(resources.files("reports.forms").joinpath("headings.toml").read_text("utf-8"))
    return found


@cache
def _said(name: str) -> re.Pattern[str]:
    return re.compile("|".join(heading_words()[name]))


def plain(text: str) -> str:
    """The text without white space, in half-width signs."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=1024)
def whose(text: str, year: int | None) -> Whose:
    """Whose figures the text announces in a report of ``year``.

    Another year, several years added up and a comparison are others', even where this year is named as well
    （本年比上年增减）. Where the report's year is not known, only words tell and no number of a year.
    """
    text = plain(text)
    if _said("others").search(text) or _SEVERAL.search(text):
        return Whose.OTHERS
    years = {int(found[1] or found[2]) for found in _YEAR.finditer(text)} if year is not None else set()
    if years and year not in years:
        return Whose.OTHERS
    return Whose.OWN if len(years) == 1 or _said("own").search(text) else Whose.UNTOLD


def is_others_caption(text: str, year: int | None) -> bool:
    """Whether a line above figures is no sentence and says that they are not this year's."""
    return len(text) <= _LONGEST_CAPTION and not _MARKS.search(text) and whose(text, year) is Whose.OTHERS
