"""What a crawl was asked to do, checked before anything is sent: which counties, which years, whose reports."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from scrapy.settings import BaseSettings

from crawler.families import FAMILIES
from crawler.registry import Portal, RegistryError, load_registry
from crawler.visit import Scope
from reports.divisions import Division
from reports.divisions.selection import SelectionError, select_counties

_YEARS = re.compile(r"^((?:19|20)\d\d)(?:-((?:19|20)\d\d))?$")
ARGUMENTS = ("county", "years", "agencies", "recheck", "trigger")


class PlanError(ValueError):
    """The crawl cannot be done as asked; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The portals to visit with their counties, and what is looked for on them."""

    portals: tuple[tuple[Portal, Division], ...]
    registry: Mapping[str, Portal]
    scope: Scope
    trigger: str
    arguments: dict[str, str]

    @classmethod
    def of(cls, settings: BaseSettings, arguments: Mapping[str, str]) -> "Plan":
        """Check the arguments of ``scrapy crawl reports -a …`` against registry and settings.

        Raises:
            PlanError: with one line for the person who typed them.
        """
        if unknown := sorted(set(arguments) - set(ARGUMENTS)):
            raise PlanError(f"there is no argument {unknown[0]}; there are {', '.join(ARGUMENTS[:-1])}")
        if not arguments.get("county"):
            raise PlanError("name a county: scrapy crawl reports -a county=610326 (or 6103, 61, 眉县, all)")
        if not settings["GONGKAI_CONTACT"]:
            raise PlanError(
                "portals are contacted only when their operators can write back: "
                "set GONGKAI_CONTACT to your mail address, e.g. export GONGKAI_CONTACT=you@example.org"
            )
        try:
            chosen = select_counties(arguments["county"])
            registry = load_registry(Path(settings["GONGKAI_REGISTRY"]))
        except (SelectionError, RegistryError) as error:
            raise PlanError(str(error)) from error
        for portal in registry.values():
            if portal.family and portal.family not in FAMILIES:
                raise PlanError(f"{portal.code}: no family {portal.family!r}; there are {', '.join(FAMILIES)}")
        portals = tuple((registry.get(county.code) or Portal(county.code), county) for county in chosen)
        recheck = timedelta(days=_recheck_days(arguments.get("recheck") or settings["GONGKAI_RECHECK_DAYS"]))
        years = parse_years(arguments["years"]) if arguments.get("years") else None
        scope = Scope(years, _all_agencies(arguments.get("agencies", "county")), recheck)
        return cls(portals, registry, scope, arguments.get("trigger", "manual"), dict(arguments))


def parse_years(text: str) -> frozenset[int]:
    """``2020``, ``2019-2024`` or ``2019,2021-2023`` as a set of years, at least one. Raises ``PlanError``."""
    years: set[int] = set()
    for part in text.split(","):
        match = _YEARS.match(part.strip())
        if not match:
            raise PlanError(f"years is {text!r}; write 2020, 2019-2024 or 2019,2021-2023")
        years |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    if not years:
        raise PlanError(f"years is {text!r}: the first year has to come before the last")
    return frozenset(years)


def _all_agencies(text: str) -> bool:
    if text not in ("county", "all"):
        raise PlanError(f"agencies is {text!r}; it is county (the county government's own reports) or all")
    return text == "all"


def _recheck_days(value: str | int) -> float:
    try:
        days = float(value)
    except ValueError:
        days = -1
    if not 0 <= days < 1e5:
        raise PlanError(f"recheck is {value!r}; it is a number of days, 0 to ask for every archived report again")
    return days
