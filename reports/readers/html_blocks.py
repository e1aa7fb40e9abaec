"""The article of an HTML page as blocks: paragraphs by the borders of its elements, data tables and pictures."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from reports.blocks import NOWHERE, PICTURE_CELL, Block, Paragraph, Picture, Source, Table
from reports.readers.grids import Written, is_layout, read_grid, rows_of
from reports.readers.links import picture
from reports.readers.tree import Element, text_of

# Noncharacters of Unicode mark the borders in the tree's text, so that it can be taken out in one go.
BREAK, HEADING, TABLE, IMAGE, HOLE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4"
MARKS = re.compile("[\ufdd0-\ufdd4]")
_IMAGES = re.compile(f"{IMAGE}([0-9]+)")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol", "li", "dl", "dt", "dd", "option")
_CELLS = ("td", "th")
_TABLES = ("table", "tr", *_CELLS)
_PARTS = ("p", "div", "br", "hr", "section", "article", "header", "footer", "center", "blockquote", "pre", "form")
_IN_CELLS = (*_PARTS, *_LISTS, *_HEADINGS, "ucaptitle")
BLOCK_TAGS = (*_IN_CELLS, *_TABLES)
SPACES = re.compile(r"\s+")
ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")  # breaks lines or ligatures, never two numbers
# A space between characters means nothing, but behind the numeral that a line begins with it is all the punctuation.
_HAN_GAP = re.compile(
    r"(?<=[\u3400-\u9fff，。；：、）》”])\s(?=[\u3400-\u9fff，。；：、（《“])"
    "(?:(?<![\ufdd0\ufdd1][一二三四五六七八九十].)(?<!^[一二三四五六七八九十].)|(?=[，。；：、]))"
)
_NOISE = re.compile(
    r"^[\s【\[(（]*(点击(数|量|率|次数)?|浏览(次数|量|数)?|阅读(次数|量|数)?|访问(次数|量)|字\s*号|字\s*体|打\s*印|关\s*闭|分享到?|朗读|收藏)"
    r"[\s:：】\])）]"
)
LONGEST_LABEL = 120  # characters of a cell that are worth remembering


def read_blocks(container: Element, url: str | None, sources: dict[Element, Source]) -> tuple[Block, ...]:
    """The blocks in reading order; the tree is used up. In telling data from layout, blank cells count like others."""
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
    for element in container.iter(*BLOCK_TAGS):
        _mark(element)
    return tuple(_assembled(text_of(container), tables, pictures))


def _mark(element: Element) -> None:
    element.text = f"{BREAK}{HEADING if element.tag in _HEADINGS else ''}{element.text or ''}"
    element.tail = BREAK + (element.tail or "")


def _cell_reader(table: Element, rows: list[list[Written]]) -> Callable[[Element, str], str]:
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
        for element in table.iter(*BLOCK_TAGS):
            _mark(element)
        divided = own
    return lambda cell, text: _cell_text(text_of(cell) if cell in divided else text)


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
    lines = (_line(part) for part in MARKS.sub(BREAK, shown).split(BREAK))
    return "\n".join(line for line in lines if line) or (PICTURE_CELL if shown != text else "")


_official_text = lru_cache(maxsize=2048)(_shown)  # all tables hold the same labels


def _line(text: str) -> str:
    return _HAN_GAP.sub("", SPACES.sub(" ", ZERO_WIDTH.sub("", text)).strip())


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
