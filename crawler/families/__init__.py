"""The CMS families of portals, one file each; a family is chosen by the marks of a page, never by its address alone."""

from scrapy.http import HtmlResponse

from crawler.families.generic import Detection, Generic
from crawler.families.hanweb import Hanweb
from crawler.families.trs import Trs

FAMILIES: dict[str, Generic] = {family.name: family for family in (Trs(), Hanweb(), Generic())}

_ENOUGH = 3  # one strong mark; below that the page is read as generic


def detect(page: HtmlResponse) -> Detection:
    """The family that the page looks most like, with the evidence."""
    best = max((family.detect(page) for family in FAMILIES.values()), key=lambda detection: detection.score)
    return best if best.score >= _ENOUGH else Detection("generic", 0, "no family's marks")
