"""The properties in a Word 97–2003 document: what stands in a table, which marks end its rows, what is deleted."""

import struct
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from reports.readers.doc_streams import Streams

_PLCF_BTE_CHPX, _PLCF_BTE_PAPX = 0xFA, 0x102  # of characters, of paragraphs
_PAGE = 512
_MOST_PAGES = 20_000
_IN_TABLE, _ROW_END, _TABLE_DEFINITION, _HUGE = 0x2416, 0x2417, 0xD608, (0x6645, 0x6646)
_UNPRINTED = (0x0800, 0x0837, 0x083C, 0x2A53)  # deleted with tracked changes, struck out, hidden, struck out twice
_RAISED = 0x2A48  # 1 for raised, 2 for lowered
_OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}  # bytes, by the three highest bits of an instruction
# A cell's flags in the table's definition ([MS-DOC] 2.9.316).
_MERGED, _VERTICAL, _RESTART = 0x0002, 0x0020, 0x0040


@dataclass(frozen=True, slots=True)
class RowEnd:
    """The end of a table's row: the left edges of its cells and the right one of the last, in twentieths of a point.

    ``joined`` are the cells that belong to the one before them, ``continued`` those that belong to the one above.
    """

    edges: tuple[int, ...]
    joined: frozenset[int] = frozenset()
    continued: frozenset[int] = frozenset()


@dataclass(slots=True)
class Properties:
    """The properties by place in the main stream."""

    streams: Streams
    _starts: list[int] = field(default_factory=list)
    _runs: list[tuple[int, bytes]] = field(default_factory=list)  # (end, instructions)
    _unprinted: list[tuple[int, int]] = field(default_factory=list)  # (start, end)
    _raised: list[tuple[int, int]] = field(default_factory=list)  # likewise, what is lowered too

    def __post_init__(self) -> None:
        runs = sorted(_runs(self.streams, _PLCF_BTE_PAPX, 13, _packed), key=lambda run: run[0])
        self._starts = [start for start, _, _ in runs]
        self._runs = [(end, instructions) for _, end, instructions in runs]
        for start, end, instructions in _runs(self.streams, _PLCF_BTE_CHPX, 1, _packed_short):
            told = dict(_unpacked(instructions, b""))
            if any(told.get(code, b"")[:1] in (b"\x01", b"\x81") for code in _UNPRINTED):
                self._unprinted.append((start, end))
            if told.get(_RAISED, b"")[:1] in (b"\x01", b"\x02"):
                self._raised.append((start, end))
        self._unprinted.sort()
        self._raised.sort()

    def is_printed(self, place: int) -> bool:
        return not _covers(self._unprinted, place)

    def is_raised(self, place: int) -> bool:
        return _covers(self._raised, place)

    def in_table(self, place: int) -> bool:
        return any(code == _IN_TABLE and operand[:1] == b"\x01" for code, operand in self._instructions(place))

    def row_end(self, place: int) -> RowEnd | None:
        """What the mark at this place says of its row; None where it ends a cell."""
        ends, definition = False, b""
        for code, operand in self._instructions(place):
            if code == _ROW_END:
                ends = operand[:1] == b"\x01"
            elif code == _TABLE_DEFINITION:
                definition = operand
        return _row_end(definition) if ends else None

    def _instructions(self, place: int) -> Iterator[tuple[int, bytes]]:
        index = bisect_right(self._starts, place) - 1
        if index >= 0 and place < self._runs[index][0]:
            yield from _unpacked(self._runs[index][1], self.streams.data)


def _covers(runs: list[tuple[int, int]], place: int) -> bool:
    index = bisect_right(runs, (place, sys.maxsize)) - 1
    return index >= 0 and place < runs[index][1]


def _runs(
    streams: Streams, pages_at: int, entry: int, packed: Callable[[bytes, int], bytes]
) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, instructions) of every run of characters or paragraphs ([MS-DOC] 2.8.5, 2.8.6, 2.9.33, 2.9.174).

    ``pages_at`` is where the header tells of their pages, ``entry`` the bytes per run that lead to its instructions.
    """
    main = streams.main
    start, size = struct.unpack_from("<II", main, pages_at)
    plc = streams.table[start : start + size]
    count = max(0, (len(plc) - 4) // 8)
    for index in range(min(count, _MOST_PAGES)):
        (number,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 4 * index)
        page = main[number * _PAGE : (number + 1) * _PAGE]
        if len(page) < _PAGE:
            continue
        runs = page[-1]
        if 4 * (runs + 1) + entry * runs >= _PAGE:
            continue
        places = struct.unpack_from(f"<{runs + 1}I", page, 0)
        for run in range(runs):
            at = 2 * page[4 * (runs + 1) + entry * run]
            yield places[run], places[run + 1], packed(page, at) if at else b""


def _packed_short(page: bytes, at: int) -> bytes:
    """The instructions of one run of characters."""
    return page[at + 1 : at + 1 + page[at]]


def _packed(page: bytes, at: int) -> bytes:
    """The instructions of one run of paragraphs; the number of the style before them is left out."""
    size = page[at]
    first, length = (at + 1, 2 * size - 1) if size else (at + 2, 2 * page[min(at + 1, _PAGE - 1)])
    return page[first : first + length][2:]


def _unpacked(packed: bytes, data: bytes, depth: int = 0) -> Iterator[tuple[int, bytes]]:
    """The instructions with their operands; what is cut off ends them."""
    at = 0
    while at + 2 <= len(packed):
        (code,) = struct.unpack_from("<H", packed, at)
        at += 2
        if code == _TABLE_DEFINITION:
            if at + 2 > len(packed):
                return
            size = struct.unpack_from("<H", packed, at)[0] + 1
        elif code >> 13 == 6:
            size = 1 + packed[at] if at < len(packed) else 0
        else:
            size = _OPERANDS[code >> 13]
        operand = packed[at : at + size]
        at += size
        if code in _HUGE and len(operand) == 4 and not depth:
            (where,) = struct.unpack("<I", operand)
            if where + 2 <= len(data):
                (length,) = struct.unpack_from("<H", data, where)
                yield from _unpacked(data[where + 2 : where + 2 + length], data, 1)
            continue
        yield code, operand


def _row_end(definition: bytes) -> RowEnd:
    """A table's definition ([MS-DOC] 2.9.314): size, number of cells, edges, the cells' flags."""
    count = definition[2] if len(definition) > 2 else 0
    if len(definition) < 3 + 2 * (count + 1):
        return RowEnd(())
    edges = struct.unpack_from(f"<{count + 1}h", definition, 3)
    joined, continued = set(), set()
    for index in range(count):
        at = 3 + 2 * (count + 1) + 20 * index
        if at + 2 > len(definition):
            break
        (flags,) = struct.unpack_from("<H", definition, at)
        if flags & _MERGED and index:
            joined.add(index)
        if flags & _VERTICAL and not flags & _RESTART:
            continued.add(index)
    return RowEnd(tuple(edges), frozenset(joined), frozenset(continued))
