"""The article of an HTML page as blocks: paragraphs by the borders of its elements, data tables and pictures."""

import re
from dataclasses import replace
from functools import lru_cache

from reports.blocks import NOWHERE, PICTURE_CELL, Block, Paragraph, Picture, Source, Table
from reports.readers.grids import is_layout, read_grid
from reports.readers.links import picture
from reports.readers.tree import Element, text_of
from reports.readers.written import BLOCK_TAGS, BREAK, HEADING, IMAGE, MARKS, TABLE, cut_rows, mark, rows_of

_IMAGES = re.compile(f"{IMAGE}([0-9]+)")
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
        grid = _read_table(table)
        if grid is None:
            continue
        inside = "".join(f"{IMAGE}{number}{BREAK}" for number in _IMAGES.findall(text_of(table))) if pictures else ""
        tables.append(replace(grid, source=sources.get(table, NOWHERE)))
        for child in list(table):
            table.remove(child)
        table.text = f"{BREAK}{TABLE}{len(tables) - 1}{BREAK}{inside}"
    mark(list(container.iter(*BLOCK_TAGS)))
    return tuple(_assembled(text_of(container), tables, pictures))


def _read_table(table: Element) -> Table | None:
    """The grid of a data table; None for one that arranges the page, or that is larger than any report's."""
    cut = cut_rows(table)
    rows = rows_of(table) if cut is None else cut
    if is_layout(rows):
        return None
    if cut is None:
        mark(list(table.iterdescendants(*BLOCK_TAGS)))
        rows = rows_of(table)
    return read_grid(rows, _cell_text)


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
    if not bare or (bare.isascii() and bare.isalnum()):
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
