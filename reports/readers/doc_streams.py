"""The streams of a Word 97–2003 document and its text by pieces ([MS-DOC] 2.4.1, 2.5, 2.8.35)."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from reports.model import Unreadable

LARGEST_TEXT = 5_000_000  # characters; the longest report seen has 40,000
_MAGIC = 0xA5EC
_WORD_97 = 0x00C1  # nFib; later versions count up from it
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_CCP_TEXT, _CLX = 0x4C, 0x1A2
_COMPRESSED = 0x4000_0000


@dataclass(frozen=True, slots=True)
class Streams:
    """The main stream, the table stream, the data stream ("" where there is none), and the pieces of the main text.

    A piece is (place in the main stream, characters, bytes of each).
    """

    main: bytes
    table: bytes
    data: bytes
    pieces: tuple[tuple[int, int, int], ...]

    def characters(self) -> Iterator[tuple[str, int]]:
        """Each character of the main text with its place in the main stream."""
        for place, count, width in self.pieces:
            data = self.main[place : place + count * width]
            text = data.decode("cp1252" if width == 1 else "utf-16-le", "replace")
            if len(text) != count:  # a surrogate pair is one character in two places
                text = "".join(map(chr, struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])))
            for index, character in enumerate(text):
                yield character, place + index * width


def open_streams(body: bytes) -> Streams:
    """Take the file apart.

    Raises:
        Unreadable: it is damaged, encrypted, of an older Word, or holds more than any report.
    """
    main, tables, data = _streams(body)
    try:
        magic, version = struct.unpack_from("<HH", main, 0)
        (flags,) = struct.unpack_from("<H", main, 0x0A)
        (length,) = struct.unpack_from("<i", main, _CCP_TEXT)
        start, size = struct.unpack_from("<II", main, _CLX)
        if magic != _MAGIC:
            raise Unreadable("damaged Word document: its text has no header")
        if flags & _ENCRYPTED:
            raise Unreadable("encrypted Word document: it asks for a password")
        if version < _WORD_97:
            raise Unreadable("a document of Word 95 or before; no reader for it exists")
        table = tables[bool(flags & _TABLE_1)]
        pieces = tuple(_pieces(table[start : start + size], length))
    except struct.error as error:
        raise Unreadable("damaged Word document: it is cut short") from error
    if sum(count for _, count, _ in pieces) > LARGEST_TEXT:
        raise Unreadable(f"Word document of more than {LARGEST_TEXT:,} characters")
    return Streams(main, table, data, pieces)


def _streams(body: bytes) -> tuple[bytes, tuple[bytes, bytes], bytes]:
    import olefile  # noqa: PLC0415 - an extra

    try:
        with olefile.OleFileIO(io.BytesIO(body)) as ole:
            found = {
                name: ole.openstream(name).read() if ole.exists(name) else b""
                for name in ("WordDocument", "0Table", "1Table", "Data")
            }
    except Exception as error:
        raise Unreadable(f"damaged Word document: {type(error).__name__} while opening it") from error
    return found["WordDocument"], (found["0Table"], found["1Table"]), found["Data"]


def _pieces(clx: bytes, length: int) -> Iterator[tuple[int, int, int]]:
    """The pieces of the main text, which is the first ``length`` characters."""
    at = 0
    while at < len(clx) and clx[at] == 0x01:  # properties that whole pieces share
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != 0x02:
        raise Unreadable("damaged Word document: the table of its pieces is lost")
    (size,) = struct.unpack_from("<I", clx, at + 1)
    plc = clx[at + 5 : at + 5 + size]
    count = (len(plc) - 4) // 12
    if count < 1:
        raise Unreadable("damaged Word document: it has no text")
    places = struct.unpack_from(f"<{count + 1}I", plc, 0)
    for index in range(count):
        first, last = places[index], min(places[index + 1], max(length, 0))
        if last <= first:
            continue
        (where,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)
        if where & _COMPRESSED:
            yield (where & ~_COMPRESSED) // 2, last - first, 1
        else:
            yield where, last - first, 2
