"""The download handler for https: three TLS profiles side by side, chosen by the request.

``modern`` verifies the certificate; ``unverified`` is the same but for that; ``legacy`` takes what servers of ten years
ago can do. Old servers are no reason to meet all others half way, hence the three.
"""

from ipaddress import ip_address
from typing import Any, cast

from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import optionsForClientTLS
from twisted.web.client import ResponseFailed
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]  # no type information is published

MODERN, UNVERIFIED, LEGACY = "modern", "unverified", "legacy"
_LEGACY_SERVER_CONNECT = 0x4  # SSL_OP_LEGACY_SERVER_CONNECT: servers without secure renegotiation (RFC 5746)


class TlsFailed(Exception):
    """No TLS connection came about. ``certificate``: because its certificate could not be verified, and only that."""

    def __init__(self, message: str, *, certificate: bool) -> None:
        super().__init__(message)
        self.certificate = certificate


class TlsProfiles:
    """Hands each https request to the handler of its profile: ``meta["tls_profile"]``, or the modern one."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self._handlers = {name: _Handler(crawler, policy) for name, policy in _policies().items()}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "TlsProfiles":
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Send the request.

        Raises:
            TlsFailed: the handshake did not succeed.
        """
        try:
            return await self._handlers[request.meta.get("tls_profile", MODERN)].download_request(request)
        except DownloadFailedError as error:
            if words := _tls_errors(error):
                certificate = all("certificate verify failed" in word for word in words)
                raise TlsFailed("; ".join(words), certificate=certificate) from error
            raise

    async def close(self) -> None:
        for handler in self._handlers.values():
            await handler.close()


class _Handler(HTTP11DownloadHandler):
    """Scrapy's handler with connections of one profile, kept apart from those of the others."""

    def __init__(self, crawler: Crawler, policy: IPolicyForHTTPS) -> None:
        super().__init__(crawler)
        self._contextFactory = policy


def _policies() -> dict[str, IPolicyForHTTPS]:
    unverified = SSL.Context(SSL.TLS_CLIENT_METHOD)
    unverified.set_min_proto_version(SSL.TLS1_2_VERSION)
    legacy = SSL.Context(SSL.TLS_CLIENT_METHOD)
    legacy.set_options(_LEGACY_SERVER_CONNECT)
    legacy.set_min_proto_version(SSL.TLS1_VERSION)  # as far as the OpenSSL in use still knows it
    legacy.set_cipher_list(b"DEFAULT:@SECLEVEL=0")
    found = {MODERN: _Verified(), UNVERIFIED: _Unverified(unverified), LEGACY: _Unverified(legacy)}
    return cast("dict[str, IPolicyForHTTPS]", found)


@implementer(IPolicyForHTTPS)
class _Verified:
    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802 - Twisted's name
        return optionsForClientTLS(hostname.decode("ascii"))


@implementer(IPolicyForHTTPS)
class _Unverified:
    def __init__(self, context: SSL.Context) -> None:
        self.context = context

    def creatorForNetloc(self, hostname: bytes, port: int) -> "_Creator":  # noqa: N802 - Twisted's name
        return _Creator(self.context, hostname)


@implementer(IOpenSSLClientConnectionCreator)
class _Creator:
    """Connections of one context to one host."""

    def __init__(self, context: SSL.Context, hostname: bytes) -> None:
        self.context = context
        self.hostname = hostname

    def clientConnectionForTLS(self, protocol: object) -> SSL.Connection:  # noqa: N802 - Twisted's name
        connection = SSL.Connection(self.context, None)
        try:
            ip_address(self.hostname.decode("ascii"))
        except ValueError:
            connection.set_tlsext_host_name(self.hostname)  # bare addresses are no server names (RFC 6066)
        return connection


def _tls_errors(error: DownloadFailedError) -> list[str]:
    """What OpenSSL has to say of a failed download: nothing where the network alone failed."""
    cause = error.__cause__
    if not isinstance(cause, ResponseFailed):
        return []
    failures = [reason.value for reason in cause.reasons if isinstance(reason.value, SSL.Error)]
    return [_words(failure) for failure in failures]


def _words(failure: SSL.Error) -> str:
    queue = failure.args[0] if failure.args else ()
    return ", ".join(str(entry[-1]) for entry in queue) if isinstance(queue, list) and queue else "TLS failed"
