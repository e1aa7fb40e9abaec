"""Tells a firewall's challenge or refusal from a page, names it, and never tries to get past it."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from storage.records import Capture

_SIGNATURES = Path(__file__).with_suffix(".toml")
_LOOKED_AT = 64 * 1024  # bytes; challenge pages are short and say who they are at once


class Blocked(IgnoreRequest):
    """The portal answers people but not programs; ``capture`` is the evidence."""

    def __init__(self, message: str, capture: Capture | None) -> None:
        super().__init__(message)
        self.capture = capture


@dataclass(frozen=True, slots=True)
class Challenge:
    """One signature: the statuses it comes with and what stands in its body (None: anything)."""

    name: str
    status: frozenset[int]
    body: re.Pattern[bytes] | None

    def matches(self, response: Response) -> bool:
        return response.status in self.status and (
            self.body is None or self.body.search(response.body[:_LOOKED_AT]) is not None
        )


@cache
def challenges() -> tuple[Challenge, ...]:
    """The signatures of ``challenges.toml``, in their order."""
    rows = tomllib.loads(_SIGNATURES.read_text(encoding="utf-8"))["challenge"]
    return tuple(
        Challenge(row["name"], frozenset(row["status"]), re.compile(row["body"].encode()) if "body" in row else None)
        for row in rows
    )


class ChallengeMiddleware:
    """Ends a request whose answer is a challenge with ``Blocked``."""

    def process_response(self, request: Request, response: Response) -> Response:
        for challenge in challenges():
            if challenge.matches(response):
                raise Blocked(
                    f"{challenge.name} (HTTP {response.status} at {request.url})", request.meta.get("capture")
                )
        return response
