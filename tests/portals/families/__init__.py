"""The families of practice portals by name: one file each, one renderer class each."""

from typing import TYPE_CHECKING

from tests.portals.families.base import Family
from tests.portals.families.cityhosted import CityHosted
from tests.portals.families.columnless import DeadColumn, NewsOnly
from tests.portals.families.epoint import Epoint
from tests.portals.families.generic import Generic
from tests.portals.families.gkmlpt import Gkmlpt
from tests.portals.families.hanweb import Hanweb
from tests.portals.families.hostile import HOSTILE
from tests.portals.families.jpaas import Jpaas
from tests.portals.families.longtail import Longtail
from tests.portals.families.lonsun import Lonsun
from tests.portals.families.nfcms import Nfcms
from tests.portals.families.siteserver import SiteServer
from tests.portals.families.trs import Trs
from tests.portals.families.ucap import Ucap
from tests.portals.families.vsb import Vsb
from tests.portals.families.xian import Xian

if TYPE_CHECKING:
    from tests.portals.portal import Portal

FAMILIES: dict[str, type[Family]] = {
    "trs": Trs,
    "hanweb": Hanweb,
    "jpaas": Jpaas,
    "ucap": Ucap,
    "nfcms": Nfcms,
    "gkmlpt": Gkmlpt,
    "vsb": Vsb,
    "lonsun": Lonsun,
    "epoint": Epoint,
    "xian": Xian,
    "siteserver": SiteServer,
    "generic": Generic,
    "longtail": Longtail,
    "cityhosted": CityHosted,
    "news-only": NewsOnly,
    "dead-column": DeadColumn,
    **HOSTILE,
}


def family_of(portal: "Portal") -> Family:
    """The renderer of a portal.

    Raises:
        ValueError: there is no such family.
    """
    try:
        return FAMILIES[portal.family](portal)
    except KeyError:
        raise ValueError(f"{portal.family}: no family of practice portals ({', '.join(FAMILIES)})") from None
