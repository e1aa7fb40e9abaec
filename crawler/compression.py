"""Decompression as Scrapy does it, with a name for what cannot be decompressed."""

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware as ScrapyCompression
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response


class DamagedEncoding(IgnoreRequest):
    """The body is not in the content encoding that its header names."""


class TooLarge(IgnoreRequest):
    """The body is larger than allowed once it is decompressed."""


class HttpCompressionMiddleware(ScrapyCompression):
    """Raises ``DamagedEncoding`` where Scrapy's lets through whatever each decoder raises."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise TooLarge(f"the answer is larger than allowed when decompressed: {request.url}") from error
        except Exception as error:  # zlib.error, brotli.error, ZstdError, EOFError, OSError
            encoding = (response.headers.get("Content-Encoding") or b"").decode("latin-1")
            raise DamagedEncoding(f"the answer's {encoding} is damaged: {request.url}") from error
