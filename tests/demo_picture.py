"""The coverage matrix as a picture: what README shows (docs/coverage.svg is a copy of data/demo/coverage.svg)."""

from collections import defaultdict
from collections.abc import Sequence
from html import escape
from typing import Any

COLOURS = {
    "archived": "#2f855a",
    "amended": "#276749",
    "not-listed": "#c53030",
    "blocked": "#975a16",
    "unreachable": "#4a5568",
    "identity-mismatch": "#6b46c1",
}
MARKS = {"overdue": "!", "published-late": "~"}
WIDTH, HEIGHT, LEFT, TOP = 122, 30, 130, 32
FONT = "system-ui, 'Noto Sans CJK SC', sans-serif"


def svg(cells: Sequence[dict[str, Any]]) -> str:
    """An SVG of the cells that ``scrapy coverage --json`` prints, the states written out in every cell."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in cells:
        rows[f"{cell['code']} {cell['county']}"].append(cell)
    years = [cell["year"] for cell in next(iter(rows.values()))]
    width, height = LEFT + WIDTH * len(years) + 8, TOP + HEIGHT * len(rows) + 34
    heads = "".join(_text(LEFT + WIDTH * i + WIDTH / 2, 21, str(year), "#2d3748") for i, year in enumerate(years))
    body = "".join(_row(name, TOP + HEIGHT * i, row) for i, (name, row) in enumerate(rows.items()))
    legend = "! proved absent after the legal date · ~ dated after the legal date · Σ a sum that does not add up"
    foot = f'<text x="8" y="{height - 12}" fill="#2d3748">{legend}</text>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
    title = f"<title>Coverage of {len(rows)} practice portals, report years {years[0]} to {years[-1]}</title>"
    paper = f'<rect width="{width}" height="{height}" fill="#fff"/>'
    return f'{head} font-family="{FONT}" font-size="12">\n{title}{paper}{heads}\n{body}{foot}</svg>\n'


def _row(name: str, top: int, cells: Sequence[dict[str, Any]]) -> str:
    label = f'<text x="8" y="{top + 18}" fill="#1a202c" font-size="13">{escape(name)}</text>'
    return label + "".join(_cell(LEFT + WIDTH * i, top, cell) for i, cell in enumerate(cells)) + "\n"


def _cell(left: int, top: int, cell: dict[str, Any]) -> str:
    mark = MARKS.get(cell["clock"], "") + ("Σ" if cell["failed_checks"] else "")
    colour = COLOURS.get(cell["state"], "#975a16")
    box = f'<rect x="{left}" y="{top}" width="{WIDTH - 4}" height="{HEIGHT - 4}" rx="3" fill="{colour}"/>'
    return box + _text(left + WIDTH / 2 - 2, top + 17, f"{cell['state']} {mark}".strip(), "#fff")


def _text(x: float, y: int, text: str, colour: str) -> str:
    return f'<text x="{x:g}" y="{y}" text-anchor="middle" fill="{colour}">{escape(text)}</text>'
