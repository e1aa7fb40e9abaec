"""Hanweb's catalogue: columns as shells, a tree of categories in a frame, tables of links from search.jsp."""

from typing import TYPE_CHECKING

from tests.portals.messages import Request, Response

if TYPE_CHECKING:
    from tests.portals.families.hanweb import Hanweb

PER_PAGE = 15

_SEARCH = "/module/xxgk/search.jsp"
_TREE = "/module/xxgk/tree.jsp"
_CATEGORIES = {"departments": "A0201", "townships": "A0202", "reports": "A0203", "news": "B01"}
_LABELS = {"departments": "部门信息公开年报", "townships": "乡镇信息公开年报"}


def shell(family: "Hanweb", number: str) -> str:
    """What a column's page shows instead of a list, and the script that asks for it."""
    box = f"div{number}"
    return f"""<iframe src="{_TREE}?area={_area(family)}&amp;divid={box}&amp;jdid=149" width="230"></iframe>
<div id="{box}" class="xxgk_list"></div>
<script>function loadDynamic(id){{$.post("{_SEARCH}",{{infotypeId:id,jdid:149,divid:"{box}"}},show);}}</script>"""


def answer(family: "Hanweb", request: Request) -> Response | None:
    if request.path == _TREE:
        return family.html(_tree(family), None)
    return family.html(_search(family, request), None) if request.path == _SEARCH else None


def _area(family: "Hanweb") -> str:
    return f"11{family.portal.owner_code}0024{family.places['unit'][:4]}"


def _tree(family: "Hanweb") -> str:
    others = (
        "政府信息公开指南",
        "政府信息公开制度",
        "机构职能",
        "领导信息",
        "政策文件",
        "规划信息",
        "统计信息",
        "财政信息",
    )
    named = [(number, _LABELS.get(column, family.names[column])) for column, number in _CATEGORIES.items()]
    nodes = (
        f"d.add('{number}','A02','<a href=\"javascript:void(0)\" onclick=\"funclick(\\'{number}\\',\\'\\')\">"
        f"{label}</a>');"
        for number, label in (*((f"C{n:02}", label) for n, label in enumerate(others)), *named)
    )
    return f"<html><body><script>d=new dTree('d');{''.join(nodes)}</script></body></html>"


def _search(family: "Hanweb", request: Request) -> str:
    """One page of a category; of everything where no category is asked for."""
    fields = request.query
    if request.method != "POST" or fields.get("area") not in ("", _area(family)):
        return ""
    column = next((name for name, number in _CATEGORIES.items() if number == fields.get("infotypeId")), None)
    documents = family.listed(column) if column else family.portal.documents()
    told = fields.get("currpage", "")
    number, pages = int(told) if told.isdecimal() else 1, max(1, -(-len(documents) // PER_PAGE))
    rows = "".join(
        f"""<tr class="tr_main_value_{("even", "odd")[n % 2]}"><td>{family.index_number(document)}</td>
<td><a href="{document.link or family.address(document)}" title="{document.title}" class="bt_link" target="_blank">
{document.title[:24]}…</a></td><td>{document.published:%Y-%m-%d}</td></tr>"""
        for n, document in enumerate(documents[(number - 1) * PER_PAGE : number * PER_PAGE])
    )
    further = '<a href="javascript:void(0)" onclick="gopage(this)">下一页</a>' if number < pages else "下一页"
    return f"""<table><tr class="tr_main_title"><td>索引号</td><td>信息名称</td><td>生成日期</td></tr>{rows}</table>
<table><tr><td align="right">第{number}页&nbsp;&nbsp;共{pages}页&nbsp;{further}</td></tr></table>"""
