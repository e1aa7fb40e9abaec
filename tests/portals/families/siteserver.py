"""SiteServer CMS: /channels/ID.html, /channels/ID_K.html, /contents/CHANNEL/ID.html, all of it static."""

import random
import re
from typing import ClassVar

from tests.portals.documents import Document
from tests.portals.families.longtail import Longtail
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

_FILE = re.compile(r"(.*/)(\d+)(?:_(\d+))?\.html")
_PLACES = ("open", "menu", "reports", "departments", "townships", "news")


class SiteServer(Longtail):
    """Columns are numbered channels; the first page of one has no number of its own."""

    variants: ClassVar[tuple[frozenset[Quirk], ...]] = (
        frozenset({Quirk.SUBMENU}),
        frozenset({Quirk.PAGER_BOX, Quirk.CHANNEL_LIST}),
        frozenset({Quirk.PAGER_SCRIPT, Quirk.NO_META}),
    )

    def drawn(self, rng: random.Random) -> dict[str, str]:
        number, folder = rng.randrange(100, 9000), "/channels/"
        if Quirk.CHANNEL_LIST in self.portal.quirks:
            folder = "/channel/list/"
        return {name: f"{folder}{number + 3 * n}.html" for n, name in enumerate(_PLACES)}

    def address(self, document: Document) -> str:
        channel = _FILE.fullmatch(self.places[document.column])
        assert channel
        return f"/contents/{channel[2]}/{document.serial}.html"

    def page(self, title: str, content: str, column: str, document: Document | None = None) -> str:
        script = '<script src="/sitefiles/assets/jquery/jquery-1.9.1.min.js"></script>'
        return super().page(title, content, column, document).replace("</head>", f"{script}\n</head>")

    def page_name(self, number: int, first: str = "") -> str:
        return first if number == 1 else first.replace(".html", f"_{number}.html")

    def answer(self, request: Request) -> Response | None:
        if request.target in ("/", "/index.html"):
            return self.home()
        if answered := self.document_page(request):
            return answered
        file = _FILE.fullmatch(request.path)
        place = f"{file[1]}{file[2]}.html" if file else ""
        if place in (self.places["open"], self.places["menu"]):
            return self.gateway(place)
        for column, name in self.names().items():
            if place == self.places[column]:
                first = place.rpartition("/")[2]
                return self.list(self.listed(column), name, request.path.rpartition("/")[2], first)
        return None
