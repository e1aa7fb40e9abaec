"""What the operator chose to watch."""

from datetime import UTC, datetime

from sqlalchemy import select

from reports.divisions.selection import select_counties
from storage.database import Archive
from storage.errors import ArchiveError
from storage.models import Watch


def watch(archive: Archive, *chosen: str) -> int:
    """Watch counties (code or name), prefectures or provinces (prefix) or ``all``; returns how many counties that adds.

    All or nothing: raises ``reports.divisions.selection.SelectionError`` if one of them names no county.
    """
    prefixes = [_prefix(choice) for choice in chosen]
    before = set(watched(archive))
    with archive.write() as session:
        for prefix in prefixes:
            if session.get(Watch, prefix) is None:
                session.add(Watch(prefix=prefix, since=datetime.now(UTC)))
    return len(set(watched(archive)) - before)


def unwatch(archive: Archive, *chosen: str) -> None:
    """Take choices back, as they were made. All or nothing: raises ``ArchiveError`` if one of them was not."""
    with archive.write() as session:
        for choice, prefix in [(choice, _prefix(choice)) for choice in chosen]:
            row = session.get(Watch, prefix)
            if row is None:
                made = ", ".join(session.scalars(select(Watch.prefix).order_by(Watch.prefix)))
                told = f"watched are {made}" if made else "nothing is watched"
                raise ArchiveError(f"{choice} was not chosen as such: {told}")
            session.delete(row)


def watched(archive: Archive) -> list[str]:
    """The codes of all counties watched, in order."""
    with archive.read() as session:
        prefixes = session.scalars(select(Watch.prefix)).all()
    return [county.code for county in select_counties(",".join(prefixes))] if prefixes else []


def _prefix(chosen: str) -> str:
    """The choice as it is remembered: 610300 as 6103, a name as its code."""
    counties = select_counties(chosen)
    if chosen == "all":
        return chosen
    if not (chosen.isascii() and chosen.isdigit()):
        if len(counties) > 1:
            raise ArchiveError(f"{chosen}: choose one at a time")
        return counties[0].code
    while len(chosen) > 2 and chosen.endswith("00"):
        chosen = chosen[:-2]
    return chosen
