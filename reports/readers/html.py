"""Reads an HTML page: its meta tags, title, article body as blocks, attachments, and what stands around the body."""

import re

import lxml.html
from lxml import etree

from reports.blocks import Page
from reports.charset import FORBIDDEN, decode
from reports.model import Unreadable
from reports.readers.container import find_container, text_length
from reports.readers.grids import table_sources
from reports.readers.html_blocks import SPACES, ZERO_WIDTH, read_blocks
from reports.readers.links import absolute, attached, editors_copies
from reports.readers.markup import check_markup, is_heavy
from reports.readers.metas import meta_claims
from reports.readers.shown import settle
from reports.readers.tree import Element, finder, text_of
from reports.readers.unclosed import closed
from reports.readers.written import BLOCK_TAGS, HOLE, MARKS

_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_NONCHARACTERS = re.compile(rb"\xef(?:\xb7[\x90-\xaf]|\xbf[\xbe\xbf])")
_REFERENCE = re.compile("&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_SILENT = ("script", "style", "noscript", "template", "svg", "select", "textarea", "math")
_HEADINGS = finder("descendant-or-self::h1 | descendant-or-self::ucaptitle")
_CALLED_TITLES = finder("//@class[contains(., 'tit') or contains(., 'bt')]/.. | //@id[contains(., 'tit')]/.. | //h2")
_TITLE_CUT = re.compile(r"\s*[-_|—–]\s*[^-_|—–]*$")
_SHELL_TAGS = re.compile(rb"</?(?:div|span|font|b|i|u|strong|em|center|section|o:p)\b[^>]*(?:>|\Z)", re.IGNORECASE)
_AROUND = 4_000  # characters kept of what stands before the body and of what stands behind it
LITTLE_TEXT = 200  # characters; a body with less, and with an attachment, only points to the report


def read_html(body: bytes, *, url: str | None = None, content_type: str | None = None) -> Page:
    """Read one page. Broken markup gives an emptier page, never an error; spans and depth are bounded.

    Raises:
        Unreadable: it holds more markup than any report's page.
    """
    text, charset = decode(body, content_type)
    data = _clean(text)
    check_markup(data)
    root = _parse(closed(data))
    if root is None:
        return Page(kind="html", blocks=(), charset=charset)
    base = root.find(".//base[@href]")
    if base is not None:
        url = absolute(url, base.get("href") or "") or url
    claims, site_id_code = meta_claims(root)
    sources = table_sources(body, root)
    etree.strip_elements(root, *_SILENT, with_tail=False)
    _add_titles(claims, root)
    found = root.find("body")
    document = root if found is None else found
    container = find_container(document)
    settle(container)
    files = attached(container, document, url, alone=text_length(container) < LITTLE_TEXT)
    blocks = read_blocks(container, url, sources)
    return Page(
        kind="html",
        blocks=blocks,
        claims=claims,
        attachments=tuple(files.items()),
        copies={address: copy for address, copy in editors_copies(document, url).items() if address in files},
        site_id_code=site_id_code,
        charset=charset,
        hidden_text=_around(document, container),
    )


def _parse(data: bytes) -> Element | None:
    """The tree, or None if there is none. libxml2 gives up below 2,048 levels; then the tags that nest are left out.

    So they are where levels would cost too much time.
    """
    for attempt in (data, None):
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
        try:
            root: Element = lxml.html.document_fromstring(attempt or _SHELL_TAGS.sub(b"", data), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            return None
        if not any("depth" in entry.message for entry in parser.error_log) and not is_heavy(root):
            return root
    if is_heavy(root):
        raise Unreadable("hostile HTML: too much text in tags that are nested too deep")
    return root


def _clean(text: str) -> bytes:
    """The markup as UTF-8, without what no document may hold, written as characters or as references to them."""
    data = text.encode("utf-8", "replace")
    # Few pages hold any of it, and bytes are searched for it in a tenth of the time.
    if "&#" in text or len(data.translate(None, _CONTROLS)) < len(data) or _NONCHARACTERS.search(data):
        data = _REFERENCE.sub(_reference, FORBIDDEN.sub(" ", text)).encode("utf-8", "replace")
    return data


def _reference(found: re.Match[str]) -> str:
    digits = found[1] or found[2]
    point = int(digits, 16 if found[1] else 10) if len(digits) <= 12 else 0
    return " " if point > 0x10FFFF or FORBIDDEN.match(chr(point)) else found[0]


def _add_titles(claims: dict[tuple[str, str], str], root: Element) -> None:
    """The headings of the page as ("title", "h1") and its title tag, without the site's name, as ("title", "title")."""
    best = ""
    for find in (_HEADINGS, _CALLED_TITLES):
        for element in find(root):
            text = "".join(text_of(element).split())
            if 4 <= len(text) <= 120 and (not best or ("公开" in text and "报" in text and "公开" not in best)):
                best = text
        if "公开" in best:
            break
    if best:
        claims["title", "h1"] = best
    title = root.find(".//title")
    text = " ".join(text_of(title).split()) if title is not None else ""
    if text:
        cut = _TITLE_CUT.sub("", text)
        claims["title", "title"] = cut if len(cut) >= 8 else text


def _around(document: Element, container: Element) -> str:
    """The lines just before the body and just behind it, and the page's last ones, where the footer stands."""
    if container is document:
        return ""
    for child in list(container):
        container.remove(child)
    container.text = HOLE
    for element in document.iter(*BLOCK_TAGS):
        element.tail = "\n" + (element.tail or "")
        element.text = "\n" + (element.text or "")
    before, _, after = MARKS.sub(lambda mark: HOLE if mark[0] == HOLE else "\n", text_of(document)).partition(HOLE)
    behind = after if len(after) <= 2 * _AROUND else after[:_AROUND] + "\n" + after[-_AROUND:]
    lines = (
        SPACES.sub(" ", ZERO_WIDTH.sub("", line)).strip() for line in (before[-_AROUND:] + "\f" + behind).splitlines()
    )
    return "\n".join(line for line in lines if line)
