"""One gzip member of a WARC file at a time, read with suspicion: a torn or altered one is never taken for whole.

The usual readers end a truncated member without an error, the payload short (WARC 1.1, annex on gzip: one record is
one member). Here a member counts only if gzip's checksum, the record's Content-Length and its closing lines agree.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 1 << 16  # read at a time
_END = b"\r\n\r\n"


class TornMember(Exception):
    """No whole record stands at the offset; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Member:
    """A whole WARC record: its place in the file (bytes, compressed), its header fields in lower case, its block."""

    offset: int
    length: int
    fields: dict[str, str]
    block: bytes

    @property
    def type(self) -> str:
        return self.fields.get("warc-type", "")


def read_member(stream: BinaryIO, offset: int) -> Member:
    """The record at ``offset``. Raises ``EOFError`` at the file's end, ``TornMember`` for anything not whole."""
    stream.seek(offset)
    gunzip = zlib.decompressobj(zlib.MAX_WBITS + 16)
    parts: list[bytes] = []
    taken = 0
    while not gunzip.eof:
        chunk = stream.read(CHUNK)
        if not chunk:
            if not taken:
                raise EOFError
            raise TornMember("the file ends inside the record")
        taken += len(chunk)
        try:
            parts.append(gunzip.decompress(chunk))
        except zlib.error as error:
            raise TornMember(f"the record cannot be decompressed ({error})") from error
    return _parse(b"".join(parts), offset, taken - len(gunzip.unused_data))


def _parse(record: bytes, offset: int, length: int) -> Member:
    head, found, rest = record.partition(_END)
    lines = head.decode("utf-8", "replace").split("\r\n")
    if not found or not lines[0].startswith("WARC/1."):
        raise TornMember("no WARC record")
    pairs = (line.partition(":") for line in lines[1:])
    fields = {name.strip().lower(): value.strip() for name, _, value in pairs}
    size = fields.get("content-length", "")
    if not size.isdecimal() or len(rest) != int(size) + len(_END) or not rest.endswith(_END):
        raise TornMember("the record is shorter or longer than it says")
    return Member(offset, length, fields, rest[: -len(_END)])


def read_members(stream: BinaryIO) -> Iterator[Member]:
    """All records from the start of the file; ends quietly at its end and raises ``TornMember`` before it."""
    offset = 0
    while True:
        try:
            member = read_member(stream, offset)
        except EOFError:
            return
        yield member
        offset += member.length


def contents(member: Member) -> tuple[str, list[tuple[str, str]], bytes]:
    """The status line, header fields and payload of a record; a resource (WARC 1.1, 6.4) has its media type alone."""
    if member.type == "resource":
        return "", [("Content-Type", member.fields.get("content-type", ""))], member.block
    return split_http(member.block)


def split_http(block: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
    """An ``application/http`` block as its first line, its header fields in order (Latin-1), and the payload."""
    head, _, payload = block.partition(_END)
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first, [(name, value.strip()) for name, _, value in pairs], payload
