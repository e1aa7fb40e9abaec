"""The platform of Xi'an, Weinan and Yan'an: lists at /1.html, articles named by a MongoDB id or a snowflake."""

import re
from typing import ClassVar

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import pagers
from crawler.families.base import Declared
from crawler.families.generic import Generic, check_columns

_FULL = 10  # rows; a page with fewer is not followed where it says nothing of another
_TOTAL = re.compile(r"\b(?:totalPage|pageTotal|pages)\s*[=:]\s*[\"']?(\d{1,4})\b")


class Xian(Generic):
    """Page k of a list is ``k.html`` beside the first one, whether or not a link is rendered to it."""

    name: ClassVar[str] = "xian"
    marks: ClassVar[dict[str, int]] = {
        r"""/[0-9a-f]{24}\.html\b""": 3,
        r"""/(?:19|20)\d{17}\.html\b""": 3,
    }

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        """The next number while the total is not reached; a full page that tells no total is followed, too."""
        check_columns(page, self.entries(page))
        address, scripted = pagers.next_address(page, number)
        pages = self.declared(page).pages
        if pages and number >= pages and address is None:
            return None
        if pages or scripted or (address is None and len(self.entries(page)) >= _FULL):
            address = f"{page.url.rpartition('/')[0]}/{number + 1}.html"
        return Request(address) if address else None

    def declared(self, page: HtmlResponse) -> Declared:
        total = _TOTAL.search(page.text)
        declared = super().declared(page)
        return Declared(declared.pages or (int(total[1]) if total else None), declared.records)
