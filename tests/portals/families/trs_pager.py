"""The pagers of TRS lists: a call of createPageHTML, the same written out in code, links; from 0 and from 1."""

from typing import TYPE_CHECKING

from tests.portals.quirks import Quirk

if TYPE_CHECKING:
    from tests.portals.portal import Portal

_FUNCTION = """
function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){
  if(_nPageCount == null || _nPageCount <= 1){ return; }
  for(var i = 0; i < _nPageCount; i++){
    var sHref = i == 0 ? _sPageName + "." + _sPageExt : _sPageName + "_" + i + "." + _sPageExt;
    if(i == _nCurrIndex){ document.write("<span>" + (i + 1) + "</span>"); continue; }
    document.write("<a href=\\"" + sHref + "\\">" + (i + 1) + "</a>");
  }
}
"""
_CODE = """var currentPage = %(current)d;//所在页从0开始
var prevPage = currentPage - 1;//上一页
var nextPage = currentPage + 1;//下一页
var countPage = %(count)d//共多少页
"""
_LOOP = """for(var i = 0; i < countPage; i++){
  document.write(i == 0 ? "<a href=\\"%(stem)s.%(suffix)s\\">1</a>"
    : "<a href=\\"%(stem)s_" + i + ".%(suffix)s\\">" + (i + 1) + "</a>");
}
"""
_COUNTED = """<script>
var countPage = %(count)d;
var dataCount = "%(records)d";
function pageName(n){ return n <= 1 ? "%(stem)s" : "%(stem)s_" + n }
function turn(n){
  if(n < 1 || n > countPage){ return }
  location.href = pageName(n) + ".%(suffix)s";
}
</script>
<a href="javascript:turn(1)">首页</a> <a href="javascript:turn(%(next)d)">下一页</a> 共%(count)d页"""


def pager(
    portal: "Portal", current: int, count: int, records: int, *, stem: str, suffix: str, written_out: bool = False
) -> str:
    """The pager of the page ``current`` (from 0) of ``count``; ``written_out`` whatever the portal's quirks."""
    quirks = portal.quirks
    values = {"current": current, "count": count, "records": records, "stem": stem, "suffix": suffix}
    if written_out or Quirk.COMMENTED_PAGER in quirks:
        return f'<script>\n{_CODE % values}//createPageHTML(9, 0, "index", "html");\n{_LOOP % values}</script>'
    if Quirk.FROM_TWO in quirks:
        return _COUNTED % {**values, "next": current + 2}
    if Quirk.NUMBERED_LINKS in quirks:
        return _links(current, count, stem, suffix)
    counted, more = current, ""
    if Quirk.FROM_TWO_REPEATED in quirks and int(portal.code) % 2:  # the others' pages do not tell what they count from
        counted, more = current + 1, f', "black2", {records}'
    call = f'createPageHTML({count}, {counted}, "{stem}", "{suffix}"{more});'
    if Quirk.COMMENTED_CODE in quirks:
        dead = "".join(f"//{line}\n" for line in (_CODE % {**values, "count": 17}).splitlines())
        call = f"{dead}/*{_LOOP % values}*/{call}"
    if Quirk.HTM in quirks:
        return f'<script language="javascript"><!--{_FUNCTION}{call}\n//--></script>'
    return f"<script>{_FUNCTION}{call}\n</script>"


def _links(current: int, count: int, stem: str, suffix: str) -> str:
    """Numbers around the current page as links, and a box to jump by; the words work by script."""
    numbers = range(max(1, current - 1), min(count, current + 3) + 1)
    names = {number: f"{stem}.{suffix}" if number == 1 else f"{stem}_{number}.{suffix}" for number in numbers}
    links = "".join(
        f"<b>{number}</b>" if number == current + 1 else f'<a href="{name}">{number}</a>'
        for number, name in names.items()
    )
    box = f'''<script>function jump(ele){{ if(isNaN(ele.value) || ele.value>{count}){{ alert("页码错误"); return }}
location.href = ele.value>1 ? "{stem}_" + ele.value + ".{suffix}" : "{stem}.{suffix}" }}</script>'''
    return f'{links} <a href="javascript:turn({current + 2})">下一页</a> <input id="to">{box}'
