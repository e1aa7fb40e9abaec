"""gkmlpt, Guangdong's 政府信息公开目录: a shell with a tree of categories, whose lists come from an API as JSON."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families.base import Declared, Entry, Fetch, ListUnreadable
from crawler.families.generic import COLUMN_NAME, OTHERS_COLUMN
from crawler.families.nfcms import Nfcms
from crawler.families.replies import mended, objects_of, parse_json, text_of, whole
from crawler.pages import absolute

_TREE = re.compile(r"""\bTREE["']?\s*[:=]\s*(?=\[)""")
_SID = re.compile(r"""\bSID["']?\s*[:=]\s*["']?(\d{1,19})""")
_API = re.compile(r"/gkmlpt/api/all/\d+")
_EXACT = re.compile(r"^(县|区|市)?(人民)?政府信息公开(工作)?年(度报告|报)$")
_DATE = re.compile(r"20\d\d-\d\d-\d\d")
_BEIJING = timedelta(hours=8)
_PAGE_SIZE = "gkmlpt_page_size"  # in a request's meta: how many articles the first page held


class Gkmlpt(Nfcms):
    """A category's list is asked for page by page; a category may send its readers to an NFCMS column instead."""

    name: ClassVar[str] = "gkmlpt"
    marks: ClassVar[dict[str, int]] = {
        r"\bwindow\._CONFIG\s*=": 4,
        r"/gkmlpt/(api|index|content|policy|annual|guide)\b": 3,
        r"\"classify\"\s*:\s*\{[^{}]*\"post_count\"": 9,  # the API's answer, whatever stands in the articles
    }

    async def open(self, page: HtmlResponse, fetch: Fetch) -> HtmlResponse:
        """What the tree's category of annual reports holds; costs no request where there is none."""
        base, shell, _ = page.url.partition("/gkmlpt/")
        category = _category(page) if shell and not _is_reply(page) else None
        if category is None:
            return page if shell else await super().open(page, fetch)
        headers = {"Referer": page.url}
        if elsewhere := absolute(page, text_of(category.get("jump_url"))):
            return await fetch(Request(_as_reached(page, elsewhere), headers=headers))
        sid = _SID.search(page.text)
        query = urlencode({"page": 1} | ({"sid": sid[1]} if sid else {}))
        return await fetch(Request(f"{base}/gkmlpt/api/all/{text_of(category['id'])}?{query}", headers=headers))

    def entries(self, page: HtmlResponse) -> list[Entry]:
        if not _is_reply(page):
            return super().entries(page)
        found: dict[str, Entry] = {}
        for article in _reply(page)["articles"]:
            address = absolute(page, text_of(article.get("url")) or text_of(article.get("post_url")))
            title = " ".join(text_of(article.get("title")).split())
            if address and title:
                url = self.canonical(_as_reached(page, address))
                found.setdefault(url, Entry(url, title, _date(article)))
        return list(found.values())

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        if not _is_reply(page):
            return super().next_request(page, number)
        address, _, query = page.url.partition("?")
        fields = dict(parse_qsl(query))
        asked = whole(fields.get("page")) or 1
        request, total, shown = page.request, _post_count(page), len(_reply(page)["articles"])
        # How many a full page holds differs between servers; the first page shows it, and its successors are told.
        size = max(shown, request.meta.get(_PAGE_SIZE, 0) if request else 0)
        seen = (asked - 1) * size + shown
        short = total is not None and seen < total
        # The count may leave out what stands in sub-categories: a full page past it is not the last one.
        if not short and (seen == total or not shown or shown < size):
            return None
        if number == asked:
            referer = request.headers.get("Referer") if request else None
            return Request(
                f"{address}?{urlencode(fields | {'page': number + 1})}",
                headers={"Referer": referer} if referer else None,
                meta={_PAGE_SIZE: size},
            )
        if short or total is None:
            raise ListUnreadable(f"page {number} is not to be had, of {total or 'untold'} records: {page.url}")
        return None

    def declared(self, page: HtmlResponse) -> Declared:
        if not _is_reply(page):
            return super().declared(page)
        try:
            return Declared(records=_post_count(page))
        except ListUnreadable:
            return Declared()


def _is_reply(page: HtmlResponse) -> bool:
    return bool(_API.search(urlsplit(page.url).path))


def _reply(page: HtmlResponse) -> dict[str, Any]:
    """What the API answered.

    Raises:
        ListUnreadable: it answered with something else than articles.
    """
    reply = parse_json(page, "articles")
    articles = objects_of(reply.get("articles"))
    if articles is None:
        raise ListUnreadable(f"the API answers with no articles: {page.url}")
    return {**reply, "articles": articles}


def _post_count(page: HtmlResponse) -> int | None:
    classify = _reply(page).get("classify")
    return whole(classify.get("post_count")) if isinstance(classify, dict) else None


def _category(page: HtmlResponse) -> dict[str, Any] | None:
    """The tree's category of the government's own annual reports: the one that the address names, else by its name."""
    found = _TREE.search(page.text)
    try:
        tree = mended(json.JSONDecoder().raw_decode(page.text, found.end())[0]) if found else ()
    except (ValueError, RecursionError):
        return None
    asked = urlsplit(page.request.url).fragment if page.request else ""
    best: tuple[tuple[bool, bool, bool], dict[str, Any]] | None = None
    for node, name in _nodes(tree):
        filled = node.get("post_count") != 0 or bool(node.get("jump_url"))
        rank = (text_of(node["id"]) == asked, bool(_EXACT.match(name)), filled)
        if (COLUMN_NAME.search(name) or rank[0]) and (best is None or rank > best[0]):
            best = (rank, node)
    return best[1] if best else None


def _nodes(tree: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """The categories with their names, in the tree's order; what departments and townships publish is left out."""
    stack = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict) and text_of(item.get("id")):
            name = "".join(text_of(item.get("name")).split())
            if not OTHERS_COLUMN.search(name):
                yield item, name
                stack.append(item.get("children"))


def _as_reached(page: HtmlResponse, url: str) -> str:
    """An address of the page's own host under the scheme that reached the page: the API names https where none is."""
    here, there = urlsplit(page.url), urlsplit(url)
    return there._replace(scheme=here.scheme, netloc=here.netloc).geturl() if there.hostname == here.hostname else url


def _date(article: dict[str, Any]) -> str | None:
    for field in ("display_publish_time", "date", "created_at"):
        text = text_of(article.get(field))
        if printed := _DATE.match(text):
            return printed[0]
        if text.isdecimal() and len(text) == 10:  # seconds since 1970
            return f"{datetime.fromtimestamp(int(text), UTC) + _BEIJING:%Y-%m-%d}"
    return None
