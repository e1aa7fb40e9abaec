"""Epoint: lists from an API that takes JSON by POST, with the site's id in a script, its pages counted from 0 or 1."""

import json
import random
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from tests.portals import chrome
from tests.portals.documents import Content, Document
from tests.portals.families.base import Family
from tests.portals.markup import WORD
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

if TYPE_CHECKING:
    from tests.portals.portal import Portal

PER_PAGE = 15
CAP = 10  # rows that a server gives at most, where it has the quirk

_ACTION = "/rest/lightfrontaction/getgovinfolist"
_COMMON = "/js/webBuilderCommon.js"
_REQUESTS = "/js/ajaxReq.js"
_NAMES = ("政府信息公开年报", "政府信息公开工作年度报告", "信息公开年报", "政府信息公开年度报告")


class Epoint(Family):
    """The layout gives the number of each column in the tree, and the site's id and project."""

    style = WORD
    variants: ClassVar[tuple[frozenset[Quirk], ...]] = (
        frozenset(),
        frozenset({Quirk.WRAPPED}),
        frozenset({Quirk.ZERO_AS_ONE, Quirk.SIZE_CAP}),
        frozenset({Quirk.STATIC_FIRST}),
        frozenset({Quirk.WRAPPED, Quirk.STATIC_FIRST, Quirk.SIZE_CAP}),
    )

    def __init__(self, portal: "Portal") -> None:
        super().__init__(portal)
        draw = random.Random(f"epoint:{portal.code}")  # noqa: S311 - practice data
        root = f"{draw.randrange(2, 10):03d}"
        branch = f"{root}{draw.randrange(1, 12):03d}"
        leaves = draw.sample(range(1, 40), 4)
        columns = zip(("reports", "departments", "townships", "guide"), leaves, strict=True)
        places = {"open": branch, "news": f"001{draw.randrange(1, 9):03d}", "site": str(self._guid("site"))}
        places |= {name: f"{branch}{leaf:03d}" for name, leaf in columns}
        initials = "".join(draw.choice("ABCDEFGHJKLMNPQRSTWXYZ") for _ in range(2))
        places["project"] = f"/EWB_{initials}_Mid" if Quirk.WRAPPED in portal.quirks else "/EWB-FRONT"
        self.places = {**places, **portal.layout}
        self.names = {
            "guide": "政府信息公开指南",
            "townships": "乡镇信息公开年报",
            "departments": "部门信息公开年报",
            "reports": draw.choice(_NAMES),
            "news": "今日要闻",
        }
        self.base = 0 if Quirk.WRAPPED in portal.quirks else 1

    # --- Addresses -------------------------------------------------------------------------------------------------
    def list_address(self) -> str:
        return self._column("reports")

    def _column(self, name: str) -> str:
        """By the tree's folders; on portals of the unwrapped kind the disclosure columns share one page."""
        number = self.places[name]
        if name not in ("open", "news") and Quirk.WRAPPED not in self.portal.quirks:
            return f"/{self.places['open']}/govInfoPub.html?categorynum={number}"
        return f"{self._folder(number)}subpage.html"

    def _folder(self, number: str) -> str:
        steps = [number[:end] for end in range(6, len(number) + 1, 3)]
        return f"/{'/'.join(steps)}/"

    def address(self, document: Document) -> str:
        return f"{self._dated(document)}{self._guid(f'{document.agency}{document.year}{document.kind}')}.html"

    def _dated(self, document: Document) -> str:
        return f"{self._folder(self.places[document.column])}{document.published:%Y%m%d}/"

    def attachment(self, document: Document) -> str:
        guid = self._guid(f"{document.agency}{document.year}.pdf")
        return f"/EpointWebBuilder/WebbuilderMIS/attach/downloadZtbAttach.jspx?attachGuid={guid}&appUrlFlag=ewb"

    def picture(self, document: Document, number: int) -> str:
        return f"{self._dated(document)}{self._guid(f'{document.serial}:{number}')}.png"

    def _guid(self, name: str) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{self.portal.code}:{name}")

    # --- Pages -----------------------------------------------------------------------------------------------------
    def answer(self, request: Request) -> Response | None:
        path, target = request.path, request.target
        if path in ("/", "/index.html"):
            return self._home()
        if path in (_COMMON, _REQUESTS):
            return self._script(path)
        if path == f"{self.places['project']}{_ACTION}":
            return self._api(request)
        if target == self._column("open"):
            return self._open()
        for column in self.names:
            if target == self._column(column):
                return self._guide() if column == "guide" else self._list(column)
        return self.document_page(request)

    def _page(self, title: str, content: str, column: str, document: Document | None = None) -> str:
        quirks = self.portal.quirks
        head = '<meta charset="utf-8">\n'
        head += chrome.meta_tags(self.portal, column, document, faulty=Quirk.FAULTY_META in quirks)
        head += f'\n<link rel="stylesheet" href="/css/common.css"><script src="{_COMMON}?v=2.1"></script>'
        main = (("首页", "/"), ("今日要闻", self._column("news")), ("政府信息公开", self._column("open")))
        left = (
            ()
            if column in ("首页", "今日要闻")
            else tuple((text, self._column(name)) for name, text in self.names.items())
        )
        counter = Quirk.COUNTER in quirks
        return chrome.page(self.portal, title, content, chrome.Menu(main, left), head=head, counter=counter)

    def _home(self) -> Response:
        news = self.listed("news")
        content = f'<ul class="ewb-list">{self._rows(news)}</ul><a href="{self._column("open")}">政府信息公开</a>'
        return self.html(self._page("首页", content, "首页"), self.list_modified(news))

    def _open(self) -> Response:
        links = "".join(f'<li><a href="{self._column(name)}">{text}</a></li>' for name, text in self.names.items())
        page = self._page("政府信息公开", f'<ul class="ewb-tree">{links}</ul>', "政府信息公开")
        return self.html(page, self.list_modified(()))

    def _guide(self) -> Response:
        name = self.names["guide"]
        text = '<div class="ewb-article-info"><p>办理的机构、方式和期限，以及监督电话。</p></div>'
        return self.html(self._page(name, text, name), self.list_modified(()))

    def _script(self, path: str) -> Response | None:
        places = self.places
        if Quirk.WRAPPED not in self.portal.quirks:
            text = f"""/* 公用脚本 */
var siteInfo = {{"siteGuid": "{places["site"]}", "projectName": "{places["project"]}", "vname": "{self.portal.code}"}};
var ewbUtil = {{ajax: function(url, data, done) {{
  $.ajax({{type: "post", url: siteInfo.projectName + url, contentType: "application/json;charset=utf-8",
    data: JSON.stringify(data), success: done}});
}}}};"""
            return Response(text.encode() if path == _COMMON else b"", "application/javascript")
        text = "/* 公用脚本 */ var EpointCommon = {};"
        if path == _REQUESTS:
            text = f"""function getInfoList(num, pageIndex, pageSize, done) {{
  var param = {{"siteGuid": "{places["site"]}", "deptcode": "", "categorynum": num, "pageIndex": pageIndex,
    "pageSize": pageSize}};
  $.ajax({{type: "post", url: "{places["project"]}{_ACTION}", contentType: "application/json;charset=utf-8",
    data: JSON.stringify({{"params": param}}), success: done}});
}}"""
        return Response(text.encode(), "application/javascript")

    def _list(self, column: str) -> Response:
        """A column's page: its rows, or some of them, come by script."""
        documents, name = self.listed(column), self.names[column]
        rendered = column == "news" or Quirk.STATIC_FIRST in self.portal.quirks
        rows = self._rows(documents[:PER_PAGE]) if rendered else ""
        total = f"total: {len(documents)}, " if rendered else ""
        pager = f"""<div id="pager"></div><script src="{_REQUESTS}"></script><script>
var categorynum = "{self.places[column]}";
$("#pager").pagination({{pageIndex: 0, pageSize: {PER_PAGE}, {total}showJump: true}});</script>"""
        content = f'<h2>{name}</h2><ul class="ewb-list" id="list">{rows}</ul>{pager}'
        return self.html(self._page(name, content, name), self.list_modified(documents))

    def _rows(self, documents: Sequence[Document]) -> str:
        return "".join(
            f'<li><a href="{document.link or self.address(document)}" title="{document.title}">{document.title}</a>'
            f"<span>{document.published:%Y-%m-%d}</span></li>"
            for document in documents
        )

    def _api(self, request: Request) -> Response:
        quirks = self.portal.quirks
        try:
            sent = json.loads(request.body)
            asked: dict[str, Any] = sent["params"] if Quirk.WRAPPED in quirks else sent
            index, size, number = asked["pageIndex"], asked["pageSize"], asked["categorynum"]
        except (ValueError, KeyError, TypeError):
            return _refusal("参数错误")
        if request.method != "POST" or "application/json" not in request.headers.get("content-type", ""):
            return _refusal("请求方式错误")
        if index < self.base:
            if Quirk.ZERO_AS_ONE not in quirks:
                return _refusal("页码错误")
            index = self.base
        column = next((name for name in self.names if self.places[name] == number), None)
        known = column and asked.get("siteGuid") == self.places["site"]
        documents = self.listed(column) if column and known else ()
        size = min(size, CAP) if Quirk.SIZE_CAP in quirks else size
        start = (index - self.base) * size
        data = [self._record(document) for document in documents[start : start + size]]
        reply = {"custom": {"total": len(documents), "data": data}, "status": {"code": 1, "text": "操作成功"}}
        return _json(reply)

    def _record(self, document: Document) -> dict[str, str]:
        """A row of a reply. Where the title is cut, the whole one stands beside it."""
        title, number = document.title, self.places[document.column]
        record = {"infourl": document.link or self.address(document), "categorynum": number, "title": title}
        record["infodate"] = f"{document.published:%Y-%m-%d}"
        if document.serial % 2:
            record |= {"realtitle": title, "title": f"<font color=''>{title[:16]}...</font>"}
        return record

    def article(self, document: Document) -> str:
        day, attachment = document.published, ""
        if document.content is Content.PDF:
            link = self.attachment(document).replace("&", "&amp;")
            attachment = (
                f'<p>附件：<a href="{link}" target="_blank" title="{document.title}.pdf">{document.title}.pdf</a></p>'
            )
        content = f"""<div class="ewb-article"><table class="ewb-info-table"><tr><td>索 引 号</td>
<td>{self.portal.owner_code}/{day:%Y}-{document.serial}</td><td>发布机构</td><td>{document.agency}</td></tr>
<tr><td>公开日期</td><td>{day:%Y-%m-%d}</td><td>文　　号</td><td></td></tr></table>
<h3 class="ewb-article-tt">{document.title}</h3>
<div class="ewb-article-sources">【发布时间：{day:%Y-%m-%d}】【来源：{self.portal.owner_name}人民政府办公室】
【阅读次数：<span id="infoclick"></span>】</div>
<div class="ewb-article-info">{self.body(document)}
{attachment}</div></div>"""
        return self._page(document.title, content, self.names[document.column], document)


def _refusal(text: str) -> Response:
    return _json({"custom": {}, "status": {"code": 0, "text": text}})


def _json(reply: dict[str, Any]) -> Response:
    return Response(json.dumps(reply, ensure_ascii=False).encode(), "application/json;charset=UTF-8")
