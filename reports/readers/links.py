"""Attachments and pictures of an article: which links lead to files, what the files are called, and where they are."""

import re
from urllib.parse import unquote, urljoin, urlsplit

from reports.readers.tree import Element, finder, text_of

EXTENSION = re.compile(r"\.(pdf|docx?|xlsx?|wps|et|ofd|zip|rar|7z|pptx?|rtf|ceb|jpe?g|png|tiff?)\b", re.IGNORECASE)
_DOWNLOAD = re.compile(r"(down(load|file)|attach)\w*\.(jsp|do|aspx?|action)\b", re.IGNORECASE)
_ICON = re.compile(r"icon|filetype|/ico|logo|qrcode|erweima|ewm|share|print|loading|spacer|blank\.gif", re.IGNORECASE)
_LINKS = finder(".//a[@href] | .//iframe[@src] | .//embed[@src] | .//object[@data]")
_NAME_ATTRIBUTES = ("download", "alt", "title")


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


def attachments(element: Element, url: str | None) -> dict[str, str]:
    """Address to name of every file linked inside ``element``, in order. A link's ``href`` alone counts, no OLDSRC."""
    found: dict[str, str] = {}
    for link in _LINKS(element):
        address = (link.get("href") or link.get("src") or link.get("data") or "").strip()
        if not address or not _is_web(address):
            continue
        text = " ".join(text_of(link).split())
        named = [link.get(name, "").strip() for name in _NAME_ATTRIBUTES]
        extension = EXTENSION.search(_file_part(address))
        spoken = [name for name in (*named, text) if EXTENSION.search(name)]
        if not (extension or spoken or _DOWNLOAD.search(address)):
            continue
        name = next(iter(spoken), "") or text or next(filter(None, named), "") or _file_part(address).rpartition("/")[2]
        if target := absolute(url, address):
            found.setdefault(target, name)
    return found


def _file_part(address: str) -> str:
    """Path and query of an address, decoded: where a file's name stands. A host such as x.et is no file."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def picture(element: Element, url: str | None) -> tuple[str, str] | None:
    """(address, alt) of a picture that belongs to the text; None for icons, buttons and inline data."""
    source = (element.get("src") or element.get("data-src") or "").strip()
    if not source or not _is_web(source) or _ICON.search(source):
        return None
    target = absolute(url, source)
    return (target, (element.get("alt") or "").strip()) if target else None
