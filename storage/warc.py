"""The archive's WARC files (WARC 1.1, ISO 28500:2017): every exchange written as records, every payload read back."""

import hashlib
import itertools
import os
import secrets
import socket
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.encodings import decode
from storage.errors import ArchiveError
from storage.members import CHUNK, TornMember, contents, read_member
from storage.records import Capture, Exchange, RecordType, SavedFile
from storage.shelf import Shelf
from storage.warcfiles import PREFIX, NewWarcFile
from storage.warcrecords import RecordWriter, header

_serial = itertools.count(1)


class WarcWriter:
    """Writes the exchanges of a crawl to ``NAME.warc.gz.open``, which becomes ``NAME.warc.gz`` when it is closed.

    The file is locked while it is written, so that nobody salvages it; none is made before the first exchange. A pair
    that cannot be written whole (full disk) is taken back and raises ``ArchiveError``. Safe to share between threads.
    """

    def __init__(
        self,
        folder: Path,
        *,
        software: str,
        operator: str = "",
        settings: Mapping[str, str] | None = None,
        vantage: str = "",
        max_bytes: int = 1 << 30,
    ) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._info = {
            "software": software,
            "operator": operator,
            "format": "WARC File Format 1.1",
            "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "hostname": socket.gethostname(),
            "vantage": vantage,
            **(settings or {}),
        }
        self.finished: list[str] = []  # the names of the files written so far
        self._file: NewWarcFile | None = None
        self._records: RecordWriter | None = None
        self._lock = threading.Lock()

    def write(self, exchange: Exchange, duplicate_of: Capture | None = None) -> Capture:
        """Append the answer and the request to it.

        ``duplicate_of``, an earlier capture, makes the answer a revisit record: if the payload is the same, byte for
        byte, or if the answer is 304 (then it is what the server confirmed). Otherwise it is ignored.
        """
        with self._lock:
            file, records = self._opened()
            digest = hashlib.sha256(exchange.payload).hexdigest()
            not_modified = exchange.status == 304 and duplicate_of is not None
            same = duplicate_of is not None and exchange.payload != b"" and duplicate_of.payload_sha256 == digest
            original = duplicate_of if same or not_modified else None
            response, request = records.pair(exchange, digest, original)
            offset = file.append(response + request)
            if file.size >= self._max_bytes:
                self._finish()
        return Capture(
            url=exchange.url,
            status=exchange.status,
            fetched_at=exchange.fetched_at.astimezone(UTC),
            record_type=RecordType.REVISIT if original else RecordType.RESPONSE,
            warc_file=file.name,
            warc_offset=offset,
            warc_length=len(response),
            payload_sha256=original.payload_sha256 if original else digest,
            payload_bytes=original.payload_bytes if original else len(exchange.payload),
            content_type=header(exchange.response_headers, "content-type"),
            etag=header(exchange.response_headers, "etag"),
            last_modified=header(exchange.response_headers, "last-modified"),
            ip=exchange.ip,
        )

    def add(self, saved: SavedFile) -> Capture:
        """Append what a person saved, as a resource record."""
        with self._lock:
            file, records = self._opened()
            digest = hashlib.sha256(saved.payload).hexdigest()
            record = records.resource(saved, digest)
            offset = file.append(record)
        return Capture(
            url=saved.url,
            status=0,
            fetched_at=saved.saved_at.astimezone(UTC),
            record_type=RecordType.RESOURCE,
            warc_file=file.name,
            warc_offset=offset,
            warc_length=len(record),
            payload_sha256=digest,
            payload_bytes=len(saved.payload),
            content_type=saved.content_type,
        )

    def sync(self) -> None:
        """Return once everything written so far is on the disk, and not before."""
        with self._lock:
            if self._file is not None:
                self._file.sync()

    def close(self) -> None:
        """Finish the file under its final name; a later ``write`` begins another one."""
        with self._lock:
            self._finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _opened(self) -> tuple[NewWarcFile, RecordWriter]:
        if self._file is None or self._records is None:
            now = datetime.now(UTC)
            # Machines may share a host name, and containers a process number: the last part tells their files apart.
            who = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
            name = f"{PREFIX}{now:%Y%m%d%H%M%S}-{next(_serial):05d}-{who}.warc.gz"
            self._file = NewWarcFile(self._folder, name)
            self._records = RecordWriter()
            self._file.append(self._records.warcinfo(name, self._info))
        return self._file, self._records

    def _finish(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            file.finish()
            self.finished.append(file.name)


def read_payload(shelf: Shelf, capture: Capture) -> bytes:
    """The payload of a capture as it was transferred.

    Follows the file of a running crawl too. Verifies the record and its sha256; raises ``ArchiveError`` naming the
    damage, and for a revisit record, whose payload stands elsewhere under the same sha256.
    """
    return _response(shelf, capture)[1]


def read_content(shelf: Shelf, capture: Capture) -> bytes:
    """The payload with its content encoding (gzip, deflate) undone: what a browser would have been given."""
    headers, payload = _response(shelf, capture)
    return decode(payload, header(headers, "content-encoding") or "")


def _response(shelf: Shelf, capture: Capture) -> tuple[list[tuple[str, str]], bytes]:
    where = f"{capture.warc_file} at byte {capture.warc_offset}"
    expected = CHUNK * -(-capture.warc_length // CHUNK)  # it is read in whole chunks: the last one asks for no more
    with shelf.open(capture.warc_file, max(expected, CHUNK)) as stream:
        try:
            member = read_member(stream, capture.warc_offset)
        except EOFError:
            raise ArchiveError(f"{where}: the file ends before the record; restore it from a copy") from None
        except TornMember as damage:
            raise ArchiveError(f"{where}: {damage}; restore the file from a copy") from damage
    if member.type not in (RecordType.RESPONSE, RecordType.RESOURCE):
        raise ArchiveError(f"{where}: a {member.type} record holds no payload of its own")
    _, headers, payload = contents(member)
    digest = hashlib.sha256(payload).hexdigest()
    wanted = {member.fields.get("warc-payload-digest", "").removeprefix("sha256:"), capture.payload_sha256}
    if wanted != {digest}:
        raise ArchiveError(f"{where}: the payload's sha256 is {digest}, recorded was {' and '.join(sorted(wanted))}")
    return headers, payload
