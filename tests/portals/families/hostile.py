"""Portals that give a program nothing: challenges, refusals, login walls, empty shells, and nobody listening."""

from functools import cache
from typing import TYPE_CHECKING, ClassVar

from tests.portals.documents import Document
from tests.portals.families.base import Family
from tests.portals.messages import Request, Response

if TYPE_CHECKING:
    from tests.portals.portal import Portal

# The shape of a dynamic challenge as 瑞数 firewalls send it: status 412, an inline $_ts and a script of random name.
_CHALLENGE = """<!DOCTYPE html><html><head><meta charset="utf-8">
<meta id="xkq8Lz2" content="{token}" r='m'><script type="text/javascript" r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={{}};
$_ts.nsd={number};$_ts.cd="{token}";if($_ts.lcd)$_ts.lcd();</script>
<script type="text/javascript" charset="iso-8859-1" src="/h4Qs7pXk/{token}.js" r='m'></script>
</head><body></body></html>"""


class _Silent(Family):
    def address(self, document: Document) -> str:
        return f"/zwgk/{document.serial}.html"

    def attachment(self, document: Document) -> str:
        return f"/zwgk/{document.serial}.pdf"

    def picture(self, document: Document, number: int) -> str:
        return f"/zwgk/{document.serial}_{number}.png"


class Challenge(_Silent):
    """Answers 412 to every address but /robots.txt, which is a plain 404."""

    def answer(self, request: Request) -> Response | None:
        number = sum(request.target.encode()) * 7919 % 99_991
        text = _CHALLENGE.format(token=f"q{number:05d}aZ{self.portal.code}", number=number)
        return Response(text.encode(), "text/html", status=412)


class Refused(_Silent):
    """Its address is known and nothing listens there, so nothing is ever rendered."""

    def answer(self, request: Request) -> Response | None:
        return None


class _Everywhere(_Silent):
    """One answer at every address."""

    text: ClassVar[str]
    status: ClassVar[int] = 200

    def answer(self, request: Request) -> Response | None:
        return Response(self.text.encode(), status=self.status)


class Jiasule(_Everywhere):
    """加速乐: a script that computes the clearance cookie."""

    status = 521
    text = """<script>document.cookie=('__jsl_clearance_s=1712.03|0|')+('x4%2B')+';max-age=3600;path=/';
location.reload();</script>"""


class Acw(_Everywhere):
    """阿里云: the acw_sc__v2 cookie, as a page with status 200."""

    text = """<html><script>var arg1='7D1C0F33A9E15B';var _0x4818=['ac','w_s'];
function setCookie(n,v){document.cookie=n+"="+v;}
setCookie('acw_sc__v2', arg1);document.location.reload();</script></html>"""


class CheckPage(_Everywhere):
    """A page that asks a person to push a puzzle piece."""

    text = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>安全验证</title></head>
<body><h3>请完成以下验证后继续访问</h3><div id="slider"></div><script src="/captcha.js"></script></body></html>"""


class Forbidden(_Everywhere):
    """A refusal dressed as success."""

    text = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>访问禁止</title></head>
<body><p>您的访问已被拦截，请联系网站管理员。</p></body></html>"""


class Maintenance(_Everywhere):
    """The whole portal is closed for a while."""

    text = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>公告</title></head>
<body><h2>网站升级改造公告</h2><p>因网站升级改造，暂停服务，给您带来的不便敬请谅解。</p></body></html>"""


class SinglePage(_Everywhere):
    """A page that a script fills; every address answers with the same."""

    text = """<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>门户网站</title>
<script type="module" crossorigin src="/assets/index-4f1c.js"></script></head>
<body><noscript>请启用 JavaScript 后访问本网站，否则无法正常使用。</noscript><div id="app"></div></body></html>"""


class LoginWall(_Silent):
    """Everything is sent to a login page."""

    def answer(self, request: Request) -> Response | None:
        if request.path != "/cas/login":
            return Response(b"", status=302, headers=(("Location", "/cas/login?service=home"),))
        return Response(
            """<!DOCTYPE html><html><head><meta charset="utf-8"><title>统一身份认证</title></head><body>
<form action="/cas/login"><label>用户名<input name="u"></label><label>密码<input type="password" name="p"></label>
<button>登录</button></form></body></html>""".encode()
        )


class Circle(_Silent):
    """Sends every address to itself, with a cookie each time, and never has enough of them."""

    def answer(self, request: Request) -> Response | None:
        return Response(b"", status=302, headers=(("Location", request.target), ("Set-Cookie", "n=1; path=/")))


class SendsAway(_Silent):
    """Sends everybody to a stranger's host."""

    STRANGER = "www.816969.test"

    def answer(self, request: Request) -> Response | None:
        return Response(b"", status=302, headers=(("Location", f"http://{self.STRANGER}:{self.portal.port}/"),))


class LinkFarm(_Silent):
    """A hundred thousand links on its home page, and as many on its column of reports."""

    NUMBER = 100_000

    def answer(self, request: Request) -> Response | None:
        if request.path not in ("/", "/gknb/"):
            return None
        return _page(self.portal, f'<a href="/gknb/">政府信息公开年报</a><ul>{_links(self.NUMBER)}</ul>')


@cache
def _links(number: int) -> str:
    return "\n".join(f'<li><a href="/n/{one}.html">要闻 {one}</a></li>' for one in range(number))


class Calendar(_Silent):
    """Its column of reports is a calendar: each month has a report of last year, and a link to the next, for ever."""

    def answer(self, request: Request) -> Response | None:
        if request.path == "/":
            return _page(self.portal, '<a href="/gknb/">政府信息公开年报</a>')
        if request.path != "/gknb/":
            return None
        month = int(request.query.get("month", "0"))
        title = f"{self.portal.owner_name}人民政府2023年政府信息公开工作年度报告"
        days = "\n".join(
            f'<li><a href="/gknb/{month}/{day}.html">{title if day == 1 else f"{day} 日要闻"}</a></li>'
            for day in range(1, 29)
        )
        return _page(
            self.portal, f'<ul>{days}</ul><div class="page"><a href="/gknb/?month={month + 1}">下一页</a></div>'
        )


def _page(portal: "Portal", body: str) -> Response:
    head = f'<meta charset="utf-8"><title>{portal.owner_name}人民政府 政府信息公开年报</title>'
    return Response(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode())


HOSTILE: dict[str, type[Family]] = {
    "challenge": Challenge,
    "refused": Refused,
    "challenge-jiasule": Jiasule,
    "challenge-acw": Acw,
    "challenge-page": CheckPage,
    "firewall-page": Forbidden,
    "maintenance": Maintenance,
    "single-page": SinglePage,
    "login-wall": LoginWall,
    "redirect-circle": Circle,
    "sends-away": SendsAway,
    "link-farm": LinkFarm,
    "calendar": Calendar,
}
"""By the names under which a portal asks for them."""
