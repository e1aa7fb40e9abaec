"""The portals as data: each county's home page, since when, and what is known of its report column."""

import csv
import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from crawler.families import FAMILIES
from reports.calendar import BEIJING
from reports.divisions import by_code

COLUMNS = ("code", "home", "since", "family", "column_url", "hosts", "platform", "hosted_by", "tls", "notes")
PORTALS = Path(__file__).with_name("portals.csv")
TLS_PROFILES = ("legacy",)  # for servers that modern TLS settings refuse; a portal has to be named to get it

_HOST_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_SINCE = re.compile(r"\d{4}-\d{2}(-\d{2})?", re.ASCII)


class RegistryError(ValueError):
    """A row that cannot be right; the message names the file, the line and what to do."""


@dataclass(frozen=True, slots=True)
class Portal:
    """A county's portal. Empty cells are None: then the crawl has to find out by itself.

    ``since`` is the month or day from which ``home`` is known to be the portal, as the row has it, and ``former`` the
    addresses before it with theirs, newest first: they explain old records and may not be asked. ``hosts`` are further
    hosts that may be asked, ``hosted_by`` the code of the city whose portal carries the county's reports, ``platform``
    a name shared by portals behind one address, so that they share one delay, ``tls`` one of ``TLS_PROFILES``.
    """

    code: str
    home: str | None = None
    family: str | None = None
    column_url: str | None = None
    hosts: tuple[str, ...] = ()
    platform: str | None = None
    hosted_by: str | None = None
    notes: str = ""
    since: str | None = None
    tls: str | None = None
    former: tuple[tuple[str, str | None], ...] = ()


def load_registry(path: Path = PORTALS, local: Path | None = None, today: date | None = None) -> dict[str, Portal]:
    """Read a registry file into portals by county code, each as it stands ``today`` (in China, unless given).

    The rows of ``local`` replace all rows of their counties.

    Raises:
        RegistryError: a file is missing, has other columns, or a row is unusable (with its line number).
    """
    dated = _read(path)
    if local is not None:
        dated |= _read(local)
    now = today or datetime.now(BEIJING).date()
    return {code: _standing(rows, now) for code, rows in dated.items()}


def _standing(rows: dict[date, Portal], today: date) -> Portal:
    """The newest row that has begun, with the addresses before it; where none has begun, the earliest."""
    begun = sorted((day for day in rows if day <= today), reverse=True) or [min(rows)]
    portal, *older = (rows[day] for day in begun)
    return replace(portal, former=tuple((row.home, row.since) for row in older if row.home not in (None, portal.home)))


def read_rows(path: Path) -> Iterator[tuple[date, Portal] | RegistryError]:
    """Every row of a file with the day it begins; in the place of one that is unusable, what is wrong with it.

    Raises:
        RegistryError: the file is missing, or is no registry.
    """
    seen: set[tuple[str, date]] = set()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise RegistryError(f"{path}:1: the columns have to be {','.join(COLUMNS)}")
            for row in reader:
                place = f"{path}:{reader.line_num}"
                try:
                    portal = _portal(row, place)
                    day = _first_day(portal.since, place)
                    if (portal.code, day) in seen:
                        raise RegistryError(f"{place}: {portal.code} stands there twice, give its rows different since")
                except RegistryError as error:
                    yield error
                else:
                    seen.add((portal.code, day))
                    yield day, portal
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RegistryError(f"{path}: the registry cannot be read ({error})") from error


def _read(path: Path) -> dict[str, dict[date, Portal]]:
    portals: dict[str, dict[date, Portal]] = {}
    for row in read_rows(path):
        if isinstance(row, RegistryError):
            raise row
        day, portal = row
        portals.setdefault(portal.code, {})[day] = portal
    return portals


def _portal(row: dict[str, str | None], place: str) -> Portal:
    if None in row or None in row.values():
        raise RegistryError(f"{place}: a row has {len(COLUMNS)} cells, leave unknown ones empty")
    cells = {name: (value or "").strip() for name, value in row.items()}
    _check_codes(cells, place)
    for name in ("home", "column_url"):
        if cells[name] and not is_web_address(cells[name]):
            raise RegistryError(f"{place}: {name} is {cells[name]!r}, an address begins with http:// or https://")
    _check_choice("family", cells["family"], FAMILIES, place)
    _check_choice("tls", cells["tls"], TLS_PROFILES, place)
    hosts = tuple(cells["hosts"].lower().split())
    for host in hosts:
        if not _is_host(host):
            raise RegistryError(f"{place}: hosts has {host!r}, give host names alone, without http://, port and path")
    return Portal(
        code=cells["code"],
        home=cells["home"] or None,
        family=cells["family"] or None,
        column_url=cells["column_url"] or None,
        hosts=hosts,
        platform=cells["platform"] or None,
        hosted_by=cells["hosted_by"] or None,
        notes=cells["notes"],
        since=cells["since"] or None,
        tls=cells["tls"] or None,
    )


def _check_codes(cells: dict[str, str], place: str) -> None:
    for name, wanted in (("code", "county"), ("hosted_by", "city")):
        code = cells[name]
        if not code and name == "hosted_by":
            continue
        if not (len(code) == 6 and code.isascii() and code.isdigit()):
            raise RegistryError(f"{place}: {name} is {code!r}, a division code has six digits")
        division = by_code(code)
        if division is None:
            raise RegistryError(f"{place}: {name} is {code}, which no division bears; see reports/divisions")
        if division.code != code:
            raise RegistryError(f"{place}: {name} is {code}, a former code of {division.name}; write {division.code}")
        if (division.level == "county") is not (wanted == "county"):
            raise RegistryError(f"{place}: {name} is {code} ({division.name}), give the code of a {wanted}")


def _check_choice(name: str, value: str, choices: Iterable[str], place: str) -> None:
    if value not in chain(("",), choices):
        raise RegistryError(f"{place}: {name} is {value!r}, leave it empty or take one of {', '.join(choices)}")


def _first_day(since: str | None, place: str) -> date:
    """The day a row begins; a row without a date has always been there."""
    if since is None:
        return date.min
    try:
        if _SINCE.fullmatch(since):
            return date.fromisoformat(since if len(since) == len("YYYY-MM-DD") else f"{since}-01")
    except ValueError:
        pass  # a 13th month
    raise RegistryError(f"{place}: since is {since!r}, write YYYY-MM or YYYY-MM-DD")


def _is_host(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        *_, last = labels = text.split(".")
        return len(labels) > 1 and not last.isdigit() and all(_HOST_LABEL.fullmatch(label) for label in labels)
    return True


def is_web_address(text: str) -> bool:
    """Whether this is the address of a page: http or https, a host that can be one, no name and password before it."""
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        sound = _is_host(host) and parts.port != 0 and parts.username is None
    except (ValueError, UnicodeError):  # also a port that is none
        return False
    return parts.scheme in ("http", "https") and sound
