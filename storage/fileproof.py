"""Whether one WARC file holds what SQL says it holds: every record read, every digest computed anew."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, NamedTuple

from storage.members import Member, TornMember, contents, read_member
from storage.records import Capture, Damage, DamageKind, RecordType
from storage.salvage import to_capture

_GZIP = b"\x1f\x8b\x08"
_CHUNK = 1 << 20
_KEPT = frozenset(RecordType)  # the types of the records that SQL knows one by one
_HTTP = (*_KEPT, "request")
_TOLD = ("address", "type", "length", "payload's sha256", "status", "date", "server's address")


class Found(NamedTuple):
    """A whole record that SQL has to know: what of it stands there too."""

    url: str
    type: str
    length: int
    sha256: str
    status: int
    date: datetime
    ip: str | None

    @classmethod
    def of(cls, capture: Capture) -> "Found":
        return cls(
            capture.url,
            capture.record_type.value,
            capture.warc_length,
            capture.payload_sha256,
            capture.status,
            capture.fetched_at,
            capture.ip,
        )


@dataclass(slots=True)
class FileProof:
    """What reading a file gave: its records and bytes, and the damages met on the way.

    ``found`` are the offsets of the whole records that SQL has to know.
    """

    name: str
    records: int = 0
    found: dict[int, Found] = field(default_factory=dict)
    damages: list[Damage] = field(default_factory=list)

    def damage(self, kind: DamageKind, detail: str, offset: int | None = None, url: str | None = None) -> None:
        self.damages.append(Damage(kind, detail, self.name, offset, url))


def read_file(stream: BinaryIO, name: str, captures: Mapping[int, Capture], *, growing: bool = False) -> FileProof:
    """Read a WARC file from its first byte to its last; behind a damaged record reading goes on at the next one.

    Args:
        stream: the file.
        name: its final name.
        captures: what SQL knows of it, by offset: where the next record may begin behind a damaged one.
        growing: whether a crawl is writing it; then its end may be a record under way.
    """
    proof = FileProof(name)
    try:
        _read(stream, proof, captures, growing=growing)
    except OSError as error:
        proof.damage(DamageKind.FILE_UNREADABLE, f"it cannot be read: {error.strerror}")
    return proof


def _read(stream: BinaryIO, proof: FileProof, captures: Mapping[int, Capture], *, growing: bool) -> None:
    offset = 0
    while True:
        try:
            member = read_member(stream, offset)
        except EOFError:
            return
        except TornMember as error:
            following = _next_start(stream, offset, captures)
            if following is None and growing:
                return
            known = captures.get(offset)
            proof.damage(DamageKind.RECORD_DAMAGED, str(error), offset, known.url if known else None)
            if following is None:
                return
            offset = following
            continue
        proof.records += 1
        wrong = _wrong_digest(member)
        if wrong:
            proof.damage(DamageKind.RECORD_DAMAGED, wrong, offset, member.fields.get("warc-target-uri"))
        elif member.type in _KEPT:
            try:
                proof.found[offset] = Found.of(to_capture(member, proof.name))
            except (KeyError, ValueError) as error:
                proof.damage(DamageKind.RECORD_DAMAGED, f"a header field is missing or wrong: {error}", offset)
        offset += member.length


def _wrong_digest(member: Member) -> str:
    """What is wrong with the digests that a record carries; "" where they hold."""
    if wrong := _differs(member.fields.get("warc-block-digest", ""), member.block):
        return f"the block's {wrong}"
    if member.type in _HTTP and member.type != RecordType.REVISIT:  # a revisit names the payload that it does not hold
        printed = member.fields.get("warc-payload-digest", "")
        wrong = _differs(printed, contents(member)[2]) if printed else "sha256 is not in the record"
        return f"the payload's {wrong}" if wrong else ""
    return ""


def _differs(printed: str, data: bytes) -> str:
    """How a labelled digest (WARC 1.1, 5.8) differs from that of the data; "" where it does not, or none is printed."""
    name, _, value = printed.partition(":")
    digest = hashlib.new(name, data, usedforsecurity=False) if name in ("sha256", "sha1") else None
    if digest is None or value in (digest.hexdigest(), base64.b32encode(digest.digest()).decode()):
        return ""
    return f"{name} is {digest.hexdigest()}, the record says {value}"


def _next_start(stream: BinaryIO, offset: int, captures: Mapping[int, Capture]) -> int | None:
    """Where the next whole record begins: where SQL knows one, or where gzip's first bytes stand before it."""
    known = min((place for place in captures if place > offset), default=None)
    place, rest = offset + 1, b""
    stream.seek(place)
    while chunk := stream.read(_CHUNK):
        data, base = rest + chunk, place - len(rest)
        at = data.find(_GZIP)
        while at >= 0:
            if known is not None and base + at >= known:
                return known
            if _is_whole(stream, base + at):
                return base + at
            at = data.find(_GZIP, at + 1)
        place += len(chunk)
        rest = data[-(len(_GZIP) - 1) :]
        stream.seek(place)
    return known


def _is_whole(stream: BinaryIO, offset: int) -> bool:
    try:
        read_member(stream, offset)
    except (TornMember, EOFError):
        return False
    return True


def compare(proof: FileProof, captures: Mapping[int, Capture], *, every: bool) -> None:
    """Hold what was read against SQL; ``every`` record has to be known there, unless a crawl is still at work."""
    damaged = {damage.warc_offset for damage in proof.damages}
    for offset, capture in captures.items():
        found = proof.found.get(offset)
        if found is not None:
            for what, there, told in zip(_TOLD, found, Found.of(capture), strict=True):
                if there != told:
                    detail = f"the record's {what} is {there}, SQL says {told}"
                    proof.damage(DamageKind.POINTER_WRONG, detail, offset, capture.url)
                    break
        elif offset not in damaged:
            proof.damage(DamageKind.POINTER_WRONG, "no record begins there", offset, capture.url)
    for offset, found in proof.found.items():
        if every and offset not in captures:
            detail = f"a {found.type} record that SQL does not know"
            proof.damage(DamageKind.RECORD_UNKNOWN, detail, offset, found.url)
