"""The long tail: folders of lists and articles without a vendor's marks, one quirk for each way of being different."""

import random
from typing import TYPE_CHECKING, ClassVar

from tests.portals import chrome
from tests.portals.documents import Content, Document, Kind
from tests.portals.families import addresses, labels
from tests.portals.families.base import Family
from tests.portals.families.pagers import LEADS_ON, NAMES, Pager
from tests.portals.markup import PLAIN, SUITE, WORD
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

if TYPE_CHECKING:
    from tests.portals.portal import Portal

PER_PAGE = 10

_GONE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>提示信息</title></head>
<body><div class="tip">您访问的页面不存在或已删除！<a href="/">返回首页</a></div></body></html>"""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)
_YEAR_NAMES = (("{}年", "{}n"), ("{}年度", "nb_{}n"), ("{}年政府信息公开年报", "{}_504392"))


class Longtail(Family):
    """All folders are drawn by the county's code: no portal's addresses tell anything of another's."""

    variants: ClassVar[tuple[frozenset[Quirk], ...]] = (
        frozenset(),
        frozenset({Quirk.UUID_ADDRESSES, Quirk.PAGER_INDEX, Quirk.NO_META}),
        frozenset({Quirk.HEX_ADDRESSES, Quirk.PAGER_NUMBERS, Quirk.FAULTY_META}),
        frozenset({Quirk.CONTENT_ADDRESSES, Quirk.PAGER_SIGN}),
        frozenset({Quirk.C_ADDRESSES, Quirk.PAGER_QUERY, Quirk.SUBMENU}),
        frozenset({Quirk.DATED_FOLDERS, Quirk.FRAMED_LIST, Quirk.PAGER_INDEX}),
        frozenset({Quirk.NUMBERED_FOLDERS, Quirk.PAGER_BOX, Quirk.GBK, Quirk.NO_META}),
        frozenset({Quirk.YEAR_COLUMNS, Quirk.SUBMENU}),
        frozenset({Quirk.YEAR_COLUMNS, Quirk.NO_META, Quirk.DATED_FOLDERS}),
        frozenset({Quirk.COLUMN_IS_REPORT}),
        frozenset({Quirk.LAST_PAGE_REPEATS, Quirk.DOC_REPORT}),
        frozenset({Quirk.BEYOND_IS_200, Quirk.IMAGE_REPORT}),
        frozenset({Quirk.TOTAL_TOO_LARGE, Quirk.PAGER_INDEX}),
        frozenset({Quirk.TOTAL_TOO_SMALL, Quirk.PAGER_SIGN, Quirk.FAULTY_META}),
        frozenset({Quirk.LIST_GROWS, Quirk.PAGER_QUERY}),
        frozenset({Quirk.LIST_SHRINKS, Quirk.PAGER_QUERY}),
    )

    def __init__(self, portal: "Portal") -> None:
        super().__init__(portal)
        rng = random.Random(f"{portal.code}:longtail")  # noqa: S311 - practice data
        self.places = {**self.drawn(rng), **portal.layout}
        self.look = rng.randrange(12)
        self.style = (WORD, SUITE, PLAIN)[self.look % 3]
        self.changed = not {Quirk.LIST_GROWS, Quirk.LIST_SHRINKS} & portal.quirks

    # --- Addresses -------------------------------------------------------------------------------------------------
    def drawn(self, rng: random.Random) -> dict[str, str]:
        """The folder of each column."""
        return addresses.folders(self.portal.quirks, rng)

    def address(self, document: Document) -> str:
        folder = self.places[document.column]
        if Quirk.COLUMN_IS_REPORT in self.portal.quirks and document == self._newest():
            return folder
        return folder + addresses.article(self.portal.quirks, document)

    def attachment(self, document: Document) -> str:
        suffix = "doc" if Quirk.DOC_REPORT in self.portal.quirks else "pdf"
        return f"/upload/{document.published:%Y%m}/{addresses.hexadecimal(f'{document.serial}a')}.{suffix}"

    def picture(self, document: Document, number: int) -> str:
        return f"/upload/{document.published:%Y%m}/{addresses.hexadecimal(f'{document.serial}p{number}')}.png"

    def _newest(self) -> Document | None:
        return next((document for document in super().listed("reports") if self.is_own(document)), None)

    def is_own(self, document: Document) -> bool:
        return document.kind is Kind.REPORT and document.agency == f"{self.portal.owner_name}人民政府"

    def page_name(self, number: int, first: str = "") -> str:
        """The address of a list's page, seen from its folder."""
        pattern = next((name for quirk, name in NAMES.items() if quirk in self.portal.quirks), "list_{}.html")
        return first or "./" if number == 1 else pattern.format(number)

    # --- Pages -----------------------------------------------------------------------------------------------------
    def html(self, text: str, modified: float | None) -> Response:
        if Quirk.GBK not in self.portal.quirks:
            return super().html(text, modified)
        return Response(text.encode("gb18030"), "text/html; charset=ISO-8859-1", modified=modified)

    def answer(self, request: Request) -> Response | None:
        if request.target in ("/", "/index.html"):
            return self.home()
        if answered := self.document_page(request):
            return answered
        folder, _, file = request.path.rpartition("/")
        folder += "/"
        file = f"?{request.target.partition('?')[2]}" if "?" in request.target else file
        if folder in (self.places["open"], self.places["menu"]) and file in ("", "index.html"):
            return self.gateway(folder)
        for column in addresses.COLUMNS:
            if folder == self.places[column]:
                return self._column_page(column, file)
        return self._year_page(folder, file)

    def document_page(self, request: Request) -> Response | None:
        document = self.document_at(request.target)
        if document and request.target == self.attachment(document) and Quirk.DOC_REPORT in self.portal.quirks:
            return Response(_OLE, "application/msword", modified=self.modified(document))
        return super().document_page(request)

    def page(self, title: str, content: str, column: str, document: Document | None = None) -> str:
        quirks = self.portal.quirks
        head = f'<meta charset="{"gb2312" if Quirk.GBK in quirks else "utf-8"}">\n'
        if Quirk.NO_META not in quirks:
            head += chrome.meta_tags(self.portal, column, document, faulty=Quirk.FAULTY_META in quirks)
        main = (("首页", "/"), ("新闻", self.places["news"]), ("政府信息公开", self.places["open"]), ("»", "/map/"))
        counter = Quirk.COUNTER in quirks
        return chrome.page(self.portal, title, content, chrome.Menu(main), head=head, counter=counter)

    def names(self) -> dict[str, str]:
        """What each column is called."""
        if Quirk.SUBMENU in self.portal.quirks:
            level = self.portal.owner_name[-1]
            return {"reports": f"{level}政府年报", "departments": "部门年报", "townships": "乡镇年报", "news": "要闻"}
        own = ("政府信息公开年报", "政府信息公开年度报告", "信息公开工作年度报告")[self.look % 3]
        return {"reports": own, "departments": f"部门{own}", "townships": f"乡镇{own}", "news": "今日要闻"}

    def home(self) -> Response:
        news = self.listed("news")
        content = f'<ul class="news">{"".join(map(self.row, news))}</ul><a href="/wzbb/">政府网站年度报表</a>'
        return self.html(self.page("首页", content, "首页"), self.list_modified(news))

    def gateway(self, folder: str) -> Response:
        """政府信息公开, and 政府信息公开年报 where that is but a menu."""
        names = {column: name for column, name in self.names().items() if column != "news"}
        links = [(self.places[column], name) for column, name in names.items()]
        if Quirk.SUBMENU in self.portal.quirks and folder == self.places["open"]:
            links = [(self.places["menu"], "政府信息公开年报")]
        links += [(f"{folder}zn/", "政府信息公开指南"), (f"{folder}bb/", "政府网站工作年度报表")]
        rows = "".join(f'<li><a href="{link}">{name}</a></li>' for link, name in links)
        title = "政府信息公开" if folder == self.places["open"] else "年度报告"
        return self.html(self.page(title, f'<ul class="tree">{rows}</ul>', title), self.list_modified(()))

    def _column_page(self, column: str, file: str) -> Response | None:
        quirks, own = self.portal.quirks, column == "reports"
        documents, name = self.listed(column), self.names()[column]
        if own and Quirk.YEAR_COLUMNS in quirks and file in ("", "index.html"):
            return self._years(documents, name)
        if own and Quirk.FRAMED_LIST in quirks:
            return self._shell(name) if file in ("", "index.html") else self.list(documents, name, file, "frame.html")
        answered = self.list(documents, name, file)
        if own and not self.changed:
            self.changed = True
            newest = self._newest()
            assert newest
            change = self.portal.withdraw if Quirk.LIST_SHRINKS in quirks else self.portal.publish
            change(newest.year)
        return answered

    def listed(self, column: str) -> tuple[Document, ...]:
        documents = super().listed(column)
        newest = self._newest() if column == "reports" else None
        hidden = Quirk.COLUMN_IS_REPORT in self.portal.quirks
        hidden = hidden or (Quirk.LIST_GROWS in self.portal.quirks and not self.changed)
        return tuple(document for document in documents if not (hidden and document == newest))

    def _shell(self, name: str) -> Response:
        frames = ("/js/tree.jsp?area=1", "/share.html", "frame.html", "/visitcount.html")
        rows = "".join(f'<iframe src="{frame}" frameborder="0"></iframe>' for frame in frames)
        return self.html(self.page(name, rows, name), self.list_modified(()))

    def _years(self, documents: tuple[Document, ...], name: str) -> Response:
        label, slug = _YEAR_NAMES[self.look % 3]
        years = sorted({document.published.year for document in documents}, reverse=True)
        rows = "".join(f'<li><a href="./{slug.format(year)}/">{label.format(year)}</a></li>' for year in years)
        return self.html(self.page(name, f'<ul class="years">{rows}</ul>', name), self.list_modified(documents))

    def _year_page(self, folder: str, file: str) -> Response | None:
        """The column of a year of publication: its reports are those of the year before, or older."""
        if Quirk.YEAR_COLUMNS not in self.portal.quirks:
            return None
        label, slug = _YEAR_NAMES[self.look % 3]
        for year in range(2000, 2030):
            if folder == f"{self.places['reports']}{slug.format(year)}/":
                documents = tuple(one for one in self.listed("reports") if one.published.year == year)
                return self.list(documents, label.format(year), file)
        return None

    def list(self, documents: tuple[Document, ...], name: str, file: str, first: str = "") -> Response | None:
        quirks = self.portal.quirks
        pages = max(1, -(-len(documents) // PER_PAGE))
        number = {"": 1, "index.html": 1, first: 1} | {self.page_name(n, first): n for n in range(2, pages + 60)}
        current = number.get(file, 0)
        if current > pages and Quirk.BEYOND_IS_200 in quirks:
            return Response(_GONE.encode())
        if not 1 <= current <= (pages + 60 if Quirk.LAST_PAGE_REPEATS in quirks else pages):
            return None
        shown = documents[(min(current, pages) - 1) * PER_PAGE :][:PER_PAGE]
        kept = quirks if len(documents) > PER_PAGE else quirks - LEADS_ON
        pager = Pager(current, pages, len(documents), lambda n: self.page_name(n, first), kept)
        path = f'<div class="path">首页 » <a href="{self.places["open"]}">政府信息公开</a> » {name}</div>'
        content = f'{path}<h2>{name}</h2><ul class="news">{"".join(map(self.row, shown))}</ul>{pager.markup()}'
        return self.html(self.page(name, content, name), self.list_modified(documents))

    def row(self, document: Document) -> str:
        link = document.link or self.address(document)
        return f'<li><a href="{link}">{document.title}</a><span>{document.published:%Y-%m-%d}</span></li>'

    def article(self, document: Document) -> str:
        attachment = ""
        if document.content is Content.PDF and Quirk.IMAGE_REPORT not in self.portal.quirks:
            link = self.attachment(document)
            attachment = f'<p>附件：<a href="{link}">{document.title}{link[link.rindex(".") :]}</a></p>'
        older = self.listed("reports") if self.address(document) == self.places["reports"] else ()
        rows = f'<h3>往年年报</h3><ul class="news">{"".join(map(self.row, older))}</ul>' if older else ""
        index_number = f"11{self.portal.owner_code}MB{document.serial}/{document.published:%Y}-{self.look:05}"
        content = f"""{labels.block(document, index_number, self.look)}<h1>{document.title}</h1>
<div class="info">发布时间：{document.published:%Y-%m-%d %H:%M} 来源：{self.portal.owner_name}人民政府办公室</div>
<div class="article-content">{self.body(document)}{attachment}</div>{rows}"""
        return self.page(document.title, content, self.names()[document.column], document)

    def body(self, document: Document) -> str:
        if document.content is Content.PDF and Quirk.IMAGE_REPORT in self.portal.quirks:
            return "".join(self.image(document, number) for number in range(self.pictures(document)))
        return super().body(document)

    def pictures(self, document: Document) -> int:
        scanned = document.content is Content.PDF and Quirk.IMAGE_REPORT in self.portal.quirks
        return 3 if scanned else super().pictures(document)
