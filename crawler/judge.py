"""Whether a page says anything: shells that only a script would fill, error pages served with status 200."""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapy.http import HtmlResponse

from crawler.challenges import HAN, recognise, shown_han
from crawler.pages import MAX_LINKS
from reports.states import Reason, VisitOutcome

MAX_PAGE = 10_000_000  # bytes of a page that is looked at for links; reports may be larger
_LARGE = 200_000  # bytes; a smaller page cannot have MAX_LINKS
_SHORT = 3072  # bytes; a longer page without a link is a shell only where it names the place to fill
_MOUNT = re.compile(r"""<[a-z-]+\s[^>]{0,200}\bid\s*=\s*["']?(app|root|__nuxt|__next|q-app)\b""", re.IGNORECASE)
# Whatever else a page may consist of, and the lists that a family reads out of scripts, frames and comments.
_CONTENT = "//a[@href] | //img | //iframe | //frame | //embed | //object | //table | //form | //input"
_CARRIES = re.compile(
    r"<datastore|<recordset|<record>|dataproxy|window\._CONFIG|createPageHTML|countPage|label/8888|Ls\.pagination"
    r"|jpaas-publish-server|siteGuid|webBuilderCommon|gkmlpt|pageCount|totalPage",
    re.IGNORECASE,
)
_SENDS_ON = re.compile(r"http-equiv\s*=\s*[\"']?refresh|\blocation(\.href|\.replace)?\s*[=(]\s*[\"']", re.IGNORECASE)
_FEW = 20  # Chinese characters: a copyright line, "loading"
_SCRIPT_TELLS = 60  # Chinese characters: in a script of so many, titles stand
_ALIKE = 0.02  # two renderings of one error page differ in a counter, a date, the address they repeat
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hollow:
    """Why a page is taken for none: a name for scripts and one for people."""

    reason: Reason
    name: str
    outcome: VisitOutcome = VisitOutcome.LIST_UNREADABLE


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a host answers, with status 200, where it has nothing: how its answer to a random path looked."""

    url: str  # where it ended, after redirects
    sha256: str
    size: int
    title: str
    links: int

    @classmethod
    def of(cls, page: HtmlResponse) -> "Fingerprint":
        links = len(page.selector.root.xpath("//a[@href]"))
        return cls(page.url, hashlib.sha256(page.body).hexdigest(), len(page.body), _title(page), links)

    def matches(self, asked: str, page: HtmlResponse) -> bool:
        """Whether the answer to ``asked`` is what the host gives for any address.

        A home page may be what a host answers everywhere; asked for by its own address it is a page all the same.
        """
        if urlsplit(asked).path in ("", "/") or asked == self.url:
            return False
        other = Fingerprint.of(page)
        if other.url == self.url or other.sha256 == self.sha256:
            return True
        same_frame = bool(self.title) and other.title == self.title and other.links == self.links
        return same_frame and abs(other.size - self.size) <= _ALIKE * self.size and not _CARRIES.search(page.text)


def is_markup(content_type: str | None, page: HtmlResponse) -> bool:
    """Whether this is an HTML page of its own: no data, no fragment that a script asked for."""
    return "html" in (content_type or "html").lower() and _HTML.search(page.body[:4096]) is not None


def judge(page: HtmlResponse) -> Hollow | None:
    """What keeps a page from being one; None where it may say something.

    Meant for pages that a visit reads as pages, not for files, data or the fragments that scripts ask for.
    """
    if found := recognise(page, as_a_page=True):
        return Hollow(found.reason, found.name, found.outcome)
    if is_shell(page):
        return Hollow(Reason.JS_SHELL, "page that only a script would fill")
    # All families look at all links, while the other portals wait.
    if len(page.body) > _LARGE and page.selector.root.xpath("count(//a)") > MAX_LINKS:
        return Hollow(Reason.TOO_LARGE, f"more than {MAX_LINKS} links")
    return None


def is_shell(page: HtmlResponse) -> bool:
    """Whether the page shows nothing, has a script to change that, and carries no list that a family could read."""
    text = page.text
    if "<script" not in text.lower() or (len(page.body) >= _SHORT and not _MOUNT.search(text)):
        return False
    if _CARRIES.search(text) or _SENDS_ON.search(text) or page.selector.root.xpath(_CONTENT):
        return False
    told = "".join(page.selector.root.xpath("//script//text()"))
    return shown_han(page) < _FEW and len(HAN.findall(told)) < _SCRIPT_TELLS


def _title(page: HtmlResponse) -> str:
    return " ".join("".join(page.selector.root.xpath("//title//text()")).split())
