"""The platform of Xi'an: lists at /1.html, /2.html; articles named by 24 hexadecimal digits, later by 19 digits."""

from datetime import datetime
from typing import ClassVar

from tests.portals.documents import Document
from tests.portals.families import addresses
from tests.portals.families.longtail import Longtail
from tests.portals.messages import Response
from tests.portals.quirks import Quirk

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - compared with Beijing time as printed
_SNOWFLAKES = 2024  # the first year in which articles were numbered so


class Xian(Longtail):
    """Pages of a list are numbered in its folder, and a folder without a number shows the first of them."""

    variants: ClassVar[tuple[frozenset[Quirk], ...]] = (
        frozenset(),
        frozenset({Quirk.PAGER_SCRIPT, Quirk.FAULTY_META}),
        frozenset({Quirk.NO_PAGER, Quirk.NO_META}),
    )

    def address(self, document: Document) -> str:
        folder, made = self.places[document.column], int((document.published - _EPOCH).total_seconds())
        if document.published.year >= _SNOWFLAKES:
            return f"{folder}20{made:010}{document.serial:07}.html"
        return f"{folder}{made:08x}{addresses.hexadecimal(str(document.serial))[:16]}.html"

    def page_name(self, number: int, first: str = "") -> str:
        return f"{number}.html"

    def list(self, documents: tuple[Document, ...], name: str, file: str, first: str = "") -> Response | None:
        return super().list(documents, name, file, first or "1.html")

    def names(self) -> dict[str, str]:
        return {**super().names(), "departments": "部门年报", "townships": "街镇年报"}

    def article(self, document: Document) -> str:
        listed = self.listed(document.column)
        after = listed[(listed.index(document) + 1) % len(listed)]
        following = f'<p class="after">下一篇：<a href="{self.address(after)}">{after.title}</a></p>'
        return super().article(document).replace('<div class="foot">', f'{following}<div class="foot">')
