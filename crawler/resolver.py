"""Names are resolved to public addresses alone: a registered name must not lead into the operator's own network."""

from collections.abc import Sequence
from ipaddress import ip_address

from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer
from twisted.internet.error import DNSLookupError

private_names: dict[str, str] = {}
"""Names that were refused and the addresses they had: Twisted tells whoever asked only that there was no answer."""


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, but for answers that are no public address.

    A bare address comes through: the allow-list lets only those pass that stand in a portal's row.
    """

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "defer.Deferred[str]":  # noqa: N802 - Twisted's name
        return super().getHostByName(name, timeout).addCallback(_public, name)


def _public(address: str, name: str) -> str:
    if name != address and not ip_address(address).is_global:
        private_names[name] = address
        raise DNSLookupError(f"{name} has the private address {address}")
    return address
