"""Finds the element of a page that holds the article: by the containers CMS products use, else by where the text is.

An article may be a cover with next to no text: a file to fetch, pictures, a frame with a document in it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from reports.readers.grids import is_layout
from reports.readers.links import absolute, attached, picture
from reports.readers.tree import Element, carrying, finder, length_of, text_of
from reports.readers.written import rows_of

LEAST_TEXT = 80  # characters that make a container an article's without a file or picture in it

LEAST_HEADINGS = 3  # numerals with their mark that make a text a report with sections
LEAST_SENTENCES = 5  # that make a text without numerals an article

# In the order of trust; ids start with "#". A trailing "*" matches any ending.
LADDER = (
    *("#UCAP-CONTENT", "<ucapcontent>", ".trs_editor_view", ".TRS_UEDITOR", ".TRS_Editor", "#vsb_content*"),
    *(".v_news_content", ".j-fontContent", ".wzcon", ".newscontnet", "#zoom", "#Zoom", "#zoomcon", ".bt_content"),
    *(".bt-content", ".gknbxq_detail", ".xxgk-tt-content", ".news_cont_d_wrap", ".article-content", ".article_content"),
    *("#ivs_content", ".Article_content", ".main-txt", ".show-text", ".xxgk_content", ".pages_content", ".content"),
)
_EXACT = {name: rank for rank, name in enumerate(LADDER) if not name.endswith("*")}
_PREFIXES = {name[:-1]: rank for rank, name in enumerate(LADDER) if name.endswith("*")}
_RSS = re.compile(r"ZJEG_RSS\.content\.(begin|end)")
_SECTIONS = re.compile(r"[一二三四五六][、.．]")
_HOLDING = finder(".//img | .//a[@href] | .//iframe[@src] | .//embed[@src] | .//object[@data]")
_FURNITURE = re.compile(r"nav|head|foot|logo|menu|rel|share|banner|side", re.IGNORECASE)
_NO_CONTAINERS = ("a", "ul", "table", "td", "tr")
_FURNITURE_TAGS = ("header", "footer", "nav", "aside")
_DESCEND_SHARE = 0.7  # of a parent's text; the child that holds as much is looked into


@lru_cache(maxsize=1024)
def _rank(tag: str, own_id: str, classes: str) -> int | None:
    ranks = [_EXACT.get("#" + own_id), _EXACT.get(f"<{tag}>"), *(_EXACT.get("." + name) for name in classes.split())]
    ranks.extend(rank for prefix, rank in _PREFIXES.items() if ("#" + own_id).startswith(prefix))
    return min((rank for rank in ranks if rank is not None), default=None)


def text_length(element: Element) -> int:
    """Characters of text that stand in no link, white space left out."""
    return length_of(element) - sum(map(length_of, element.iterdescendants("a")))


def find_container(body: Element) -> Element:
    """The element that holds the article; ``body`` itself where nothing better is found."""
    marked = _between_markers(body)
    if marked is not None:
        return marked
    ranked = _ranked(body.getroottree().getroot())
    article = _of_the_ladder(ranked, body)
    return _unnamed(body, ranked) if article is None else article


def _ranked(root: Element) -> list[tuple[int, Element]]:
    """The elements of the ladder's names with their ranks, those of one name in document order."""
    by_id = carrying(root, "id", lambda value: _rank("", value, "") is not None)
    by_class = carrying(root, "class", lambda value: _rank("", "", value) is not None)
    found = dict.fromkeys((*by_id, *by_class, *root.iter("ucapcontent")))
    ranks = ((_rank(one.tag, one.get("id", ""), one.get("class", "")), one) for one in found)
    return [(rank, one) for rank, one in ranks if rank is not None and one.tag not in _NO_CONTAINERS]


def _of_the_ladder(known: list[tuple[int, Element]], body: Element) -> Element | None:
    """The most trusted container that holds text, a file or pictures; of several of one name the longest.

    One with a file and little text is left for another that holds the numbered sections themselves.
    """
    cover: Element | None = None
    around: set[Element] | None = None
    for wanted in sorted({rank for rank, _ in known}):
        ranked = [(length_of(element), element) for rank, element in known if rank == wanted]
        longest, element = max(ranked, key=lambda pair: pair[0])
        if longest >= LEAST_TEXT and (cover is None or _has_sections(element)):
            return element
        if cover is None:
            around = _around(_holding(body)) if around is None else around
            cover = next((element for _, element in ranked if element in around), None)
    return cover


def _unnamed(body: Element, known: list[tuple[int, Element]]) -> Element:
    """Where the text is; if there is none to speak of, what holds the files, or a short container of a known name."""
    densest = _densest(body)
    told = text_of(densest).count("。") >= LEAST_SENTENCES and not any(map(_is_furniture, _with_ancestors(densest)))
    if told or _has_sections(densest):
        return densest
    around = _common(_holding(body))
    if around is not None and around is not body:
        return around
    return min(known, key=lambda pair: pair[0])[1] if known else densest


def _has_sections(element: Element) -> bool:
    return len(_SECTIONS.findall(text_of(element))) >= LEAST_HEADINGS


def _holding(body: Element) -> list[Element]:
    """The links to files, the frames with documents and the pictures of the text, without the page's furniture."""
    files = attached(body, body, None, alone=False)
    found = []
    for element in _HOLDING(body):
        if element.tag == "img":
            shown = picture(element, None) is not None and not any(map(_is_furniture, _with_ancestors(element)))
        else:
            shown = absolute(None, element.get("href") or element.get("src") or element.get("data") or "") in files
        if shown:
            found.append(element)
    return found


def _with_ancestors(element: Element) -> Iterator[Element]:
    yield element
    yield from element.iterancestors()


def _is_furniture(element: Element) -> bool:
    names = f"{element.get('id', '')} {element.get('class', '')}"
    return element.tag in _FURNITURE_TAGS or _FURNITURE.search(names) is not None


def _around(elements: list[Element]) -> set[Element]:
    """Every element that has one of these in it."""
    around: set[Element] = set()
    for element in elements:
        for ancestor in element.iterancestors():
            if ancestor in around:
                break
            around.add(ancestor)
    return around


def _common(elements: list[Element]) -> Element | None:
    """The nearest element around all of these."""
    if not elements:
        return None
    shared = list(elements[0].iterancestors())
    for element in elements[1:]:
        around = set(element.iterancestors())
        shared = [ancestor for ancestor in shared if ancestor in around]
    return shared[0] if shared else None


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
        if best.tag == "table":
            filled = [[one for one in row if one.text.strip()] for row in rows_of(best)]
            if not is_layout(filled):
                return element
        element, length = best, most
