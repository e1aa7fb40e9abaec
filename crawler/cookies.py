"""Cookies as a browser keeps them, one jar a portal; which domains are public is read from the packaged list."""

from collections.abc import Iterable
from http.cookiejar import Cookie

from scrapy import Request
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware as ScrapyCookies
from scrapy.http.cookies import CookieJar

from crawler.allowlist import registrable_domain


class CookiesMiddleware(ScrapyCookies):
    """Scrapy's, but for its public-suffix library, which would fetch a list from the internet at the first cookie."""

    def _process_cookies(self, cookies: Iterable[Cookie], *, jar: CookieJar, request: Request) -> None:
        for cookie in cookies:
            domain = cookie.domain.removeprefix(".")
            # One for all of gov.cn is nobody's to set.
            if registrable_domain(domain) or not cookie.domain_specified:
                jar.set_cookie_if_ok(cookie, request)
