"""What becomes of practice portals over the years: a new system, a new host, other ornaments, days without answer."""

from tests.portals.families import FAMILIES, family_of
from tests.portals.portal import Portal
from tests.portals.quirks import Fault, Quirk
from tests.portals.server import PortalServer

COSMETIC = (Quirk.COUNTER, Quirk.GZIP, Quirk.CHUNKED, Quirk.ETAG, Quirk.LAST_MODIFIED, Quirk.FAULTY_META)


def redesign(portal: Portal, family: str) -> None:
    """Another system in the place of the old one: every address is new, the old ones lead nowhere."""
    variants: tuple[frozenset[Quirk], ...] = getattr(FAMILIES[portal.family], "variants", ())
    portal.quirks -= frozenset(quirk for variant in variants for quirk in variant)
    portal.quirks |= getattr(FAMILIES[family], "variants", (frozenset(),))[0]
    portal.family, portal.layout = family, {}
    portal.pages = family_of(portal)
    portal.settle(portal.port)


def move(server: PortalServer, portal: Portal, host: str) -> None:
    """The portal gets a new name; the old one is not known any more."""
    server.rename(portal, host)
    portal.settle(portal.port)


def redecorate(portal: Portal, quirk: Quirk) -> None:
    """Counters, compression, validators, meta tags: the bytes are others, the reports are not."""
    portal.quirks ^= {quirk}
    portal.settle(portal.port)


def fall_silent(portal: Portal) -> None:
    """No answer, until ``recover``."""
    portal.faults.append(Fault("/", "reset"))


def recover(portal: Portal) -> None:
    portal.faults.clear()
