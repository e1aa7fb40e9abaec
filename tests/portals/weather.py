"""A bad day on the network: what strikes portals that are well on others, and how each visit then has to end."""

from reports.states import Reason, VisitOutcome
from tests.portals.ailments import Ailment, ailment
from tests.portals.documents import HEALTHY
from tests.portals.quirks import Fault, Quirk

_UNREACHABLE, _UNREADABLE = VisitOutcome.UNREACHABLE, VisitOutcome.LIST_UNREADABLE


def _wire(name: str, kind: str, outcome: VisitOutcome, reason: Reason, seconds: float = 0, status: int = 0) -> Ailment:
    return ailment(name, outcome, reason, faults=[Fault("/", kind, seconds=seconds, status=status)])


WEATHER = (
    _wire("reset amid a page", "reset-amid", _UNREACHABLE, Reason.BROKEN_OFF, seconds=0.02),
    _wire("a byte every second", "drip", _UNREACHABLE, Reason.TIMEOUT, seconds=1),
    _wire("a page without end", "endless", _UNREADABLE, Reason.TOO_LARGE),
    _wire("gzip bomb", "bomb", _UNREADABLE, Reason.TOO_LARGE),
    ailment("redirect circle", _UNREADABLE, Reason.REDIRECT_LOOP, "redirect-circle"),
    _wire("more promised than sent", "cut", _UNREACHABLE, Reason.BROKEN_OFF),
    _wire("more sent than promised", "short", _UNREADABLE, Reason.BROKEN_OFF),
    ailment("error page as success", _UNREADABLE, Reason.SOFT_404, "dead-column", Quirk.SOFT_404),
    _wire("429 with Retry-After", "status", VisitOutcome.BLOCKED, Reason.RATE_LIMITED, status=429),
    ailment("no TLS", _UNREACHABLE, Reason.TLS, None, Quirk.HTTPS_BROKEN, faults=[Fault("/", "reset")]),
    ailment("no name", _UNREACHABLE, Reason.DNS, None, Quirk.NO_NAME),
    Ailment(HEALTHY, "longtail", frozenset({Quirk.LIST_GROWS})),
    ailment("100,000 links", _UNREADABLE, Reason.TOO_LARGE, "link-farm"),
    ailment("calendar without end", _UNREADABLE, Reason.LIST_END, "calendar"),
)
