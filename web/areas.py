"""Provinces, prefectures and counties as the pages walk them, and where a province stands on the map of tiles."""

from dataclasses import dataclass
from functools import cache

from reports.divisions import Division, by_code, counties, named

# Column and row of each province by the first two digits of its code: neighbours stay near one another.
_TILES = """
.. .. .. .. .. .. .. 23
.. .. .. .. 15 11 21 22
65 63 62 64 14 13 12 ..
.. 54 51 61 41 37 .. ..
.. 53 50 42 34 32 31 ..
.. .. 52 43 36 33 .. ..
.. .. 45 44 35 .. .. ..
.. .. .. 46 .. .. .. ..
"""


@dataclass(frozen=True, slots=True)
class Area:
    """A province (two digits) or a prefecture (four); ``name`` is "" for counties right below their province."""

    code: str
    name: str
    counties: tuple[Division, ...]


@cache
def provinces() -> tuple[Area, ...]:
    """All provinces in the order of their codes."""
    found: dict[str, list[Division]] = {}
    for county in counties():
        found.setdefault(county.code[:2], []).append(county)
    return tuple(Area(code, inside[0].province, tuple(inside)) for code, inside in found.items())


@cache
def prefectures(province: str) -> tuple[Area, ...]:
    """The prefectures of a province in the order of their codes."""
    found: dict[str, list[Division]] = {}
    for county in counties():
        if county.code.startswith(province):
            found.setdefault(county.code[:4], []).append(county)
    return tuple(Area(code, inside[0].city, tuple(inside)) for code, inside in found.items())


def area(code: str) -> Area | None:
    """The province or prefecture of a code such as 61, 610000, 6103 or 610300."""
    if not (code.isascii() and code.isdigit() and len(code) in (2, 4, 6)):
        return None
    short = code.removesuffix("00").removesuffix("00") if len(code) == 6 else code
    places = provinces() if len(short) == 2 else prefectures(short[:2])
    return next((place for place in places if place.code == short), None)


def county(code: str) -> Division | None:
    """The county that bears a code, or bore it."""
    found = by_code(code)
    return found if found is not None and found.level == "county" else None


def look_up(text: str) -> tuple[Division, ...]:
    """The counties that somebody may mean: by code, by name, by part of a name."""
    text = text.strip()
    if not text:
        return ()
    if text.isascii() and text.isdigit():
        exact = county(text)
        return (exact,) if exact else tuple(one for one in counties() if one.code.startswith(text))
    exactly = tuple(one for one in named(text) if one.level == "county")
    return exactly or tuple(
        one for one in counties() if any(text in name for name in (one.name, *one.old_names, one.city, one.province))
    )


@cache
def tiles() -> tuple[tuple[str, int, int], ...]:
    """Each province's code with the column and the row of its tile."""
    rows = [line.split() for line in _TILES.strip().splitlines()]
    return tuple((code, x, y) for y, row in enumerate(rows) for x, code in enumerate(row) if code != "..")
