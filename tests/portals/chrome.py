"""What surrounds a report on a government portal: meta tags with their faults, navigation, footer, counters."""

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.portals.documents import Document
from tests.portals.messages import VISITS

if TYPE_CHECKING:
    from tests.portals.portal import Portal

_STYLE = """<style>
body{margin:0;color:#333;font:14px/1.8 "Microsoft YaHei",SimSun,sans-serif}
.top,.nav,.main,.foot{width:1200px;margin:0 auto}.nav li{float:left;width:150px;list-style:none;text-align:center}
.left{float:left;width:240px;background:#f4f7fb}.right{float:right;width:930px}
.list li{height:42px;border-bottom:1px dashed #ccc}.list span{float:right;color:#999}
.title{font-size:26px;text-align:center;color:#c00}.info{text-align:center;color:#888;border-bottom:1px solid #ddd}
.foot{clear:both;border-top:3px solid #1a65b8;text-align:center;padding:20px 0}
</style>"""


@dataclass(frozen=True, slots=True)
class Menu:
    """A portal's navigation: (text, address) of the main menu and of the menu at the left."""

    main: tuple[tuple[str, str], ...]
    left: tuple[tuple[str, str], ...] = ()


def meta_tags(portal: "Portal", column: str, document: Document | None = None, *, faulty: bool = False) -> str:
    """The tags prescribed by 国办发〔2017〕47号. The faults go round by the document's number: each page has others."""
    name = f"{portal.owner_name}人民政府"
    tags = {
        "SiteName": name,
        "SiteDomain": portal.host,
        "SiteIDCode": portal.site_id_code,
        "ColumnName": column,
        "ColumnType": "信息公开年报" if "年报" in column else column,
    }
    if document is None:
        tags |= {"ColumnDescription": f"{name}{column}栏目", "ColumnKeywords": f"{column},{portal.owner_name}"}
        return _tags(tags)
    source = f"{portal.owner_name}人民政府办公室"
    tags |= {
        "ArticleTitle": document.title,
        "PubDate": f"{document.published:%Y-%m-%d %H:%M:%S}",
        "ContentSource": source,
        "Keywords": "",
        "Author": "",
    }
    fault = document.serial % 4 if faulty else 0
    if fault == 1:
        return "\n".join(
            f"<meta content='{html.escape(text)}' name='{tag.lower()}' />" for tag, text in reversed(tags.items())
        )
    if fault == 2:
        tags |= {"PubDate": f"时间：{document.published:%Y-%m-%d %H:%M}", "ContentSource": f"来源：{source}"}
    if fault == 3:
        tags |= {"SiteName": "网站名称", "ContentSource": "<CMSPRO_DOCSOURCE>", "ArticleTitle": column}
    return _tags(tags)


def _tags(tags: dict[str, str]) -> str:
    return "\n".join(f'<meta name="{name}" content="{html.escape(text)}">' for name, text in tags.items())


def page(portal: "Portal", title: str, content: str, menu: Menu, *, head: str = "", counter: bool = False) -> str:
    """A whole page. ``head`` goes into the head beside the title, ``counter`` adds the number of visits."""
    name = f"{portal.owner_name}人民政府"
    main = "".join(f'<li><a href="{link}" target="_self">{text}</a></li>' for text, link in menu.main)
    left = "".join(f'<dd><a href="{link}">{text}</a></dd>' for text, link in menu.left)
    aside = f'<div class="left"><dl><dt>政府信息公开</dt>{left}</dl></div>' if left else ""
    visits = f'<span id="hits">您是第{VISITS.decode()}位访问者</span>' if counter else ""
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
{head}
<title>{html.escape(title)}-{name}</title>
{_STYLE}
<script>var webRoot="{portal.base}/";
function setHome(o){{try{{o.style.behavior="url(#default#homepage)"}}catch(e){{}}}}</script>
</head>
<body>
<div class="top"><a href="/"><img src="/images/logo.png" alt="{name}"></a>
<form action="/search/" method="get"><input name="q" placeholder="请输入关键字">
<input type="submit" value="搜索"></form></div>
<div class="nav"><ul>{main}</ul></div>
<div class="main">
{aside}
<div class="right">
{content}
</div>
</div>
{_footer(portal, name)}{visits}
</body>
</html>
"""


def _footer(portal: "Portal", name: str) -> str:
    code = portal.owner_code
    return f"""<div class="foot">
<p><a href="/about/">关于我们</a> | <a href="/map/">网站地图</a> | <a href="http://bszs.conac.test/sitename">党政机关</a></p>
<p>版权所有：{name}　主办：{name}办公室</p>
<p>备案号：ICP备{code}0{code[-2:]}号-1　公安网备{code}02000121号　网站标识码：{portal.site_id_code}</p>
<script>(function(){{var s=document.createElement("script");
s.src="/js/count.js?v={code}";document.body.appendChild(s)}})();</script>
</div>"""
