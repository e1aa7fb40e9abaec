"""What a failed download means: for the visit that asked, for a script that reads the reason, and in words."""

from http import HTTPStatus

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response

from crawler.allowlist import OffAllowlist, PrivateAddress
from crawler.challenges import Blocked
from crawler.compression import DamagedEncoding, TooLarge
from crawler.outcomes import NotFetched, RecorderFailed, VisitEnded
from crawler.redirects import RedirectLoop
from crawler.robots import Disallowed
from crawler.tls import TlsFailed
from reports.states import Reason, VisitOutcome
from storage.records import Capture

_NO_ADDRESS = ("the address is none that can be asked", VisitOutcome.LIST_UNREADABLE, Reason.NO_ADDRESS)
# The words; where they are None the exception has its own.
_FAILURES: dict[type[Exception], tuple[str | None, VisitOutcome, Reason]] = {
    CannotResolveHostError: ("the name of the host is not known", VisitOutcome.UNREACHABLE, Reason.DNS),
    DownloadConnectionRefusedError: ("connection refused", VisitOutcome.UNREACHABLE, Reason.REFUSED),
    TlsFailed: ("no TLS connection", VisitOutcome.UNREACHABLE, Reason.TLS),
    DownloadFailedError: ("the connection failed", VisitOutcome.UNREACHABLE, Reason.CONNECTION_FAILED),
    DownloadTimeoutError: ("no answer in time", VisitOutcome.UNREACHABLE, Reason.TIMEOUT),
    ResponseDataLossError: ("the answer broke off", VisitOutcome.UNREACHABLE, Reason.BROKEN_OFF),
    DownloadCancelledError: ("the answer is larger than allowed", VisitOutcome.LIST_UNREADABLE, Reason.TOO_LARGE),
    NotSupported: _NO_ADDRESS,
    UnsupportedURLSchemeError: _NO_ADDRESS,
    # Refusals of our own.
    Disallowed: (None, VisitOutcome.DISALLOWED, Reason.ROBOTS),
    PrivateAddress: (None, VisitOutcome.UNREACHABLE, Reason.PRIVATE_ADDRESS),
    OffAllowlist: (None, VisitOutcome.LIST_UNREADABLE, Reason.OFF_ALLOWLIST),
    RedirectLoop: (None, VisitOutcome.LIST_UNREADABLE, Reason.REDIRECT_LOOP),
    DamagedEncoding: (None, VisitOutcome.LIST_UNREADABLE, Reason.BROKEN_OFF),
    TooLarge: (None, VisitOutcome.LIST_UNREADABLE, Reason.TOO_LARGE),
    IgnoreRequest: (None, VisitOutcome.LIST_UNREADABLE, Reason.UNREADABLE),
}


def named(error: Exception) -> Exception:
    """What a download's exception means; any other one is a mistake of ours and stays as it is."""
    if isinstance(error, Blocked):
        return NotFetched(str(error), error.outcome, error.capture, reason=error.reason)
    if isinstance(error, RecorderFailed):
        return VisitEnded(VisitOutcome.FAILED, str(error), reason=Reason.RECORDER)
    for kind, (words, outcome, reason) in _FAILURES.items():
        if isinstance(error, kind):
            return NotFetched(words or str(error), outcome, reason=reason)
    return error


def refused(response: Response, capture: Capture) -> NotFetched:
    """What another status than 200 means."""
    told = f"HTTP {response.status} at {response.url}"
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        later = (response.headers.get("Retry-After") or b"").decode("latin-1")[:40]
        told += f": asked to wait {later} s" if later.isdecimal() else f": asked to wait {later}".rstrip()
        return NotFetched(told, VisitOutcome.BLOCKED, capture, reason=Reason.RATE_LIMITED)
    if response.status >= 500:
        return NotFetched(told, VisitOutcome.UNREACHABLE, capture, reason=Reason.SERVER_ERROR)
    reason = Reason.NOT_FOUND if response.status >= 400 else Reason.UNREADABLE
    return NotFetched(told, capture=capture, reason=reason)
