"""Reads DOCX (ISO/IEC 29500-1, WordprocessingML): paragraphs and tables in reading order, as they are printed."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from reports.blocks import Block, Cell, Page, Paragraph, Table
from reports.model import ContentKind, Unreadable
from reports.readers.isolated import read_isolated
from reports.readers.limits import MOST_COLUMNS, MOST_ROWS, MOST_SLOTS
from reports.readers.package import open_package, read_member
from reports.readers.raised import noted, raised
from reports.readers.tree import Element

_MAIN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"  # the same words in ISO's strict dialect
# Removed, moved away, instructions to the program, the second rendering of a drawing, notes at the foot, and the
# reading printed above a character.
_UNPRINTED = frozenset(("del", "moveFrom", "instrText", "delText", "Fallback", "rPr", "pPr", "footnoteReference", "rt"))
_HIDING = ("vanish", "strike", "dstrike")
_RAISING = ("superscript", "subscript")
_BREAKS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
MAX_DEPTH = 12  # of tables in tables
_SECONDS = 20  # of processor time; a report takes a tenth of one


def read_docx(body: bytes) -> Page:
    """Read one document.

    Raises:
        Unreadable: it is damaged, encrypted or hostile, or not a document of Word's.
    """
    return Page(ContentKind.DOCX, read_isolated("docx", body, "DOCX", _SECONDS))


def read_blocks(body: bytes) -> Iterator[Block]:
    """Read a document in this very process: see ``reports.readers.isolated``."""
    package = open_package(body)
    root = _parse(read_member(package, "word/document.xml"))
    content = next((child for child in root if _name(child) == "body"), None)
    if content is None:
        raise Unreadable("damaged DOCX: it has no body")
    yield from _blocks(content, 0)


def _parse(data: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("damaged DOCX: its text is no XML") from error
    if _name(root) != "document":
        raise Unreadable("damaged DOCX: its text is no document")
    return root


def _name(element: Element) -> str:
    """The element's name without its namespace; "" for a comment or an entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _value(element: Element | None, name: str = "val") -> str | None:
    if element is None:
        return None
    return next((found for space in (_MAIN, _STRICT) if (found := element.get(space + name)) is not None), None)


def _child(element: Element, *path: str) -> Element | None:
    found: Element | None = element
    for name in path:
        found = next((child for child in found if _name(child) == name), None) if found is not None else None
    return found


def _blocks(parent: Element, depth: int) -> Iterator[Block]:
    """The blocks in a body, a cell or a text box, content controls and the like seen through."""
    for child in parent:
        name = _name(child)
        if name == "p":
            yield from _paragraph(child, depth)
        elif name == "tbl":
            if depth >= MAX_DEPTH:
                raise Unreadable(f"hostile DOCX: tables in tables, more than {MAX_DEPTH} deep")
            yield from _table(child, depth)
        elif name not in _UNPRINTED:
            yield from _blocks(child, depth)


def _paragraph(element: Element, depth: int) -> Iterator[Block]:
    properties = _child(element, "pPr")
    style = _value(_child(element, "pPr", "pStyle")) or ""
    heading = style.lower().startswith("heading") or (
        properties is not None and _child(properties, "outlineLvl") is not None
    )
    for line in noted("".join(_texts(element))).split("\n"):
        text = " ".join(line.split())
        if text:
            yield Paragraph(text, heading)
    for box in _text_boxes(element):
        yield from _blocks(box, depth + 1)


def _texts(element: Element) -> Iterator[str]:
    """What is printed of a paragraph's runs; text boxes in it are blocks of their own."""
    for child in element:
        name = _name(child)
        if name == "t":
            yield child.text or ""
        elif name in _BREAKS:
            yield _BREAKS[name]
        elif name == "r" and _is_hidden(child):
            continue
        elif name == "r" and _value(_child(child, "rPr", "vertAlign")) in _RAISING:
            yield raised("".join(_texts(child)))
        elif name not in _UNPRINTED and name != "txbxContent":
            yield from _texts(child)


def _is_hidden(run: Element) -> bool:
    marks = (_child(run, "rPr", name) for name in _HIDING)
    return any(one is not None and _value(one) not in ("0", "false", "off") for one in marks)


def _text_boxes(element: Element) -> Iterator[Element]:
    for child in element:
        name = _name(child)
        if name == "txbxContent":
            yield child
        elif name not in _UNPRINTED:
            yield from _text_boxes(child)


@dataclass(slots=True)
class _Place:
    """A cell while its table is read: its text is known, how far down it reaches is not."""

    cell: Cell
    blocks: tuple[Block, ...]


def _table(table: Element, depth: int) -> Iterator[Block]:
    """A data table as a grid; one that only arranges the page as what it holds."""
    rows = list(_rows(table))[:MOST_ROWS]
    places: list[_Place] = []
    open_cells: dict[int, _Place] = {}
    for number, row in enumerate(rows):
        column = _number(_child(row, "trPr", "gridBefore"), 0)
        for element in _cells(row):
            width = max(1, _number(_child(element, "tcPr", "gridSpan"), 1))
            column_of, column = column, column + width
            if column > MOST_COLUMNS:
                raise Unreadable(f"DOCX with a table of more than {MOST_COLUMNS} columns")
            merge = _child(element, "tcPr", "vMerge")
            above = open_cells.get(column_of)
            if merge is not None and _value(merge) != "restart" and above is not None:
                above.cell = above.cell._replace(rowspan=number - above.cell.row + 1)
                continue
            blocks = tuple(_blocks(element, depth + 1))
            text = "\n".join(_plain(blocks))
            open_cells[column_of] = _Place(Cell(text, number, column_of, 1, width), blocks)
            places.append(open_cells[column_of])
            if len(places) > MOST_SLOTS:
                raise Unreadable(f"DOCX with a table of more than {MOST_SLOTS} cells")
    starts = sorted({place.cell.column for place in places})
    if _arranges(places):
        for place in places:
            yield from place.blocks
    elif len(starts) * len(rows) > MOST_SLOTS:
        raise Unreadable(f"DOCX with a table of more than {MOST_SLOTS} cells")
    else:
        yield Table.of((_compact(place.cell, starts) for place in places), len(rows), len(starts))


def _plain(blocks: Sequence[Block]) -> Iterator[str]:
    """A cell's lines; a table in it is one line per row."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table):
            yield from (" ".join(filter(None, (cell.text for cell in line))) for line in block.lines)


def _arranges(places: Sequence[_Place]) -> bool:
    """Whether a table only arranges a page: nothing side by side, or tables inside and hardly any data beside them."""
    if len({place.cell.column for place in places if place.blocks}) < 2:
        return True
    filled = Counter(place.cell.row for place in places if place.cell.text)
    nested = any(isinstance(block, Table) for place in places for block in place.blocks)
    return nested and sum(count >= 3 for count in filled.values()) < 3


def _compact(cell: Cell, starts: list[int]) -> Cell:
    """The cell counted in the columns in which some cell starts: a span of thousands costs no more than it shows."""
    left, right = bisect_left(starts, cell.column), bisect_left(starts, cell.column + cell.colspan)
    return cell._replace(column=left, colspan=right - left)


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if _name(child) == "tr":
            if _child(child, "trPr", "del") is None:
                yield child
        elif _name(child) not in ("tblPr", "tblGrid", "tbl"):
            yield from _rows(child)


def _cells(row: Element) -> Iterator[Element]:
    for child in row:
        if _name(child) == "tc":
            yield child
        elif _name(child) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _cells(child)


def _number(element: Element | None, default: int) -> int:
    text = _value(element) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default
