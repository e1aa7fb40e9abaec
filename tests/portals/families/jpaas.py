"""Hanweb JPAAS: columns in readable folders, lists in units built on request, articles named by 32 hex digits."""

import hashlib
import html
import json
import random
import re
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from tests.portals import chrome
from tests.portals.documents import Content, Document, Kind
from tests.portals.families.base import Family
from tests.portals.markup import SUITE
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

if TYPE_CHECKING:
    from tests.portals.portal import Portal

PER_PAGE = 15

_UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_DOWNLOAD = "/api-gateway/jpaas-web-server/front/document/download"
_SCRIPT = "/cms_files/default/script/AuthorizedRead/unitbuild.js?v=3.1.3"


class Jpaas(Family):
    """The layout gives the folder of each column."""

    style = SUITE
    money = "wan"
    names: ClassVar[dict[str, str]] = {
        "departments": "部门信息公开年报",
        "reports": "政府信息公开年报",
        "townships": "乡镇信息公开年报",
        "news": "政务要闻",
    }
    variants: ClassVar[tuple[frozenset[Quirk], ...]] = (
        frozenset(),
        frozenset({Quirk.EMPTY_SHELL}),
        frozenset({Quirk.BARE_SCRIPT}),
        frozenset({Quirk.EMPTY_SHELL, Quirk.BARE_SCRIPT}),
    )

    def __init__(self, portal: "Portal") -> None:
        super().__init__(portal)
        drawn = random.Random(f"jpaas:{portal.code}")  # noqa: S311 - practice data
        site = "".join(drawn.choices("abcdefghjklmnpqrstwxyz", k=3))
        folders = {
            "open": f"/{site}/zwgk/zfxxgkzd/",
            "reports": f"/{site}/zwgk/zfxxgkzd/xxgknb{drawn.randrange(100)}/",
            "departments": f"/{site}/zwgk/zfxxgkzd/bmnb{drawn.randrange(100)}/",
            "townships": f"/{site}/zwgk/zfxxgkzd/xznb{drawn.randrange(100)}/",
            "news": f"/{site}/xwzx/zwyw/",
        }
        self.places = {**folders, **portal.layout}
        self.tag = drawn.choice(("当前栏目list", "列表新闻", "信息列表"))

    # --- Addresses -------------------------------------------------------------------------------------------------
    def list_address(self) -> str:
        return f"{self.places['reports']}index.html"

    def address(self, document: Document) -> str:
        own = document.kind is Kind.REPORT and document.agency == f"{self.portal.owner_name}人民政府"
        if own and document.year in self.portal.addresses:
            return self.portal.addresses[document.year]
        return f"{self.places[document.column]}art/{document.published:%Y}/art_{self._id(document)}.html"

    def attachment(self, document: Document) -> str:
        """The extension stands in the query alone."""
        file = quote(f"/upload/{self._id(document)}", safe="")
        return f"{_DOWNLOAD}?fileUrl={file}&fileName={quote(document.title)}.pdf"

    def picture(self, document: Document, number: int) -> str:
        return f"/cms_files/filemanager/{self._id(document)[:12]}/{document.serial}{number}.png"

    def _id(self, document: Document) -> str:
        return _hex(f"{self.portal.code}{document.kind}{document.agency}{document.year}{document.serial}")

    def _ids(self, column: str) -> dict[str, str]:
        code = self.portal.code
        return {
            "parseType": "bulidstatic",
            "webId": _hex(f"web{code}"),
            "tplSetId": _hex(f"template{code}"),
            "pageType": "column",
            "tagId": self.tag,
            "editType": "null",
            "pageId": _hex(f"page{code}{column}"),
        }

    # --- Pages -----------------------------------------------------------------------------------------------------
    def answer(self, request: Request) -> Response | None:
        path = request.path
        if path in ("/", "/index.html"):
            return self._home()
        if path == _UNIT:
            return self._unit(request)
        folder, _, file = path.rpartition("/")
        if f"{folder}/" == self.places["open"] and file in ("", "index.html"):
            return self._open()
        for column in self.names:
            if f"{folder}/" == self.places[column] and file in ("", "index.html"):
                return self._list(column)
        return self.document_page(request)

    def _page(self, title: str, content: str, column: str, document: Document | None = None) -> str:
        places, quirks = self.places, self.portal.quirks
        main = (("首页", "/"), ("政务要闻", places["news"]), ("政府信息公开", f"{places['open']}index.html"))
        left = tuple((text, f"{places[name]}index.html") for name, text in self.names.items())
        head = '<meta charset="utf-8">\n<meta name="renderer" content="webkit">\n'
        head += chrome.meta_tags(self.portal, column, document, faulty=Quirk.FAULTY_META in quirks)
        head += f'\n<script src="/api-gateway/jpaas-web-server/front/count?site={self.portal.code}"></script>'
        menu = chrome.Menu(main, left if column not in ("首页", self.names["news"]) else ())
        return chrome.page(self.portal, title, content, menu, head=head, counter=Quirk.COUNTER in quirks)

    def _home(self) -> Response:
        content = f'<div class="focus"></div>{self._rows(self.listed("news"))}'
        content += f'<div class="zone"><a href="{self.places["open"]}index.html">政府信息公开</a></div>'
        return self.html(self._page("首页", content, "首页"), self.list_modified(self.listed("news")))

    def _open(self) -> Response:
        links = "".join(
            f'<li><a href="{self.places[name]}index.html">{text}</a></li>' for name, text in self.names.items()
        )
        return self.html(self._page("政府信息公开", f"<ul>{links}</ul>", "政府信息公开"), self.list_modified(()))

    def _list(self, column: str) -> Response:
        name, documents, quirks = self.names[column], self.listed(column), self.portal.quirks
        ids = self._ids(column)
        told = "{" + ",".join(f"'{key}':'{value}'" for key, value in ids.items()) + "}"
        content = f"<h2>{name}</h2>"
        if Quirk.EMPTY_SHELL not in quirks:
            content += self._built(documents, 1, PER_PAGE, told)
        elif Quirk.BARE_SCRIPT not in quirks:
            content += f'<script id="{_hex(name)}" src="{_SCRIPT}" url="{_UNIT}" queryData="{told}"></script>'
        if Quirk.BARE_SCRIPT in quirks:
            variables = "".join(f'var {key} = "{value}";' for key, value in ids.items())
            content += f'<script>{variables}loadUnit("{_UNIT}");</script>'
        return self.html(self._page(name, content, name), self.list_modified(documents))

    def _built(self, documents: tuple[Document, ...], number: int, size: int, told: str) -> str:
        """The unit: a page of the list, and a pager that a script makes clickable."""
        rows = self._rows(documents[(number - 1) * size : number * size])
        pager = ""
        if Quirk.BARE_SCRIPT not in self.portal.quirks:
            pager = f"""<div class="pagination" queryData="{told}" rows="{size}" count="{len(documents)}"
pageNo="{number}"><a href="javascript:;">下一页</a></div>"""
        return f'<div id="{self.tag}"><div class="page-content">{rows}</div>{pager}</div>'

    def _rows(self, documents: tuple[Document, ...]) -> str:
        rows = (
            f'<li class="cf"><a href="{document.link or self.address(document)}" title="{document.title}">'
            f'<i></i>{document.title[:28]}...</a><span class="fr">{document.published:%Y-%m-%d}</span></li>'
            for document in documents
        )
        return f'<ul class="list">{"".join(rows)}</ul>'

    def _unit(self, request: Request) -> Response:
        """A page of a unit as JSON; paramJson alone turns it, and nobody without Referer and User-Agent gets any."""
        if not request.headers.get("referer") or not request.headers.get("user-agent"):
            return Response(b"<html><body><h1>403 Forbidden</h1></body></html>", status=403)
        fields = request.query
        column = next((name for name in self.names if self._ids(name)["pageId"] == fields.get("pageId")), "")
        wanted = self._ids(column)
        if not column or any(fields.get(name) != wanted[name] for name in ("parseType", "webId", "tplSetId", "tagId")):
            return _json({"success": False, "code": "500", "data": None})
        told = fields.get("paramJson", "")
        number, size = _whole(told, "pageNo", 1), min(100, _whole(told, "pageSize", PER_PAGE))
        query = "{" + ",".join(f"'{key}':'{value}'" for key, value in wanted.items()) + "}"
        built = self._built(self.listed(column), number, size, query)
        return _json({"success": True, "code": "200", "data": {"html": built}})

    def article(self, document: Document) -> str:
        attachment = ""
        if document.content is Content.PDF:
            link = html.escape(self.attachment(document))
            attachment = f'<p>附件：<a href="{link}" target="_blank">{document.title}.pdf</a></p>'
        content = f"""<div class="article"><h1 class="title">{document.title}</h1>
<div class="info"><span>发布时间：{document.published:%Y-%m-%d %H:%M}</span>
<span>来源：{self.portal.owner_name}人民政府办公室</span></div>
<div id="zoom" class="article-content">
{self.body(document)}
{attachment}</div></div>"""
        return self._page(document.title, content, self.names[document.column], document)


def _json(answer: dict[str, object]) -> Response:
    return Response(json.dumps(answer, ensure_ascii=False).encode(), "application/json;charset=UTF-8")


def _hex(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _whole(told: str, name: str, otherwise: int) -> int:
    match = re.search(rf'"{name}":\s*"?([1-9]\d{{0,3}})', told)
    return int(match[1]) if match else otherwise
