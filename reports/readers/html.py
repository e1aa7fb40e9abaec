"""Reads an HTML page: its meta tags, title, article body as blocks, attachments, and what stands around the body."""

import re
from dataclasses import replace

import lxml.html
from lxml import etree

from reports.blocks import NOWHERE, PICTURE_CELL, Block, Page, Paragraph, Picture, Source, Table
from reports.charset import decode
from reports.model import Unreadable
from reports.readers.container import find_container, text_length
from reports.readers.grids import is_layout, read_grid, table_sources
from reports.readers.links import absolute, attached, editors_copies, picture
from reports.readers.markup import check_markup, is_heavy
from reports.readers.metas import meta_claims
from reports.readers.tree import Element, cut_out, finder, text_of

# Noncharacters of Unicode mark the borders in the tree's text, so that it can be taken out in one go.
BREAK, HEADING, TABLE, IMAGE, HOLE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4"
_MARKS = re.compile("[\ufdd0-\ufdd4]")
_IMAGES = re.compile(f"{IMAGE}([0-9]+)")
# What no document may hold (XML 1.0, 2.2), and noncharacters: a page could forge borders with them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_REFERENCE = re.compile("&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_STRUCK = ("del", "s", "strike", "rt", "rp")  # what was replaced, and the reading printed above a character
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol", "li", "dl", "dt", "dd", "option")
_TABLES = ("table", "tr", "td", "th")
_PARTS = ("p", "div", "br", "hr", "section", "article", "header", "footer", "center", "blockquote", "pre", "form")
_BLOCKS = (*_PARTS, *_LISTS, *_TABLES, *_HEADINGS, "ucaptitle")
_SILENT = ("script", "style", "noscript", "template", "svg", "select", "textarea", "math")
_STYLED = finder(".//*[@hidden or contains(@style, 'none') or contains(@style, 'hidden')]")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TITLES = (
    finder("//h1 | //ucaptitle"),
    finder("//*[contains(@class, 'tit') or contains(@class, 'bt') or contains(@id, 'tit')] | //h2"),
)
_TITLE_CUT = re.compile(r"\s*[-_|—–]\s*[^-_|—–]*$")
_SPACES = re.compile(r"\s+")
_ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")  # breaks lines or ligatures, never two numbers
# A space between characters means nothing, but behind the numeral that a line begins with it is all the punctuation.
_HAN_GAP = re.compile(
    r"(?<=[\u3400-\u9fff，。；：、）》”])\s(?=[\u3400-\u9fff，。；：、（《“])"
    "(?:(?<![\ufdd0\ufdd1][一二三四五六七八九十].)(?<!^[一二三四五六七八九十].)|(?=[，。；：、]))"
)
_NOISE = re.compile(
    r"^[\s【\[(（]*(点击(数|量|率|次数)?|浏览(次数|量|数)?|阅读(次数|量|数)?|访问(次数|量)|字\s*号|字\s*体|打\s*印|关\s*闭|分享到?|朗读|收藏)"
    r"[\s:：】\])）]"
)
_SHELL_TAGS = re.compile(rb"</?(?:div|span|font|b|i|u|strong|em|center|section|o:p)\b[^>]*(?:>|\Z)", re.IGNORECASE)
_AROUND = 4_000  # characters kept of what stands before the body and of what stands behind it
LITTLE_TEXT = 200  # characters; a body with less, and with an attachment, only points to the report


def read_html(body: bytes, *, url: str | None = None, content_type: str | None = None) -> Page:
    """Read one page. Broken markup gives an emptier page, never an error; spans and depth are bounded.

    Raises:
        Unreadable: it holds more markup than any report's page.
    """
    text, charset = decode(body, content_type)
    data = _clean(text).encode("utf-8", "replace")
    check_markup(data)
    root = _parse(data)
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
    if "none" in text or "hidden" in text:
        _drop_hidden(container)
    _settle_notes(container)
    files = attached(container, document, url, alone=text_length(container) < LITTLE_TEXT)
    blocks = _blocks(container, url, sources)
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
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
        try:
            root: Element = lxml.html.document_fromstring(attempt or _SHELL_TAGS.sub(b"", data), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            return None
        if not any("depth" in entry.message for entry in parser.error_log) and not is_heavy(root):
            return root
    if is_heavy(root):
        raise Unreadable("hostile HTML: too much text in tags that are nested too deep")
    return root


def _clean(text: str) -> str:
    """The markup without what no document may hold, written as characters or as references to them."""
    text = _FORBIDDEN.sub(" ", text)
    return _REFERENCE.sub(_reference, text) if "&#" in text else text


def _reference(found: re.Match[str]) -> str:
    digits = found[1] or found[2]
    point = int(digits, 16 if found[1] else 10) if len(digits) <= 12 else 0
    return " " if point > 0x10FFFF or _FORBIDDEN.match(chr(point)) else found[0]


def _add_titles(claims: dict[tuple[str, str], str], root: Element) -> None:
    """The headings of the page as ("title", "h1") and its title tag, without the site's name, as ("title", "title")."""
    best = ""
    for find in _TITLES:
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


def _drop_hidden(container: Element) -> None:
    """Remove what the page does not show, unless that is most of the text (a tab that a script opens)."""
    hidden = [
        element
        for element in _STYLED(container)
        if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "")
    ]
    _cut_lesser(container, hidden)


def _cut_lesser(container: Element, elements: list[Element]) -> None:
    """Cut out those of the elements that hold less than half of the text."""
    whole = text_length(container) if elements else 0
    cut_out(container, [one for one in elements if one is not container and 2 * text_length(one) < whole])


def _settle_notes(container: Element) -> None:
    """Take struck-out text out, and put the numbers of notes in brackets: neither may run into a number beside it."""
    _cut_lesser(container, list(container.iter(*_STRUCK)))
    for element in container.iter("sup", "sub"):
        number = "".join(text_of(element).split())
        if number.isnumeric() and not _is_exponent(element):
            for child in list(element):
                element.remove(child)
            element.text = f"[{number}]"


def _is_exponent(element: Element) -> bool:
    """Whether a Latin letter stands before the raised number, as in m² and CO₂."""
    before = element.getprevious()
    if before is None:
        parent = element.getparent()
        text = parent.text if parent is not None else ""
    else:
        text = before.tail or text_of(before)
    last = (text or "")[-1:]
    return last.isascii() and last.isalpha()


def _blocks(container: Element, url: str | None, sources: dict[Element, Source]) -> tuple[Block, ...]:
    tables: list[Table] = []
    pictures: list[Picture] = []
    for image in list(container.iter("img")):
        shown = picture(image, url)
        if shown:
            image.text = f"{BREAK}{IMAGE}{len(pictures)}{BREAK}"
            pictures.append(Picture(*shown))
    for element in container.iter(*_BLOCKS):
        _mark(element)
    for table in list(container.iter("table")):
        if _inside_table(table, container) or is_layout(table):
            continue
        grid = read_grid(table, _cell_text)
        if grid is None:
            continue
        inside = "".join(f"{IMAGE}{number}{BREAK}" for number in _IMAGES.findall(text_of(table)))
        tables.append(replace(grid, source=sources.get(table, NOWHERE)))
        for child in list(table):
            table.remove(child)
        table.text = f"{BREAK}{TABLE}{len(tables) - 1}{BREAK}{inside}"
    return tuple(_assembled(text_of(container), tables, pictures))


def _mark(element: Element) -> None:
    element.text = f"{BREAK}{HEADING if element.tag in _HEADINGS else ''}{element.text or ''}"
    element.tail = BREAK + (element.tail or "")


def _inside_table(table: Element, container: Element) -> bool:
    """Whether the table has been taken out already with a data table around it."""
    parent = table.getparent()
    while parent is not None:
        if parent is container:
            return False
        parent = parent.getparent()
    return table is not container


def _cell_text(cell: Element) -> str:
    """A cell's text; its paragraphs stay apart as lines, so that two numbers never become one."""
    text = text_of(cell)
    shown = _IMAGES.sub("", text)
    lines = (_line(part) for part in _MARKS.sub(BREAK, shown).split(BREAK))
    return "\n".join(line for line in lines if line) or (PICTURE_CELL if shown != text else "")


def _line(text: str) -> str:
    return _HAN_GAP.sub("", _SPACES.sub(" ", _ZERO_WIDTH.sub("", text)).strip())


def _assembled(text: str, tables: list[Table], pictures: list[Picture]) -> list[Block]:
    blocks: list[Block] = []
    for part in _line(text).split(BREAK):
        if part.startswith(TABLE):
            blocks.append(tables[int(part[1:])])
        elif part.startswith(IMAGE):
            blocks.append(pictures[int(part[1:])])
        elif (line := part.replace(HEADING, "").strip()) and (len(line) > 60 or not _NOISE.match(line + " ")):
            blocks.append(Paragraph(line, heading=HEADING in part))
    return blocks


def _around(document: Element, container: Element) -> str:
    """The lines just before the body and just behind it, and the page's last ones, where the footer stands."""
    if container is document:
        return ""
    for child in list(container):
        container.remove(child)
    container.text = HOLE
    for element in document.iter(*_BLOCKS):
        element.tail = "\n" + (element.tail or "")
        element.text = "\n" + (element.text or "")
    before, _, after = _MARKS.sub(lambda mark: HOLE if mark[0] == HOLE else "\n", text_of(document)).partition(HOLE)
    behind = after if len(after) <= 2 * _AROUND else after[:_AROUND] + "\n" + after[-_AROUND:]
    lines = (
        _SPACES.sub(" ", _ZERO_WIDTH.sub("", line)).strip() for line in (before[-_AROUND:] + "\f" + behind).splitlines()
    )
    return "\n".join(line for line in lines if line)
