"""CDXJ: the index by which replay tools find an address and a time in WARC files, made of what SQL knows of them."""

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from sqlalchemy import select

from storage.captures import CAPTURE_COLUMNS
from storage.database import Archive
from storage.elsewhere import elsewhere
from storage.errors import ArchiveError
from storage.models import CaptureRow
from storage.records import Capture, RecordType

_WWW = re.compile(r"^www\d*\.")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TAKEN = 10_000


def surt(url: str) -> str:
    """An address in the order in which indexes sort it: host reversed, ``www.`` and default ports gone, lower case.

    As the Internet Archive's canonicaliser does it (Sort-friendly URI Reordering Transform), session ids apart.
    """
    parts = urlsplit(url)
    host = _WWW.sub("", (parts.hostname or "").lower())
    try:
        number = parts.port
    except ValueError:  # no address that could have been asked; it is found under its host all the same
        number = None
    port = f":{number}" if number and number != _DEFAULT_PORTS.get(parts.scheme) else ""
    path = (parts.path or "/").lower()
    path = path.rstrip("/") or "/"
    query = "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}{port}){path}{f'?{query}' if query else ''}"


def cdxj_line(capture: Capture, file: str, offset: int) -> str:
    """The line of one capture that stands at ``offset`` of ``file``."""
    told = {
        "url": capture.url,
        "mime": "warc/revisit" if capture.record_type is RecordType.REVISIT else _media_type(capture),
        "status": str(capture.status or 200),  # of what a person saved nobody saw the answer
        "digest": f"sha256:{capture.payload_sha256}",
        "length": str(capture.warc_length),
        "offset": str(offset),
        "filename": file,
    }
    return f"{surt(capture.url)} {capture.fetched_at:%Y%m%d%H%M%S} {json.dumps(told, ensure_ascii=False)}"


def replayable(capture: Capture) -> bool:
    """Whether a browser can be shown it; word that nothing changed (304) is no page."""
    return capture.status != 304


def archive_index(archive: Archive) -> Iterator[str]:
    """The sorted index of all WARC files of the archive but those that other machines are writing.

    Raises ``ArchiveError`` where one of them is missing.
    """
    with archive.read() as session:
        away = set(session.scalars(select(CaptureRow.warc_file).distinct())) - archive.shelf.sizes().keys()
        if gone := [name for name in sorted(away) if not elsewhere(archive, name).at_work]:
            raise ArchiveError(f"{gone[0]} is missing, {len(gone)} files in all: scrapy verify tells what to do")
        rows = session.execute(select(*CAPTURE_COLUMNS).order_by(CaptureRow.id).execution_options(yield_per=_TAKEN))
        captures = (Capture(*row) for row in rows)
        yield from sorted_index((one, one.warc_file, one.warc_offset) for one in captures if one.warc_file not in away)


def sorted_index(places: Iterable[tuple[Capture, str, int]]) -> list[str]:
    """The lines of these captures, in the order of their bytes."""
    lines = [cdxj_line(*place) for place in places if replayable(place[0])]
    return sorted(lines, key=str.encode)


def _media_type(capture: Capture) -> str:
    return (capture.content_type or "application/octet-stream").partition(";")[0].strip().lower()
