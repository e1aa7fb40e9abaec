"""Stores of finished WARC files for the tests: a folder, and an S3-compatible server on loopback."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from fsspec.core import url_to_fs
from moto.server import ThreadedMotoServer
from s3fs.core import S3FileSystem

from storage.database import Archive
from storage.store import Store

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
KINDS = ("folder", "s3")


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of a running server."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # else a line a request
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield "http://{}:{}".format(*server.get_host_and_port())
    finally:
        server.stop()


def new_store(kind: str, folder: Path) -> str:
    """The URL of an empty store; for S3 the environment has to name the server."""
    if kind == "folder":
        folder.mkdir()
        return f"file://{folder}"
    bucket = f"bucket-{token_hex(4)}"
    url_to_fs("s3://")[0].mkdir(bucket)
    return f"s3://{bucket}/warc"


def content(url: str, name: str) -> bytes:
    """A file of a store, or b"" where there is none."""
    fs, root = url_to_fs(url)
    fs.invalidate_cache()
    return bytes(fs.cat_file(f"{root}/{name}")) if fs.exists(f"{root}/{name}") else b""


def names_in(url: str) -> list[str]:
    """All files of a store, also unfinished ones."""
    fs, root = url_to_fs(url)
    fs.invalidate_cache()
    return [str(path).rpartition("/")[2] for path in fs.ls(root, detail=False)]


def overwrite(url: str, name: str, data: bytes) -> None:
    fs, root = url_to_fs(url)
    fs.pipe_file(f"{root}/{name}", data)


def with_store(archive: Archive, url: str) -> Archive:
    return replace(archive, store=url)


@contextmanager
def requests_counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often each operation of S3 is asked for, and under "bytes" how many bytes of ranges."""
    counted: Counter[str] = Counter()
    plain = S3FileSystem._call_s3

    async def counting(self: Any, method: str, *arguments: Any, **fields: Any) -> Any:
        counted[method] += 1
        if fields.get("Range"):
            first, last = fields["Range"].removeprefix("bytes=").split("-")
            counted["bytes"] += int(last) + 1 - int(first)
        return await plain(self, method, *arguments, **fields)

    with monkeypatch.context() as patch:
        patch.setattr(S3FileSystem, "_call_s3", counting)
        yield counted


class Killed(BaseException):
    """The process is gone: nothing catches it."""


@contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """End at the given one of the steps that a store is asked for: before it, in it (a half file), or behind it."""
    steps = iter(range(1_000_000))

    def dying(plain: Any) -> Any:
        def call(*arguments: Any, **fields: Any) -> Any:
            if next(steps) == step:
                raise Killed
            result = plain(*arguments, **fields)
            if next(steps) == step:
                raise Killed
            return result

        return call

    def half(chunks: Any) -> Any:
        for chunk in chunks:
            yield chunk[: len(chunk) // 2]
            if next(steps) == step:
                raise Killed
            yield chunk[len(chunk) // 2 :]

    with monkeypatch.context() as patch:
        write = Store.write
        patch.setattr(Store, "write", lambda self, name, chunks: write(self, name, half(chunks)))
        for name in ("write", "rename", "remove", "size", "sizes", "part"):
            patch.setattr(Store, name, dying(getattr(Store, name)))
        patch.setattr(Path, "unlink", dying(Path.unlink))
        yield
