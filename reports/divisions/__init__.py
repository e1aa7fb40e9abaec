"""China's county-level divisions, with the cities and provinces above them: look-ups by code and by printed name.

The data file holds the 2,846 county-level divisions of 2024 (codes of GB/T 2260) with the codes and names each has
borne since 2008, and the years in which younger ones were founded. Cities (``XXYY00``) and provinces (``XX0000``) are
derived from its parent columns. ``docs/registry.md`` says where it comes from.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from reports.divisions.names import autonomous_aliases, bare_name

NO_CITY = ("市辖区", "直辖县", "县")  # what the parent column says where no city stands between county and province
LONGEST_NAME = 16  # characters; the longest is 双江拉祜族佤族布朗族傣族自治县


@dataclass(frozen=True, slots=True)
class Division:
    """One division; ``level`` is "county", "city" or "province", ``city`` is "" where the county has none above it.

    ``founded`` is None where no founding after 2008 is known, ``abolished`` where the division still exists. One that
    was renamed or goes on under another code was not founded then.
    """

    code: str
    name: str
    short_name: str
    level: str
    province: str
    city: str = ""
    old_codes: tuple[str, ...] = ()
    old_names: tuple[str, ...] = ()
    founded: int | None = None
    abolished: int | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The present code and the former ones, any of which a portal's SiteIDCode may start with."""
        return (self.code, *self.old_codes)

    @property
    def significant(self) -> str:
        """The code without its trailing pairs of zeros: what the codes of all divisions inside it start with."""
        return self.code[: {"province": 2, "city": 4, "county": 6}[self.level]]

    def existed(self, year: int) -> bool:
        """Whether it existed at any time of ``year``, as far as is known."""
        return (self.founded or year) <= year <= (self.abolished or year)

    def contains(self, other: "Division") -> bool:
        return any(code.startswith(self.significant) for code in other.codes)


@dataclass(frozen=True, slots=True)
class _Index:
    by_code: dict[str, tuple[Division, ...]]
    by_name: dict[str, tuple[Division, ...]]
    by_short: dict[str, tuple[Division, ...]]


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


def _year(cell: str) -> int | None:
    return int(cell) if cell else None


def _read() -> list[Division]:
    found: dict[str, Division] = {}
    with files(__package__).joinpath("divisions.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            code, province, city = row["code"], row["province"], row["prefecture"]
            if city in NO_CITY:
                city = ""
            found.setdefault(code[:2], Division(code[:2] + "0000", province, bare_name(province), "province", province))
            if city:
                found.setdefault(code[:4], Division(code[:4] + "00", city, bare_name(city), "city", province, city))
            old_codes, old_names = _split(row["old_codes"]), _split(row["old_names"])
            years = _year(row["founded"]), _year(row["abolished"])
            county, short = row["county"], row["short_name"]
            found[code] = Division(code, county, short, "county", province, city, old_codes, old_names, *years)
    return list(found.values())


@cache
def _index() -> _Index:
    by_code: dict[str, list[Division]] = {}
    by_name: dict[str, list[Division]] = {}
    by_short: dict[str, list[Division]] = {}
    for division in _read():
        for code in division.codes:
            by_code.setdefault(code, []).append(division)
        aliases = autonomous_aliases(division.name, division.short_name)
        for name in dict.fromkeys((division.name, *division.old_names, *aliases)):
            by_name.setdefault(name, []).append(division)
        by_short.setdefault(division.short_name, []).append(division)
    return _Index(*({key: tuple(value) for key, value in table.items()} for table in (by_code, by_name, by_short)))


def by_code(code: str | None) -> Division | None:
    """The division that bears this six-digit code today, else the only one that used to bear it."""
    if not code:
        return None
    found = _index().by_code.get(code, ())
    current = [division for division in found if division.code == code]
    if current:
        return current[0]
    return found[0] if len(found) == 1 else None


def by_site_id_code(site_id_code: str | None) -> tuple[Division, ...]:
    """The divisions a portal's SiteIDCode may belong to: its first six digits are a present or former code."""
    return _index().by_code.get((site_id_code or "")[:6], ())


def counties() -> tuple[Division, ...]:
    """All county-level divisions, in the order of their codes."""
    every = {division.code: division for found in _index().by_code.values() for division in found}
    return tuple(every[code] for code in sorted(every) if every[code].level == "county")


def named(name: str) -> tuple[Division, ...]:
    """Every division whose full, former or abbreviated autonomous name this is, else those of this short name."""
    index = _index()
    return index.by_name.get(name) or index.by_short.get(name, ())


@dataclass(frozen=True, slots=True)
class Place:
    """A place name at the start of a text: what it may mean, how many characters it took, and the name itself."""

    candidates: tuple[Division, ...]
    length: int
    name: str  # the last name of the chain, 洪泽区 of 淮安市洪泽区


def read_place(text: str) -> Place | None:
    """Read a chain such as 江苏省淮安市洪泽区 from the start of ``text``; outer names narrow down the inner one."""
    found = _longest(text, ())
    if found is None:
        return None
    while (inner := _longest(text[found.length :], found.candidates)) is not None:
        found = Place(inner.candidates, found.length + inner.length, inner.name)
    return found


def _longest(text: str, outer: tuple[Division, ...]) -> Place | None:
    index = _index()
    for length in range(min(LONGEST_NAME, len(text)), 1, -1):
        name = text[:length]
        candidates = index.by_name.get(name, ())
        if outer:
            candidates = tuple(c for c in candidates if any(o is not c and o.contains(c) for o in outer))
        if candidates:
            return Place(candidates, length, name)
    if outer:
        return None
    for length in range(min(LONGEST_NAME, len(text)), 1, -1):
        # A short name counts only before a full one: 淮安洪泽区.
        candidates = tuple(c for c in index.by_short.get(text[:length], ()) if c.level != "county")
        if candidates and (inner := _longest(text[length:], candidates)) is not None:
            return Place(inner.candidates, length + inner.length, inner.name)
    return None


def resolve(candidates: Iterable[Division], *hints: Division | None, text: str = "") -> Division | None:
    """The one division meant: by a hint (itself or what contains it), by a parent named in ``text``, or None."""
    remaining = tuple(candidates)
    for hint in hints:
        if hint is None or len(remaining) <= 1:
            continue
        same = tuple(c for c in remaining if c.code == hint.code)
        near = same or tuple(c for c in remaining if hint.contains(c) or c.contains(hint))
        near = near or tuple(c for c in remaining if c.code[:4] == hint.code[:4])
        remaining = near or remaining
    if len(remaining) > 1 and text:
        remaining = tuple(c for c in remaining if c.city and c.city in text) or remaining
    if len(remaining) > 1:
        # A city may bear the name of the county that became its seat (毕节市): the city is meant today.
        cities = tuple(c for c in remaining if c.level == "city")
        if len(cities) == 1 and all(cities[0].contains(c) for c in remaining):
            remaining = cities
    return remaining[0] if len(remaining) == 1 else None
