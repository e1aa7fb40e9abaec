"""Content encodings undone (RFC 9110, 8.4.1), within bounds: an archived bomb must not explode a second time.

Only those that the crawl asks for (``Accept-Encoding`` in ``crawler/settings.py``), which every WARC tool knows.
"""

import zlib

from storage.errors import ArchiveError

MAX_BYTES = 256 * 1024 * 1024


def decode(payload: bytes, encodings: str) -> bytes:
    """The payload without the encodings of a Content-Encoding header; a cut stream gives what can be had of it.

    Raises ``ArchiveError`` for what cannot be decoded, is of an unknown encoding, or grows beyond ``MAX_BYTES``.
    """
    for name in reversed([part.strip().lower() for part in encodings.split(",")]):
        if name in {"", "identity"} or not payload:
            continue
        if name not in {"gzip", "x-gzip", "deflate"}:
            raise ArchiveError(f"content encoding {name!r} is not known")
        try:
            payload = _deflate(payload) if name == "deflate" else _gzip(payload)
        except zlib.error as error:
            raise ArchiveError(f"the payload is no {name}: {error}") from error
        if len(payload) > MAX_BYTES:
            raise ArchiveError(f"the payload grows beyond {MAX_BYTES} bytes when its {name} is undone")
    return payload


def _gzip(payload: bytes) -> bytes:
    parts: list[bytes] = []
    left = MAX_BYTES + 1
    while payload and left > 0:
        gunzip = zlib.decompressobj(zlib.MAX_WBITS + 16)
        parts.append(gunzip.decompress(payload, left))
        left -= len(parts[-1])
        payload = gunzip.unused_data
        if not payload.startswith(b"\x1f\x8b"):  # padding after the last member
            break
    return b"".join(parts)


def _deflate(payload: bytes) -> bytes:
    # By the standard it is wrapped in zlib's format; some servers send the bare stream.
    try:
        return zlib.decompressobj().decompress(payload, MAX_BYTES + 1)
    except zlib.error:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(payload, MAX_BYTES + 1)
