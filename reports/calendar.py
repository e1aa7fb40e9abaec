"""The legal calendar: by when a report must be published, and where it stands on a given day.

Regulation on government information disclosure (政府信息公开条例). Text of 2007 (国务院令第492号), in force 1 May 2008,
article 31: every agency by 31 March. Text of 2019 (国务院令第711号), in force 15 May 2019, article 49: departments by
31 January, the government's own report by 31 March. It names neither townships nor a government's office; both file
with the departments in practice.
"""

from datetime import date
from zoneinfo import ZoneInfo

from reports.model import AgencyKind
from reports.states import Clock

BEIJING = ZoneInfo("Asia/Shanghai")  # in whose days the law counts
FIRST_YEAR = 2008  # the first year reported on under the Regulation
REVISED_YEAR = 2019  # the first year reported on under the revised text


def due_date(year: int, kind: AgencyKind) -> date:
    """The last day on which the report of ``year`` is on time."""
    if kind is AgencyKind.GOVERNMENT or year < REVISED_YEAR:
        return date(year + 1, 3, 31)
    return date(year + 1, 1, 31)


def clock(
    year: int,
    today: date,
    *,
    archived: bool,
    published_at: str | None,
    kind: AgencyKind = AgencyKind.GOVERNMENT,
) -> Clock:
    """Where the report of ``year`` stands on ``today``.

    ``published_at`` is the printed date, ``YYYY-MM-DD`` with or without a time. A page may have been dated anew when
    its portal moved, so a late date is what the page says, no proof of lateness. A date that is none (an archive that
    was merged in may hold anything) proves nothing either.
    """
    due = due_date(year, kind)
    if archived:
        try:
            return Clock.ON_TIME if date.fromisoformat((published_at or "")[:10]) <= due else Clock.PUBLISHED_LATE
        except ValueError:
            return Clock.UNKNOWN
    if today.year <= year:
        return Clock.NOT_DUE
    return Clock.DUE if today <= due else Clock.OVERDUE
