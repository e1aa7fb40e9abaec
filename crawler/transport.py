"""How a host is reached: http and https exchanged, old TLS tried, where the way that an address names leads nowhere."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response

from crawler.tls import LEGACY, MODERN, UNVERIFIED, TlsFailed

_UNREACHED = (DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError, TlsFailed)
_OTHER = {"http": "https", "https": "http"}
_SAID = {UNVERIFIED: "certificate not verified", LEGACY: "legacy TLS"}


@dataclass(slots=True)
class _Host:
    """What a crawl has learnt of one host: schemes that answered, schemes that did not, the TLS profile in use."""

    works: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    tls: str = MODERN


class TransportMiddleware:
    """Tries the other ways to a host that cannot be reached by the one given, each once in a crawl.

    The order for https is: modern TLS with a verified certificate, the same without verifying where that alone was
    wrong, legacy TLS, then http; for http it is https. An answer of whatever status ends the search: only
    connections that fail are a matter of transport. What worked holds for all later requests to the host, robots.txt
    included, and is left in ``meta["transport"]`` for the visit to tell. A port that an address names is kept.

    Stands below robots.txt (whose request settles most hosts) and above retries, so that a passing failure is none.
    """

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}

    def prefer(self, url: str, tls: str) -> None:
        """Begin with this TLS profile at the address's host, where nothing is known of it yet."""
        name = urlsplit(url).hostname or ""
        self._hosts.setdefault(name, _Host(tls=tls))

    def process_request(self, request: Request) -> Request | None:
        host, scheme = self._host(request), urlsplit(request.url).scheme
        request.meta["tls_profile"] = host.tls
        # A redirected or retried request inherits the meta of the one before.
        request.meta.pop("download_latency", None)
        if scheme in host.broken and _OTHER[scheme] in host.works:
            return _by(request, _OTHER[scheme])
        return None

    def process_response(self, request: Request, response: Response) -> Response:
        host, scheme = self._host(request), urlsplit(request.url).scheme
        host.works.add(scheme)
        said = [f"{scheme} instead of {_OTHER[scheme]}"] if _OTHER[scheme] in host.broken else []
        said += [_SAID[host.tls]] if scheme == "https" and host.tls in _SAID else []
        if said and "transport" in request.meta:
            request.meta["transport"][urlsplit(request.url).hostname] = ", ".join(said)
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        host, scheme = self._host(request), urlsplit(request.url).scheme
        answered = scheme in host.works or "download_latency" in request.meta
        if not isinstance(exception, _UNREACHED) or answered or scheme in host.broken:
            return None
        if scheme == "https" and (profile := _next_profile(host.tls, exception)):
            host.tls = profile
            return _again(request, exception)
        host.broken.add(scheme)
        if _OTHER[scheme] not in host.broken:
            return _by(_again(request, exception), _OTHER[scheme])
        # Of several failures the first is the one that the registry's address met.
        raise request.meta.get("unreached", exception)

    def _host(self, request: Request) -> _Host:
        return self._hosts.setdefault(urlsplit(request.url).hostname or "", _Host())


def _next_profile(tls: str, exception: Exception) -> str | None:
    if tls == MODERN and isinstance(exception, TlsFailed) and exception.certificate:
        return UNVERIFIED
    # A server that drops the connection in the handshake is as likely an old one as one that objects in words.
    handshake = isinstance(exception, (TlsFailed, DownloadFailedError))
    return LEGACY if tls != LEGACY and handshake else None


def _again(request: Request, exception: Exception) -> Request:
    """The same request, once: the other ways are not worth a retry."""
    meta = {**request.meta, "max_retry_times": 0}
    meta.setdefault("unreached", exception)
    return request.replace(meta=meta, dont_filter=True)


def _by(request: Request, scheme: str) -> Request:
    return request.replace(url=f"{scheme}:{request.url.partition(':')[2]}", dont_filter=True)
