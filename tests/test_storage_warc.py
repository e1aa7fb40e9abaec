"""WARC files: what is written comes back byte for byte, through our reader and through warcio's."""

import gzip
import hashlib
import io
import os
import zlib
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from storage import encodings
from storage.encodings import decode
from storage.errors import ArchiveError
from storage.members import read_members, split_http
from storage.records import Capture
from storage.shelf import Shelf
from storage.warc import WarcWriter, read_content, read_payload
from tests.storage_samples import exchange

URL = "http://www.meixian.test/a.html?b=1&c=眉"
TOKEN = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12).map(lambda text: "X-" + text)
VALUE = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["Cc"]), max_size=30).map(
    str.strip
)
HEADERS = st.lists(st.tuples(TOKEN, VALUE), max_size=6).map(tuple)


def members(folder: Path, capture: Capture) -> list[tuple[str, dict[str, str], bytes]]:
    with (folder / capture.warc_file).open("rb") as stream:
        return [(member.type, member.fields, member.block) for member in read_members(stream)]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(headers=HEADERS, payload=st.binary(max_size=400), zipped=st.booleans())
def test_exchange_comes_back_as_it_was(
    tmp_path: Path, headers: tuple[tuple[str, str], ...], payload: bytes, zipped: bool
) -> None:
    body = gzip.compress(payload) if zipped else payload
    sent = (
        *headers,
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        *((("Content-Encoding", "gzip"),) if zipped else ()),
    )
    writer = WarcWriter(tmp_path, software="test/1", operator="a@b.test")
    with patch.object(os, "fsync"), writer:
        capture = writer.write(exchange(URL, body, response_headers=sent, request_headers=headers))
        assert read_payload(Shelf(tmp_path), capture) == body, "an open file can be read"
    assert read_payload(Shelf(tmp_path), capture) == body
    assert read_content(Shelf(tmp_path), capture) == payload
    assert capture.payload_sha256 == hashlib.sha256(body).hexdigest()
    (_, info, _), (_, _, response), (_, _, request) = members(tmp_path, capture)
    assert info["warc-filename"] == capture.warc_file
    assert split_http(response) == ("HTTP/1.1 200 OK", list(sent), body)
    assert split_http(request) == ("GET /a.html?b=1&c=眉 HTTP/1.1".encode().decode("latin-1"), list(headers), b"")


def test_warcio_replays_the_pair_and_finds_the_digests_right(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, software="test/1", vantage="Xi'an", settings={"robots": "obey"}) as writer:
        first = writer.write(exchange(URL, b"payload"))
        writer.write(exchange(URL, b"payload"), first)
    with (tmp_path / first.warc_file).open("rb") as stream:
        walk = ArchiveIterator(stream, check_digests="raise")
        records = [(record.rec_type, record.rec_headers, record.content_stream().read()) for record in walk]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "request", "revisit", "request"]
    _, (_, response, payload), (_, request, _), *_ = records
    assert b"vantage: Xi'an\r\nrobots: obey" in records[0][2]
    assert payload == b"payload"
    assert response["WARC-IP-Address"] == "127.0.0.1"
    assert response["WARC-Payload-Digest"] == f"sha256:{hashlib.sha256(b'payload').hexdigest()}"
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"]
    checker = Checker(type("Options", (), {"inputs": [str(tmp_path / first.warc_file)], "verbose": False}))
    checker.process_all()
    assert checker.exit_value == 0


def test_unchanged_payload_becomes_a_revisit(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, software="test/1") as writer:
        first = writer.write(exchange(URL, b"payload"))
        again = writer.write(exchange("http://www.meixian.test/copy", b"payload"), first)
        other = writer.write(exchange(URL, b"changed"), first)
        unmodified = writer.write(exchange(URL, b"", status=304), first)
        unknown = writer.write(exchange(URL, b"", status=304))
    kinds = [c.record_type for c in (first, again, other, unmodified, unknown)]
    assert kinds == ["response", "revisit", "response", "revisit", "response"]
    profiles = {
        fields["warc-profile"].rpartition("/")[2] for kind, fields, _ in members(tmp_path, first) if kind == "revisit"
    }
    assert profiles == {"identical-payload-digest", "server-not-modified"}
    revisit = next(fields for kind, fields, _ in members(tmp_path, first) if kind == "revisit")
    assert revisit["warc-refers-to-target-uri"] == URL
    assert revisit["warc-refers-to-date"] == "2025-04-01T02:00:00.000000Z"
    assert again.payload_sha256 == unmodified.payload_sha256 == first.payload_sha256
    assert unmodified.payload_bytes == len(b"payload")
    with pytest.raises(ArchiveError, match="revisit record holds no payload"):
        read_payload(Shelf(tmp_path), again)


def test_file_has_its_name_only_when_it_is_finished(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, software="test/1", max_bytes=1)
    assert list(tmp_path.iterdir()) == []
    captures = [writer.write(exchange(URL, bytes([n]))) for n in range(2)]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({c.warc_file for c in captures}), "rolled at once"
    assert len({c.warc_file for c in captures}) == 2
    slow = WarcWriter(tmp_path, software="test/1")
    capture = slow.write(exchange(URL))
    assert not (tmp_path / capture.warc_file).exists()
    slow.close()
    assert (tmp_path / capture.warc_file).exists()


def test_failed_write_takes_the_whole_pair_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with WarcWriter(tmp_path, software="test/1") as writer:
        writer.write(exchange(URL, b"before"))
        stream = writer._file._stream  # type: ignore[union-attr]

        class Full(io.RawIOBase):
            def write(self, data: object) -> int:
                if len(memoryview(data)) > 100:  # type: ignore[arg-type]
                    return stream.write(memoryview(data)[:100])  # type: ignore[arg-type]
                raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(writer._file, "_stream", type("S", (), {"write": Full().write}))
            with pytest.raises(ArchiveError, match="No space left"):
                writer.write(exchange(URL, os.urandom(500)))
        after = writer.write(exchange(URL, b"after"))
    assert [kind for kind, _, _ in members(tmp_path, after)] == ["warcinfo", *(["response", "request"] * 2)]
    assert read_payload(Shelf(tmp_path), after) == b"after"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data, at: data[: at + 40], "ends inside the record"),
        (lambda data, at: data[:at], "ends before the record"),
        (lambda data, at: data[: at + 60] + b"\x00\x00\x00" + data[at + 63 :], "decompressed|no WARC record|shorter"),
        (None, "missing"),
    ],
)
def test_damage_is_named(tmp_path: Path, damage, message: str) -> None:  # type: ignore[no-untyped-def]
    with WarcWriter(tmp_path, software="test/1") as writer:
        capture = writer.write(exchange(URL, b"payload"))
    path = tmp_path / capture.warc_file
    data = path.read_bytes()
    path.unlink()
    if damage:
        path.write_bytes(damage(data, capture.warc_offset))
    with pytest.raises(ArchiveError, match=message):
        read_payload(Shelf(tmp_path), capture)


def test_other_payload_in_the_place_of_a_capture_is_refused(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, software="test/1") as writer:
        real = writer.write(exchange(URL, b"real"))
    with WarcWriter(tmp_path, software="test/1") as writer:
        forged = writer.write(exchange(URL, b"forged"))
    (tmp_path / forged.warc_file).replace(tmp_path / real.warc_file)
    with pytest.raises(ArchiveError, match="sha256"):
        read_payload(Shelf(tmp_path), replace(real, warc_offset=forged.warc_offset))
    with pytest.raises(ArchiveError, match="no name"):
        read_payload(Shelf(tmp_path), replace(real, warc_file="../secret"))


def test_content_encodings_are_undone_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert decode(gzip.compress(b"a") + gzip.compress(b"b"), "GZIP") == b"ab"
    assert decode(gzip.compress(zlib.compress(b"twice")), "deflate, gzip") == b"twice"
    assert decode(gzip.compress(b"cut short" * 99)[:-10], "gzip").startswith(b"cut short")
    for payload, name in ((b"plain", "gzip"), (b"x", "rot13")):
        with pytest.raises(ArchiveError, match=name):
            decode(payload, name)
    monkeypatch.setattr(encodings, "MAX_BYTES", 1000)
    for bomb, name in ((gzip.compress(bytes(10**6)), "gzip"), (zlib.compress(bytes(10**6)), "deflate")):
        with pytest.raises(ArchiveError, match="grows beyond"):
            decode(bomb, name)
