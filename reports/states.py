"""Every ending has a name: the outcome of a visit, the state of evidence of a county's year, the legal clock."""

from enum import StrEnum


class VisitOutcome(StrEnum):
    """How one visit to one portal ended. Only ``COMPLETE`` proves that something was not there."""

    COMPLETE = "complete"  # every list page was read to its end
    LIST_UNREADABLE = "list-unreadable"  # no report column found, or its list could not be read to the end
    BLOCKED = "blocked"  # a firewall's challenge or refusal
    DISALLOWED = "disallowed"  # robots.txt
    UNREACHABLE = "unreachable"  # no answer from here; says nothing of what is published
    IDENTITY_MISMATCH = "identity-mismatch"  # the portal says it belongs to somebody else
    NO_PORTAL = "no-portal"  # the registry knows no address
    INTERRUPTED = "interrupted"  # the crawl was stopped or killed before the end
    FAILED = "failed"  # our own fault: an exception, a full disk


class Evidence(StrEnum):
    """What the archive holds of one county's report of one year."""

    ARCHIVED = "archived"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    ATTACHMENT_ONLY = "attachment-only"
    IMAGE_ONLY = "image-only"
    LISTED_NOT_FETCHED = "listed-not-fetched"
    NOT_LISTED = "not-listed"
    LIST_UNREADABLE = "list-unreadable"
    BLOCKED = "blocked"
    DISALLOWED = "disallowed"
    UNREACHABLE = "unreachable"
    IDENTITY_MISMATCH = "identity-mismatch"
    NEEDS_REVIEW = "needs-review"
    NO_PORTAL = "no-portal"
    NOT_FOUNDED = "not-founded"
    NEVER_TRIED = "never-tried"


class Clock(StrEnum):
    """Where a report stands against the legal date (Regulation art. 49, in the 2007 text art. 31)."""

    NOT_DUE = "not-due"
    DUE = "due"  # the period has begun, the legal date has not passed
    OVERDUE = "overdue"
    ON_TIME = "on-time"
    PUBLISHED_LATE = "published-late"
    UNKNOWN = "unknown"  # archived without a publication date, or its absence is not proved


class CandidateVerdict(StrEnum):
    """What a link on a list was taken for, before it was fetched."""

    REPORT = "report"  # the county's own annual report
    OTHER_AGENCY = "other-agency"  # an annual report of an office, department or township
    CHART = "chart"  # 图解, a picture version of a report
    SITE_STATISTICS = "site-statistics"  # 网站工作年度报表
    OFF_ALLOWLIST = "off-allowlist"  # leads to a host that is not the county's: mirrors lie
    OTHER = "other"
