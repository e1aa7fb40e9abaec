"""What every family shares: the document behind an address, a report's text and tables, its PDF and pictures."""

import struct
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from reports.model import AgencyKind
from tests.portals import markup, prose
from tests.portals.documents import Content, Document, Kind
from tests.portals.messages import Request, Response
from tests.portals.pdf import PdfPages
from tests.portals.printing import printed
from tests.portals.tables import grids

if TYPE_CHECKING:
    from tests.portals.portal import Portal

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - compared with Beijing time as printed
# Column widths of the PDF's tables, in points: v2014, and table 2 of the later forms (three columns of labels).
_WIDTHS = {("v2014", 0): (340, 50, 90), ("", 1): (34, 70, 145, 33, 33, 33, 33, 33, 33, 33)}
_WE = {AgencyKind.DEPARTMENT: ("全局", "我局"), AgencyKind.TOWNSHIP: ("全镇", "我镇")}


class Family:
    """Renders one portal. Subclasses give the addresses and the pages; None for an address means 404."""

    style: markup.Style = markup.WORD
    money: ClassVar[str] = "yuan"
    layout: ClassVar[dict[str, str]] = {}

    def __init__(self, portal: "Portal") -> None:
        self.portal = portal
        self.places = {**self.layout, **portal.layout}
        self._index: tuple[int, dict[str, Document]] | None = None

    # --- Subclasses answer these -----------------------------------------------------------------------------------
    def address(self, document: Document) -> str:
        """Path and query of the document's page."""
        raise NotImplementedError

    def attachment(self, document: Document) -> str:
        """Path and query of the report's PDF."""
        raise NotImplementedError

    def picture(self, document: Document, number: int) -> str:
        """Path of the n-th picture in the report's body, from 0."""
        raise NotImplementedError

    def answer(self, request: Request) -> Response | None:
        """The page at an address, or None where there is none."""
        raise NotImplementedError

    def robots(self) -> str:
        """The file's text where the portal has one with a few closed folders."""
        return "User-agent: *\nDisallow: /search/\nDisallow: /was5/\n"

    # --- What they share -------------------------------------------------------------------------------------------
    def origin(self) -> str:
        """The address of the host that carries the reports, without the closing slash."""
        return self.portal.base

    def list_address(self) -> str:
        """Path and query of the county's own report column."""
        return self.places["reports"]

    def document_at(self, target: str) -> Document | None:
        """The document whose page, attachment or picture has this address."""
        index, version = self._index, self.portal.version
        if index is None or index[0] != version:
            found: dict[str, Document] = {}
            for document in self.portal.documents():
                if document.link:
                    continue
                found[self.address(document)] = document
                if document.content is Content.PDF:
                    found[self.attachment(document)] = document
                found |= {self.picture(document, number): document for number in range(self.pictures(document))}
            self._index = index = (version, found)
        return index[1].get(target)

    def document_page(self, request: Request) -> Response | None:
        """The answer where the address is a document's page, PDF or picture."""
        document = self.document_at(request.target)
        if document is None:
            return None
        if request.target == self.address(document):
            return self.html(self.article(document), self.modified(document))
        if document.content is Content.PDF and request.target == self.attachment(document):
            return Response(self.pdf(document), "application/pdf", modified=self.modified(document))
        return Response(picture(document.serial), "image/png", modified=self.modified(document))

    def article(self, document: Document) -> str:
        """The HTML of a document's page."""
        raise NotImplementedError

    def html(self, text: str, modified: float | None) -> Response:
        return Response(text.encode(), modified=modified)

    def pictures(self, document: Document) -> int:
        return 1 if document.kind is Kind.CHART else document.pictures

    def modified(self, document: Document) -> float:
        """Seconds since 1970. Portals print Beijing time, eight hours before Greenwich."""
        return document.modified or (document.published - _EPOCH).total_seconds() - 8 * 3600

    def list_modified(self, documents: tuple[Document, ...]) -> float:
        return max([self.portal.list_modified, *(self.modified(document) for document in documents)])

    def listed(self, column: str) -> tuple[Document, ...]:
        """A column's documents, newest first."""
        return tuple(document for document in self.portal.documents() if document.column == column)

    def body(self, document: Document) -> str:
        """The HTML of what stands between title and footer, without attachments."""
        if document.kind is Kind.NEWS:
            text = prose.news(self.portal.owner_name, document.serial)
            return self.style.paragraph.format(text) * 3
        if document.kind is Kind.SITE_STATISTICS:
            return _site_statistics(document)
        if document.kind is Kind.CHART:
            return self.image(document, 0)
        if document.content is Content.PDF:
            return self.style.paragraph.format("报告全文请见附件。")
        form = self.portal.form(document)
        text = markup.body(self._chapters(document, form), form, self._figure(document), self.style)
        return text + "".join(self.image(document, number) for number in range(document.pictures))

    def image(self, document: Document, number: int) -> str:
        return f'<p style="text-align:center"><img src="{self.picture(document, number)}" alt=""></p>'

    def pdf(self, document: Document) -> bytes:
        """The whole report as a PDF with ruled tables."""
        form, figure = self.portal.form(document), self._figure(document)
        pages = PdfPages()
        pages.paragraph(document.title, size=15)
        for chapter in self._chapters(document, form):
            if chapter.heading:
                pages.paragraph(chapter.heading, size=12)
            for text in chapter.paragraphs:
                if text.startswith("#"):
                    index = int(text[1:])
                    pages.table(grids(form)[index], figure, _WIDTHS.get(("", index), ()))
                else:
                    pages.paragraph(f"　　{text}")
        if form == "v2014":
            pages.table(grids(form)[0], figure, _WIDTHS[form, 0])
        return pages.tobytes()

    def _figure(self, document: Document) -> "_Figures":
        return _Figures(self.portal, document, self.money)

    def _chapters(self, document: Document, form: str) -> tuple[prose.Chapter, ...]:
        portal = self.portal
        government = f"{portal.owner_name}人民政府"
        level = "区" if portal.owner_name.endswith("区") else "县"
        place, we = _WE.get(document.agency_kind, (f"全{level}", f"我{level}"))
        own = document.agency_kind is AgencyKind.GOVERNMENT
        office = f"{government}办公室" if own else f"{document.agency}办公室"
        setting = prose.Setting(portal.owner_name, document.agency, office, place, we, level, government, portal.host)
        source = portal.source(document.agency)
        return prose.chapters(source, document.year, form, portal.received(document), setting)


class _Figures:
    """The text of each cell of one report, by code."""

    def __init__(self, portal: "Portal", document: Document, money: str) -> None:
        self.values = portal.figures(document)
        self.money = money

    def __call__(self, code: str) -> str:
        return printed(code, self.values[code], money=self.money)


def _site_statistics(document: Document) -> str:
    rows = (("网站名称", document.agency), ("信息发布总数", "4127"), ("栏目维护数", "36"), ("办件总数", "512"))
    cells = "".join(f"<tr><td>{name}</td><td>{text}</td></tr>" for name, text in rows)
    return f'<table border="1"><caption>政府网站工作年度报表</caption>{cells}</table>'


def picture(number: int) -> bytes:
    """A PNG of 16 × 16 pixels in one colour."""
    colour = (number & 255, number >> 8 & 255, number >> 16 & 255)
    rows = (b"\x00" + bytes(colour) * 16) * 16

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
