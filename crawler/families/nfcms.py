"""NFCMS, the static pages of Guangdong's 集约化 platform: lists counted from 1, the last one's number behind 尾页."""

import re
from typing import ClassVar

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families.generic import Generic, check_columns
from crawler.pages import absolute

_LAST = re.compile(r"^[\s\[<«‹]*(尾页|末页|最后一?页)[\s\]>»›]*$")
_NUMBERED = re.compile(r"^(.*/index)_(\d{1,9})(\.s?html?)$")
_MOBILE = re.compile(r"/mpost_(?=\d+\.s?html?$)")


class Nfcms(Generic):
    """Page 1 is ``index.html``, page k ``index_{k}.html``; many pagers render numbers and 尾页 but no 下一页."""

    name: ClassVar[str] = "nfcms"
    marks: ClassVar[dict[str, int]] = {
        r"\bNFCMS_(SITE|POST|COLUMN)_ID\b": 4,
        r"/content/m?post_\d+\.html": 3,
        r"//statistics\.gd\.[\w.]+/visit/": 3,
        r"\bnfw-cms-attachment\b": 3,
    }

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        for element in page.selector.root.iter("a"):
            if _LAST.match("".join(element.itertext())):
                last = _NUMBERED.match(absolute(page, element.get("href")) or "")
                if last and number < int(last[2]):
                    check_columns(page, self.entries(page))
                    return Request(f"{last[1]}_{number + 1}{last[3]}")
        return super().next_request(page, number)

    def canonical(self, url: str) -> str:
        return _MOBILE.sub("/post_", url)
