"""Lonsun: columns are shells whose rows /site/label/8888 gives as a fragment; news columns are paged by ?pageIndex."""

import hashlib
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from tests.portals import chrome
from tests.portals.documents import Content, Document
from tests.portals.families.base import Family
from tests.portals.markup import SUITE
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

if TYPE_CHECKING:
    from tests.portals.portal import Portal

PER_PAGE = 15

_LABEL = "/site/label/8888"
_NAMES = ("政府信息公开年报", "政府信息公开工作年度报告", "信息公开年报", "政府信息公开年度报告")


class Lonsun(Family):
    """The layout gives the numbers of site, organs (``…_organ``) and categories, and the template of the list."""

    style = SUITE
    money = "wan"
    variants: ClassVar[tuple[frozenset[Quirk], ...]] = (
        frozenset(),
        frozenset({Quirk.LABEL_PREFIX}),
        frozenset({Quirk.SHELL_COUNTS}),
        frozenset({Quirk.NEWS_COLUMN}),
    )

    def __init__(self, portal: "Portal") -> None:
        super().__init__(portal)
        draw = random.Random(f"lonsun:{portal.code}")  # noqa: S311 - practice data
        site, organ, category = draw.randrange(10**6, 10**7), draw.randrange(1000, 10**8), draw.randrange(10**6, 10**7)
        template = draw.choice(("publicInfoList_newest2020", "publicInfoList_2018", "xxgk_list_gova"))
        places = {"site": str(site), "template": f"/{draw.choice(('xxgk', 'zwgk'))}/{template}", "unit": str(site + 41)}
        places |= {"government": str(organ), "department": str(organ + 1000), "township": str(organ + 2000)}
        places |= {
            name: str(category + step) for name, step in (("reports", 17), ("departments", 23), ("townships", 38))
        }
        places |= {"guide": str(category), "news": str(site + 10_012)}
        self.places = {**places, **portal.layout}
        self.organs = {"reports": "government", "guide": "government", "departments": "department"}
        self.organs |= {"townships": "township"}
        self.names = {
            "guide": "政府信息公开指南",
            "reports": draw.choice(_NAMES),
            "departments": "部门信息公开年报",
            "townships": "乡镇信息公开年报",
            "news": "今日要闻",
        }
        quirks = portal.quirks
        self.platform = "/zwgk" if Quirk.LABEL_PREFIX in quirks else ""
        self.news_columns = ("news", "reports") if Quirk.NEWS_COLUMN in quirks else ("news",)

    # --- Addresses -------------------------------------------------------------------------------------------------
    def list_address(self) -> str:
        return self._column("reports")

    def _column(self, name: str) -> str:
        if name in self.news_columns:
            return f"/content/column/{self.places[name]}"
        return f"{self._organ(name)}?type=4&catId={self.places[name]}&action=list"

    def _organ(self, name: str) -> str:
        return f"{self.platform}/public/column/{self.places[self.organs[name]]}"

    def address(self, document: Document) -> str:
        if document.column in self.news_columns:
            return f"/content/article/{document.serial}"
        return f"{self.platform}/public/{self.places[self.organs[document.column]]}/{document.serial}.html"

    def attachment(self, document: Document) -> str:
        return f"{self._stored(document, 0)}.pdf"

    def picture(self, document: Document, number: int) -> str:
        return f"{self._stored(document, number + 1)}.png"

    def _stored(self, document: Document, number: int) -> str:
        """The address of a file in the portal's FastDFS store, without its ending."""
        name = f"{document.agency}{document.year}{document.kind}:{number}"
        digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest().upper()
        return f"/group{int(digest[0], 16) % 6 + 1}/M00/{digest[1:3]}/{digest[3:5]}/wKg{digest[5:28]}"

    # --- Pages -----------------------------------------------------------------------------------------------------
    def answer(self, request: Request) -> Response | None:
        path, fields = request.path, request.query
        if path in ("/", "/index.html"):
            return self._home()
        if path == f"{self.platform}{_LABEL}":
            return self._label(fields)
        for column in self.news_columns:
            if path == f"/content/column/{self.places[column]}":
                return self._news_column(column, fields.get("pageIndex", "1"))
        for column in self.organs:
            if path == self._organ(column) and fields.get("catId") == self.places[column]:
                return self._guide() if column == "guide" else self._shell(column)
        if path == self._organ("guide"):
            return self._open()
        return self.document_page(request)

    def _page(self, title: str, content: str, column: str, document: Document | None = None) -> str:
        quirks = self.portal.quirks
        head = '<meta charset="utf-8">\n'
        head += chrome.meta_tags(self.portal, column, document, faulty=Quirk.FAULTY_META in quirks)
        site = self.places["site"]
        head += f"""\n<link href="/assets/css/public.css" rel="stylesheet"><script src="/assets/js/jquery.js"></script>
<script src="/assets/js/lonsun/Ls.js"></script>
<script>Ls.site = {{siteId: '{site}', webName: 'ls'}};
/* Ls.pagination("#old_page", {{pageCount: 99, pageIndex: 1}}); */</script>"""
        main = (("首页", "/"), ("今日要闻", self._column("news")), ("政府信息公开", self._organ("guide")))
        left = (
            ()
            if column in ("首页", "今日要闻")
            else tuple((text, self._column(name)) for name, text in self.names.items())
        )
        counter = Quirk.COUNTER in quirks
        return chrome.page(self.portal, title, content, chrome.Menu(main, left), head=head, counter=counter)

    def _home(self) -> Response:
        news = self.listed("news")
        content = f"""<div class="xwlist"><ul class="doc_list list-{self.places["news"]}">{self._rows(news)}</ul></div>
<div class="zwgk"><a href="{self._organ("guide")}">政府信息公开</a></div>"""
        return self.html(self._page("首页", content, "首页"), self.list_modified(news))

    def _open(self) -> Response:
        links = "".join(f'<li><a href="{self._column(name)}">{text}</a></li>' for name, text in self.names.items())
        content = f'<div class="xxgk_tree"><ul id="tree">{links}</ul></div>'
        return self.html(self._page("政府信息公开", content, "政府信息公开"), self.list_modified(()))

    def _guide(self) -> Response:
        name = self.names["guide"]
        text = '<div class="wzcon j-fontContent"><p>办理的机构、方式和期限，以及监督电话。</p></div>'
        return self.html(self._page(name, text, name), self.list_modified(()))

    def _shell(self, column: str) -> Response:
        """A column of the platform without its rows: the script says how they are asked for, twice over."""
        places, name, unit = self.places, self.names[column], self.places["unit"]
        organ, label = places[self.organs[column]], f"{self.platform}{_LABEL}"
        pages = max(1, -(-len(self.listed(column)) // PER_PAGE))
        count = f"pageCount: {pages}, " if Quirk.SHELL_COUNTS in self.portal.quirks else ""
        content = f"""<h2>{name}</h2><div id="tree_{unit}"></div><div id="list_{unit}">正在加载…</div>
<div id="page_{unit}"></div>
<script>
$.get("{label}", {{IsAjax: 1, labelName: "publicCatalog", siteId: {places["site"]}, organId: {int(organ) + 5}, catId: 0,
  file: "/xxgk/publicCatalog_tree"}}, function(html) {{ $("#tree_{unit}").html(html); }});
function load_{unit}(pageIndex) {{
  var params = {{IsAjax: 1, dataType: "html", _: Math.random(), labelName: "publicInfoList", siteId: "{places["site"]}",
    pageSize: {PER_PAGE}, pageIndex: pageIndex, action: "list", fuzzySearch: false, fromCode: "title", keyWords: "",
    sortType: 1, isDate: true, dateFormat: "yyyy-MM-dd", length: 80, organId: "{organ}", type: 4, catIds: "", cId: "",
    catId: "{places[column]}", result: "暂无相关信息", file: "{places["template"]}"}};
  $.ajax({{type: "GET", url: "{label}", data: params, success: function(html) {{ $("#list_{unit}").html(html); }}}});
}}
Ls.pagination("#page_{unit}", {{{count}pageIndex: 1, callback: load_{unit}}}); load_{unit}(1);
</script>"""
        return self.html(self._page(name, content, name), self.list_modified(self.listed(column)))

    def _label(self, fields: dict[str, str]) -> Response:
        """The rows asked for, or the empty result: also where the question is not whole."""
        wanted = {"siteId": self.places["site"], "file": self.places["template"], "labelName": "publicInfoList"}
        whole = all(fields.get(name) == value for name, value in wanted.items())
        asked = (fields.get("organId"), fields.get("catId"))
        column = next((c for c, organ in self.organs.items() if asked == (self.places[organ], self.places[c])), None)
        documents = self.listed(column) if whole and column else ()
        size, index = int(fields.get("pageSize") or PER_PAGE), fields.get("pageIndex", "")
        current = int(index) if index.isdigit() else 0
        shown = documents[(current - 1) * size : current * size] if current else ()
        if not shown:
            return Response(f'<div class="nolist">{fields.get("result", "")}</div>'.encode())
        pages = -(-len(documents) // size)
        if Quirk.SHELL_COUNTS in self.portal.quirks:
            text = "".join(
                f'<div class="xxgk_navli"><ul><li>{self._row(document)}</li></ul></div>' for document in shown
            )
        else:
            rows = "".join(f'<li class="clearfix">{self._row(document)}</li>' for document in shown)
            text = f"""<ul class="clearfix xxgk_nav_list">{rows}</ul><div class="page" id="page_list"></div>
<script>Ls.pagination("#page_list", {{pageCount:{pages}, pageIndex:{current}, total:{len(documents)}}});</script>"""
        return Response(text.encode(), modified=self.list_modified(documents))

    def _news_column(self, column: str, index: str) -> Response:
        """A page of a news column; past the last one, and for nonsense, the first page once more."""
        documents, name, unit = self.listed(column), self.names[column], self.places["unit"]
        pages = max(1, -(-len(documents) // PER_PAGE))
        current = int(index) if index.isdigit() and 1 <= int(index) <= pages else 1
        rows = self._rows(documents[(current - 1) * PER_PAGE : current * PER_PAGE])
        content = f"""<h2>{name}</h2><ul class="doc_list list-{self.places[column]}">{rows}</ul>
<div class="page" id="page_{unit}"></div><script>
Ls.pagination("#page_{unit}", {{
  pageCount:{pages}, pageIndex:{current}, url: "/content/column/{self.places[column]}?pageIndex="}});</script>"""
        return self.html(self._page(name, content, name), self.list_modified(documents))

    def _rows(self, documents: Sequence[Document]) -> str:
        return "".join(f"<li>{self._row(document)}</li>" for document in documents)

    def _row(self, document: Document) -> str:
        link = document.link or self.portal.base + self.address(document)
        short = document.title if len(document.title) < 30 else f"{document.title[:24]}..."
        anchor = f'<a href="{link}" target="_blank" title="{document.title}">{short}</a>'
        return f'{anchor}<span class="date">{document.published:%Y-%m-%d}</span>'

    def article(self, document: Document) -> str:
        day, attachment = document.published, ""
        if document.content is Content.PDF:
            link = f"{self.portal.base}{self.attachment(document)}"
            attachment = f'<p><img src="/assets/images/files/pdf.gif"><a href="{link}">{document.title}.pdf</a></p>'
        content = f"""<table class="xxgk_table" width="100%">
<tr><th>索引号：</th><td>{self._index_number(document)}</td>
<th>组配分类：</th><td>政府信息公开年报</td></tr><tr><th>发布机构：</th><td>{document.agency}</td>
<th>发布日期：</th><td>{day:%Y-%m-%d %H:%M}</td></tr></table>
<h1 class="wztit">{document.title}</h1>
<div class="wzfxx"><span class="fbsj">发布时间：{day:%Y-%m-%d %H:%M}</span>
<span class="res">信息来源：{self.portal.owner_name}人民政府办公室</span>
<span>浏览次数：<b class="j-hit" data-id="{document.serial}">0</b></span></div>
<div class="wzcon j-fontContent">{self.body(document)}
{attachment}</div>
<div class="share">分享到：</div>"""
        return self._page(document.title, content, self.names[document.column], document)

    def _index_number(self, document: Document) -> str:
        return (
            f"11{self.portal.owner_code}0032{document.serial % 1000:03d}X/{document.published:%Y%m}-{document.serial}"
        )
