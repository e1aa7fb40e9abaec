"""TRS WCM: static folders, relative links, createPageHTML numbered from 0, attachments named P0….pdf."""

from typing import ClassVar

from tests.portals import chrome
from tests.portals.documents import Content, Document, Kind
from tests.portals.families.base import Family
from tests.portals.markup import WORD
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

PER_PAGE = 15

_PAGER = """<script>
function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){
  if(_nPageCount == null || _nPageCount <= 1){ return; }
  for(var i = 0; i < _nPageCount; i++){
    var sHref = i == 0 ? _sPageName + "." + _sPageExt : _sPageName + "_" + i + "." + _sPageExt;
    if(i == _nCurrIndex){ document.write("<span>" + (i + 1) + "</span>"); continue; }
    document.write("<a href=\\"" + sHref + "\\">" + (i + 1) + "</a>");
  }
}
"""
_INLINE_PAGER = """<script>
var currentPage = %(current)d;//所在页从0开始
var prevPage = currentPage - 1;//上一页
var nextPage = currentPage + 1;//下一页
var countPage = %(count)d//共多少页
//createPageHTML(9, 0, "index", "html");
for(var i = 0; i < countPage; i++){
  document.write(i == 0 ? "<a href=\\"index.html\\">1</a>" : "<a href=\\"index_" + i + ".html\\">" + (i + 1) + "</a>");
}
</script>"""


class Trs(Family):
    """Folders of lists and articles. The layout gives the folder of each column."""

    style = WORD
    layout: ClassVar[dict[str, str]] = {
        "open": "/zwgk/zfxxgk/",
        "guide": "/zwgk/zfxxgk/xxgkzn/",
        "rules": "/zwgk/zfxxgk/xxgkzd/",
        "reports": "/zwgk/zfxxgk/zfxxgknb/",
        "departments": "/zwgk/zfxxgk/bmxxgknb/",
        "townships": "/zwgk/zfxxgk/xzxxgknb/",
        "news": "/xwzx/zwyw/",
    }
    names: ClassVar[dict[str, str]] = {
        "reports": "政府信息公开年报",
        "departments": "部门信息公开年报",
        "townships": "镇街信息公开年报",
        "news": "政务要闻",
        "guide": "政府信息公开指南",
        "rules": "政府信息公开制度",
    }

    # --- Addresses -------------------------------------------------------------------------------------------------
    def address(self, document: Document) -> str:
        own = document.kind is Kind.REPORT and document.agency == f"{self.portal.owner_name}人民政府"
        if own and document.year in self.portal.addresses:
            return self.portal.addresses[document.year]
        day = document.published
        return f"{self.places[document.column]}{day:%Y%m}/t{day:%Y%m%d}_{document.serial}.html"

    def attachment(self, document: Document) -> str:
        return f"{self._folder(document)}P0{document.published:%Y%m%d%H%M%S}{document.serial}.pdf"

    def picture(self, document: Document, number: int) -> str:
        return f"{self._folder(document)}W0{document.published:%Y%m%d%H%M%S}{document.serial}{number:03d}.png"

    def _folder(self, document: Document) -> str:
        return self.address(document).rpartition("/")[0] + "/"

    # --- Pages -----------------------------------------------------------------------------------------------------
    def answer(self, request: Request) -> Response | None:
        path = request.path
        if path in ("/", "/index.html"):
            return self._home()
        folder, _, file = path.rpartition("/")
        folder += "/"
        if folder == self.places["open"] and file in ("", "index.html"):
            return self._open()
        for column in self.names:
            if folder == self.places[column]:
                return self._text_page(column) if column in ("guide", "rules") else self._list(column, file)
        return self.document_page(request)

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
        pages = max(1, -(-len(documents) // PER_PAGE))
        numbers = {"": 0, "index.html": 0} | {f"index_{number}.html": number for number in range(1, pages)}
        if file not in numbers:
            return None
        current = numbers[file]
        shown = documents[current * PER_PAGE : (current + 1) * PER_PAGE]
        rows = "\n".join(self._row(document, self.places[column]) for document in shown)
        if Quirk.COMMENTED_PAGER in self.portal.quirks:
            pager = _INLINE_PAGER % {"current": current, "count": pages}
        else:
            pager = f'{_PAGER}createPageHTML({pages}, {current}, "index", "html");\n</script>'
        name = self.names[column]
        content = f'<h2>{name}</h2>\n<ul class="list">\n{rows}\n</ul>\n<div class="page">{pager}</div>'
        return self.html(self._page(name, content, name), self.list_modified(documents))

    def _row(self, document: Document, folder: str) -> str:
        address = self.address(document)
        link = document.link or (f"./{address.removeprefix(folder)}" if address.startswith(folder) else address)
        short = document.title if len(document.title) < 30 else f"{document.title[:26]}..."
        row = f'<a href="{link}" target="_blank" title="{document.title}">{short}</a>'
        return f"<li>{row}<span>{document.published:%Y-%m-%d}</span></li>"

    def article(self, document: Document) -> str:
        title = document.title
        if title.startswith(document.agency):  # the agency on a line of its own
            title = f"{document.agency}<br>\n{title.removeprefix(document.agency)}"
        content = f"""<h1 class="title">{title}</h1>
<div class="info"><span>发布时间: {document.published:%Y-%m-%d %H:%M:%S}</span>
<span>来源：{self.portal.owner_name}人民政府办公室</span><span>【字体：大 中 小】</span></div>
<div class="view TRS_UEDITOR trs_paper_default trs_web">
<style>.TRS_UEDITOR P{{margin:0;font-size:16px}}</style>
{self.body(document)}
{self._attachments(document)}
</div>
<div id="NewsArticleSource" style="display:none">{self.portal.owner_name}</div>
<div class="print">【打印本页】【关闭窗口】</div>"""
        return self._page(document.title, content, self.names[document.column], document)

    def image(self, document: Document, number: int) -> str:
        name = self.picture(document, number).rpartition("/")[2]
        old = f"/protect/{name[:8]}/{name[:10]}/{name}"
        return (
            f'<p style="text-align:center;"><img src="./{name}" style="width:640px" OLDSRC="{old}" alt="{name}"/></p>'
        )

    def _attachments(self, document: Document) -> str:
        if document.content is not Content.PDF:
            return ""
        name = self.attachment(document).rpartition("/")[2]
        title = f"{document.title}.pdf"
        old = f"/protect/{name[:8]}/{name[:10]}/{name}"  # the editor's own copy, which answers 404
        return f"""<p class="insertfileTag">附件：<a appendix="true" data-appendix="true" needdownload="true"
href="./{name}" title="{title}"
download="{title}" OLDSRC="{old}">{title}</a></p>"""
