"""How a practice portal misbehaves: lasting quirks, and faults that strike some requests."""

from dataclasses import dataclass
from enum import StrEnum


class Quirk(StrEnum):
    """What real portals do; each family says in its file which of them it knows."""

    ETAG = "etag"  # pages carry an ETag …
    LAST_MODIFIED = "last-modified"  # … or a Last-Modified; without either no answer is ever 304
    GZIP = "gzip"
    CHUNKED = "chunked"
    COUNTER = "counter"  # every answer shows another number of visits
    ROBOTS = "robots"  # a robots.txt that keeps robots out of the search engine (else 404)
    ROBOTS_CLOSED = "robots-closed"  # a robots.txt that keeps robots out of everything
    COMMENTED_PAGER = "commented-pager"  # trs: createPageHTML in a comment, the same written out in code
    PAGE_ONLY = "page-only"  # hanweb: dataproxy.jsp ignores startrecord and honours page
    FAULTY_META = "faulty-meta"  # the national meta tags with their usual faults


@dataclass(frozen=True, slots=True)
class Fault:
    """A misbehaviour at addresses beginning with ``path``.

    ``kind``: ``reset`` the connection, ``cut`` the body in half, ``slow``, or ``status``. It strikes
    the first ``times`` requests (0: every one).
    """

    path: str
    kind: str
    times: int = 0
    seconds: float = 0.0
    status: int = 503
