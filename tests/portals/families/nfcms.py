"""NFCMS: static lists numbered from 1 with the last number behind 尾页, articles at content/post_N.html."""

import random
from typing import TYPE_CHECKING, ClassVar

from tests.portals import chrome
from tests.portals.documents import Content, Document
from tests.portals.families.base import Family
from tests.portals.markup import WORD
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

if TYPE_CHECKING:
    from tests.portals.portal import Portal

_BODIES = (
    '<div class="article-content">{}</div>',
    '<div class="content_article" id="zoomcon">{}</div>',
    '<div class="news_cont_d_wrap">{}</div>',
)


class Nfcms(Family):
    """Every column is a folder. Folders, the site's number and page sizes are drawn from the county's code."""

    style = WORD
    variants: ClassVar[tuple[frozenset[Quirk], ...]] = (
        frozenset(),
        frozenset({Quirk.NFCMS_NO_NEXT}),
        frozenset({Quirk.NFCMS_MOBILE}),
        frozenset({Quirk.NFCMS_NO_NEXT, Quirk.NFCMS_MOBILE}),
    )
    names: ClassVar[dict[str, str]] = {
        "guide": "政府信息公开指南",
        "rules": "政府信息公开制度",
        "departments": "部门信息公开年报",
        "reports": "政府信息公开年报",
        "townships": "镇街信息公开年报",
        "news": "政务动态",
    }

    def __init__(self, portal: "Portal") -> None:
        super().__init__(portal)
        rng = random.Random(f"nfcms:{portal.code}")  # noqa: S311 - practice data
        root = rng.choice(("/zwgk/", "/xxgk/", f"/{''.join(rng.choices('bdfghjlmpqsxyz', k=3))}zwgk/"))
        slugs = {
            "open": "",
            "guide": rng.choice(("xxgkzn", "zfxxgkzn")) + "/",
            "rules": rng.choice(("xxgkzd", "zfxxgkzd")) + "/",
            "departments": rng.choice(("bmnb", "bmxxgknb")) + "/",
            "reports": rng.choice(("xxgknb", "zfxxgknb", "zfxxgkgzndbg")) + "/",
            "townships": rng.choice(("zjnb", "zjxxgknb")) + "/",
            "news": rng.choice(("zwdt", "zwyw")) + "/",
        }
        self.places = {**{name: root + slug for name, slug in slugs.items()}, **portal.layout}
        self.site = f"{portal.code[:4]}{rng.randrange(100, 999)}"
        self.per_page = rng.randrange(10, 16)
        self.container = rng.choice(_BODIES)

    def _has(self, quirk: Quirk) -> bool:
        return quirk in self.portal.quirks

    # --- Addresses -------------------------------------------------------------------------------------------------
    def address(self, document: Document) -> str:
        return f"{self.places[document.column]}content/post_{document.serial}.html"

    def attachment(self, document: Document) -> str:
        return f"/attachment/0/{document.serial // 1000}/{document.serial}/{document.serial % 977}.pdf"

    def picture(self, document: Document, number: int) -> str:
        return f"/img/0/{document.serial // 1000}/{document.serial}/{document.serial}{number}.png"

    def _list_page(self, column: str, page: int) -> str:
        return f"{self.portal.base}{self.places[column]}index{'' if page == 1 else f'_{page}'}.html"

    # --- Pages -----------------------------------------------------------------------------------------------------
    def answer(self, request: Request) -> Response | None:
        if request.path in ("/", "/index.html"):
            return self._home()
        folder, _, file = request.path.rpartition("/")
        folder += "/"
        if folder == self.places["open"] and file in ("", "index.html") and self._is_static("open"):
            return self._open()
        for column in self.names:
            if folder == self.places[column] and self._is_static(column):
                return self._list(column, file or "index.html")
        twin = Request(request.method, request.target.replace("/mpost_", "/post_"), request.headers)
        return self.document_page(twin)

    def _is_static(self, column: str) -> bool:
        """Whether the column is a folder of pages."""
        return column in self.places

    def _page(self, title: str, content: str, column: str, document: Document | None = None) -> str:
        left = () if column == "首页" else tuple(self._links())
        quirks = self.portal.quirks
        head = '<meta charset="utf-8">\n' + chrome.meta_tags(
            self.portal, column, document, faulty=Quirk.FAULTY_META in quirks
        )
        post = f"var NFCMS_POST_ID = '{document.serial}';" if document else ""
        if document:
            head += f'\n<meta name="ArticleId" content="{document.serial}">'
        head += f"""
<script>var NFCMS_SITE_ID = '{self.site}';{post}</script>
<script src="//statistics.gd.test/visit/?site={self.site}" async></script>"""
        menu = chrome.Menu((("首页", "/"), *self._main()), left)
        return chrome.page(self.portal, title, content, menu, head=head, counter=Quirk.COUNTER in quirks)

    def _main(self) -> tuple[tuple[str, str], ...]:
        return ((self.names["news"], self.places["news"]), ("政府信息公开", self.places["open"]))

    def _links(self) -> list[tuple[str, str]]:
        """The columns of the 政府信息公开 pages by name and address."""
        return [(text, f"{self.places[name]}index.html") for name, text in self.names.items() if name != "news"]

    def _home(self) -> Response:
        news = self.listed("news")
        content = f'<ul class="news_list">{"".join(map(self._row, news))}</ul>'
        return self.html(self._page("首页", content, "首页"), self.list_modified(news))

    def _open(self) -> Response:
        links = "".join(f'<li><a href="{address}">{text}</a></li>' for text, address in self._links())
        return self.html(self._page("政府信息公开", f"<ul>{links}</ul>", "政府信息公开"), self.list_modified(()))

    def _list(self, column: str, file: str) -> Response | None:
        documents, name = self.listed(column), self.names[column]
        pages = max(1, -(-len(documents) // self.per_page))
        numbers = {"index.html": 1} | {f"index_{page}.html": page for page in range(2, pages + 1)}
        if file not in numbers:
            return None
        current = numbers[file]
        shown = documents[(current - 1) * self.per_page : current * self.per_page]
        rows = "\n".join(map(self._row, shown))
        content = f"""<div class="pos"><a href="/">首页</a> &gt; {name}</div>
<ul class="list_con">
{rows}
</ul>
<div class="page">{self._pager(column, current, pages)}</div>"""
        return self.html(self._page(name, content, name), self.list_modified(documents))

    def _pager(self, column: str, current: int, pages: int) -> str:
        first, last = self._list_page(column, 1), self._list_page(column, pages)
        pieces = [f'<a class="first" href="{first}">首页</a>', f'<span class="current">{current}</span>']
        if not self._has(Quirk.NFCMS_NO_NEXT):
            if current > 1:
                pieces.insert(1, f'<a class="prev" href="{self._list_page(column, current - 1)}">上一页</a>')
            if current < pages:
                pieces.append(f'<a class="next" href="{self._list_page(column, current + 1)}">下一页</a>')
        pieces.append(f'<a class="last" href="{last}">尾页</a>')
        return "\n".join(pieces)

    def _row(self, document: Document) -> str:
        link = document.link or self.portal.base + self.address(document)
        if self._has(Quirk.NFCMS_MOBILE) and document.serial % 3 == 0:
            link = link.replace("/post_", "/mpost_")
        short = document.title if len(document.title) < 30 else f"{document.title[:26]}…"
        row = f'<a href="{link}" target="_blank" title="{document.title}">{short}</a>'
        return f"<li>{row}<span class='time'>{document.published:%Y-%m-%d}</span></li>"

    def article(self, document: Document) -> str:
        content = f"""<h1 class="content_title">{document.title}</h1>
<div class="info">发布时间：{document.published:%Y-%m-%d %H:%M:%S} <span>来源：{self.portal.owner_name}人民政府</span>
<span>【字体：大 中 小】</span></div>
{self.container.format(self.body(document) + self._attachments(document))}
<div class="print">【打印】【关闭】</div>"""
        return self._page(document.title, content, self.names[document.column], document)

    def _attachments(self, document: Document) -> str:
        if document.content is not Content.PDF:
            return ""
        link = self.portal.base + self.attachment(document)
        return f"""<p>附件：<a class="nfw-cms-attachment" attachment-id="{document.serial % 977}" href="{link}"
alt="{document.title}.pdf">点击下载</a></p>"""
