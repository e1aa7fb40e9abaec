"""Portals that give a program nothing: a firewall's challenge on every page, and an address where nobody listens."""

from tests.portals.documents import Document
from tests.portals.families.base import Family
from tests.portals.messages import Request, Response

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
