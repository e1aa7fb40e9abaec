"""Every ending has a name: the outcome of a visit, the state of evidence of a county's year, the legal clock."""

from enum import StrEnum


class VisitOutcome(StrEnum):
    """How one visit to one portal ended. Only ``COMPLETE`` proves that something was not there."""

    COMPLETE = "complete"  # every list page was read to its end
    PROBED = "probed"  # the column was found and its first page read; says nothing of what is not listed
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
    OTHER_PLACE = "other-place"  # names another county
    OFF_ALLOWLIST = "off-allowlist"  # leads to a host that is not the county's: mirrors lie
    OTHER = "other"


class Reason(StrEnum):
    """Why a visit, or one request of it, came to nothing: what a script can tell apart beside the outcome."""

    DNS = "dns"  # the name of the host is not known
    REFUSED = "refused"  # connection refused
    CONNECTION_FAILED = "connection-failed"
    TIMEOUT = "timeout"
    TLS = "tls"
    SERVER_ERROR = "server-error"  # HTTP 5xx
    RATE_LIMITED = "rate-limited"  # HTTP 429 (RFC 6585): too many requests, come back later
    BROKEN_OFF = "broken-off"
    TOO_LARGE = "too-large"
    NOT_FOUND = "not-found"  # HTTP 4xx
    UNREADABLE = "unreadable"  # an answer that holds nothing usable
    SOFT_404 = "soft-404"  # an error page served as success
    JS_SHELL = "js-shell"  # a page that only a script would fill
    LOGIN_WALL = "login-wall"
    MAINTENANCE = "maintenance"
    CHALLENGE_RUISHU = "challenge-ruishu"  # 瑞数
    CHALLENGE_JIASULE = "challenge-jiasule"  # 加速乐
    CHALLENGE_ACW = "challenge-acw"  # acw_sc__v2
    CHALLENGE = "challenge"  # the plain ones
    FIREWALL = "firewall"  # a refusal without a challenge
    ROBOTS = "robots"
    REDIRECT_LOOP = "redirect-loop"
    OFF_ALLOWLIST = "off-allowlist"
    PRIVATE_ADDRESS = "private-address"  # a registered name that leads into a private network
    SITE_CODE = "site-code"  # the SiteIDCode is somebody else's
    NO_COLUMN = "no-column"  # no column of annual reports was found
    NO_REPORT = "no-report"  # the column lists none
    LIST_END = "list-end"  # the end of the list could not be proven
    BUDGET = "budget"
    STOPPED = "stopped"
    RECORDER = "recorder"  # the archive could not be written
    NO_ADDRESS = "no-address"
    ERROR = "error"  # our own fault
