"""Which hosts a portal's visit may ask, enforced in one place for requests, redirects and robots.txt alike."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from tldextract import TLDExtract

from crawler.registry import Portal
from crawler.resolver import private_names

# The packaged snapshot alone: by default the library would fetch the list from the internet.
_split = TLDExtract(suffix_list_urls=(), cache_dir=None)


class OffAllowlist(IgnoreRequest):
    """The address is not one that this portal's visit may ask. Mirrors lie: nothing is taken from them."""


class PrivateAddress(IgnoreRequest):
    """The name leads into a private network: no county's server, and not ours to look at."""


class Allowlist:
    """The hosts of one portal: its row's, and whatever stands under the same registrable domain."""

    def __init__(self, hosts: Iterable[str], domains: Iterable[str] = ()) -> None:
        self.hosts = frozenset(hosts)
        self.domains = frozenset(domains)

    @classmethod
    def of(cls, portal: Portal) -> "Allowlist":
        """The portal's own hosts and domain; a city that hosts it stands among the row's hosts."""
        urls = filter(None, (portal.home, portal.column_url))
        hosts = [_as_sent(host) for url in urls if (host := urlsplit(url).hostname)]
        domains = [domain for host in hosts if (domain := registrable_domain(host))]
        return cls([*hosts, *portal.hosts], domains)

    def allows(self, url: str) -> bool:
        """Whether the address may be asked: http or https, on one of the hosts or below one of the domains."""
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or not host:
            return False
        return host in self.hosts or any(host == domain or host.endswith(f".{domain}") for domain in self.domains)


def _as_sent(host: str) -> str:
    """The name as it stands in requests: 眉县.政务 is sent as xn--."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def registrable_domain(host: str) -> str:
    """The domain that somebody registered: ``www.meixian.gov.cn`` → ``meixian.gov.cn``; "" for a bare address."""
    return _split(host).top_domain_under_public_suffix


def is_government_host(host: str, hosts: Iterable[str] = ()) -> bool:
    """Whether this is a government's host: below ``gov.cn``, or, as a bare address must be, named by a row."""
    return host == "gov.cn" or host.endswith(".gov.cn") or host in hosts


class AllowlistMiddleware:
    """Refuses every request off its portal's allow-list, and counts it.

    A request that names no portal (robots.txt) may go to the hosts of any portal of this crawl.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "AllowlistMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        allowlist = request.meta.get("allowlist") or getattr(self.crawler.spider, "allowlist", Allowlist(()))
        assert isinstance(allowlist, Allowlist)
        if not allowlist.allows(request.url):
            assert self.crawler.stats
            self.crawler.stats.inc_value("allowlist/refused")
            raise OffAllowlist(f"{request.url} is on no host of this portal")

    def process_exception(self, request: Request, exception: Exception) -> None:
        address = private_names.get(urlsplit(request.url).hostname or "")
        if isinstance(exception, CannotResolveHostError) and address:
            raise PrivateAddress(f"{request.url} leads to the private address {address}") from exception
