"""Ucap: .shtml lists numbered from 1, or filled by a search service in JSON; articles named by hexadecimal digits."""

import hashlib
import json
import random
from typing import TYPE_CHECKING, Any, ClassVar

from tests.portals import chrome
from tests.portals.documents import Content, Document
from tests.portals.families.base import Family
from tests.portals.families.labels import block
from tests.portals.markup import SUITE
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

if TYPE_CHECKING:
    from tests.portals.portal import Portal

_MAX_PAGE_SIZE = 50  # of the search service
_BODIES = {  # the article's container by the quirk that changes the address
    Quirk.UCAP_DATED: '<div class="gknbxq_detail">{}</div>',
    Quirk.UCAP_SEARCH: '<div class="content"><ucapcontent>{}</ucapcontent></div>',
    Quirk.UCAP_PC: '<div class="article-content" id="zoomcon">{}</div>',
}
_BODY = '<div class="xxgk-tt-content"><div id="UCAP-CONTENT">{}</div></div>'


class Ucap(Family):
    """Every column is a folder with a list in it. Folders, channels and page sizes are drawn from the county's code."""

    style = SUITE
    variants: ClassVar[tuple[frozenset[Quirk], ...]] = (
        frozenset(),
        frozenset({Quirk.UCAP_AGGREGATOR}),
        frozenset({Quirk.UCAP_DATED}),
        frozenset({Quirk.UCAP_SEARCH}),
        frozenset({Quirk.UCAP_SEARCH_LIST}),
        frozenset({Quirk.UCAP_PC}),
        frozenset({Quirk.UCAP_AGGREGATOR, Quirk.UCAP_SEARCH}),
    )
    names: ClassVar[dict[str, str]] = {
        "guide": "政府信息公开指南",
        "rules": "政府信息公开制度",
        "townships": "乡镇信息公开年报",
        "departments": "部门信息公开年报",
        "reports": "政府信息公开年报",
        "news": "要闻动态",
    }

    def __init__(self, portal: "Portal") -> None:
        super().__init__(portal)
        rng = random.Random(f"ucap:{portal.code}")  # noqa: S311 - practice data
        site = "".join(rng.choices("abcdefghlmnsxyz", k=4))
        numbers = rng.sample(range(100_100, 113_000), len(self.names))
        drawn = {name: f"/{site}/c{number}/" for name, number in zip(self.names, numbers, strict=True)}
        drawn["open"] = f"/{site}/zfxxgk/"
        if self._has(Quirk.UCAP_AGGREGATOR):
            drawn["aggregator"] = drawn["reports"]
            drawn["reports"] += rng.choice(("zfnb", "xzfnb", "bjnb")) + "/"
        self.places = {**drawn, **portal.layout}
        self.child_name = rng.choice((f"{portal.owner_name}人民政府信息公开年报", "本级"))
        self.per_page = rng.randrange(10, 16)
        self.series = rng.randrange(1, 10)
        pc, aggregator = self._has(Quirk.UCAP_PC), self._has(Quirk.UCAP_AGGREGATOR)
        self.stem = "xxgk_list" if aggregator else "list"
        self.prefix, self.suffix = ("pc/", "html") if pc else ("", "shtml")

    def _has(self, quirk: Quirk) -> bool:
        return quirk in self.portal.quirks

    @property
    def _service(self) -> str:
        """Where the script asks for lists; "" where they are static."""
        if self._has(Quirk.UCAP_SEARCH):
            return "/common/search/"
        return "/searchList/" if self._has(Quirk.UCAP_SEARCH_LIST) else ""

    # --- Addresses -------------------------------------------------------------------------------------------------
    def list_address(self) -> str:
        return self._service_question("reports") if self._service else self._list_page("reports")

    def _list_page(self, column: str, page: int = 1) -> str:
        number = "" if page == 1 else f"_{page}"
        return f"{self.places[column]}{self.prefix}{self.stem}{number}.{self.suffix}"

    def _channel(self, column: str) -> str:
        return _hex(self.portal.code, column)

    def _service_question(self, column: str) -> str:
        query = "_isAgg=true&_isJson=true&_pageSize=20&_template=index&_rangeTimeGte=&_channelName=&page=1"
        return f"{self._service}{self._channel(column)}?{query}"

    def _entrance(self, column: str) -> str:
        """What menus link to: of reports under an aggregator the aggregator."""
        if column == "reports" and "aggregator" in self.places:
            return f"{self.places['aggregator']}xxgk_lists.shtml"
        return self._list_page(column)

    def _gateway(self) -> str:
        folder = self.places["open"]
        return f"{folder}xxgk_navs.shtml?code={self.series}" if "aggregator" in self.places else f"{folder}zfxxgk.shtml"

    def address(self, document: Document) -> str:
        folder, day = self.places[document.column], document.published
        if self._has(Quirk.UCAP_DATED):
            return f"{folder}{day.year}/{day.month}/{day.day}/{self._hex(document)}.shtml"
        if self._has(Quirk.UCAP_SEARCH):
            return f"{folder}{day:%Y%m}/c{self.series:02}_{document.serial}.shtml"
        if self._has(Quirk.UCAP_PC):
            return f"{folder}pc/content/{self.series}{document.serial % 97}/content_{self._snowflake(document)}.html"
        return f"{folder}{day:%Y%m}/{self._hex(document)}.shtml"

    def attachment(self, document: Document) -> str:
        return f"{self._files(document)}{_hex(self._hex(document), 'pdf')}.pdf"

    def picture(self, document: Document, number: int) -> str:
        return f"{self._files(document)}{_hex(self._hex(document), str(number))}.png"

    def _files(self, document: Document) -> str:
        return f"{self.places[document.column]}{document.published:%Y%m}/{self._hex(document)}/files/"

    def _hex(self, document: Document) -> str:
        return _hex(self.portal.code, str(document.kind), document.agency, str(document.year))

    def _snowflake(self, document: Document) -> int:
        return 10**18 + int(self._hex(document)[:15], 16) % (8 * 10**18)

    # --- Pages -----------------------------------------------------------------------------------------------------
    def answer(self, request: Request) -> Response | None:
        if request.path in ("/", "/index.shtml"):
            return self._home()
        if request.target == self._gateway():
            return self._open()
        if "aggregator" in self.places and request.path == self._entrance("reports"):
            return self._aggregator()
        for column in self.names:
            if self._service and request.path == self._service + self._channel(column):
                return self._search(column, request.query)
            if request.path.startswith(self.places[column] + self.prefix + self.stem):
                return self._list(column, request.path)
        return self.document_page(request)

    def _page(self, title: str, content: str, column: str, channel: str, document: Document | None = None) -> str:
        main = (("首页", "/"), (self.names["news"], self._list_page("news")), ("政府信息公开", self._gateway()))
        left = tuple((text, self._entrance(name)) for name, text in self.names.items() if name != "news")
        quirks = self.portal.quirks
        head = '<meta charset="utf-8">\n<meta http-equiv="X-UA-Compatible" content="IE=edge">\n'
        head += chrome.meta_tags(self.portal, column, document, faulty=Quirk.FAULTY_META in quirks)
        if channel:
            head += f'\n<meta name="channelid" content="{self._channel(channel)}">'
        menu = chrome.Menu(main, left if column != "首页" else ())
        return chrome.page(self.portal, title, content, menu, head=head, counter=Quirk.COUNTER in quirks)

    def _home(self) -> Response:
        news = self.listed("news")
        content = f'<div class="tab"><ul class="pageList newsList">{"".join(map(self._row, news))}</ul></div>'
        content += f'<div class="zt"><a href="{self._gateway()}">政府信息公开</a><a href="/zwfw/">政务服务</a></div>'
        return self.html(self._page("首页", content, "首页", ""), self.list_modified(news))

    def _open(self) -> Response:
        links = "".join(
            f'<li><a href="{self._entrance(name)}" title="{text}">{text}</a></li>' for name, text in self.names.items()
        )
        content = f'<div class="zfxxgk_zdgk"><ul>{links}</ul></div>'
        return self.html(self._page("政府信息公开", content, "政府信息公开", ""), self.list_modified(()))

    def _aggregator(self) -> Response:
        """The column's name and nothing of its list: a script would show the child columns in tabs."""
        children = (
            ("部门信息公开年报", "departments"),
            (self.child_name, "reports"),
            ("乡镇信息公开年报", "townships"),
        )
        tabs = "".join(f'<li><a href="{self._list_page(column)}">{text}</a></li>' for text, column in children)
        content = f"""<div class="xxgk_tab"><ul>{tabs}</ul><div id="xxgk_content"></div></div>
<script>$(".xxgk_tab a").each(function(){{ $("#xxgk_content").load($(this).attr("href") + " .gknr_list") }})</script>"""
        name = self.names["reports"]
        return self.html(self._page(name, content, name, "aggregator"), self.list_modified(()))

    def _list(self, column: str, path: str) -> Response | None:
        documents, name = self.listed(column), self.names[column]
        pages = max(1, -(-len(documents) // self.per_page))
        numbers = {self._list_page(column, page): page for page in range(1, pages + 1)}
        if path not in numbers:
            return None
        if self._service:
            content = self._shell(column)
        else:
            current = numbers[path]
            shown = documents[(current - 1) * self.per_page : current * self.per_page]
            element = "page-div" if self._has(Quirk.UCAP_DATED) else "page_div"
            content = f"""{self._rows(shown)}
<!-- createPageHTML('{element}',99, 1,'index','shtml',990); -->
<div id="{element}"></div><script src="/ucap/js/page.js"></script>
<script>createPageHTML('{element}',{pages}, {current},'{self.stem}','{self.suffix}',{len(documents)});</script>"""
        content = f'<div class="dqwz">当前位置：<a href="/">首页</a> &gt; {name}</div>\n{content}'
        return self.html(self._page(name, content, name, column), self.list_modified(documents))

    def _rows(self, documents: tuple[Document, ...]) -> str:
        if self.series % 2:
            return f'<ul class="pageList newsList">{"".join(map(self._row, documents))}</ul>'
        rows = "\n".join(
            f'<dd><a href="{document.link or self.address(document)}" target="_blank">{document.title}</a>'
            f"<span>{document.published:%Y-%m-%d}</span></dd>"
            for document in documents
        )
        return f'<div class="gknr_list"><dl>{rows}</dl></div>'

    def _row(self, document: Document) -> str:
        short = document.title if len(document.title) < 28 else f"{document.title[:24]}..."
        link = document.link or self.address(document)
        anchor = f'<a href="{link}" target="_blank" title="{document.title}">{short}</a>'
        return f'<li>{anchor}<span class="time">{document.published:%Y-%m-%d}</span></li>'

    def _shell(self, column: str) -> str:
        """The empty list; half of the portals write the channel into the address, half take it from the meta tag."""
        question = self._service_question(column).removesuffix("1")
        if self.series % 2:
            address = f'"{question}" + page'
        else:
            address = f'"{self._service}" + $("meta[name=channelid]").attr("content") + "?{question.partition("?")[2]}"'
            address += " + page"
        return f"""<div class="gknr_list"><ul id="list"></ul></div><div id="page_div"></div>
<script>
var hot = "{self._service}{self._channel("news")}?_isAgg=true&_isJson=true&_pageSize=5&page=1"; //热点
function load(page){{ $.getJSON({address}, function(reply){{ render(reply.data) }}) }}
load(1);
</script>"""

    def _search(self, column: str, fields: dict[str, str]) -> Response:
        """A page of the channel; past its end there is none of it. Without ``_isJson`` it is a template's HTML."""
        if fields.get("_isJson") != "true":
            return Response(b"<div class='search_result'></div>")
        documents = self.listed(column)
        size = min(_MAX_PAGE_SIZE, _whole(fields.get("_pageSize")) or 10)
        page = _whole(fields.get("page")) or 1
        data = {
            "total": len(documents),
            "page": page,
            "rows": size,
            "channelId": self._channel(column),
            "results": [self._result(document) for document in documents[(page - 1) * size : page * size]],
        }
        reply = json.dumps({"code": 0, "data": data}, ensure_ascii=False)
        return Response(reply.encode(), "application/json;charset=UTF-8", modified=self.list_modified(documents))

    def _result(self, document: Document) -> dict[str, Any]:
        own = f"//{self.portal.host}:{self.portal.port}{self.address(document)}"
        return {
            "title": document.title.replace("信息公开", "<em>信息公开</em>"),
            "url": document.link or own,
            "publishedTimeStr": f"{document.published:%Y-%m-%d %H:%M:%S}",
            "content": "",
            "contentHtml": f'<div class="TRS_Editor"><a href="/t20200131_{document.serial}.html">附件</a></div>',
            "resList": [],
            "domainMetaList": [{"resultList": [{"key": "syh", "name": "索引号", "value": str(document.serial)}]}],
        }

    def article(self, document: Document) -> str:
        body = next((_BODIES[quirk] for quirk in _BODIES if self._has(quirk)), _BODY)
        attachment = ""
        if document.content is Content.PDF:
            attachment = f'<p class="fj">附件：<a href="{self.attachment(document)}">{document.title}.pdf</a></p>'
        content = f"""{block(document, f"{self.portal.owner_code}-{document.serial}", self.series)}
<h1>{document.title}</h1>
<div class="pages-date">发布时间：{document.published:%Y-%m-%d %H:%M}
<span>来源：{self.portal.owner_name}人民政府</span></div>
{body.format(self.body(document) + attachment)}
<div class="bdsharebuttonbox">分享到：</div>"""
        return self._page(document.title, content, self.names[document.column], document.column, document)


def _hex(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
