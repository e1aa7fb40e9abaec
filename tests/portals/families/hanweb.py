"""Hanweb JCMS: records in a datastore inside a script, more of them from dataproxy.jsp, articles at /art/Y/M/D/."""

import hashlib
import random
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from tests.portals import chrome
from tests.portals.documents import Content, Document, Kind
from tests.portals.families import hanweb_catalogue
from tests.portals.families.base import Family
from tests.portals.markup import SUITE
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

if TYPE_CHECKING:
    from tests.portals.portal import Portal

PER_PAGE = 15
WINDOW = 3 * PER_PAGE  # records in a page or an answer

_PROXY = "/module/web/jpage/dataproxy.jsp"
_PROXIES = {
    Quirk.JPAGE_PROXY: "/module/jpage/dataproxy.jsp",
    Quirk.OLD_PROXY: "/module/jslib/jquery/jpage/dataproxy.jsp",
    Quirk.MORE_COLUMNS: "/module/jpage/morecolumndataproxy.jsp",
}
_EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><datastore/>\r\n\r\n'  # 54 bytes
_DOWNLOAD = "/module/download/downfile.jsp"


class Hanweb(Family):
    """The layout gives the number of each column; columns without list show links alone."""

    style = SUITE
    money = "wan"
    names: ClassVar[dict[str, str]] = {
        "reports": "政府信息公开年报",
        "departments": "部门年报",
        "townships": "乡镇年报",
        "news": "今日要闻",
    }
    variants: ClassVar[tuple[frozenset[Quirk], ...]] = (
        frozenset(),
        frozenset({Quirk.PAGE_ONLY}),
        frozenset({Quirk.JPAGE_PROXY}),
        frozenset({Quirk.OLD_PROXY}),
        frozenset({Quirk.MORE_COLUMNS}),
        frozenset({Quirk.SEVERAL_UNITS}),
        frozenset({Quirk.CATALOGUE}),
    )

    def __init__(self, portal: "Portal") -> None:
        super().__init__(portal)
        drawn = random.Random(f"hanweb:{portal.code}")  # noqa: S311 - practice data
        first = drawn.randrange(1_229_000_000, 1_229_900_000, 100)
        numbers = {name: str(first + drawn.randrange(20) + 20 * n) for n, name in enumerate(("open", *self.names))}
        self.places = {**numbers, "unit": str(drawn.randrange(1_000_000, 9_000_000)), **portal.layout}

    # --- Addresses -------------------------------------------------------------------------------------------------
    def list_address(self) -> str:
        return self._column("reports")

    def _column(self, name: str) -> str:
        return f"/col/col{self.places[name]}/index.html"

    def address(self, document: Document) -> str:
        if document.kind is Kind.REPORT and document.agency == f"{self.portal.owner_name}人民政府":
            prescribed = self.portal.addresses.get(document.year)
            if prescribed:
                return prescribed
        day = document.published
        column = self.places[document.column]
        return f"/art/{day.year}/{day.month}/{day.day}/art_{column}_{document.serial}.html"

    def attachment(self, document: Document) -> str:
        return f"{_DOWNLOAD}?classid=0&filename={_hex(document)}.pdf"

    def picture(self, document: Document, number: int) -> str:
        return f"/picture/0/{document.published:%y%m%d%H%M%S}{document.serial}{number}.png"

    # --- Pages -----------------------------------------------------------------------------------------------------
    def answer(self, request: Request) -> Response | None:
        path = request.path
        if path in ("/", "/index.html"):
            return self._home()
        if path == self._column("open"):
            return self._open()
        if path == self._proxy_path():
            return self._proxy(request)
        if column := next((name for name in self.names if path == self._column(name)), None):
            return self._list(column)
        if Quirk.CATALOGUE in self.portal.quirks and (answer := hanweb_catalogue.answer(self, request)):
            return answer
        return self.document_page(request)

    def _page(self, title: str, content: str, column: str, document: Document | None = None) -> str:
        main = (("首页", "/"), ("今日要闻", self._column("news")), ("政府信息公开", self._column("open")))
        left = () if column == "首页" else tuple((text, self._column(name)) for name, text in self.names.items())
        quirks = self.portal.quirks
        head = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n'
        head += chrome.meta_tags(self.portal, column, document, faulty=Quirk.FAULTY_META in quirks)
        if document:
            number = self.places[document.column]
            head += (
                f'\n<meta name="i_columnid" content="{number}">\n<meta name="i_articleid" content="{document.serial}">'
            )
            head += f'\n<meta name="Maketime" content="{document.published:%Y-%m-%d %H:%M:%S}">'
        counter = Quirk.COUNTER in quirks
        return chrome.page(self.portal, title, content, chrome.Menu(main, left), head=head, counter=counter)

    def _home(self) -> Response:
        content = f'<h2>今日要闻</h2>{self._shell("news")}<a href="{self._column("open")}">政府信息公开</a>'
        return self.html(self._page("首页", content, "首页"), self.list_modified(self.listed("news")))

    def _open(self) -> Response:
        links = "".join(f'<li><a href="{self._column(name)}">{text}</a></li>' for name, text in self.names.items())
        return self.html(self._page("政府信息公开", f"<ul>{links}</ul>", "政府信息公开"), self.list_modified(()))

    def _list(self, column: str) -> Response:
        name, quirks = self.names[column], self.portal.quirks
        content = f"<h2>{name}</h2>"
        if Quirk.CATALOGUE in quirks:
            content += hanweb_catalogue.shell(self, self.places[column])
            return self.html(self._page(name, content, name), self.list_modified(()))
        if Quirk.SEVERAL_UNITS in quirks and column == "reports":
            content += f"<h3>{self.names['news']}</h3>{self._shell('news')}"
        content += self._shell(column)
        if Quirk.SEVERAL_UNITS in quirks and column == "reports":
            content += f"<h3>{self.names['departments']}</h3>{self._shell('departments')}"
        return self.html(self._page(name, content, name), self.list_modified(self.listed(column)))

    # --- Lists in datastores ---------------------------------------------------------------------------------------
    def _proxy_path(self) -> str:
        return next((path for quirk, path in _PROXIES.items() if quirk in self.portal.quirks), _PROXY)

    def _unit(self, column: str) -> str:
        """The number of the list's place on its page; that of the reports is the layout's."""
        return str(int(self.places["unit"]) + list(self.names).index(column))

    def _columns(self, column: str) -> tuple[str, ...]:
        """The columns whose documents a column's list shows."""
        several = Quirk.MORE_COLUMNS in self.portal.quirks and column == "reports"
        return ("reports", "departments", "townships") if several else (column,)

    def _in_store(self, columns: tuple[str, ...]) -> tuple[Document, ...]:
        return tuple(document for document in self.portal.documents() if document.column in columns)

    def _shell(self, column: str) -> str:
        """The empty list with the first records in a script, as the browser's jpage plug-in finds them."""
        unit, columns, quirks = self._unit(column), self._columns(column), self.portal.quirks
        documents = self._in_store(columns)
        ids = {"columnid": ",".join(self.places[name] for name in columns), "unitid": unit}
        if Quirk.ENCRYPTED_UNITS in quirks:
            ids = {name: hashlib.sha256(text.encode()).hexdigest()[:32] for name, text in ids.items()}
        query = f"page=1&appid=1&webid=3090&path=/&columnid={ids['columnid']}&unitid={ids['unitid']}"
        query += f"&webname={self.portal.owner_name}人民政府"
        query += "&b_vir=0&virinfos=&keyWordCount=999" if Quirk.MORE_COLUMNS in quirks else "&permissiontype=0"
        more = '<a href="index.html?pageNum=2">下一页</a>' if len(documents) > PER_PAGE else ""
        return f"""<div id="{unit}" class="default_pgContainer"><script type="text/xml"><datastore>
<nextgroup><![CDATA[<a href="{self._proxy_path()}?{query}"></a>]]></nextgroup>
{_records(self._record(document) for document in documents[:WINDOW])}
</datastore></script></div><div class="default_pgBar">{more}</div>
<script>var param_{unit}={{columnid:'{ids["columnid"]}',unitid:'{ids["unitid"]}'}};
$('#{unit}').jpage({{totalRecord:{len(documents)},perPage:{PER_PAGE},barRender:'default'}});</script>"""

    def _record(self, document: Document) -> str:
        day = f"{document.published:%Y-%m-%d}"
        address = document.link or self.address(document)
        short = f"{document.title[:20]}…"
        if document.serial % 3 == 0:  # three layouts, both kinds of quotation marks, debris within and without
            anchor = f"<a href='{address}' title='{document.title}' target=\"_blank\">{document.title}</a>"
            return f"<li>{anchor}<span>{day}</span></li>"
        if document.serial % 3 == 1:
            anchor = f'<a title="{document.title}" target="_blank" href="{address}">{short}</a>'
            return f"<li style=<br/>{anchor}<b>{day}</b></li>"
        return f'<li><a href="{address}" title="{document.title}"><li style=<br/>{short}</a><i>{day}</i></li>'

    def _proxy(self, request: Request) -> Response:
        """The records from startrecord to endrecord; where only ``page`` is honoured, that page of at most 100."""
        fields, quirks = request.query, self.portal.quirks
        numbers = (fields.get("columnid") or fields.get("col_id") or "").split(",")
        columns = tuple(name for name in self.names if self.places[name] in numbers)
        unit = fields.get("unitid")
        if not columns or unit not in (None, *map(self._unit, columns)):
            return Response(_EMPTY, "text/xml;charset=UTF-8")
        documents = self._in_store(columns)
        per_page = min(100, _whole(fields.get("perpage"), PER_PAGE))
        page = _whole(fields.get("page"), 1)
        start, end = (page - 1) * per_page, page * per_page
        if "startrecord" in fields and Quirk.PAGE_ONLY not in quirks:
            start = _whole(fields["startrecord"], 1) - 1
            end = min(start + 3 * per_page, _whole(fields.get("endrecord"), start + 3 * per_page))
        records = [self._record(document) for document in documents[start:end]]
        if Quirk.OLD_PROXY in quirks:
            literals = ",".join("'" + record.replace("'", "\\'") + "'" for record in records)
            return Response(f"[{literals}]".encode(), "text/html;charset=UTF-8")
        pages = -(-len(documents) // per_page)
        text = f"""<?xml version="1.0" encoding="utf-8"?>
<datastore><totalrecord>{len(documents)}</totalrecord><totalpage>{pages}</totalpage>
{_records(records)}</datastore>"""
        return Response(text.encode(), "text/xml;charset=UTF-8")

    def article(self, document: Document) -> str:
        government, number = f"{self.portal.owner_name}人民政府", self.places[document.column]
        attachment = ""
        if document.content is Content.PDF:
            link = self.attachment(document).replace("&", "&amp;")
            attachment = f'<p><img src="/module/jslib/icons/pdf.png"><a href="{link}">{document.title}.pdf</a></p>'
        content = f"""<table class="xxgk_table" width="100%">
<tr><td>索 引 号：</td><td>{self.index_number(document)}</td>
<td>成文日期：</td><td>{document.published:%Y-%m-%d}</td></tr>
<tr><td>发布机构：</td><td>{document.agency}</td><td>主题分类：</td><td>信息公开年报</td></tr>
<tr><td>文　　号：</td><td></td><td>公开方式：</td><td>主动公开</td></tr></table>
<div class="title"><!--<$[标题]>begin-->{document.title}<!--<$[标题]>end--></div>
<div class="info">发布日期：{document.published:%Y-%m-%d %H:%M}
信息来源：<!--<$[信息来源]>begin-->{government}<!--<$[信息来源]>end-->
浏览次数：<script src="/module/visitcount/articlehits.jsp?colid={number}&artid={document.serial}"></script></div>
<div id="zoom" class="bt_content"><!--ZJEG_RSS.content.begin-->
{self.body(document)}
{attachment}<!--ZJEG_RSS.content.end--></div>
<div class="share">分享到：</div>"""
        return self._page(document.title, content, self.names[document.column], document)

    def index_number(self, document: Document) -> str:
        return f"11{self.portal.owner_code}0024{document.serial % 1000:03d}R/{document.published:%Y}-{document.serial}"


def _records(records: Iterable[str]) -> str:
    rows = "\n".join(f"<record><![CDATA[{record}]]></record>" for record in records)
    return f"<recordset>\n{rows}\n</recordset>"


def _hex(document: Document) -> str:
    return hashlib.md5(f"{document.agency}{document.year}".encode(), usedforsecurity=False).hexdigest()


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and int(text) else otherwise
