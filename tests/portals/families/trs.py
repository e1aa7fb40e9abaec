"""TRS WCM: static folders, relative links, pagers in script, attachments named P0….pdf with an OLDSRC."""

import re
from typing import TYPE_CHECKING, ClassVar

from tests.portals import chrome
from tests.portals.documents import Content, Document, Kind
from tests.portals.families.base import Family
from tests.portals.families.trs_pager import pager
from tests.portals.markup import WORD
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

if TYPE_CHECKING:
    from tests.portals.portal import Portal

PER_PAGE = 15
ARTICLE_PAGES = 3  # of an article that is cut into several

_NAMES = {  # of the columns, by the portal's code
    "reports": ("政府信息公开年报", "政府信息公开工作年度报告", "信息公开年度报告"),
    "departments": ("部门信息公开年报", "部门年度报告", "各部门年报"),
    "townships": ("镇街信息公开年报", "乡镇街道年报", "乡镇年度报告"),
    "news": ("政务要闻", "今日要闻", "本地新闻"),
    "guide": ("政府信息公开指南", "公开指南", "信息公开指南"),
    "rules": ("政府信息公开制度", "公开制度", "信息公开制度"),
}
_SHTML = frozenset({Quirk.FROM_TWO, Quirk.FROM_TWO_REPEATED, Quirk.NUMBERED_LINKS, Quirk.UNDATED})
_FROM_TWO = frozenset({Quirk.FROM_TWO, Quirk.FROM_TWO_REPEATED, Quirk.NUMBERED_LINKS})
_PARAGRAPH = re.escape(WORD.paragraph.partition("{}")[0])


class Trs(Family):
    """Folders of lists and articles. The layout gives the folder of each column."""

    style = WORD
    variants: ClassVar[tuple[frozenset[Quirk], ...]] = (
        frozenset(),
        frozenset({Quirk.COMMENTED_PAGER, Quirk.WAP_BESIDE}),
        frozenset({Quirk.COMMENTED_CODE, Quirk.OLDSRC_ALIVE}),
        frozenset({Quirk.FROM_TWO}),
        frozenset({Quirk.FROM_TWO_REPEATED, Quirk.UNDATED, Quirk.NEEDS_REFERER}),
        frozenset({Quirk.NUMBERED_LINKS, Quirk.WAP_INSTEAD}),
        frozenset({Quirk.HTM, Quirk.OTHER_PREFIX}),
        frozenset({Quirk.YEAR_FOLDERS, Quirk.FAULTY_META}),
        frozenset({Quirk.CUT_ARTICLES}),
    )

    def __init__(self, portal: "Portal") -> None:
        super().__init__(portal)
        self.quirks = quirks = portal.quirks
        code = int(portal.code)
        self.names = {column: names[code % 3] for column, names in _NAMES.items()}
        self.places = {**_layout(code), **portal.layout}
        self.suffix = "htm" if Quirk.HTM in quirks else "shtml" if quirks & _SHTML else "html"
        self.stem = "list" if Quirk.OTHER_PREFIX in quirks else "index"

    # --- Addresses -------------------------------------------------------------------------------------------------
    def address(self, document: Document) -> str:
        own = document.kind is Kind.REPORT and document.agency == f"{self.portal.owner_name}人民政府"
        if own and document.year in self.portal.addresses:
            return self.portal.addresses[document.year]
        day, folder = document.published, self._column_folder(document)
        if Quirk.UNDATED in self.quirks:
            return f"{folder}t{document.serial}{document.year % 100:02d}.{self.suffix}"
        return f"{folder}{day:%Y%m}/t{day:%Y%m%d}_{document.serial}.{self.suffix}"

    def attachment(self, document: Document) -> str:
        beside, old = self._file_addresses(document)
        return old if Quirk.OLDSRC_ALIVE in self.quirks else beside

    def _file_addresses(self, document: Document) -> tuple[str, str]:
        """What href and OLDSRC say: the file beside the article, and the editor's own copy. One of them is dead."""
        name = f"P0{document.published:%Y%m%d%H%M%S}{document.serial}.pdf"
        return self._folder(document) + name, f"/protect/{name[:8]}/{name[:10]}/{name}"

    def picture(self, document: Document, number: int) -> str:
        return f"{self._folder(document)}W0{document.published:%Y%m%d%H%M%S}{document.serial}{number:03d}.png"

    def _column_folder(self, document: Document) -> str:
        if document.column == "reports" and Quirk.YEAR_FOLDERS in self.quirks:
            return self._year_folder(document.year)
        return self.places[document.column]

    def _year_folder(self, year: int) -> str:
        return f"{self.places['reports']}{year}n_{(int(self.portal.code) * 7 + year * 13) % 9000 + 1000}/"

    def _folder(self, document: Document) -> str:
        return self.address(document).rpartition("/")[0] + "/"

    # --- Pages -----------------------------------------------------------------------------------------------------
    def answer(self, request: Request) -> Response | None:
        path = request.path
        if path in ("/", f"/index.{self.suffix}"):
            return self._home()
        folder, _, file = path.rpartition("/")
        folder += "/"
        if folder == self.places["open"] and file in ("", f"index.{self.suffix}"):
            return self._open()
        for column in self.names:
            if folder == self.places[column]:
                found = self._text_page(column) if column in ("guide", "rules") else self._list(column, file)
                return found or self._document(request)
        if Quirk.YEAR_FOLDERS in self.quirks and folder.startswith(self.places["reports"]):
            for year in {document.year for document in self.listed("reports")}:
                if folder == self._year_folder(year):
                    documents = tuple(document for document in self.listed("reports") if document.year == year)
                    return self._list_page("reports", folder, documents, file) or self._document(request)
        return self._document(request)

    def _document(self, request: Request) -> Response | None:
        """A document's page, its mobile twin, a further page of it, or its file."""
        if document := self.document_at(re.sub(r"(_wap|_[12])(\.s?html?)$", r"\2", request.target)):
            further = re.search(r"_([12])\.s?html?$", request.target)
            if further and request.target != self.address(document):
                text = self.article(document, int(further[1])) if self._is_cut(document) else None
                return self.html(text, self.modified(document)) if text else None
            if (
                request.path.endswith(".pdf")
                and Quirk.NEEDS_REFERER in self.quirks
                and "referer" not in request.headers
            ):
                return Response(b"", status=501)
            if "_wap." in request.target:
                return self.html(self.article(document), self.modified(document)) if self._has_twin else None
        return self.document_page(request)

    @property
    def _has_twin(self) -> bool:
        return bool(self.quirks & {Quirk.WAP_BESIDE, Quirk.WAP_INSTEAD})

    def _menu(self, *, left: bool = True) -> chrome.Menu:
        places = self.places
        main = (("首页", "/"), ("政务要闻", places["news"]), ("政府信息公开", places["open"]), ("互动交流", "/hdjl/"))
        columns = ("guide", "rules", "reports", "departments", "townships")
        return chrome.Menu(main, tuple((self.names[column], places[column]) for column in columns) if left else ())

    def _page(self, title: str, content: str, column: str, document: Document | None = None) -> str:
        quirks = self.portal.quirks
        head = '<meta charset="utf-8">\n<meta http-equiv="X-UA-Compatible" content="IE=edge">\n'
        head += chrome.meta_tags(self.portal, column, document, faulty=Quirk.FAULTY_META in quirks)
        menu = self._menu(left=column not in ("首页", "政务要闻"))
        return chrome.page(self.portal, title, content, menu, head=head, counter=Quirk.COUNTER in quirks)

    def _home(self) -> Response:
        news = self.listed("news")
        rows = "".join(self._row(document, "/") for document in news)
        content = f'<div class="focus"><img src="/images/focus.png"></div><ul class="list">{rows}</ul>'
        content += (
            f'<div class="zone"><a href="{self.places["open"]}">政府信息公开</a><a href="/zwfw/">政务服务</a></div>'
        )
        return self.html(self._page("首页", content, "首页"), self.list_modified(news))

    def _open(self) -> Response:
        links = "".join(f'<li><a href="{self.places[name]}">{text}</a></li>' for name, text in self.names.items())
        content = f'<h2>政府信息公开</h2><ul class="list">{links}<li><a href="/zwgk/czyjs/">财政预决算</a></li></ul>'
        return self.html(
            self._page("政府信息公开", content, "政府信息公开"), self.list_modified(self.listed("reports"))
        )

    def _text_page(self, column: str) -> Response:
        content = f'<div class="TRS_Editor"><p>{self.names[column]}：办理的机构、方式和期限，以及监督电话。</p></div>'
        return self.html(self._page(self.names[column], content, self.names[column]), self.list_modified(()))

    def _list(self, column: str, file: str) -> Response | None:
        documents = self.listed(column)
        if column != "reports" or Quirk.YEAR_FOLDERS not in self.quirks:
            return self._list_page(column, self.places[column], documents, file)
        if file not in ("", f"index.{self.suffix}"):
            return None
        name = "年政府信息公开年报" if int(self.portal.code) % 2 else "年"
        years = sorted({document.year for document in documents}, reverse=True)
        links = (f'<a href=".{self._year_folder(year).removeprefix(self.places[column][:-1])}">' for year in years)
        rows = "\n".join(f"<li>{link}{year}{name}</a></li>" for link, year in zip(links, years, strict=True))
        content = f'<h2>{self.names[column]}</h2>\n<ul class="years">\n{rows}\n</ul>'
        return self.html(self._page(self.names[column], content, self.names[column]), self.list_modified(documents))

    def _list_page(self, column: str, folder: str, documents: tuple[Document, ...], file: str) -> Response | None:
        pages = max(1, -(-len(documents) // PER_PAGE))
        first = 2 if self.quirks & _FROM_TWO else 1  # the number in the second page's name
        files = ["", *(f"{self.stem}_{number}.{self.suffix}" for number in range(first, first + pages - 1))]
        twins = {f"{self.stem}.{self.suffix}"}
        if Quirk.FROM_TWO_REPEATED in self.quirks:
            twins.add(f"{self.stem}_1.{self.suffix}")
        if file not in files and file not in twins:
            return None
        current = files.index(file) if file in files else 0
        shown = documents[current * PER_PAGE : (current + 1) * PER_PAGE]
        rows = "\n".join(self._rows(document, folder) for document in shown)
        script = pager(self.portal, current, pages, len(documents), stem=self.stem, suffix=self.suffix)
        name = self.names[column]
        content = f'<h2>{name}</h2>\n<ul class="list">\n{rows}\n</ul>\n<div class="page">{script}</div>'
        return self.html(self._page(name, content, name), self.list_modified(documents))

    def _rows(self, document: Document, folder: str) -> str:
        row = self._row(document, folder)
        if document.link or not self._has_twin:
            return row
        mobile = re.sub(r"(\.s?html?)(\" target)", r"_wap\1\2", row)
        return mobile if Quirk.WAP_INSTEAD in self.quirks else f"{mobile}\n{row}"

    def _row(self, document: Document, folder: str) -> str:
        address = self.address(document)
        link = document.link or (f"./{address.removeprefix(folder)}" if address.startswith(folder) else address)
        short = document.title if len(document.title) < 30 else f"{document.title[:26]}..."
        row = f'<a href="{link}" target="_blank" title="{document.title}">{short}</a>'
        return f"<li>{row}<span>{document.published:%Y-%m-%d}</span></li>"

    def article(self, document: Document, part: int = 0) -> str:
        title = document.title
        if title.startswith(document.agency):  # the agency on a line of its own
            title = f"{document.agency}<br>\n{title.removeprefix(document.agency)}"
        content = f"""<h1 class="title">{title}</h1>
<div class="info"><span>发布时间: {document.published:%Y-%m-%d %H:%M:%S}</span>
<span>来源：{self.portal.owner_name}人民政府办公室</span><span>【字体：大 中 小】</span></div>
<div class="view TRS_UEDITOR trs_paper_default trs_web">
<style>.TRS_UEDITOR P{{margin:0;font-size:16px}}</style>
{self._part(document, part) if self._is_cut(document) else self.body(document)}
{self._attachments(document)}
</div>
<div id="NewsArticleSource" style="display:none">{self.portal.owner_name}</div>
<div class="print">【打印本页】【关闭窗口】</div>"""
        return self._page(document.title, content, self.names[document.column], document)

    def _is_cut(self, document: Document) -> bool:
        html = document.kind is Kind.REPORT and document.content is Content.HTML
        return html and Quirk.CUT_ARTICLES in self.quirks

    def _part(self, document: Document, part: int) -> str:
        """One of the pages that the article is cut into, at its headings, and the pager between them."""
        pieces = re.split(rf"(?={_PARAGRAPH}<strong>)", self.body(document))
        size = -(-len(pieces) // ARTICLE_PAGES)
        text = "".join(pieces[part * size : (part + 1) * size])
        stem = self.address(document).rpartition("/")[2].partition(".")[0]
        code = pager(self.portal, part, ARTICLE_PAGES, 0, stem=stem, suffix=self.suffix, written_out=True)
        return f'{text}\n<div class="page">{code}</div>'

    def image(self, document: Document, number: int) -> str:
        name = self.picture(document, number).rpartition("/")[2]
        old = f"/protect/{name[:8]}/{name[:10]}/{name}"
        return (
            f'<p style="text-align:center;"><img src="./{name}" style="width:640px" OLDSRC="{old}" alt="{name}"/></p>'
        )

    def _attachments(self, document: Document) -> str:
        if document.content is not Content.PDF:
            return ""
        beside, old = self._file_addresses(document)
        title, name = f"{document.title}.pdf", beside.rpartition("/")[2]
        return f"""<p class="insertfileTag">附件：<a appendix="true" data-appendix="true" needdownload="true"
href="./{name}" title="{title}"
download="{title}" OLDSRC="{old}">{title}</a></p>"""


def _layout(code: int) -> dict[str, str]:
    """The folders of a portal: their numbers say nothing to who has not read the menu."""
    number = code % 7919
    slug = ("zfxxgknb", "xxgknb", "gknb", "ndbg", "col")[code % 5]
    root = f"/zwgk_{number}/zfxxgk/"
    return {
        "open": root,
        "guide": f"{root}xxgkzn_{number + 1}/",
        "rules": f"{root}xxgkzd_{number + 2}/",
        "reports": f"{root}{slug}_{number + 5}/",
        "departments": f"{root}bm_{number + 8}/",
        "townships": f"{root}xz_{number + 9}/",
        "news": f"/xwzx/zwyw_{number}/",
    }
