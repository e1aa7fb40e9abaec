"""Whose portal is this? The site identification code of a page against the county's present and former codes."""

import re
from dataclasses import dataclass

from scrapy.http import HtmlResponse

from crawler.pages import claims_of
from reports.divisions import Division

_FOOTER = re.compile(r"网站标识码[^0-9A-Za-z<]{0,10}(?:<[^>]{0,200}>[^0-9A-Za-z<]{0,10}){0,4}([0-9A-Za-z]{10})")


@dataclass(frozen=True, slots=True)
class Owner:
    """The site code that a page carries; ``stranger`` says, in words, when it is somebody else's."""

    site_id_code: str | None
    stranger: str | None = None


def site_id_code(page: HtmlResponse) -> str | None:
    """The ten characters in the page's tags, else in its footer; None where it shows none."""
    found = claims_of(page).get("site_id_code")
    if not found and (footer := _FOOTER.search(page.text)):
        found = footer[1]
    return found


def check_owner(page: HtmlResponse, county: Division, hosted_by: str | None) -> Owner:
    """Compare the page's site code with the county's (Guideline for government websites, 2017: six digits + serial).

    A portal keeps its old code when the county is renamed or merged, so former codes count; so does the code of the
    city that the registry row says hosts the county. A page without a code says nothing either way.
    """
    found = site_id_code(page)
    if not found:
        return Owner(None)
    accepted = [*county.codes, *([hosted_by] if hosted_by else [])]  # a sister county's portal is a stranger's
    if any(found.startswith(code) for code in accepted):
        return Owner(found)
    return Owner(found, f"the site code {found} at {page.url} belongs to {found[:6]}, not to {county.code}")
