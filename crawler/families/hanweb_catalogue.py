"""Hanweb JCMS's catalogue of 政府信息公开: a tree of categories, and a table of links that search.jsp draws."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families.base import Fetch, ListUnreadable
from crawler.families.generic import COLUMN_NAME, OTHERS_COLUMN, names_reports
from crawler.outcomes import NotFetched
from crawler.pages import Anchor, absolute, anchors
from reports.states import VisitOutcome

_SEARCH = "/module/xxgk/search.jsp"
_SHELL = re.compile(r"/module/xxgk/(?:tree|search)\.jsp")
_TREE = re.compile(r"/module/xxgk/tree\.jsp")
# funclick('A02', …)">年报</a>, with the quotation marks of a string in a script escaped.
_NODE = re.compile(r"""funclick\(\s*\\?['"](\w+)\\?['"][^)<>]{0,200}\)[^<>]{0,80}>\s*([^<]{1,40})""")
# A value, not the variable that a script puts there: infotypeId=A02, infotypeId:"A02".
_TYPE = re.compile(r"""\binfotypeId(?:=(?=\w*\d)|["']?\s*[=:]\s*["'])(\w+)""")
_AREA = re.compile(r"""\b(?:vc_xxgk)?area=(\w+)""")
_DIV = re.compile(r"""\bdivid["']?\s*[=:]\s*["']?(div\d+)""")
_SITE = re.compile(r"""\bjdid["']?\s*[=:]\s*["']?(\d+)""")
_COLUMN = re.compile(r"/col(\d+)")
_NEXT = re.compile(r"下一?页")
_FURTHER = {"vc_title": "", "vc_number": "", "vc_filenumber": "", "vc_all": "", "texttype": "0", "fbtime": "-1"}


def is_shell(page: HtmlResponse) -> bool:
    """Whether the page's list comes from search.jsp."""
    return not is_reply(page) and _SHELL.search(page.text) is not None


def is_reply(page: HtmlResponse) -> bool:
    return urlsplit(page.url).path.endswith(_SEARCH)


async def open_list(page: HtmlResponse, fetch: Fetch) -> HtmlResponse:
    """The first page of the annual reports' category; the shell itself where nothing shows that there is one.

    The category stands in the column's address or script, else in the tree. Where nothing names it, all of the
    agency's documents are asked for, and those of the column are told by their addresses.
    """
    number = dict(parse_qsl(urlsplit(page.url).query)).get("number") or _found(_TYPE, page.text)
    named = names_reports(page)
    if number and not named:
        return page  # another category's
    if not number:
        frames = (absolute(page, frame.get("src")) for frame in page.selector.root.iter("iframe"))
        tree = next((url for url in frames if url and _TREE.search(url)), None)
        number = _category(page.text)
        if not number and tree:
            number = await _category_of(Request(tree, headers={"Referer": page.url}), fetch)
    if not number and not named:
        return page
    column = _COLUMN.search(urlsplit(page.url).path)
    form = {
        "infotypeId": number,
        "jdid": _found(_SITE, page.text) or "1",
        "area": _found(_AREA, page.url) or _found(_AREA, page.text),
        "divid": _found(_DIV, page.text) or f"div{column[1] if column else 1}",
        "sortfield": ",createdatetime:0,orderid:0",
    }
    return await fetch(_search(page.urljoin(_SEARCH), form | _FURTHER, 1, page.url))


def rows(reply: HtmlResponse) -> Iterator[Anchor]:
    """The rows' links; where no category was asked for, those of the column alone: search.jsp lists all columns'."""
    form, referer = _asked(reply)
    column = None if form.get("infotypeId") else _COLUMN.search(urlsplit(referer).path)
    for anchor in anchors(reply):
        row = next((element for element in anchor.element.iterancestors("tr")), None)
        listed = row is not None and (row.get("class") or "").startswith("tr_main_value_")
        if listed and anchor.title and (column is None or f"/art_{column[1]}_" in anchor.url):
            yield anchor


def next_request(reply: HtmlResponse, number: int, pages: int | None) -> Request | None:
    """The page after the ``number``-th: as long as there are more of them, or a link to one is rendered."""
    links = reply.selector.root.iter("a")
    more = number < pages if pages else any(_NEXT.search("".join(link.itertext())) for link in links)
    if not more:
        return None
    form, referer = _asked(reply)
    if not form:
        raise ListUnreadable(f"page {number + 1} of {reply.url} cannot be asked for")
    return _search(reply.url.partition("?")[0], form, number + 1, referer)


def _asked(reply: HtmlResponse) -> tuple[dict[str, str], str]:
    """The form that a reply answers, and the column's address."""
    request = reply.request
    if request is None:
        return {}, ""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    return form, (request.headers.get("Referer") or b"").decode("utf-8", "replace")


def _search(url: str, form: dict[str, str], number: int, referer: str) -> Request:
    """The module's own script repeats what it posts in the query."""
    body = urlencode(form | {"currpage": str(number)})
    query = urlencode({name: value for name, value in form.items() if name in ("sortfield", *_FURTHER)})
    return Request(
        f"{url}?{query}&currpage={number}",
        method="POST",
        body=body,
        headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Requested-With": "XMLHttpRequest",
            "Referer": referer,
        },
    )


async def _category_of(tree: Request, fetch: Fetch) -> str:
    try:
        return _category((await fetch(tree)).text)
    except NotFetched as failure:
        if failure.outcome is not VisitOutcome.LIST_UNREADABLE:
            raise
        return ""  # the list can be asked for without


def _category(tree: str) -> str:
    """The number of the tree's node that is called annual reports, and not those of departments."""
    for number, label in _NODE.findall(tree):
        name = "".join(label.split())
        if COLUMN_NAME.search(name) and not OTHERS_COLUMN.search(name):
            return str(number)
    return ""


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""
