"""One link of the chain behind a cell, with its proof."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from reports.calendar import BEIJING
from storage.captures import full_captures, to_capture
from storage.models import CaptureRow
from storage.records import Capture, RecordType


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain.

    ``kind`` is portal, visit, listing, link, version, capture, reading, check, amended, change, decision, gone, copy,
    clock, and at last state (held) or gap. ``capture`` is the full record of the proof: ``read_payload`` gives its
    bytes. ``revisit`` is the later answer that repeated or confirmed it.
    """

    kind: str
    text: str
    url: str | None = None
    capture: Capture | None = None
    revisit: Capture | None = None


def proved(session: Session, kind: str, text: str, url: str | None, row: CaptureRow | None) -> Step:
    """A step whose proof is this capture: the full record where it only repeats one."""
    if row is None:
        return Step(kind, text, url)
    capture = to_capture(row)
    if capture.record_type is not RecordType.REVISIT:
        return Step(kind, text, url, capture)
    full = full_captures(session, {capture.payload_sha256}).get(capture.payload_sha256)
    return Step(kind, text, url, full, capture)


def span(first: datetime, last: datetime) -> str:
    return f"from {beijing_time(first)} to {beijing_time(last)} Beijing time"


def beijing_time(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
