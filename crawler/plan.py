"""What a crawl was asked to do, checked before anything is sent: which counties, which years, whose reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from scrapy.settings import BaseSettings

from crawler.arguments import ArgumentError, check_contact, parse_days, parse_years
from crawler.registry import Portal, load_registry
from crawler.scope import Scope
from reports.divisions import Division
from reports.divisions.selection import select_counties

TRIGGERS = ("manual", "schedule")
QUEUE = "queue"  # the trigger of a visit that a worker was given
ARGUMENTS = ("county", "years", "agencies", "recheck", "trigger")
PROBE_ARGUMENTS = ("county", "trigger")


@dataclass(frozen=True, slots=True)
class Plan:
    """The portals to visit with their counties, and what is looked for on them."""

    portals: tuple[tuple[Portal, Division], ...]
    registry: Mapping[str, Portal]
    scope: Scope
    trigger: str
    arguments: dict[str, str]

    @classmethod
    def of(cls, settings: BaseSettings, arguments: Mapping[str, str], *, probe: bool = False) -> "Plan":
        """Check the arguments of ``scrapy crawl reports -a …`` (or ``portals``) against registry and settings.

        Raises:
            ArgumentError, SelectionError, RegistryError: with one line for the person who typed them.
        """
        allowed = PROBE_ARGUMENTS if probe else ARGUMENTS
        if unknown := sorted(set(arguments) - set(allowed)):
            raise ArgumentError(f"there is no argument {unknown[0]}; there is {', '.join(allowed[:-1])}")
        if not arguments.get("county"):
            spider = "portals" if probe else "reports"
            raise ArgumentError(f"name a county: scrapy crawl {spider} -a county=610326 (or 6103, 61, 眉县, all)")
        chosen = select_counties(arguments["county"])
        years = parse_years(arguments["years"]) if "years" in arguments else None
        all_agencies = _all_agencies(arguments.get("agencies", "county"))
        days = arguments.get("recheck") or settings["GONGKAI_RECHECK_DAYS"]
        scope = Scope(years, all_agencies, timedelta(days=parse_days(days, "recheck")), probe)
        registry = registry_of(settings)
        portals = tuple((registry.get(county.code) or Portal(county.code), county) for county in chosen)
        check_contact(settings["GONGKAI_CONTACT"])
        trigger = arguments.get("trigger", "manual")
        if trigger not in TRIGGERS:
            raise ArgumentError(f"trigger is {trigger!r}; it is {' or '.join(TRIGGERS)}")
        return cls(portals, registry, scope, trigger, dict(arguments))

    @classmethod
    def of_queue(cls, settings: BaseSettings) -> "Plan":
        """The plan of a worker's crawl, which is told one portal after the other.

        Raises:
            ArgumentError, RegistryError: as ``of`` does.
        """
        check_contact(settings["GONGKAI_CONTACT"])
        recheck = timedelta(days=parse_days(settings["GONGKAI_RECHECK_DAYS"], "recheck"))
        scope = Scope(None, all_agencies=False, recheck=recheck, probe=False)
        return cls((), registry_of(settings), scope, QUEUE, {})

    @property
    def reach(self) -> list[Portal]:
        """The portals that may be visited: those named, or all that the registry knows."""
        return [portal for portal, _ in self.portals] or list(self.registry.values())

    @classmethod
    def of_nothing(cls, arguments: Mapping[str, str]) -> "Plan":
        """The plan of a look that archives nothing."""
        return cls((), {}, Scope(None, all_agencies=False, recheck=timedelta(0), probe=True), "manual", dict(arguments))


def registry_of(settings: BaseSettings) -> dict[str, Portal]:
    """The portals as these settings name them, a user's own rows included.

    Raises:
        RegistryError: a file is missing, or a row in it is unusable.
    """
    local = settings["GONGKAI_REGISTRY_LOCAL"]
    return load_registry(Path(settings["GONGKAI_REGISTRY"]), Path(local) if local else None)


def _all_agencies(text: str) -> bool:
    if text not in ("county", "all"):
        raise ArgumentError(f"agencies is {text!r}; it is county (the county government's own reports) or all")
    return text == "all"
