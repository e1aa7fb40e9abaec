"""What a person saved by hand, for portals that answer to browsers alone: archived with its provenance marked so."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from reports.model import Report
from storage.captures import to_capture
from storage.database import Archive
from storage.documents import SaveOutcome, save_document
from storage.errors import ArchiveError
from storage.manifest import seal
from storage.models import CaptureRow
from storage.records import Capture, DocumentRecord, PortalRecord, RecordType, RunOutcome, SavedFile
from storage.runs import begin_run, finish_run
from storage.warc import WarcWriter

TRIGGER = "by hand"


@dataclass(frozen=True, slots=True)
class Added:
    """Where a saved file is held now; ``outcome`` is None where it had been added before."""

    capture: Capture
    outcome: SaveOutcome | None


def add(
    archive: Archive, portal: PortalRecord, saved: SavedFile, report: Report, told: Mapping[str, str], software: str
) -> Added:
    """Archive a saved file with its reading in a run of its own; the same file of the same address once.

    ``told`` says who saved it and from where; it stands with the run and in the WARC file's warcinfo record.
    """
    digest = hashlib.sha256(saved.payload).hexdigest()
    with archive.read() as session:
        same = select(CaptureRow).where(CaptureRow.payload_sha256 == digest, CaptureRow.url == saved.url)
        row = session.scalar(same.where(CaptureRow.record_type == RecordType.RESOURCE).limit(1))
        if row is not None:
            return Added(to_capture(row), None)
    run = begin_run(archive, TRIGGER, told, software, "")
    writer = WarcWriter(archive.warc_dir, software=software, settings={"provenance": TRIGGER, **told})
    try:
        with writer:
            capture = writer.add(saved)
            writer.sync()
            record = DocumentRecord(saved.url, capture, capture, report)
            outcome = save_document(archive, run, portal, record, [capture])
    except (OSError, ArchiveError):
        finish_run(archive, run, RunOutcome.FAILED)
        raise
    seal(archive)
    finish_run(archive, run, RunOutcome.FINISHED)
    return Added(capture, outcome)
