"""Asking a practice server as a browser would, and looking at what it claims: for tests."""

import gzip
import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

from parsel import Selector

from reports.model import AgencyKind
from tests.portals.documents import PublishedReport
from tests.portals.portal import Portal
from tests.portals.server import PortalServer


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its body decompressed; header names are in lower case. No charset is guessed."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def page(self, charset: str = "utf-8") -> Selector:
        return Selector(self.body.decode(charset))


def fetch(server: PortalServer, url: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
    """Ask for an address whose name is resolved by the server's own table; ``If_None_Match`` names a header.

    Raises:
        OSError: nobody listens, or the connection was reset.
        http.client.IncompleteRead: the body was cut short.
    """
    parts = urlsplit(url)
    name = parts.hostname or ""
    connection = http.client.HTTPConnection(server.hosts.get(name, name), server.port, timeout=5)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    sent = {"Host": parts.netloc, **{header.replace("_", "-"): text for header, text in headers.items()}}
    try:
        connection.request(method, target, body=body, headers=sent)
        response = connection.getresponse()
        payload = response.read()
    finally:
        connection.close()
    found = {header.lower(): text for header, text in response.getheaders()}
    return Answer(response.status, found, gzip.decompress(payload) if "content-encoding" in found else payload)


def governments(portal: Portal) -> dict[int, PublishedReport]:
    """The county's own reports by year."""
    return {report.year: report for report in portal.published() if report.agency_kind is AgencyKind.GOVERNMENT}


def squeezed(page: Selector) -> str:
    """The page's text without white space."""
    return "".join(str(page.xpath("string()").get()).split())
