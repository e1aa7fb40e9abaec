"""Finds the element of a page that holds the article: by the containers CMS products use, else by where the text is."""

import re
from functools import lru_cache

from lxml import etree

from reports.readers.grids import is_layout
from reports.readers.tree import Element, finder, text_of

LEAST_TEXT = 80  # characters an article container must hold

# In the order of trust; ids start with "#". A trailing "*" matches any ending.
LADDER = (
    *("#UCAP-CONTENT", "<ucapcontent>", ".trs_editor_view", ".TRS_UEDITOR", ".TRS_Editor", "#vsb_content*"),
    *(".v_news_content", ".j-fontContent", ".wzcon", ".newscontnet", "#zoom", "#Zoom", "#zoomcon", ".bt_content"),
    *(".bt-content", ".gknbxq_detail", ".xxgk-tt-content", ".news_cont_d_wrap", ".article-content", ".article_content"),
    *("#ivs_content", ".Article_content", ".main-txt", ".show-text", ".xxgk_content", ".pages_content", ".content"),
)
_EXACT = {name: rank for rank, name in enumerate(LADDER) if not name.endswith("*")}
_PREFIXES = {name[:-1]: rank for rank, name in enumerate(LADDER) if name.endswith("*")}
_NAMED = finder("//*[@id or @class] | //ucapcontent")
_LINKS = finder(".//a")
_RSS = re.compile(r"ZJEG_RSS\.content\.(begin|end)")
_SPACE = re.compile(r"\s+")
_DESCEND_SHARE = 0.7  # of a parent's text; the child that holds as much is looked into


@lru_cache(maxsize=1024)
def _rank(tag: str, own_id: str, classes: str) -> int | None:
    ranks = [_EXACT.get("#" + own_id), _EXACT.get(f"<{tag}>"), *(_EXACT.get("." + name) for name in classes.split())]
    ranks.extend(rank for prefix, rank in _PREFIXES.items() if ("#" + own_id).startswith(prefix))
    return min((rank for rank in ranks if rank is not None), default=None)


def text_length(element: Element) -> int:
    """Characters of text that stand in no link, white space left out."""
    whole = len(_SPACE.sub("", text_of(element)))
    return whole - sum(len(_SPACE.sub("", text_of(link))) for link in _LINKS(element))


def find_container(body: Element) -> Element:
    """The element that holds the article; ``body`` itself where nothing better is found."""
    marked = _between_markers(body)
    if marked is not None:
        return marked
    found: list[tuple[int, Element]] = []
    for element in _NAMED(body):
        rank = _rank(element.tag, element.get("id", ""), element.get("class", ""))
        if rank is not None and element.tag not in ("a", "ul", "table", "td", "tr"):
            found.append((rank, element))
    for rank in sorted({rank for rank, _ in found}):
        lengths = [(len(_SPACE.sub("", text_of(element))), element) for r, element in found if r == rank]
        longest, element = max(lengths, key=lambda pair: pair[0])
        if longest >= LEAST_TEXT:
            return element
    return _densest(body)


def _between_markers(body: Element) -> Element | None:
    """What stands between the ZJEG_RSS comments of Hanweb pages, gathered into an element of its own."""
    begin = None
    for comment in body.iter(etree.Comment):
        marker = _RSS.search(comment.text or "")
        if marker and marker[1] == "begin":
            begin = comment
        elif marker and begin is not None and comment.getparent() is begin.getparent():
            return _wrapped(begin, comment)
    return None


def _wrapped(begin: Element, end: Element) -> Element:
    parent = begin.getparent()
    assert parent is not None  # noqa: S101 - the caller compared it with another's parent
    wrapper = etree.SubElement(parent, "div")
    wrapper.text, begin.tail = begin.tail, None
    for sibling in list(begin.itersiblings()):
        if sibling is end:
            break
        wrapper.append(sibling)
    begin.addnext(wrapper)
    return wrapper


def _densest(body: Element) -> Element:
    """Go down from the body as long as one child holds most of the text; data tables are not entered."""
    element, length = body, text_length(body)
    while True:
        best, most = None, 0
        for child in element:
            if isinstance(child.tag, str) and (size := text_length(child)) > most:
                best, most = child, size
        if best is None or most < max(LEAST_TEXT, _DESCEND_SHARE * length) or best.tag in ("p", "span", "font"):
            return element
        if best.tag == "table" and not is_layout(best):
            return element
        element, length = best, most
