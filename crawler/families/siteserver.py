"""SiteServer CMS: lists at /channels/ID.html, /channels/ID_K.html, articles at /contents/CHANNEL/ID.html."""

import re
from typing import ClassVar

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import pagers
from crawler.families.generic import Generic, check_columns

_CHANNEL = re.compile(r"(/channels?/(?:list/)?\d+)(?:_\d+)?(\.html)(?=$|\?)")


class SiteServer(Generic):
    """The pager is rendered as links or as a box to choose from; where a script draws it, the address tells k."""

    name: ClassVar[str] = "siteserver"
    marks: ClassVar[dict[str, int]] = {
        r"/contents/\d+/\d+\.html": 3,
        r"/channels/\d+(_\d+)?\.html": 3,
        r"/channel/list/\d+(_\d+)?\.html": 3,
        r"(?i)/sitefiles/(assets|bairong)\b": 1,
    }

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        check_columns(page, self.entries(page))
        address, scripted = pagers.next_address(page, number)
        pages = self.declared(page).pages
        unrendered = address is None and (number < pages if pages else scripted)
        if unrendered and _CHANNEL.search(page.url):
            address = _CHANNEL.sub(rf"\g<1>_{number + 1}\2", page.url)
        return Request(address) if address else super().next_request(page, number)
