"""What portals suffer from that give a visit no whole list, and the name that each such visit has to end with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reports.states import Reason, VisitOutcome
from tests.portals.documents import Expected
from tests.portals.quirks import Fault, Quirk


@dataclass(frozen=True, slots=True)
class Ailment:
    """A kind of trouble: the family (None: any) and what else a portal is made with, and how its visit has to end."""

    expected: Expected
    family: str | None = None
    quirks: frozenset[Quirk] = frozenset()
    more: Mapping[str, Any] = field(default_factory=dict)


def ailment(
    kind: str, outcome: VisitOutcome, reason: Reason, family: str | None = None, *quirks: Quirk, **more: Any
) -> Ailment:
    """A visit's end by its kind for people, and what a portal is made with to have it."""
    return Ailment(Expected(kind, outcome, reason), family, frozenset(quirks), more)


_BLOCKED, _UNREADABLE = VisitOutcome.BLOCKED, VisitOutcome.LIST_UNREADABLE

AILMENTS = (
    ailment("challenge 瑞数", _BLOCKED, Reason.CHALLENGE_RUISHU, "challenge"),
    ailment("challenge 加速乐", _BLOCKED, Reason.CHALLENGE_JIASULE, "challenge-jiasule"),
    ailment("challenge acw_sc__v2", _BLOCKED, Reason.CHALLENGE_ACW, "challenge-acw"),
    ailment("plain challenge", _BLOCKED, Reason.CHALLENGE, "challenge-page"),
    ailment("firewall, as success", _BLOCKED, Reason.FIREWALL, "firewall-page"),
    ailment("firewall, 403", _BLOCKED, Reason.FIREWALL, faults=[Fault("/", "status", status=403)]),
    ailment("login wall", _BLOCKED, Reason.LOGIN_WALL, "login-wall"),
    ailment("maintenance", VisitOutcome.UNREACHABLE, Reason.MAINTENANCE, "maintenance"),
    ailment("page for scripts", _UNREADABLE, Reason.JS_SHELL, "single-page"),
    ailment("redirect circle", _UNREADABLE, Reason.REDIRECT_LOOP, "redirect-circle"),
    ailment("sent to a stranger", _UNREADABLE, Reason.OFF_ALLOWLIST, "sends-away"),
    ailment("server error", VisitOutcome.UNREACHABLE, Reason.SERVER_ERROR, faults=[Fault("/", "status", status=502)]),
    ailment("connection reset", VisitOutcome.UNREACHABLE, Reason.CONNECTION_FAILED, faults=[Fault("/", "reset")]),
    ailment("refused", VisitOutcome.UNREACHABLE, Reason.REFUSED, "refused"),
    ailment("robots.txt", VisitOutcome.DISALLOWED, Reason.ROBOTS, None, Quirk.ROBOTS_CLOSED),
    ailment("another county's", VisitOutcome.IDENTITY_MISMATCH, Reason.SITE_CODE),
    ailment("no report column", _UNREADABLE, Reason.NO_COLUMN, "news-only"),
    ailment("dead report column", _UNREADABLE, Reason.SOFT_404, "dead-column", Quirk.SOFT_404),
    ailment("list without end", _UNREADABLE, Reason.LIST_END, "longtail", Quirk.PAGER_SCRIPT),
)
