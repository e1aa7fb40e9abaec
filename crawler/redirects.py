"""Redirects as Scrapy follows them, with a name for those that never end."""

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware as ScrapyRedirect
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response


class RedirectLoop(IgnoreRequest):
    """The host sends from address to address without an end."""


class RedirectMiddleware(ScrapyRedirect):
    """Follows a redirect to the very address asked where it hands out a cookie, as a browser would; no circles."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        try:
            result = super().process_response(request, response)
        except IgnoreRequest as error:  # too many
            raise RedirectLoop(f"redirected without end: {request.url}") from error
        if not isinstance(result, Request):
            return result
        if _circles(result.url, request, response):
            raise RedirectLoop(f"redirected in a circle: {request.url}")
        if result.url == request.url and result.method != request.method:
            # Asked again with the cookie, a question remains the question that it was.
            return result.replace(method=request.method, body=request.body, headers=request.headers)
        return result


def _circles(url: str, request: Request, response: Response) -> bool:
    before = [*request.meta.get("redirect_urls", []), request.url]
    at_once = url == request.url and "Set-Cookie" not in response.headers
    return at_once or before.count(url) > 2
