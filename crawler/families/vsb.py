"""Boda 博达 VSB: static pages numbered backwards: page 2 of 31 is ``<column>/30.htm``, the last one ``1.htm``."""

import re
from typing import ClassVar

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import pagers
from crawler.families.base import Declared
from crawler.families.generic import Generic, check_columns
from crawler.families.replies import whole
from crawler.pages import live_script

_GOTO = re.compile(r"_simple_list_gotopage_fun\(\s*(\d{1,9})\s*,")
# "共45条  1/3", with or without markup between the two.
_COUNT = re.compile(
    r"共(?:\s|<[^<>]{0,80}>)*+(\d{1,9})(?:\s|<[^<>]{0,80}>)*+条(?:\s|&nbsp;|<[^<>]{0,80}>)*+\d{1,9}\s*/\s*(\d{1,9})"
)
_STATIC = re.compile(r"^([^?]*/)(?:([^/?]+)\.html?)?$")
_NUMBERED = re.compile(r"^([^?]*/)(\d{1,9})\.html?$")


class Vsb(Generic):
    """The rendered link is followed; where a page has only the field to jump by, its number gives the address.

    Numbers move with every item that is added, so no address but the first page's holds from one visit to the next.
    An article's dynamic address (``content.jsp``) is left as it is: it is given where no static page was made.
    """

    name: ClassVar[str] = "vsb"
    marks: ClassVar[dict[str, int]] = {
        r"Announced by Visual SiteBuilder": 4,
        r"CustomerNO:\s*7765626265": 4,
        r"_simple_list_gotopage_fun\(": 4,
        r"/_sitegray/_sitegray": 3,
        r"""id=["']?vsb_content""": 3,
        r"\b_jsq_\(\d+\s*,": 2,
        r"/system/resource/js/": 2,
        r"""(?:href=["'][./]*|/)info/(?:\d+|egovinfo/\d+/\w+)/[\w-]+(?:/[\w-]+)?\.htm["']""": 1,
    }

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        total = self.declared(page).pages
        rendered, _ = pagers.next_address(page, number)
        place = None if rendered or not total else _place(page.url, number, total)
        if place is None or not total:
            return super().next_request(page, number)
        check_columns(page, self.entries(page))
        folder, position = place
        return Request(f"{folder}{total - position}.htm") if position < total else None

    def beyond(self, request: Request, gap: int) -> Request | None:
        match = _NUMBERED.match(request.url)
        return Request(f"{match[1]}{int(match[2]) - gap}.htm") if match and int(match[2]) > gap else None

    def declared(self, page: HtmlResponse) -> Declared:
        script = live_script(page)
        goto, count = _GOTO.search(script), _COUNT.search(script)
        if not goto and not count:
            return super().declared(page)
        pages = int(goto[1]) if goto else int(count[2]) if count else None
        return Declared(pages, int(count[1]) if count else None)


def _place(url: str, number: int, total: int) -> tuple[str, int] | None:
    """(The folder of all pages but the first, which page this is); None where the address is no static page's.

    The folder is called as the first page is, without its ending.
    """
    match = _STATIC.match(url)
    if not match:
        return None
    folder, name = match[1], match[2] or "index"
    if number > 1 and (named := whole(name)) is not None and named < total:
        return folder, total - named + 1
    return f"{folder}{name}/", 1
