"""Reads an HTML page: its meta tags, title, article body as blocks, attachments, and what stands around the body."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import lxml.html
from lxml import etree

from reports.blocks import NOWHERE, PICTURE_CELL, Block, Page, Paragraph, Picture, Source, Table
from reports.charset import decode
from reports.readers.container import find_container, text_length
from reports.readers.grids import Written, is_layout, read_grid, rows_of, table_sources
from reports.readers.links import absolute, attached, editors_copies, picture
from reports.readers.metas import meta_claims
from reports.readers.tree import Element, cut_out, text_of

# Noncharacters of Unicode mark the borders in the tree's text, so that it can be taken out in one go.
BREAK, HEADING, TABLE, IMAGE, HOLE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4"
_MARKS = re.compile("[\ufdd0-\ufdd4]")
_IMAGES = re.compile(f"{IMAGE}([0-9]+)")
# What no document may hold (XML 1.0, 2.2), and noncharacters: a page could forge borders with them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_NONCHARACTERS = re.compile(rb"\xef(?:\xb7[\x90-\xaf]|\xbf[\xbe\xbf])")
_REFERENCE = re.compile("&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_STRUCK = ("del", "s", "strike", "rt", "rp")  # what was replaced, and the reading printed above a character
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol", "li", "dl", "dt", "dd", "option")
_CELLS = ("td", "th")
_TABLES = ("table", "tr", *_CELLS)
_PARTS = ("p", "div", "br", "hr", "section", "article", "header", "footer", "center", "blockquote", "pre", "form")
_IN_CELLS = (*_PARTS, *_LISTS, *_HEADINGS, "ucaptitle")
_BLOCKS = (*_IN_CELLS, *_TABLES)
_SILENT = ("script", "style", "noscript", "template", "svg", "select", "textarea", "math")
_STYLES = etree.XPath("descendant::*/@style", smart_strings=False)
_HAS_HIDDEN = etree.XPath("boolean(descendant::*/@hidden)")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
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
_SHELL_TAGS = re.compile(rb"</?(?:div|span|font|b|i|u|strong|em|center|section|o:p)\b[^>]*>", re.IGNORECASE)
_AROUND = 4_000  # characters kept of what stands before the body and of what stands behind it
LONGEST_LABEL = 120  # characters of a cell that are worth remembering
LITTLE_TEXT = 200  # characters; a body with less, and with an attachment, only points to the report


def read_html(body: bytes, *, url: str | None = None, content_type: str | None = None) -> Page:
    """Read one page. Broken or hostile markup gives an emptier page, never an error; spans and depth are bounded."""
    text, charset = decode(body, content_type)
    root = _parse(_clean(text))
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
    """The tree, or None if there is none. libxml2 gives up below 2,048 levels; then the tags that nest are left out."""
    for attempt in (data, None):
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
        try:
            root: Element = lxml.html.document_fromstring(attempt or _SHELL_TAGS.sub(b"", data), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            return None
        if not any("depth" in entry.message for entry in parser.error_log):
            return root
    return root


def _clean(text: str) -> bytes:
    """The markup as UTF-8, without what no document may hold, written as characters or as references to them."""
    data = text.encode("utf-8", "replace")
    # Few pages hold any of it, and bytes are searched for it in a tenth of the time.
    if "&#" in text or len(data.translate(None, _CONTROLS)) < len(data) or _NONCHARACTERS.search(data):
        data = _REFERENCE.sub(_reference, _FORBIDDEN.sub(" ", text)).encode("utf-8", "replace")
    return data


def _reference(found: re.Match[str]) -> str:
    digits = found[1] or found[2]
    point = int(digits, 16 if found[1] else 10) if len(digits) <= 12 else 0
    return " " if point > 0x10FFFF or _FORBIDDEN.match(chr(point)) else found[0]


def _is_title(element: Element) -> bool:
    """Whether an element may be a title by its name, below the headings of the first rank."""
    classes = element.get("class", "")
    return "tit" in classes or "bt" in classes or "tit" in element.get("id", "") or element.tag == "h2"


def _add_titles(claims: dict[tuple[str, str], str], root: Element) -> None:
    """The headings of the page as ("title", "h1") and its title tag, without the site's name, as ("title", "title")."""
    best = ""
    for elements in (root.iter("h1", "ucaptitle"), filter(_is_title, root.iter("*"))):
        for element in elements:
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


def _speaks_of_hiding(style: str) -> bool:
    return "none" in style or "hidden" in style


def _drop_hidden(container: Element) -> None:
    """Remove what the page does not show, unless that is most of the text (a tab that a script opens)."""
    if not (_HAS_HIDDEN(container) or any(map(_speaks_of_hiding, _STYLES(container)))):
        return
    whole = 0
    for element in list(container.iterdescendants("*")):
        style = element.get("style", "")
        if (_speaks_of_hiding(style) and _HIDDEN.search(style)) or element.get("hidden") is not None:
            whole = whole or text_length(container)
            if 2 * text_length(element) < whole:
                cut_out(element)


def _settle_notes(container: Element) -> None:
    """Take struck-out text out, and put the numbers of notes in brackets: neither may run into a number beside it."""
    whole = 0
    for element in list(container.iter(*_STRUCK)):
        whole = whole or text_length(container)
        if element is not container and 2 * text_length(element) < whole:
            cut_out(element)
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
    for table in list(container.iter("table")):
        if _inside_table(table, container):
            continue
        rows = rows_of(table)
        grid = None if is_layout(table, rows) else read_grid(rows, _cell_reader(table, rows))
        if grid is None:
            continue
        inside = "".join(f"{IMAGE}{number}{BREAK}" for number in _IMAGES.findall(text_of(table))) if pictures else ""
        tables.append(replace(grid, source=sources.get(table, NOWHERE)))
        for child in list(table):
            table.remove(child)
        table.text = f"{BREAK}{TABLE}{len(tables) - 1}{BREAK}{inside}"
    for element in container.iter(*_BLOCKS):
        _mark(element)
    return tuple(_assembled(text_of(container), tables, pictures))


def _mark(element: Element) -> None:
    element.text = f"{BREAK}{HEADING if element.tag in _HEADINGS else ''}{element.text or ''}"
    element.tail = BREAK + (element.tail or "")


def _cell_reader(table: Element, rows: list[list[Written]]) -> Callable[[Written], str]:
    """What gives the text of a data table's cells. The borders inside a cell are marked where it has more than one."""
    own = {one.cell for row in rows for one in row}
    divided: set[Element] = set()
    if sum(1 for _ in table.iter(*_TABLES)) == 1 + len(rows) + len(own):
        for element in table.iter(*_IN_CELLS):
            cell = element.getparent()
            if cell not in own or len(cell) > 1 or not _is_blank(cell.text) or not _is_blank(element.tail):
                _mark(element)
                divided.update(own.intersection(element.iterancestors(*_CELLS)))
    else:  # tables inside
        for element in table.iter(*_BLOCKS):
            _mark(element)
        divided = own
    return lambda one: _cell_text(text_of(one.cell) if one.cell in divided else one.text)


def _is_blank(text: str | None) -> bool:
    return not text or text.isspace()


def _inside_table(table: Element, container: Element) -> bool:
    """Whether the table has been taken out already with a data table around it."""
    parent = table.getparent()
    while parent is not None:
        if parent is container:
            return False
        parent = parent.getparent()
    return table is not container


def _cell_text(text: str) -> str:
    """A cell's text; its paragraphs stay apart as lines, so that two numbers never become one."""
    bare = text.strip()
    if bare.isascii() and bare.isalnum():
        return bare
    return _official_text(bare) if len(bare) <= LONGEST_LABEL else _shown(bare)


def _shown(text: str) -> str:
    shown = _IMAGES.sub("", text)
    lines = (_line(part) for part in _MARKS.sub(BREAK, shown).split(BREAK))
    return "\n".join(line for line in lines if line) or (PICTURE_CELL if shown != text else "")


_official_text = lru_cache(maxsize=2048)(_shown)  # all tables hold the same labels


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
