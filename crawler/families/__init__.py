"""The CMS families of portals, one file each; a family is chosen by the marks of a page, never by its address alone."""

from scrapy.http import HtmlResponse

from crawler.families.base import Detection, Family
from crawler.families.epoint import Epoint
from crawler.families.generic import Generic
from crawler.families.gkmlpt import Gkmlpt
from crawler.families.hanweb import Hanweb
from crawler.families.jpaas import Jpaas
from crawler.families.lonsun import Lonsun
from crawler.families.nfcms import Nfcms
from crawler.families.siteserver import SiteServer
from crawler.families.trs import Trs
from crawler.families.ucap import Ucap
from crawler.families.vsb import Vsb
from crawler.families.xian import Xian

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Trs(),
        Hanweb(),
        Jpaas(),
        Ucap(),
        Nfcms(),
        Gkmlpt(),
        Xian(),
        SiteServer(),
        Vsb(),
        Lonsun(),
        Epoint(),
        Generic(),
    )
}

ENOUGH = 3  # one strong mark; below that the page is read as generic


def detect(page: HtmlResponse) -> Detection:
    """The family that the page looks most like, with the evidence."""
    best = max((family.detect(page) for family in FAMILIES.values()), key=lambda detection: detection.score)
    return best if best.score >= ENOUGH else Detection("generic", 0, "no family's marks")
