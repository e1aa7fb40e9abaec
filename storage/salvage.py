"""What a killed crawl left behind: its open WARC files are cut after the last whole record and given their names."""

import fcntl
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from storage.errors import ArchiveError
from storage.members import Member, TornMember, contents, read_members
from storage.records import Capture, RecordType
from storage.warcfiles import OPEN, PREFIX, locked_folder, rename
from storage.warcrecords import header


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A file that was left open: its final name ("" if nothing in it was whole), its captures, the bytes set aside."""

    file: str
    captures: tuple[Capture, ...]
    torn_bytes: int


def salvage(folder: Path) -> list[Salvaged]:
    """Finish every ``.open`` file of ours that no living process writes.

    A torn tail is kept beside it as ``NAME.torn``: nothing is deleted but files without a byte. An answer whose
    request was torn away stays: it is a whole record. Can be killed at any point and called again.
    """
    done = []
    for path in sorted(folder.glob(f"{PREFIX}*{OPEN}")):
        # Under the folder's lock, so that a file which its writer has just made is never mistaken for a dead one.
        with locked_folder(folder):
            try:
                stream = path.open("r+b")
            except FileNotFoundError:
                continue
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                stream.close()
                continue
        with stream:
            done.append(_finish(path, stream))
    return done


def read_finished(stream: BinaryIO, name: str) -> Salvaged:
    """The captures of a file that has its final name, up to the first damage; changes nothing."""
    captures, intact = _captures(stream, name)
    return Salvaged(name, tuple(captures), stream.seek(0, os.SEEK_END) - intact)


def _captures(stream: BinaryIO, name: str) -> tuple[list[Capture], int]:
    """The captures of the records up to the first that is not whole, and where the last whole one ends."""
    captures: list[Capture] = []
    intact = 0
    try:
        for member in read_members(stream):
            intact = member.offset + member.length
            if member.type in set(RecordType):
                captures.append(to_capture(member, name))
    except TornMember:
        pass
    return captures, intact


def _finish(path: Path, stream: BinaryIO) -> Salvaged:
    name = path.name.removesuffix(OPEN)
    captures, intact = _captures(stream, name)
    size = stream.seek(0, os.SEEK_END)
    if size == 0:
        path.unlink()
        return Salvaged("", (), 0)
    if intact == 0:
        rename(path, f"{name}.torn")
        return Salvaged("", (), size)
    if intact < size:
        _set_aside(path.with_name(f"{name}.torn"), stream, intact)
    rename(path, name)
    return Salvaged(name, tuple(captures), size - intact)


def _set_aside(torn: Path, stream: BinaryIO, intact: int) -> None:
    stream.seek(intact)
    tail = stream.read()
    if torn.exists() and torn.read_bytes() != tail[: torn.stat().st_size]:
        raise ArchiveError(f"{torn} holds something else already: move it away")
    with torn.open("wb") as copy:
        copy.write(tail)
        copy.flush()
        os.fsync(copy.fileno())
    stream.truncate(intact)
    os.fsync(stream.fileno())


def to_capture(member: Member, name: str) -> Capture:
    """What a response, revisit or resource record says of itself; ``KeyError``, ``ValueError`` for a faulty one."""
    first, headers, payload = contents(member)
    status = first.split(" ")[1:2]
    return Capture(
        url=member.fields["warc-target-uri"],
        status=int(status[0]) if status and status[0].isdecimal() else 0,
        fetched_at=datetime.fromisoformat(member.fields["warc-date"]),
        record_type=RecordType(member.type),
        warc_file=name,
        warc_offset=member.offset,
        warc_length=member.length,
        payload_sha256=member.fields["warc-payload-digest"].removeprefix("sha256:"),
        payload_bytes=len(payload),  # of a revisit: 0, for the archive to look up
        content_type=header(headers, "content-type"),
        etag=header(headers, "etag"),
        last_modified=header(headers, "last-modified"),
        ip=member.fields.get("warc-ip-address"),
    )
