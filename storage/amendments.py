"""Silent edits: what a document's versions say differently, each beside the one before it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.model import WAITING
from storage.differences import FigureChange, figure_changes, text_changes
from storage.figures import figures_of, text_of
from storage.models import Reading, Version


@dataclass(frozen=True, slots=True)
class Amendment:
    """Two versions that follow one another; each knows when it was first and last seen.

    ``text`` are the lines that went (``- …``) and came (``+ …``). ``parsers`` are those that read them: where they
    differ, a difference may be theirs, and reading both again by one parser tells.
    """

    before: Version
    after: Version
    figures: tuple[FigureChange, ...]
    text: tuple[str, ...]
    parsers: tuple[str, str]


def amendments(session: Session, document_id: int) -> Iterator[Amendment]:
    """The amendments of a document in the order in which they were met; versions that are read alike are none."""
    versions = select(Version).where(Version.document_id == document_id).order_by(Version.number)
    last: tuple[Version, Reading] | None = None
    for version in session.scalars(versions):
        reading = counting_reading(session, version.id)
        if reading.content_kind in WAITING:
            continue
        if last is not None and last[1].fingerprint != reading.fingerprint:
            yield _amendment(session, *last, version, reading)
        last = version, reading


def counting_reading(session: Session, version_id: int) -> Reading:
    """The reading of a version that counts: the newest of those that are more than a cover, else the newest."""
    return that_counts(session.scalars(select(Reading).where(Reading.version_id == version_id)))


def that_counts(readings: Iterable[Reading]) -> Reading:
    """Of one version's readings, the one that counts."""
    return max(readings, key=lambda one: (one.content_kind not in WAITING, one.id))


def _amendment(session: Session, before: Version, old: Reading, after: Version, new: Reading) -> Amendment:
    changes = figure_changes(figures_of(session, old.id), figures_of(session, new.id))
    text = text_changes(text_of(session, old.id), text_of(session, new.id))
    return Amendment(before, after, tuple(changes), tuple(text), (old.parser, new.parser))
