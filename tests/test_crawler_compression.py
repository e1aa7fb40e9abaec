"""A body that is not in the encoding it claims is named, whatever its decoder raises."""

import gzip

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.compression import DamagedEncoding, HttpCompressionMiddleware, TooLarge


def _through(body: bytes, encoding: str) -> bytes:
    middleware = HttpCompressionMiddleware.from_crawler(get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": 10_000}))
    response = Response("http://www.meixian.test/", body=body, headers={"Content-Encoding": encoding})
    return middleware.process_response(Request(response.url), response).body


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_damaged_encoding_is_named(encoding: str) -> None:
    with pytest.raises(DamagedEncoding, match=encoding):
        _through(b"this is plain text and nothing else", encoding)


def test_a_sound_one_is_undone() -> None:
    assert _through(gzip.compress(b"text"), "gzip") == b"text"


def test_a_body_that_swells_beyond_bounds_is_named() -> None:
    with pytest.raises(TooLarge):
        _through(gzip.compress(b"0" * 20_000), "gzip")
