"""What calamine does not tell of an XLSX: rows and columns that are hidden, and cells that show another text.

Those are formulas without a stored result, errors, numbers whose format shows another number or none, and text in which
something is struck out or raised. Only XLSX is asked: XLS and XLSB keep all of it in records.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from reports.readers.package import open_package, read_member
from reports.readers.raised import noted, raised
from reports.readers.sheet_formats import Formats
from reports.readers.tree import Element

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STRINGS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_TRUE = ("1", "true")
_RAISING = ("superscript", "subscript")
_MOST_COLUMNS = 16_384  # of a sheet, by its format


@dataclass(slots=True)
class Shown:
    """What one sheet shows; places are (row, column), counted from 0.

    ``texts`` stand in the place of values; ``doubts`` are those that say why no number can be read there.
    """

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    doubts: set[str] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)  # hidden, as are the columns
    columns: set[int] = field(default_factory=set)


def shown_in(body: bytes) -> dict[str, Shown]:
    """What the sheets of an XLSX show, by their names; none for another file.

    Raises:
        Unreadable: a part of it is damaged or larger than any report's.
    """
    package = open_package(body) if zipfile.is_zipfile(io.BytesIO(body)) else None
    names = {info.filename.lower(): info.filename for info in package.infolist()} if package else {}
    if package is None or _WORKBOOK not in names:
        return {}

    def parts(member: str, *tags: str) -> Iterator[Element]:
        data = read_member(package, names[member.lower()]) if member.lower() in names else b""
        return _elements(data, tags)

    targets: dict[object, str] = {one.get("Id"): one.get("Target", "") for one in parts(_RELATIONS, "Relationship")}
    strings = {number: told for number, one in enumerate(parts(_STRINGS, "si")) if (told := _rich(one)) is not None}
    formats = Formats.of(parts(_STYLES, "numFmts", "cellXfs"))
    found: dict[str, Shown] = {}
    for sheet in parts(_WORKBOOK, "sheet"):
        target = next((targets.get(value, "") for key, value in sheet.items() if str(key).endswith("}id")), "")
        member = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        found[sheet.get("name", "")] = _sheet(parts(member, "sheetView", "col", "row"), strings, formats)
    return found


def _elements(data: bytes, tags: tuple[str, ...]) -> Iterator[Element]:
    """The elements of these names as they end; what they held is given up then: a sheet may have a million rows."""
    if not data:
        return
    wanted = [f"{{*}}{tag}" for tag in tags]
    for _, element in etree.iterparse(io.BytesIO(data), tag=wanted, recover=True, resolve_entities=False):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _sheet(parts: Iterator[Element], strings: dict[int, str], formats: Formats) -> Shown:
    shown, row = Shown(), -1
    zeros = True
    for part in parts:
        name = etree.QName(part).localname
        if name == "sheetView":
            zeros = part.get("showZeros", "1") in _TRUE
        elif name == "col":
            if part.get("hidden") in _TRUE:
                shown.columns.update(range(_number(part, "min") - 1, min(_number(part, "max"), _MOST_COLUMNS)))
        else:
            row = _number(part, "r", row + 2) - 1
            if part.get("hidden") in _TRUE:
                shown.rows.add(row)
            for place, cell in _cells(part, row):
                _read_cell(cell, place, shown, strings, formats, zeros=zeros)
    return shown


def _cells(row: Element, number: int) -> Iterator[tuple[tuple[int, int], Element]]:
    """The cells of a row with their places; a cell without a reference stands behind the one before it."""
    column = -1
    for cell in row.iterchildren("{*}c"):
        reference = _REFERENCE.fullmatch(cell.get("r", ""))
        column = _column(reference[1]) if reference else column + 1
        yield (int(reference[2]) - 1 if reference else number, column), cell


def _read_cell(
    cell: Element, place: tuple[int, int], shown: Shown, strings: dict[int, str], formats: Formats, *, zeros: bool
) -> None:
    kind, formula, value = cell.get("t", "n"), cell.find("{*}f"), cell.find("{*}v")
    text = (value.text or "").strip() if value is not None else ""
    doubt = told = None
    if kind == "e":
        doubt = text or "#"
    elif kind == "inlineStr":
        inline = cell.find("{*}is")
        told = _rich(inline) if inline is not None else None
    elif kind == "s":
        told = strings.get(int(text)) if text.isdecimal() else None
    elif formula is not None and not text and not (kind == "str" and value is not None):
        doubt = f"={formula.text or ''}"  # a formula may give the empty text, and then says so
    elif kind == "n" and text:
        told, doubt = formats.shown(text, cell.get("s", "0"), zeros=zeros)
    if doubt is not None:
        shown.doubts.add(doubt)
    text_or_none = told if doubt is None else doubt
    if text_or_none is not None:
        shown.texts[place] = text_or_none


def _rich(string: Element) -> str | None:
    """The text without what is struck out, its raised numbers in brackets; None where it has none of both."""
    runs: list[str] = []
    plain = True
    for run in string.iterchildren("{*}r", "{*}t"):
        text = "".join(one.text or "" for one in run.iter("{*}t"))
        struck, raising = run.find("{*}rPr/{*}strike"), run.find("{*}rPr/{*}vertAlign")
        if struck is not None and struck.get("val", "1") in _TRUE:
            text, plain = "", False
        elif raising is not None and raising.get("val") in _RAISING:
            text, plain = raised(text), False
        runs.append(text)
    return None if plain else noted("".join(runs)).strip()


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _number(element: Element, name: str, default: int = 1) -> int:
    text = element.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 8 else default
