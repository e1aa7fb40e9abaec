"""A county whose reports stand on its city's portal: on one list with those of all the city's counties."""

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from reports.divisions import by_code, counties
from tests.portals import chrome
from tests.portals.documents import Document
from tests.portals.families.longtail import Longtail
from tests.portals.messages import Request, Response
from tests.portals.quirks import Quirk

if TYPE_CHECKING:
    from tests.portals.portal import Portal

NEIGHBOURS = 3  # counties of the same city that stand on the list, too


class CityHosted(Longtail):
    """The county's own host has a home page alone; ``extra_hosts[0]`` is the city's, ``hosted_by`` its code."""

    variants: ClassVar[tuple[frozenset[Quirk], ...]] = (
        frozenset({Quirk.PAGER_INDEX}),
        frozenset({Quirk.YEAR_COLUMNS, Quirk.HEX_ADDRESSES}),
    )

    def origin(self) -> str:
        return f"http://{self.portal.extra_hosts[0]}:{self.portal.port}"

    @cached_property
    def _city(self) -> "CityPortal":
        """The city's portal as a renderer of its own; it lists the county's documents among the others'."""
        return CityPortal(self.portal)

    def address(self, document: Document) -> str:
        return self._city.address(document)

    def attachment(self, document: Document) -> str:
        return self._city.attachment(document)

    def picture(self, document: Document, number: int) -> str:
        return self._city.picture(document, number)

    def answer(self, request: Request) -> Response | None:
        if request.headers.get("host", "").partition(":")[0] in self.portal.extra_hosts:
            return self._city.answer(request)
        return self.home() if request.path in ("/", "/index.html") else None

    def home(self) -> Response:
        content = f'<div class="zone"><a href="{self.origin()}{self._city.places["open"]}">政府信息公开</a></div>'
        head = f'<meta charset="utf-8">\n{chrome.meta_tags(self.portal, "首页")}'
        menu = chrome.Menu((("首页", "/"), ("»", "/map/")))
        return self.html(chrome.page(self.portal, "首页", content, menu, head=head), self.list_modified(()))


class CityPortal(Longtail):
    """The city's host: pages with the city's name and code, lists of the reports of several counties."""

    def __init__(self, guest: "Portal") -> None:
        city = by_code(guest.hosted_by)
        assert city
        host = replace(guest, owner=(city.code, city.name), host=guest.extra_hosts[0], family="longtail")
        super().__init__(host)
        near = [one for one in counties() if one.code[:4] == guest.code[:4] and one.code != guest.code][:NEIGHBOURS]
        bare = replace(guest, family="longtail", departments=(), townships=(), charts=(), site_statistics=())
        self.guests = (guest, *(replace(bare, owner=(one.code, one.name)) for one in near))

    def listed(self, column: str) -> tuple[Document, ...]:
        """The documents of all guests, newest first."""
        found = [one for one in self._documents() if one.column == column]
        return tuple(sorted(found, key=lambda document: (document.published, document.serial), reverse=True))

    def document_at(self, target: str) -> Document | None:
        return next((one for one in self._every() if target in self._targets(one)), None)

    def _every(self) -> list[Document]:
        return [one for one in self._documents() if not one.link]

    def _documents(self) -> list[Document]:
        """All guests' documents, but for neighbours' with a number of the county's: they would have one address."""
        first, *near = self.guests
        own = {document.serial for document in first.documents()}
        others = (document for guest in near for document in guest.documents())
        return [*first.documents(), *(document for document in others if document.serial not in own)]

    def _targets(self, document: Document) -> set[str]:
        pictures = (self.picture(document, number) for number in range(self.pictures(document)))
        return {self.address(document), self.attachment(document), *pictures}

    def body(self, document: Document) -> str:
        return self._guest(document).pages.body(document)

    def pdf(self, document: Document) -> bytes:
        return self._guest(document).pages.pdf(document)

    def _guest(self, document: Document) -> "Portal":
        """The county whose document it is."""
        return next(guest for guest in self.guests if document in guest.documents())
