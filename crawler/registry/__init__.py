"""The portals as data: one row a county, its home page and what is known of its report column."""

import csv
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from crawler.families import FAMILIES

COLUMNS = ("code", "home", "family", "column_url", "hosts", "platform", "hosted_by", "notes")
PORTALS = Path(__file__).with_name("portals.csv")


class RegistryError(ValueError):
    """A row that cannot be right; the message names the file, the line and what to do."""


@dataclass(frozen=True, slots=True)
class Portal:
    """A county's portal. Empty cells are None: then the crawl has to find out by itself.

    ``hosts`` are further hosts that may be asked, ``hosted_by`` the code of the city whose portal carries the county's
    reports, ``platform`` a name shared by portals behind one address, so that they share one delay.
    """

    code: str
    home: str | None = None
    family: str | None = None
    column_url: str | None = None
    hosts: tuple[str, ...] = ()
    platform: str | None = None
    hosted_by: str | None = None
    notes: str = ""


def load_registry(path: Path = PORTALS) -> dict[str, Portal]:
    """Read a registry file into portals by county code.

    Raises:
        RegistryError: the file is missing, has other columns, or a row is unusable (with its line number).
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise RegistryError(f"{path}:1: the columns have to be {','.join(COLUMNS)}")
            portals: dict[str, Portal] = {}
            for row in reader:
                portal = _portal(row, f"{path}:{reader.line_num}")
                if portal.code in portals:
                    raise RegistryError(f"{path}:{reader.line_num}: {portal.code} stands there twice")
                portals[portal.code] = portal
            return portals
    except (OSError, UnicodeDecodeError) as error:
        raise RegistryError(f"{path}: the registry cannot be read ({error})") from error


def _portal(row: dict[str, str | None], place: str) -> Portal:
    if None in row or None in row.values():
        raise RegistryError(f"{place}: a row has {len(COLUMNS)} cells")
    cells = {name: (value or "").strip() for name, value in row.items()}
    for name in ("code", "hosted_by"):
        code = cells[name]
        if (code or name == "code") and not (len(code) == 6 and code.isascii() and code.isdigit()):
            raise RegistryError(f"{place}: {name} is {code!r}, a division code has six digits")
    for name in ("home", "column_url"):
        if cells[name] and not _is_web_address(cells[name]):
            raise RegistryError(f"{place}: {name} is {cells[name]!r}, an address begins with http:// or https://")
    if cells["family"] and cells["family"] not in FAMILIES:
        raise RegistryError(f"{place}: family is {cells['family']!r}, there are {', '.join(FAMILIES)}")
    return Portal(
        code=cells["code"],
        home=cells["home"] or None,
        family=cells["family"] or None,
        column_url=cells["column_url"] or None,
        hosts=tuple(cells["hosts"].lower().split()),
        platform=cells["platform"] or None,
        hosted_by=cells["hosted_by"] or None,
        notes=cells["notes"],
    )


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
