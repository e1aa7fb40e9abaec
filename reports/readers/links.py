"""Attachments and pictures of an article: which links lead to files, what the files are called, and where they are."""

import re
from urllib.parse import unquote, urljoin, urlsplit

from reports.readers.tree import Element, text_of

EXTENSION = re.compile(
    r"\.(pdf|docx?|xlsx?|wps|et|ofd|zip|rar|7z|pptx?|rtf|ceb|csv|txt|jpe?g|png|tiff?)(?![A-Za-z0-9])", re.IGNORECASE
)
_DOWNLOAD = re.compile(
    r"(down(load|file)|attach)\w*\.(jsp|do|aspx?|action|php)\b|/\w*(download|attach(ment)?s?)(/\w|\?.)", re.IGNORECASE
)
_VIEWED = re.compile(r"\bviewer\.html?\?(?:[^#]*&)?file=([^&#]+)", re.IGNORECASE)
_PAGE = re.compile(r"\.s?html?(\?|$)", re.IGNORECASE)
# Words of their own in the path: /shared/ and blueprint.jpg are none.
_ICON = re.compile(
    r"(?<![a-zA-Z])(?i:icons?|ico|ewm|share|printe?r?|loading)(?![a-z])|(?i:logo|qrcode|erweima|spacer)(?![a-z])"
    r"|(?i:filetype|blank\.gif|(?:^|/)files/(?:pdf|docx?|xlsx?|zip|rar|txt)\.(?:gif|png|jpe?g)(?:\?|$))"
)
_LINKING = {"a": ("href", "onclick"), "iframe": ("src",), "embed": ("src",), "object": ("data",)}
_QUOTED = re.compile(r"""["']([^"']+)["']""")
_NAME_ATTRIBUTES = ("download", "alt", "title")
_SOURCES = ("data-original", "data-src", "src")  # pages that load pictures late keep a blank one in src
_ATTACHMENT_LIST = re.compile(r"attach|fujian|(?<![a-z])(xg)?fj|annex|enclosure|accessory|appendix", re.IGNORECASE)
_ATTACHMENT_WORDS = ("附件", "相关附件", "附件下载", "相关下载", "文件下载")
_FURNITURE = re.compile(r"foot|nav|side|menu|header|banner|(?<![a-z])links?(?![a-z])", re.IGNORECASE)
_FURNITURE_TAGS = ("footer", "nav", "aside", "header")
_LONGEST = 4_000  # characters of an address; no server takes more
_LEVELS = 3  # the container, its parent and its grandparent: behind one of them attachment lists stand


def absolute(url: str | None, href: str) -> str:
    """``href`` against the page's address, or as it is where there is none; "" if it is no address at all."""
    try:
        joined = urljoin(url or "", href.strip())
        urlsplit(joined)
    except ValueError:
        return ""
    return joined


def _is_web(address: str) -> bool:
    return not address.lower().startswith(("javascript:", "data:", "mailto:", "tel:", "about:", "#"))


def attached(container: Element, document: Element, url: str | None, *, alone: bool) -> dict[str, str]:
    """The files of an article: those inside it, else those of an attachment list that stands behind it.

    ``alone``: the article holds next to no text, so the files are all there is. Then its lists are read too, and in
    want of any whatever else is linked around it, footers, menus and side bars apart.
    """
    files = attachments(container, url, within=document if container is document else None)
    if files and not alone:
        return files
    near = container
    for _ in range(_LEVELS):
        if near is document:
            break
        for behind in near.itersiblings():
            if isinstance(behind.tag, str) and _is_attachment_list(behind):
                files.update(attachments(behind, url))
        parent = near.getparent()
        if parent is None:
            break
        near = parent
    if alone and not files:
        files.update(attachments(near, url, within=near))
    return files


def _links(element: Element) -> list[Element]:
    """What leads to somewhere else inside ``element``."""
    every = element.iterdescendants(*_LINKING)
    return [link for link in every if any(link.get(name) is not None for name in _LINKING[link.tag])]


def _is_attachment_list(element: Element) -> bool:
    """Whether a block says by its name, its first word or its links' names that it lists an article's attachments."""
    names = [f"{each.get('id', '')} {each.get('class', '')}" for each in (element, *_links(element))]
    return "".join(text_of(element).split()).startswith(_ATTACHMENT_WORDS) or any(map(_ATTACHMENT_LIST.search, names))


def _is_furniture(link: Element, within: Element) -> bool:
    """Whether a link stands in a footer, menu or side bar of ``within``."""
    for element in link.iterancestors():
        if element is within:
            return False
        if element.tag in _FURNITURE_TAGS or _FURNITURE.search(f"{element.get('id', '')} {element.get('class', '')}"):
            return True
    return False


def attachments(element: Element, url: str | None, within: Element | None = None) -> dict[str, str]:
    """Address to name of every file linked inside ``element``, in order, without the furniture of ``within``.

    A link's ``href`` counts, or the file that its script opens; its OLDSRC is but another address of the same file.
    """
    found: dict[str, str] = {}
    for link in _links(element):
        address = _address(link)
        if not address or (within is not None and _is_furniture(link, within)):
            continue
        text = " ".join(text_of(link).split())
        named = [link.get(name, "").strip() for name in _NAME_ATTRIBUTES]
        spoken = [name for name in (*named, text) if EXTENSION.search(name)]
        if _PAGE.search(_file_part(address)) or not (spoken or _leads_to_file(address)):
            continue
        name = next(iter(spoken), "") or text or next(filter(None, named), "") or _file_part(address).rpartition("/")[2]
        if target := absolute(url, address):
            found.setdefault(target, name)
    return found


def editors_copies(element: Element, url: str | None) -> dict[str, str]:
    """Address of a file to that of its editor's copy (OLDSRC): one of the two is dead, and which one differs."""
    found: dict[str, str] = {}
    for link in element.iterdescendants("a"):
        if link.get("oldsrc") is None or link.get("href") is None:
            continue
        target, copy = absolute(url, _address(link)), absolute(url, link.get("oldsrc") or "")
        if target and copy and copy != target and _leads_to_file(copy):
            found.setdefault(target, copy)
    return found


def _address(link: Element) -> str:
    """Where a link leads, by itself or by the script it runs; "" if that is no file and no page."""
    address = (link.get("href") or link.get("src") or link.get("data") or "").strip().replace("\\", "/")
    if address and len(address) <= _LONGEST and _is_web(address):
        shown = _VIEWED.search(address)  # pdf.js: viewer.html?file=/P020….pdf
        return unquote(shown[1]) if shown and EXTENSION.search(shown[1]) else address
    script = f"{unquote(address)} {link.get('onclick', '')}"
    return next(filter(_leads_to_file, _QUOTED.findall(script)), "")


def _leads_to_file(address: str) -> bool:
    return len(address) <= _LONGEST and bool(EXTENSION.search(_file_part(address)) or _DOWNLOAD.search(address))


def _file_part(address: str) -> str:
    """Path and query of an address, decoded: where a file's name stands. A host such as x.et is no file."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def picture(element: Element, url: str | None) -> tuple[str, str] | None:
    """(address, alt) of a picture that belongs to the text; None for icons, buttons and inline data."""
    for name in _SOURCES:
        source = (element.get(name) or "").strip()
        if source and len(source) <= _LONGEST and _is_web(source) and not _ICON.search(_file_part(source)):
            target = absolute(url, source)
            return (target, (element.get("alt") or "").strip()) if target else None
    return None
