"""The families of practice portals by name: one file each, one renderer class each."""

from typing import TYPE_CHECKING

from tests.portals.families.base import Family
from tests.portals.families.generic import Generic
from tests.portals.families.hanweb import Hanweb
from tests.portals.families.hostile import Challenge, Refused
from tests.portals.families.trs import Trs

if TYPE_CHECKING:
    from tests.portals.portal import Portal

FAMILIES: dict[str, type[Family]] = {
    "trs": Trs,
    "hanweb": Hanweb,
    "generic": Generic,
    "challenge": Challenge,
    "refused": Refused,
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
