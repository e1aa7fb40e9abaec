"""A request as a portal sees it, and an answer as a family renders it."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

VISITS = b"@@VISITS@@"
"""Where a page shows its number of visits; the server puts another number there at each answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """``target`` is path and query as sent; header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query and, of a form, the body's fields."""
        fields = dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))
        if self.method == "POST":
            fields |= parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return fields


@dataclass(frozen=True, slots=True)
class Response:
    """``content_type`` goes out as it is (real servers lie there); ``modified`` is in seconds since 1970."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    modified: float | None = None
