"""The tables of the archive, as SQLAlchemy models."""

from storage.models.base import Base
from storage.models.crawls import Candidate, CaptureRow, Listing, Run, Visit
from storage.models.custody import DamageRow, Verification, VerifiedFile, WarcFile
from storage.models.decisions import Decision
from storage.models.documents import Attachment, Document, Gone, ReportRow, Version
from storage.models.events import BeatRow, EventRow
from storage.models.portals import Agency, Division, Portal, Watch
from storage.models.readings import FigureRow, FindingRow, Indicator, Reading, SectionRow, TableRow
from storage.models.search import SearchEntry
from storage.models.standings import Settlement, StandingRow

__all__ = [
    "Agency",
    "Attachment",
    "Base",
    "BeatRow",
    "Candidate",
    "CaptureRow",
    "DamageRow",
    "Decision",
    "Division",
    "Document",
    "EventRow",
    "FigureRow",
    "FindingRow",
    "Gone",
    "Indicator",
    "Listing",
    "Portal",
    "Reading",
    "ReportRow",
    "Run",
    "SearchEntry",
    "SectionRow",
    "Settlement",
    "StandingRow",
    "TableRow",
    "Verification",
    "VerifiedFile",
    "Version",
    "Visit",
    "WarcFile",
    "Watch",
]
