"""The country as one tile a province, coloured by the share of its counties whose report is held."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from reports.states import Evidence
from web.areas import tiles
from web.states import band, held, percent

SIZE, GAP = 54, 4


class Tile(NamedTuple):
    """One province on the map; ``x`` and ``y`` are the corner of its tile."""

    code: str
    x: int
    y: int
    band: int
    part: int
    whole: int
    percent: str


def tile_map(states: Mapping[str, Counter[Evidence]]) -> list[Tile]:
    """The tiles in the order in which they are read, by provinces' states."""
    made = []
    for code, column, row in tiles():
        part, whole = held(states.get(code, Counter()))
        at = SIZE + GAP
        made.append(Tile(code, column * at, row * at, band(part, whole), part, whole, percent(part, whole)))
    return made
