"""A long-tail portal in GBK: query-string addresses, no meta tags, plain link texts, 下一页, one year apart."""

from typing import ClassVar

from tests.portals import chrome
from tests.portals.documents import Content, Document, Kind
from tests.portals.families.base import Family
from tests.portals.markup import PLAIN
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

PER_PAGE = 10

_INDEX = "/index.php"


class Generic(Family):
    """The layout gives the number of each category, and ``apart``, the year that has a sub-column of its own."""

    style = PLAIN
    layout: ClassVar[dict[str, str]] = {
        "open": "12",
        "reports": "760",
        "departments": "761",
        "townships": "762",
        "news": "8",
        "apart": "",
        "apart_column": "775",
    }
    names: ClassVar[dict[str, str]] = {
        "reports": "信息公开年度报告",
        "departments": "部门年度报告",
        "townships": "乡镇年度报告",
        "news": "本县新闻",
    }

    # --- Addresses -------------------------------------------------------------------------------------------------
    def list_address(self) -> str:
        return self._column(self.places["reports"])

    def _column(self, number: str, page: int = 1) -> str:
        address = f"{_INDEX}?m=content&c=index&a=lists&catid={number}"
        return address if page == 1 else f"{address}&page={page}"

    def address(self, document: Document) -> str:
        category = self.places["apart_column"] if self._stands_apart(document) else self.places[document.column]
        return f"{_INDEX}?m=content&c=index&a=show&catid={category}&id={document.serial}"

    def attachment(self, document: Document) -> str:
        return f"/uploadfile/{document.published:%Y/%m%d}/{document.published:%Y%m%d}{document.serial}.pdf"

    def picture(self, document: Document, number: int) -> str:
        return f"/uploadfile/{document.published:%Y/%m%d}/{document.published:%Y%m%d}{document.serial}{number}.png"

    def _stands_apart(self, document: Document) -> bool:
        return document.kind is Kind.REPORT and str(document.year) == self.places["apart"]

    # --- Pages -----------------------------------------------------------------------------------------------------
    def html(self, text: str, modified: float | None) -> Response:
        """GBK bytes under a header that says otherwise."""
        return Response(text.encode("gb18030"), "text/html; charset=ISO-8859-1", modified=modified)

    def robots(self) -> str:
        return "User-agent: *\nDisallow: /caches\nDisallow: /phpcms\nDisallow: /index.php?m=search\n"

    def answer(self, request: Request) -> Response | None:
        if request.target in ("/", "/index.html", _INDEX):
            return self._home()
        fields = request.query
        if request.path == _INDEX and fields.get("a") == "lists":
            return self._lists(fields.get("catid", ""), fields.get("page", "1"))
        return self.document_page(request)

    def _lists(self, number: str, page: str) -> Response | None:
        if number == self.places["open"]:
            return self._open()
        apart = [document for document in self.listed("reports") if self._stands_apart(document)]
        if number == self.places["apart_column"] and apart:
            return self._list(f"{apart[0].year}年", number, apart, page)
        for column, name in self.names.items():
            if number == self.places[column]:
                documents = [document for document in self.listed(column) if not self._stands_apart(document)]
                return self._list(name, number, documents, page)
        return None

    def _page(self, title: str, content: str) -> str:
        main = (
            ("首页", "/"),
            ("新闻", self._column(self.places["news"])),
            ("信息公开", self._column(self.places["open"])),
        )
        head = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
        text = chrome.page(
            self.portal, title, content, chrome.Menu(main), head=head, counter=Quirk.COUNTER in self.portal.quirks
        )
        return text.replace("<!DOCTYPE html>", '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN">')

    def _home(self) -> Response:
        rows = "".join(self._row(document) for document in self.listed("news"))
        link = self._column(self.places["open"])
        content = f'<table width="100%">{rows}</table><a href="{link}"><b>政府信息公开</b></a>'
        return self.html(self._page("首页", content), self.list_modified(self.listed("news")))

    def _open(self) -> Response:
        links = "".join(
            f'<a href="{self._column(self.places[name])}">{text}</a>　' for name, text in self.names.items()
        )
        return self.html(self._page("信息公开", f"<p>{links}</p>"), self.list_modified(()))

    def _list(self, name: str, number: str, documents: list[Document], page: str) -> Response | None:
        pages = max(1, -(-len(documents) // PER_PAGE))
        current = int(page) if page.isdigit() else 0
        if not 1 <= current <= pages:
            return None
        shown = documents[(current - 1) * PER_PAGE : current * PER_PAGE]
        rows = "\n".join(self._row(document) for document in shown)
        apart = ""
        if self.places["apart"] and number == self.places["reports"]:
            apart = f'<p>分类：<a href="{self._column(self.places["apart_column"])}">{self.places["apart"]}年</a></p>'
        links = [f'<a href="{self._column(number)}">首页</a>']
        if current > 1:
            links.append(f'<a href="{self._column(number, current - 1)}">上一页</a>')
        if current < pages:
            links.append(f'<a href="{self._column(number, current + 1)}">下一页</a>')
        content = f"""<h2>{name}</h2>{apart}<table width="100%" class="tb">
{rows}
</table><div id="pages">共{len(documents)}条 {current}/{pages} {" ".join(links)}</div>"""
        return self.html(self._page(name, content), self.list_modified(tuple(documents)))

    def _row(self, document: Document) -> str:
        link = (document.link or self.address(document)).replace("&", "&amp;")
        return f'<tr><td>·<a href="{link}">{document.title}</a></td><td>[{document.published:%Y-%m-%d}]</td></tr>'

    def article(self, document: Document) -> str:
        attachment = ""
        if document.content is Content.PDF:
            attachment = f'<P>附件下载：<A href="{self.attachment(document)}">{document.title}.pdf</A></P>'
        content = f"""<TABLE width="100%" border=0><TR><TD align=center class=bt><B>{document.title}</B></TD></TR>
<TR><TD align=center>日期：{document.published:%Y-%m-%d}　作者：
点击：<script src="/api.php?op=count&id={document.serial}"></script></TD></TR>
<TR><TD class=nr>{self.body(document)}
{attachment}</TD></TR></TABLE>"""
        return self._page(document.title, content)
