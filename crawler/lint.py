"""What is wrong with the registry and the families as data and code, before anything is crawled."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from crawler.allowlist import is_government_host
from crawler.registry import Portal, RegistryError, read_rows
from reports.divisions import counties

SHOWN = 5  # codes of counties without a row


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right: ``where`` is a file and line, a county's code, a family or a quirk."""

    check: str
    where: str
    told: str


class NoReplicas(Exception):
    """The families cannot be checked where the practice portals are not installed."""


def registry_findings(path: Path, local: Path | None = None) -> Iterator[Finding]:
    """Every row that cannot be right, and what is odd about those that can.

    Raises:
        RegistryError: a file is missing, or is no registry.
    """
    portals: dict[str, list[Portal]] = {}
    for file in (path, local) if local else (path,):
        rows: dict[str, list[Portal]] = defaultdict(list)
        for row in read_rows(file):
            if isinstance(row, RegistryError):
                where, _, told = str(row).partition(": ")
                yield Finding("registry", where, told)
            else:
                rows[row[1].code].append(row[1])
        portals |= rows
    yield from _missing(portals)
    yield from _strange_hosts(portals)
    yield from _repeated_homes(portals)
    yield from _shared_homes(portals)


def _missing(portals: Mapping[str, list[Portal]]) -> Iterator[Finding]:
    missing = [county.code for county in counties() if county.code not in portals]
    if missing:
        codes = ", ".join(missing[:SHOWN]) + (" …" if len(missing) > SHOWN else "")
        yield Finding("registry", codes, f"{len(missing)} of {len(counties())} counties have no row that can be used")


def _strange_hosts(portals: Mapping[str, list[Portal]]) -> Iterator[Finding]:
    """Homes that no government's name vouches for, unless the notes name them: bare addresses, other domains."""
    for code, rows in portals.items():
        for row in rows:
            host = urlsplit(row.home or "").hostname
            if host and not is_government_host(host) and host not in row.notes:
                told = f"{host} is not below gov.cn: name it in the notes and say why it is the county's"
                yield Finding("registry", code, told)


def _repeated_homes(portals: Mapping[str, list[Portal]]) -> Iterator[Finding]:
    """Rows of one county with one address: a correction changes the row, a second one is for another address."""
    for code, rows in portals.items():
        homes = [_bare(row.home) for row in rows if row.home]
        if len(set(homes)) < len(homes):
            yield Finding("registry", code, "two rows of it have the same home: keep one, with what is known")


def _shared_homes(portals: Mapping[str, list[Portal]]) -> Iterator[Finding]:
    """One address as the home of two counties, unless a city hosts them or the notes name it."""
    sharing: dict[str, dict[str, Portal]] = defaultdict(dict)
    for code, rows in portals.items():
        for row in rows:
            if row.home:
                sharing[_bare(row.home)][code] = row
    for home, found in sharing.items():
        unexplained = [code for code, row in found.items() if not row.hosted_by and home.split("/")[0] not in row.notes]
        if len(found) > 1 and unexplained:
            told = f"{home} is the home of {', '.join(found)}: one is wrong, or hosted_by or the notes say why"
            yield Finding("registry", unexplained[0], told)


def _bare(url: str) -> str:
    """The address without what makes no difference."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}{f'?{parts.query}' if parts.query else ''}"


def family_findings() -> Iterator[Finding]:
    """What the practice portals say of the families.

    Raises:
        NoReplicas: there are none here.
    """
    try:
        lint = import_module("tests.portals.lint")
    except ModuleNotFoundError as error:
        if error.name not in ("tests", "tests.portals"):
            raise
        raise NoReplicas(
            "the families are not checked: there is no tests/ here, a clone of the repository has it"
        ) from error
    yield from lint.findings()
