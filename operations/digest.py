"""A digest: everything that people are to be told of in one message, however much it is."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.divisions import by_code
from storage.records import URGENT, Event, EventKind

NAMED = 10  # of each kind; who wants all of them asks scrapy events
_LONGEST = 300  # characters of what a portal was found to say
_WORDS = {
    EventKind.LIST_LOST: "portals that had reports and list none any more",
    EventKind.BLOCKED: "portals that refuse again and again",
    EventKind.UNREACHABLE: "portals that do not answer again and again",
    EventKind.IDENTITY_MISMATCH: "portals that say they are somebody else's",
    EventKind.AMENDMENT: "reports that were edited",
    EventKind.DEADLINE_MISSED: "reports that were proved not to be there after their legal date",
    EventKind.DEADLINE_UNPROVED: "reports of which nobody can tell from here whether they came by their legal date",
    EventKind.VERIFICATION_FAILURE: "what is kept is damaged",
    EventKind.SCHEDULER_STALLED: "the scheduler does not work",
}


@dataclass(frozen=True, slots=True)
class Digest:
    """One message in plain text."""

    title: str
    body: str


def digest(events: Sequence[Event]) -> Digest:
    """The message about these events, at least one: by kind with their numbers, the urgent first."""
    by_kind: dict[EventKind, list[Event]] = defaultdict(list)
    for event in events:
        by_kind[event.kind].append(event)
    kinds = sorted(by_kind, key=lambda kind: (kind not in URGENT, list(EventKind).index(kind)))
    counts = ", ".join(f"{len(by_kind[kind])} {kind}" for kind in kinds)
    body = "\n\n".join("\n".join(_told(kind, by_kind[kind])) for kind in kinds)
    return Digest(f"Gongkai Archive: {counts}", body)


def line(event: Event) -> str:
    """One event: whose it is, and what."""
    county = by_code(event.code) if event.code else None
    place = f"{event.code} {county.name if county else ''}".rstrip() if event.code else ""
    whose = " ".join(filter(None, (place, str(event.year or ""))))
    detail = " ".join(event.detail.split())
    detail = detail if len(detail) <= _LONGEST else f"{detail[:_LONGEST]}…"
    return f"{whose}: {detail}" if whose else detail


def _told(kind: EventKind, events: Sequence[Event]) -> Iterator[str]:
    yield f"{kind}, {len(events)}: {_WORDS[kind]}"
    for event in events[:NAMED]:
        yield f"- {line(event)}"
    if len(events) > NAMED:
        yield f"… and {len(events) - NAMED} more: scrapy events --kind {kind}"
