"""The names of the practice country, for Scrapy: answered from a file; no other name is ever looked up."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer
from twisted.internet.base import ReactorBase
from twisted.internet.error import DNSLookupError

HOSTS_VARIABLE = "GONGKAI_PRACTICE_HOSTS"


class PracticeResolver(CachingThreadedResolver):
    """Answers the names and addresses in the JSON file of the environment variable, and refuses every other one.

    Raises:
        RuntimeError: the variable is not set or the file cannot be read.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        place = os.environ.get(HOSTS_VARIABLE, "")
        try:
            self._hosts: dict[str, str] = json.loads(Path(place).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise RuntimeError(f"{HOSTS_VARIABLE}={place!r}: the practice hosts cannot be read ({error})") from error

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "defer.Deferred[str]":  # noqa: N802 - Twisted's name
        address = self._hosts.get(name) or (name if name in self._hosts.values() else None)
        if address is None:
            return defer.fail(DNSLookupError(f"{name} is no practice host"))
        return defer.succeed(address)
