"""Practice portals: replicas of county portals on loopback, for tests, the demo and benchmarks."""

from tests.portals.country import Country, Mirror
from tests.portals.demo import demo_country
from tests.portals.documents import Content, PublishedReport
from tests.portals.figures import Facts
from tests.portals.portal import Portal
from tests.portals.quirks import Fault, Quirk
from tests.portals.server import Hit, PortalServer, PortTaken, serve

__all__ = [
    "Content",
    "Country",
    "Facts",
    "Fault",
    "Hit",
    "Mirror",
    "PortTaken",
    "Portal",
    "PortalServer",
    "PublishedReport",
    "Quirk",
    "demo_country",
    "serve",
]
