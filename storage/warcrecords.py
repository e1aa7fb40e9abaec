"""Exchanges as WARC records: warcio lays them out, the HTTP parts inside stay as they went over the wire."""

import hashlib
import io
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storage.records import Capture, Exchange, SavedFile

_PROFILES = "http://netpreserve.org/warc/1.1/revisit/"


class _AsSent(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """HTTP header bytes that warcio keeps as they are: by itself it percent-encodes whatever is not ASCII."""

    def __init__(self, first_line: str, pairs: Iterable[tuple[str, str]]) -> None:
        super().__init__(first_line, [])
        lines = (first_line, *(f"{name}: {value}" for name, value in pairs))
        # A line break inside a value would forge a header; HTTP clients have unfolded them already (RFC 9112, 5.2).
        clean = (_line(line.replace("\r", " ").replace("\n", " ")) for line in lines)
        self.headers_buff = b"".join(line + b"\r\n" for line in clean) + b"\r\n"

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """Nothing to compute."""


class RecordWriter:
    """Makes the records of one WARC file, each a gzip member of its own."""

    def __init__(self) -> None:
        self._info_id = _record_id()

    def warcinfo(self, name: str, info: Mapping[str, str]) -> bytes:
        """The file's first record: who made it, with what, from where (WARC 1.1, 6.2)."""
        buffer = io.BytesIO()
        writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
        clean = {key: " ".join(str(value).split()) for key, value in info.items()}
        record = writer.create_warcinfo_record(name, clean)
        record.rec_headers.replace_header("WARC-Record-ID", self._info_id)
        writer.write_record(record)
        return buffer.getvalue()

    def pair(self, exchange: Exchange, digest: str, original: Capture | None) -> tuple[bytes, bytes]:
        """The response (or revisit) record and the request record; ``digest`` is the payload's sha256."""
        response_id, request_id = _record_id(), _record_id()
        answer = _AsSent(_status_line(exchange), _dechunked(exchange.response_headers))
        fields = {"WARC-Record-ID": response_id, "WARC-Concurrent-To": request_id}
        kind, payload = "response", exchange.payload
        if original is not None:
            kind, payload, digest = "revisit", b"", original.payload_sha256
            reason = "server-not-modified" if exchange.status == 304 else "identical-payload-digest"
            fields["WARC-Profile"] = _PROFILES + reason
            fields["WARC-Refers-To-Target-URI"] = original.url
            fields["WARC-Refers-To-Date"] = _date(original.fetched_at)
        fields["WARC-Payload-Digest"] = f"sha256:{digest}"
        response = self._record(exchange, kind, fields, answer, payload)
        asked = _AsSent(_request_line(exchange), exchange.request_headers)
        fields = {"WARC-Record-ID": request_id, "WARC-Concurrent-To": response_id}
        fields["WARC-Payload-Digest"] = f"sha256:{hashlib.sha256(exchange.request_body).hexdigest()}"
        return response, self._record(exchange, "request", fields, asked, exchange.request_body)

    def resource(self, saved: SavedFile, digest: str) -> bytes:
        """The record of a file that did not come over our wire (WARC 1.1, 6.4)."""
        fields = {
            "WARC-Record-ID": _record_id(),
            "WARC-Date": _date(saved.saved_at),
            "WARC-Warcinfo-ID": self._info_id,
            "WARC-Block-Digest": f"sha256:{digest}",
            "WARC-Payload-Digest": f"sha256:{digest}",
        }
        buffer = io.BytesIO()
        writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
        record = writer.create_warc_record(
            saved.url,
            "resource",
            payload=io.BytesIO(saved.payload),
            length=len(saved.payload),
            warc_content_type=saved.content_type,
            warc_headers_dict=fields,
        )
        writer.write_record(record)
        return buffer.getvalue()

    def _record(self, exchange: Exchange, kind: str, fields: dict[str, str], http: _AsSent, payload: bytes) -> bytes:
        fields |= {"WARC-Date": _date(exchange.fetched_at), "WARC-Warcinfo-ID": self._info_id}
        fields["WARC-Block-Digest"] = f"sha256:{hashlib.sha256(http.headers_buff + payload).hexdigest()}"
        if exchange.ip:
            fields["WARC-IP-Address"] = exchange.ip
        buffer = io.BytesIO()
        writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
        record = writer.create_warc_record(
            exchange.url,
            kind,
            payload=io.BytesIO(payload),
            length=len(payload),
            warc_headers_dict=fields,
            http_headers=http,
        )
        writer.write_record(record)
        return buffer.getvalue()


def _line(text: str) -> bytes:
    """Header fields come as Latin-1, byte for character; an address may hold more than that and goes as UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def header(pairs: Iterable[tuple[str, str]], name: str) -> str | None:
    """The first value of a header field, whatever the case of its name."""
    return next((value for key, value in pairs if key.lower() == name), None)


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _status_line(exchange: Exchange) -> str:
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = ""
    return f"{_protocol(exchange)} {exchange.status} {phrase}"


def _request_line(exchange: Exchange) -> str:
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"{exchange.method} {target} {_protocol(exchange)}"


def _protocol(exchange: Exchange) -> str:
    # An application/http block is HTTP/1 by definition; HTTP/2 has no such text on the wire.
    return exchange.protocol if exchange.protocol.startswith("HTTP/1") else "HTTP/1.1"


def _dechunked(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The header of a payload whose chunking is gone must not promise chunks: readers would look for them."""
    return [("X-Orig-Transfer-Encoding" if n.lower() == "transfer-encoding" else n, v) for n, v in pairs]
