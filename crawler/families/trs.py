"""TRS WCM 拓尔思: static pages, relative links, a pager written by ``createPageHTML`` with a number first."""

import re
from typing import ClassVar

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families.generic import Generic
from crawler.pages import live_script

_CALL = re.compile(r"""createPageHTML\(\s*(\d+)\s*,\s*(\d+)\s*,\s*["'](\w+)["']\s*,\s*["'](\w+)["']""")
_COUNT = re.compile(r"\bcountPage\s*=\s*(\d+)")
_CURRENT = re.compile(r"\bcurrentPage\s*=\s*(\d+)")


class Trs(Generic):
    """Page 1 is ``index.html``, page k ``index_{k-1}.html``: the pager counts from 0."""

    name: ClassVar[str] = "trs"
    marks: ClassVar[dict[str, int]] = {
        r"createPageHTML\(\s*\d": 4,
        r"所在页从0开始": 3,
        r"/t20\d{6}_\d+(_\w+)?\.s?html?": 3,
        r"(?i)TRS_(U?Editor)|trs_editor_view": 3,
        r"/P0\d{12,}\.\w+": 1,
    }

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        script = live_script(page)
        if call := _CALL.search(script):
            total, current, stem, suffix = int(call[1]), int(call[2]), call[3], call[4]
        elif (count := _COUNT.search(script)) and (now := _CURRENT.search(script)):
            total, current, stem, suffix = int(count[1]), int(now[1]), "index", "html"
        else:
            return super().next_request(page, number)
        return Request(page.urljoin(f"{stem}_{current + 1}.{suffix}")) if current + 1 < total else None
