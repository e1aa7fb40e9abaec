"""The states of evidence in seven kinds, each with a colour (by its name, in the style sheet) and a sign."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from reports.states import Clock, Evidence


class Kind(StrEnum):
    """What a reader wants to tell apart at a glance."""

    HELD = "held"
    WAITING = "waiting"  # archived, and not read for sure
    GONE = "gone"  # archived, and taken down since
    ABSENT = "absent"  # proved by a whole list
    UNSEEN = "unseen"  # something stood in the way
    UNTRIED = "untried"
    NONE = "none"  # the county did not exist


SIGNS = {
    Kind.HELD: "●",
    Kind.WAITING: "◐",
    Kind.GONE: "◒",
    Kind.ABSENT: "○",
    Kind.UNSEEN: "×",
    Kind.UNTRIED: "·",
    Kind.NONE: "–",
}
KINDS = {
    Evidence.ARCHIVED: Kind.HELD,
    Evidence.AMENDED: Kind.HELD,
    Evidence.WITHDRAWN: Kind.GONE,
    Evidence.ATTACHMENT_ONLY: Kind.WAITING,
    Evidence.IMAGE_ONLY: Kind.WAITING,
    Evidence.NEEDS_REVIEW: Kind.WAITING,
    Evidence.LISTED_NOT_FETCHED: Kind.UNSEEN,
    Evidence.NOT_LISTED: Kind.ABSENT,
    Evidence.LIST_UNREADABLE: Kind.UNSEEN,
    Evidence.BLOCKED: Kind.UNSEEN,
    Evidence.DISALLOWED: Kind.UNSEEN,
    Evidence.UNREACHABLE: Kind.UNSEEN,
    Evidence.IDENTITY_MISMATCH: Kind.UNSEEN,
    Evidence.NO_PORTAL: Kind.UNTRIED,
    Evidence.NEVER_TRIED: Kind.UNTRIED,
    Evidence.NOT_FOUNDED: Kind.NONE,
}
HELD = (Kind.HELD, Kind.WAITING, Kind.GONE)  # of which the archive has the page
CLOCK_SIGNS = {Clock.OVERDUE: "!", Clock.PUBLISHED_LATE: "~"}
UNSOUND = "Σ"
BANDS = 5  # of shares, see ``band``


def kinds(states: Mapping[Evidence, int]) -> Counter[Kind]:
    """Counties by kind of state."""
    found: Counter[Kind] = Counter()
    for state, count in states.items():
        found[KINDS[state]] += count
    return found


def held(states: Mapping[Evidence, int]) -> tuple[int, int]:
    """Of how many counties the archive has the report, and how many there were."""
    found = kinds(states)
    return sum(found[kind] for kind in HELD), sum(found.values()) - found[Kind.NONE]


def band(part: int, whole: int) -> int:
    """The share as one of the colours of the map: 0 for nothing, 5 for all, 1 to 4 for quarters between."""
    if not part:
        return 0
    return BANDS if part == whole else 1 + part * (BANDS - 1) // whole


def percent(part: int, whole: int) -> str:
    """A share in words; what is not all is never told as 100%, what is something never as 0%."""
    if not whole:
        return "–"
    share = round(100 * part / whole)
    return f"{min(max(share, int(part > 0)), 99 if part < whole else 100)}%"
