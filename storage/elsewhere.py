"""Where a WARC file is that is neither here nor in the store: on the machine that writes it, or lost there."""

from dataclasses import dataclass

from sqlalchemy import select

from storage.alive import living
from storage.database import Archive
from storage.models import CaptureRow, Run


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """``host`` is the machine that wrote it, "" where nobody knows; ``at_work`` whether it still does."""

    host: str
    at_work: bool

    @property
    def lost(self) -> str:
        """What is said of it where nobody is writing it any more."""
        if not self.host:
            return "it is neither here nor in the store: restore it from a copy"
        there = "start a crawl or scrapy archive ship there, which brings it into the store, or restore it from a copy"
        return f"it is neither here nor in the store; it was written on {self.host}: {there}"


def elsewhere(archive: Archive, name: str) -> Elsewhere:
    """Who should have a file. Without a store there is no other machine."""
    if archive.store is None:
        return Elsewhere("", at_work=False)
    wrote = select(Run).join(CaptureRow, CaptureRow.run_id == Run.id).where(CaptureRow.warc_file == name)
    with archive.read() as session:
        run = session.scalar(wrote.order_by(Run.id.desc()).limit(1))
    if run is None:
        return Elsewhere("", at_work=False)
    return Elsewhere(run.host, at_work=run.outcome is None and bool(living(archive, [run.id])))
