"""gkmlpt: the 政府信息公开目录 beside an NFCMS site, a shell whose tree of categories is read through a JSON API."""

import json
import random
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from tests.portals import chrome
from tests.portals.documents import Document
from tests.portals.families.nfcms import Nfcms
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

if TYPE_CHECKING:
    from tests.portals.portal import Portal

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - compared with Beijing time as printed
_CATALOGUE = ("departments", "reports", "townships")  # columns that are categories; news stay with NFCMS


class Gkmlpt(Nfcms):
    """Categories and the site's SID are drawn from the county's code."""

    variants: ClassVar[tuple[frozenset[Quirk], ...]] = (
        frozenset(),
        frozenset({Quirk.GKMLPT_SMALL_PAGES}),
        frozenset({Quirk.GKMLPT_SITE, Quirk.GKMLPT_SMALL_PAGES}),
        frozenset({Quirk.GKMLPT_JUMP}),
        frozenset({Quirk.GKMLPT_HTTPS, Quirk.GKMLPT_SMALL_PAGES}),
    )

    def __init__(self, portal: "Portal") -> None:
        super().__init__(portal)
        rng = random.Random(f"gkmlpt:{portal.code}")  # noqa: S311 - practice data
        self.sid = str(rng.randrange(100_000, 999_999))
        self.number = rng.randrange(700, 9_000)  # of the first category; the others follow it
        site = f"/{''.join(rng.choices('bdfghjlmpqsxyz', k=5))}" if self._has(Quirk.GKMLPT_SITE) else ""
        self.base = f"{site}/gkmlpt"
        self.answered = 20 if self._has(Quirk.GKMLPT_SMALL_PAGES) else 100
        self.texts = rng.random() < 0.5  # whether the API gives dates as text or in seconds

    def _in_catalogue(self, column: str) -> bool:
        return column in _CATALOGUE and not self._is_static(column)

    def _is_static(self, column: str) -> bool:
        return column == "news" or (column == "reports" and self._has(Quirk.GKMLPT_JUMP))

    # --- Addresses -------------------------------------------------------------------------------------------------
    def list_address(self) -> str:
        if not self._in_catalogue("reports"):
            return f"{self.places['reports']}index.html"
        number = next(number for number, column in self._categories().items() if column == "reports")
        return f"{self.base}/api/all/{number}?page=1&sid={self.sid}"

    def address(self, document: Document) -> str:
        if not self._in_catalogue(document.column):
            return super().address(document)
        serial = document.serial
        return f"{self.base}/content/{serial // 1_000_000}/{serial // 1000}/post_{serial}.html"

    def _categories(self) -> dict[int, str]:
        return {self.number + 10 + position: column for position, column in enumerate(_CATALOGUE)}

    # --- Pages -----------------------------------------------------------------------------------------------------
    def answer(self, request: Request) -> Response | None:
        path = request.path
        if path in (f"{self.base}/index", f"{self.base}/guide", f"{self.base}/policy"):
            return self._shell()
        if called := re.fullmatch(rf"{self.base}/api/all/(\d+)", path):
            return self._articles(int(called[1]), request.query)
        return super().answer(request)

    def _main(self) -> tuple[tuple[str, str], ...]:
        fragment = f"#{self.number + 11}" if self.number % 2 else ""
        return (
            (self.names["news"], self.places["news"]),
            ("政府信息公开", f"{self.base}/index{fragment}"),
        )

    def _links(self) -> list[tuple[str, str]]:
        pages = (("政府信息公开指南", "guide"), ("政府信息公开制度", "policy"), ("法定主动公开内容", "index"))
        return [(text, f"{self.base}/{page}") for text, page in pages]

    def _shell(self) -> Response:
        content = """<div class="gkmlpt"><div id="tree"></div><table class="gk-list"><tbody></tbody></table>
<div class="pagination"></div></div><script src="/gkmlpt/static/js/app.js"></script>"""
        return self.html(self._catalogue_page("政府信息公开目录", content), self.list_modified(()))

    def _catalogue_page(self, title: str, content: str, document: Document | None = None, detail: str = "") -> str:
        tree = json.dumps(self._tree(), ensure_ascii=False)
        faulty = Quirk.FAULTY_META in self.portal.quirks
        name = self.names[document.column] if document else "政府信息公开"
        head = f"""<meta charset="utf-8">
{chrome.meta_tags(self.portal, name, document, faulty=faulty)}
<script>window._CONFIG = {{
  SITE_NAME: '{self.portal.owner_name}人民政府', SID: '{self.sid}', SERVICE_AREA_ID: {self.portal.code},
  TREE: {tree}, {detail}
}};</script>"""
        menu = chrome.Menu((("首页", "/"), *self._main()), tuple(self._links()))
        return chrome.page(self.portal, title, content, menu, head=head, counter=Quirk.COUNTER in self.portal.quirks)

    def _tree(self) -> list[dict[str, Any]]:
        """The categories; that of the county's own reports stands among those of departments and townships."""
        children = []
        for number, column in self._categories().items():
            node = self._node(number, self.names[column], len(self.listed(column)))
            if not self._in_catalogue(column):
                node |= {"jump_url": f"{self.portal.base}{self.places[column]}index.html", "post_count": 0}
            children.append(node)
        number = self.number
        policies = [self._node(number + 2, "规范性文件", 0), self._node(number + 3, "政策解读", 0)]
        return [
            self._node(number, "机构职能", 0),
            self._node(number + 1, "政策文件", 0, policies),
            self._node(number + 4, "政府网站年度报表", 0),
            self._node(number + 5, "信息公开年报", sum(child["post_count"] for child in children), children),
        ]

    def _node(self, number: int, name: str, count: int, children: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        return {"id": number, "name": name, "jump_url": "", "post_count": count, "children": children or []}

    def _articles(self, number: int, fields: dict[str, str]) -> Response | None:
        """A page of a category; the number 0 is page 1 too, and without the site's SID there is nothing in it."""
        categories = self._categories()
        columns = list(_CATALOGUE) if number in (0, self.number + 5) else [categories.get(number, "")]
        known = fields.get("sid") == self.sid
        documents = tuple(d for column in columns if self._in_catalogue(column) for d in self.listed(column) if known)
        page = max(1, int(fields.get("page", "1")) if fields.get("page", "1").isdecimal() else 1)
        if page > 1 and self._has(Quirk.GKMLPT_ONE_PAGE):
            return None
        shown = documents[(page - 1) * self.answered : page * self.answered]
        reply = {
            "classify": {"id": number, "name": "", "post_count": len(documents)},
            "articles": [self._article(document) for document in shown],
        }
        body = json.dumps(reply).encode()  # characters beyond ASCII as \\u escapes
        return Response(body, "application/json", modified=self.list_modified(documents))

    def _article(self, document: Document) -> dict[str, Any]:
        url = document.link or self.portal.base + self.address(document)
        if self._has(Quirk.GKMLPT_HTTPS):
            url = url.replace("http://", "https://")
        moment: str | int = f"{document.published:%Y-%m-%d %H:%M:%S}"
        if not self.texts:
            moment = int((document.published - _EPOCH).total_seconds()) - 8 * 3600
        return {
            "id": document.serial,
            "title": document.title,
            "identifier": f"{self.portal.owner_code}/{document.published:%Y}-{document.serial % 99_999:05}",
            "document_number": "",
            "publisher": document.agency,
            "date": moment,
            "created_at": f"{document.published:%Y-%m-%d %H:%M:%S}",
            "display_publish_time": moment,
            "url": url,
            "post_url": "",
            "classify_main_name": self.names[document.column],
            "attachment": [],
            "is_expired": 0,
        }

    def article(self, document: Document) -> str:
        if not self._in_catalogue(document.column):
            return super().article(document)
        day = f"{document.published:%Y-%m-%d}"
        body = self.body(document) + self._attachments(document)
        escaped = json.dumps(body).replace("<", "\\u003C").replace(">", "\\u003E")
        detail = f"DETAIL: {{id: {document.serial}, content: {escaped}}}"
        content = f"""<div class="classify"><table>
<tr><td class="td-label">索 引 号:</td><td class="td-value">{self.portal.owner_code}/{document.serial}</td>
<td class="td-label">分类:</td><td class="td-value">{self.names[document.column]}</td></tr>
<tr><td class="td-label">发布机构:</td><td class="td-value">{document.agency}</td>
<td class="td-label">成文日期:</td><td class="td-value">{day}</td></tr>
<tr><td class="td-label">名　　称:</td><td class="td-value-xl" colspan="3">{document.title}</td></tr>
<tr><td class="td-label">文　　号:</td><td class="td-value"></td>
<td class="td-label">发布日期:</td><td class="td-value">{day}</td></tr>
<tr><td class="td-label">主 题 词:</td><td class="td-value-xl" colspan="3"></td></tr></table></div>
<h1 class="title document-number">{document.title}</h1>
<div class="date-row">发布日期：{day}　浏览次数：<span id="visit">-</span></div>
<div class="article-content">{body}</div>"""
        return self._catalogue_page(document.title, content, document, detail)
