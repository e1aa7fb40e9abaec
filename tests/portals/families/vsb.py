"""Boda VSB: pages numbered backwards, addresses relative to a folder that is deeper from page 2 on, download.jsp."""

import posixpath
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from tests.portals import chrome
from tests.portals.documents import Content, Document, Kind
from tests.portals.families.base import Family
from tests.portals.markup import WORD
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

if TYPE_CHECKING:
    from tests.portals.portal import Portal

PER_PAGE = 12

_DOWNLOAD = "/system/_content/download.jsp"
_DYNAMIC = "/content.jsp"
_PLUGIN = "/system/resource/js"
_FORBIDDEN = """<html><head><meta charset="utf-8"><title>访问禁止</title></head>
<body><table align="center"><tr><td><h3>访问禁止</h3><p>您的访问不符合本站的访问规则。</p></td></tr></table>
</body></html>"""
_NO_PAGE = """<html><head><meta charset="utf-8"><title>404错误提示</title></head>
<body><div class="err404">您访问的页面不存在或已删除！<a href="/">返回首页</a></div></body></html>"""
_NO_ARTICLE = """<html><head><meta charset="utf-8"><title>错误提示</title><link href="/system/resource/style/err.css"
rel="stylesheet"></head><body><div id="errorpage"><p>该信息可能已经被删除、转移或暂时不可用。</p></div></body></html>"""
_SLUGS = ("zfxxgknb", "xxgknb", "gknb", "zfxxgkgzndbg", "ndbg", "xxgkndbg1")
_NAMES = ("政府信息公开年报", "政府信息公开工作年度报告", "信息公开年报", "政府信息公开年度报告")


class Vsb(Family):
    """The layout gives each column's file without its ending, and the numbers of the tree that its articles are in."""

    style = WORD
    variants: ClassVar[tuple[frozenset[Quirk], ...]] = (
        frozenset(),
        frozenset({Quirk.NEXT_CLASS, Quirk.LAYOUT_TABLE}),
        frozenset({Quirk.GOTO_ONLY}),
        frozenset({Quirk.EGOVINFO, Quirk.NEXT_CLASS}),
        frozenset({Quirk.DYNAMIC_ARTICLES}),
    )

    def __init__(self, portal: "Portal") -> None:
        super().__init__(portal)
        draw = random.Random(f"vsb:{portal.code}")  # noqa: S311 - practice data
        root = draw.choice(("/zfxxgk", "/zwgk/zfxxgk", "/zwgk", "/xxgk"))
        tree = draw.randrange(1000, 9000)
        places = {"owner": str(draw.randrange(10**9, 2 * 10**9)), "open": root, "news": "/xwzx/zwyw"}
        places |= {"reports": f"{root}/{draw.choice(_SLUGS)}", "departments": f"{root}/bmxxgknb"}
        places |= {"townships": f"{root}/xzxxgknb", "guide": f"{root}/xxgkzn"}
        places |= {f"{name}_tree": str(tree + number) for number, name in enumerate(("reports", "departments"))}
        places |= {"townships_tree": str(tree + 7), "news_tree": str(tree - 31)}
        self.places = {**places, **portal.layout}
        self.names = {
            "guide": "政府信息公开指南",
            "departments": "部门信息公开年报",
            "townships": "乡镇信息公开年报",
            "reports": draw.choice(_NAMES),
            "news": "政务要闻",
        }

    # --- Addresses -------------------------------------------------------------------------------------------------
    def list_address(self) -> str:
        return f"{self.places['reports']}.htm"

    def address(self, document: Document) -> str:
        quirks, tree = self.portal.quirks, self.places[f"{document.column}_tree"]
        if Quirk.DYNAMIC_ARTICLES in quirks and document.serial % 2 and document.kind is Kind.REPORT:
            return f"{_DYNAMIC}?urltype=news.NewsContentUrl&wbtreeid={tree}&wbnewsid={document.serial}"
        if Quirk.EGOVINFO in quirks and document.kind is Kind.REPORT:
            unit = f"{self.places['owner']}5175735{tree[-1]}"
            return f"/info/egovinfo/{tree}/overt_centent/{unit}-/{document.published:%Y-%m}{document.serial}.htm"
        return f"/info/{tree}/{document.serial}.htm"

    def attachment(self, document: Document) -> str:
        owner = self.places["owner"]
        return f"{_DOWNLOAD}?urltype=news.DownloadAttachUrl&owner={owner}&wbfileid={document.serial * 7}"

    def picture(self, document: Document, number: int) -> str:
        name = f"{document.serial:X}{number:02X}{self.places['owner']}"
        return f"/__local/{name[0]}/{name[1:3]}/{name[3:5]}/{name}.png"

    # --- Pages -----------------------------------------------------------------------------------------------------
    def answer(self, request: Request) -> Response | None:
        path = request.path
        if path in ("/", "/index.htm"):
            return self._home()
        if path == _DOWNLOAD and not request.headers.get("referer", "").startswith(self.portal.base):
            return Response(_FORBIDDEN.encode())
        if path == f"{self.places['open']}.htm":
            return self._open()
        for column in self.names:
            place = self.places[column]
            if path == f"{place}.htm" or (posixpath.dirname(path) == place and path.endswith(".htm")):
                return self._guide() if column == "guide" else self._list(column, path)
        missing = _NO_ARTICLE if path.startswith("/info/") or path == _DYNAMIC else _NO_PAGE
        return self.document_page(request) or Response(missing.encode(), status=404)

    def _page(self, title: str, content: str, column: str, document: Document | None = None) -> str:
        quirks, places = self.portal.quirks, self.places
        head = '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">\n'
        head += chrome.meta_tags(self.portal, column, document, faulty=Quirk.FAULTY_META in quirks)
        head += f"""\n<!--Announced by Visual SiteBuilder 9-->
<link rel="stylesheet" type="text/css" href="/_sitegray/_sitegray_d.css">
<script language="javascript" src="/_sitegray/_sitegray.js"></script>
<!-- CustomerNO:7765626265723230{int(places["owner"]):x}0003 -->
<script type="text/javascript" src="{_PLUGIN}/counter.js"></script>
<script>
_jsq_({places["news_tree"]},'/neirongye.jsp',{document.serial if document else -1},{places["owner"]})
</script>"""
        main = [
            ("首页", "/index.htm"),
            ("政务要闻", f"{places['news']}.htm"),
            ("政府信息公开", f"{places['open']}.htm"),
        ]
        left = [] if column == "首页" else [(text, f"{places[name]}.htm") for name, text in self.names.items()]
        if (
            Quirk.LAYOUT_TABLE in quirks
        ):  # everything stands in cells of nested tables, with empty ones to hold it apart
            content = f"""<table width="1002" border="0" align="center" cellpadding="0"><tr><td width="10"></td><td>
<table width="98%"><tr><td height="30">当前位置： <a href="/index.htm">首页</a>&gt;&gt;{column}</td></tr>
<tr><td>{content}</td></tr></table></td><td width="10"></td></tr><tr><td></td><td></td><td></td></tr></table>"""
        menu = chrome.Menu(tuple(main), tuple(left))
        return chrome.page(self.portal, title, content, menu, head=head, counter=Quirk.COUNTER in quirks)

    def _home(self) -> Response:
        news = self.listed("news")
        content = (
            f'<h3>政务要闻</h3>{self._rows(news, "/index.htm")}<a href="{self.places["open"]}.htm">政府信息公开</a>'
        )
        return self.html(self._page("首页", content, "首页"), self.list_modified(news))

    def _open(self) -> Response:
        links = "".join(f'<li><a href="{self.places[name]}.htm">{text}</a></li>' for name, text in self.names.items())
        page = self._page("政府信息公开", f'<ul class="gklist">{links}</ul>', "政府信息公开")
        return self.html(page, self.list_modified(()))

    def _guide(self) -> Response:
        name = self.names["guide"]
        text = '<div id="vsb_content"><div class="v_news_content"><p>办理的机构、方式和期限。</p></div></div>'
        return self.html(self._page(name, text, name), self.list_modified(()))

    def _list(self, column: str, path: str) -> Response | None:
        documents, place = self.listed(column), self.places[column]
        pages = max(1, -(-len(documents) // PER_PAGE))
        current = 1
        if path != f"{place}.htm":
            name = posixpath.basename(path).removesuffix(".htm")
            if not name.isdigit() or not 1 <= int(name) < pages:
                return Response(_NO_PAGE.encode(), status=404)
            current = pages - int(name) + 1
        shown = documents[(current - 1) * PER_PAGE : current * PER_PAGE]
        name = self.names[column]
        pager = self._pager(place, path, current, pages, len(documents))
        content = f"<h2>{name}</h2>\n{self._rows(shown, path)}\n{pager}"
        return self.html(self._page(name, content, name), self.list_modified(documents))

    def _rows(self, documents: Sequence[Document], path: str) -> str:
        unit = self.places["owner"][-2:]
        rows = [
            f'<li id="line_u{unit}_{number}"><a href="{self._link(document, path)}" target="_blank" '
            f'title="{document.title}">{document.title}</a><span>{document.published:%Y年%m月%d日}</span></li>'
            for number, document in enumerate(documents)
        ]
        return f'<ul class="txtList">\n{"".join(rows)}\n</ul>'

    def _link(self, document: Document, path: str) -> str:
        if document.link:
            return document.link
        return _relative(self.address(document), path).replace("&", "&amp;")

    def _pager(self, place: str, path: str, current: int, pages: int, records: int) -> str:
        """What stands under a list; page 1 is the column's file, page k ``<column>/{pages - k + 1}.htm``."""
        quirks, unit = self.portal.quirks, f"u{self.places['owner'][-2:]}"

        def to(number: int) -> str:
            target = f"{place}.htm" if number == 1 else f"{place}/{pages - number + 1}.htm"
            return _relative(target, path)

        jump = f"""到第<input id="{unit}_goto" size="2">页
<a href="javascript:;" onclick="_simple_list_gotopage_fun({pages},'{unit}_goto',{2 if current == 1 else 1})">跳转</a>"""
        if Quirk.GOTO_ONLY in quirks:
            return f'<div class="pb_sys_common"><span class="p_t">共{pages}页</span>{jump}</div>'
        steps = (
            ("首页", "first", 1),
            ("上页", "prev", current - 1),
            ("下页", "next", current + 1),
            ("尾页", "last", pages),
        )
        out = []
        for text, name, number in steps:
            dead = number == current or not 1 <= number <= pages
            if Quirk.NEXT_CLASS in quirks:
                kind = "Prev" if name in ("first", "prev") else "Next"
                link = f'<span class="{kind}Disabled">{text}</span>'
                out.append(link if dead else f'<a href="{to(number)}" class="{kind}">{text}</a>')
            elif dead:
                out.append(f'<span class="p_{name}_d p_fun_d">{text}</span>')
            else:
                out.append(f'<span class="p_{name} p_fun"><a href="{to(number)}">{text}</a></span>')
        if Quirk.NEXT_CLASS in quirks:
            return f"""<table border="0"><tr><td nowrap align="left" width="1%" id="fanye{unit}">
共{records}条&nbsp;&nbsp;
{current}/{pages}&nbsp;</td><td nowrap align="left">{"&nbsp;".join(out)}</td></tr></table>"""
        return f'<div class="pb_sys_common"><span class="p_pages">{"".join(out)}</span>共{pages}页{jump}</div>'

    def article(self, document: Document) -> str:
        owner, day = self.places["owner"], document.published
        attachment = ""
        if document.content is Content.PDF:
            link = self.attachment(document).replace("&", "&amp;")
            attachment = f'<p>附件【<a href="{link}" target="_blank">{document.title}.pdf</a>】已下载'
            attachment += f'<span id="nattach{document.serial}"><script>getClickTimes({document.serial * 7},{owner},'
            attachment += '"wbnewsfile","attach")</script></span>次</p>'
        content = f"""<form name="_newscontent_fromname"><div class="dtl-list"><ul>
<li><em>索 引 号：</em>{owner[:8]}-9-30/{day:%Y-%m%d}{document.serial % 1000:03d}</li>
<li><em>分　　类：</em>信息公开年报</li><li><em>发布机构：</em>{document.agency}</li>
<li><em>成文日期：</em>{day:%Y年%m月%d日}</li><li><em>文　　号：</em></li></ul></div>
<h1 align="center">{document.title}</h1>
<div align="center">发布时间：{day:%Y年%m月%d日 %H:%M}　来源：{self.portal.owner_name}人民政府办公室
　【字体：大 中 小】</div>
<div id="vsb_content_{document.serial % 600}"><div class="v_news_content">
<p style="text-align:right"><script language="javascript" src="{_PLUGIN}/dynclicks.js"></script>
点击数：<script>_showDynClicks("wbnews", {owner}, {document.serial})</script></p>
{self.body(document)}
</div></div><div id="div_vote_id"></div>
{attachment}</form>"""
        return self._page(document.title, content, self.names[document.column], document)


def _relative(target: str, path: str) -> str:
    """An address as it is written on the page at ``path``; one of a program stands whole."""
    return target if "?" in target else posixpath.relpath(target, posixpath.dirname(path))
