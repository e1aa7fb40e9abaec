"""What the crawler hands to the archive and gets back from it: plain values, no SQLAlchemy and no Scrapy in sight."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reports.model import AgencyKind, Report
from reports.states import CandidateVerdict, Reason, VisitOutcome


class RecordType(StrEnum):
    """The WARC record type of a capture (WARC 1.1, 5.5): with its payload, or a repetition of an earlier one."""

    RESPONSE = "response"
    REVISIT = "revisit"
    RESOURCE = "resource"  # a file that a person saved: no exchange, no status, no headers (6.4)


class AttachmentKind(StrEnum):
    """What belongs to a document: a file it links to, a picture in its body, a later page of an article cut up."""

    ATTACHMENT = "attachment"
    PAGE = "page"
    IMAGE = "image"


class RunOutcome(StrEnum):
    """How a crawl process ended."""

    FINISHED = "finished"
    INTERRUPTED = "interrupted"  # stopped or killed
    FAILED = "failed"  # the archive could not be written


class Verdict(StrEnum):
    """What a person decided about a document in doubt."""

    ACCEPT = "accept"  # it is what the reading says
    CORRECT = "correct"  # it is another agency's, or of another year
    REJECT = "reject"  # it is no report


class DamageKind(StrEnum):
    """What may be wrong with what is kept."""

    FILE_MISSING = "file-missing"  # SQL names a WARC file that is not there
    FILE_ALTERED = "file-altered"  # its bytes are not those that were sealed
    FILE_UNFINISHED = "file-unfinished"  # a killed crawl left it; the next crawl finishes it
    FILE_UNREADABLE = "file-unreadable"  # the disk or its rights
    RECORD_DAMAGED = "record-damaged"  # no whole record, or its digests do not hold
    RECORD_UNKNOWN = "record-unknown"  # an exchange that SQL should know and does not
    POINTER_WRONG = "pointer-wrong"  # SQL points to no record, or to another one
    PAYLOAD_LOST = "payload-lost"  # a repetition whose first record is nowhere
    MANIFEST_BROKEN = "manifest-broken"  # the chain of seals does not hold
    DATABASE_DAMAGED = "database-damaged"


class EventKind(StrEnum):
    """What people are told of."""

    LIST_LOST = "list-lost"  # a portal that had reports lists none any more
    BLOCKED = "blocked"  # three visits, and none between them that got through
    UNREACHABLE = "unreachable"  # the same, without an answer
    IDENTITY_MISMATCH = "identity-mismatch"  # the portal says that it belongs to somebody else
    AMENDMENT = "amendment"  # a report was edited
    DEADLINE_MISSED = "deadline-missed"  # looked for after the legal date, and proved not to be there
    DEADLINE_UNPROVED = "deadline-unproved"  # looked for after the legal date, and what is there could not be told
    VERIFICATION_FAILURE = "verification-failure"  # what is kept is damaged
    SCHEDULER_STALLED = "scheduler-stalled"  # or dead: nobody visits anything


URGENT = (EventKind.VERIFICATION_FAILURE, EventKind.SCHEDULER_STALLED)  # told at once, the others once a day


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that a verification found; ``concerns`` are what rests on it, in words (610326 2020, the page)."""

    kind: DamageKind
    detail: str
    warc_file: str | None = None
    warc_offset: int | None = None
    url: str | None = None
    concerns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request and its answer as they went over the wire: content encoding kept, chunking removed."""

    url: str
    method: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: bytes
    status: int
    protocol: str  # "HTTP/1.1"
    response_headers: tuple[tuple[str, str], ...]
    payload: bytes
    ip: str | None
    fetched_at: datetime  # aware, UTC


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A page or file that a person saved from an address with a browser of their own."""

    url: str
    payload: bytes
    content_type: str
    saved_at: datetime  # aware


@dataclass(frozen=True, slots=True)
class Capture:
    """One fetch as the recorder kept it, named by (``warc_file``, ``warc_offset``).

    The sha256 is of the payload as transferred.
    """

    url: str
    status: int  # 0 of what a person saved: nobody saw the answer
    fetched_at: datetime  # aware, UTC
    record_type: RecordType
    warc_file: str  # final name, relative to the archive's WARC folder
    warc_offset: int  # bytes, of the response or revisit record
    warc_length: int  # bytes, compressed
    payload_sha256: str  # hex
    payload_bytes: int
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class CandidateRecord:
    """One link of a list page and what it was taken for."""

    url: str
    title: str
    listed_date: str | None
    verdict: CandidateVerdict
    year: int | None = None
    agency_kind: AgencyKind | None = None
    reason: str = ""  # why it was taken for that, in words


@dataclass(frozen=True, slots=True)
class ListingRecord:
    """One page of a report column as it was read.

    ``last`` says that the list's end was reached on it, ``end`` how that was proven.
    """

    url: str
    number: int  # 1 for the first page
    column_name: str
    last: bool
    candidates: tuple[CandidateRecord, ...]
    capture: Capture
    end: str | None = None  # total, last-page, nothing-new


@dataclass(frozen=True, slots=True)
class AttachmentRecord:
    """An attachment or body picture of a document; where ``capture`` is None, ``error`` says why."""

    url: str
    name: str
    kind: AttachmentKind
    capture: Capture | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """One fetched report document with its reading. ``read_capture`` holds the bytes the figures were read from."""

    url: str
    page_capture: Capture
    read_capture: Capture
    report: Report
    attachments: tuple[AttachmentRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class GoneRecord:
    """A known document's address that answered that nothing is there (any more)."""

    url: str
    reason: Reason  # not-found (404, 410), or soft-404: what the host answers for any address
    capture: Capture


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """How one portal's visit ended, and the evidence for it."""

    outcome: VisitOutcome
    detail: str
    started_at: datetime  # aware, UTC
    finished_at: datetime
    requests: int
    list_pages: int
    reason: Reason | None = None  # why it was not complete; ``detail`` says it in words
    family: str | None = None
    family_score: int | None = None
    family_evidence: str | None = None
    column_url: str | None = None
    list_start: "ListStart | None" = None
    transport: str = ""  # what it took to reach the portal: another scheme, old TLS
    site_id_code: str | None = None
    evidence: Capture | None = None  # the answer that proves the outcome, where there was one


@dataclass(frozen=True, slots=True)
class PortalRecord:
    """A row of the registry as the crawl used it."""

    code: str  # division code, six digits
    home: str | None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class ListStart:
    """The question whose answer is the first page of a portal's list: not always a page, often a script's request."""

    url: str
    method: str = "GET"
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was noticed, about a county, a report, the archive or the scheduler."""

    id: int
    kind: EventKind
    key: str  # the same for as long as it lasts, and another when it comes back
    code: str | None
    year: int | None
    detail: str  # in words, for people
    noticed_at: datetime
    told_at: datetime | None = None  # None: nobody was told of it yet


@dataclass(frozen=True, slots=True)
class KnownUrl:
    """An address fetched before and its last full answer."""

    capture: Capture


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A report document in the archive: enough to decide whether to ask for it again."""

    url: str
    title: str
    checked_at: datetime  # aware, UTC: when it was last seen, or found gone
    read_urls: tuple[str, ...] = ()  # the page, its attachments and pictures held


@dataclass(frozen=True, slots=True)
class KnownPortal:
    """What earlier visits learnt about a portal."""

    column_url: str | None = None
    list_start: ListStart | None = None
    family: str | None = None
    urls: dict[str, KnownUrl] = field(default_factory=dict)
    documents: dict[str, KnownDocument] = field(default_factory=dict)
    # The links of each list whose end was proven by answers past it alone, by the address of the list's first page.
    ended: dict[str, frozenset[str]] = field(default_factory=dict)
