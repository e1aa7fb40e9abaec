"""How a request, or a whole visit, can end without what was asked for: exceptions with a named outcome and reason."""

from reports.states import Reason, VisitOutcome
from storage.records import Capture

# Failures that say something of more than the one address.
OF_THE_HOST = (VisitOutcome.BLOCKED, VisitOutcome.UNREACHABLE)


class VisitEnded(Exception):
    """The visit to this portal is over; ``outcome`` names why, ``capture`` is the answer that proves it."""

    def __init__(
        self, outcome: VisitOutcome, detail: str, capture: Capture | None = None, *, reason: Reason = Reason.ERROR
    ) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail
        self.capture = capture
        self.reason = reason


class NotFetched(Exception):
    """One address could not be had; ``outcome`` is what that means for a visit that cannot do without it."""

    def __init__(
        self,
        detail: str,
        outcome: VisitOutcome = VisitOutcome.LIST_UNREADABLE,
        capture: Capture | None = None,
        *,
        reason: Reason = Reason.NOT_FOUND,
    ) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.capture = capture
        self.reason = reason


class BudgetSpent(Exception):
    """The portal has had as many requests as one visit may cost."""


class RecorderFailed(Exception):
    """The exchange could not be written to WARC, so it must not be used."""
