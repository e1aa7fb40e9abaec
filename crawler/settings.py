"""The crawl's settings: who we are, how gently we go, which components stand where. Each value has its reason."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSION = "0.1.0"

BOT_NAME = "gongkai-archive"
SPIDER_MODULES = ["crawler.spiders"]
COMMANDS_MODULE = "crawler.commands"

# --- Ours ---------------------------------------------------------------------------------------------------------
# Whom a portal's operator can write to. Real portals are contacted only once it is set.
GONGKAI_CONTACT = os.environ.get("GONGKAI_CONTACT", "")
# Another registry file than the one that is shipped.
GONGKAI_REGISTRY = os.environ.get("GONGKAI_REGISTRY") or str(ROOT / "crawler" / "registry" / "portals.csv")
# Your own rows, which replace the shipped ones of their counties, so that a correction needs no edit of a shipped file.
# In the default place they may be absent; a path that somebody set has to be there.
_OWN_ROWS = ROOT / "registry.local.csv"
GONGKAI_REGISTRY_LOCAL = os.environ.get("GONGKAI_REGISTRY_LOCAL") or (str(_OWN_ROWS) if _OWN_ROWS.exists() else "")
# Where the archive is. Not where the command happens to be typed: an archive that moves with the folder is lost.
GONGKAI_DATABASE_URL = os.environ.get("GONGKAI_DATABASE_URL") or f"sqlite:///{ROOT / 'data' / 'archive.db'}"
# Where the crawl runs, for the WARC files: what is unreachable from one place may answer from another.
GONGKAI_VANTAGE = os.environ.get("GONGKAI_VANTAGE", "unknown")
# The schedule visits a watched portal again after so many days.
GONGKAI_VISIT_DAYS = os.environ.get("GONGKAI_VISIT_DAYS") or "7"
# An archived report is asked for again after so many days, to notice silent edits.
GONGKAI_RECHECK_DAYS = os.environ.get("GONGKAI_RECHECK_DAYS") or "30"
# Requests that one visit to one portal may cost: a portal with calendar traps ends here, not at the end of the world.
GONGKAI_PAGE_BUDGET = 400
# Portals visited side by side; one request at a time each. With the delay below these are 64 pages a second at most:
# more than one process can read and keep.
GONGKAI_PORTALS_AT_ONCE = 128
# A worker that gave no sign of life for so many seconds is dead, and others take up its visits. Its own crawl process
# notices at once and ends after the page in flight, which takes a minute at most.
GONGKAI_WORKER_SILENCE = 120
# Whom to tell what was noticed: addresses as Apprise has them (mail, chat, webhooks), separated by spaces, or the path
# of an Apprise configuration file. There is no way to tell people that suits everybody, so nobody is told by default.
GONGKAI_NOTIFY = os.environ.get("GONGKAI_NOTIFY", "")
# "json": every line of the log is one JSON object, for programs that collect logs. By default people read them.
GONGKAI_LOG = os.environ.get("GONGKAI_LOG", "")

# --- Manners ------------------------------------------------------------------------------------------------------
USER_AGENT = f"GongkaiArchive/{VERSION} (+{GONGKAI_CONTACT or 'contact not set'}; archives public government reports)"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "GongkaiArchive"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    # What comes is archived as it came: encodings that every WARC tool can undo.
    "Accept-Encoding": "gzip, deflate",
}
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 0  # no limit over all: the portals visited side by side, one request each, are the limit
DOWNLOAD_DELAY = 2.0
DOWNLOAD_DELAY_JITTER = 0  # what is promised is the least delay, not one about which it varies
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 2.0
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
DOWNLOAD_TIMEOUT = 60
RETRY_TIMES = 2
RETRY_HTTP_CODES = [408, 500, 502, 503, 504, 522, 524]  # not 429: who is told to come back later does not ask again now
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # a portal that does not answer is a verdict, not an error of ours

# --- Bounds -------------------------------------------------------------------------------------------------------
DOWNLOAD_MAXSIZE = 50_000_000  # what reports.normalize reads at most
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 8
# A portal's visit holds its first page until it ends; the limit is meant for responses that wait for a callback.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 500 * 1024 * 1024
# A name in the registry must not lead into the network that the crawl runs in.
TWISTED_DNS_RESOLVER = "crawler.resolver.PublicResolver"

# --- Transport ----------------------------------------------------------------------------------------------------
DOWNLOAD_HANDLERS = {"https": "crawler.tls.TlsProfiles"}

# --- Components ---------------------------------------------------------------------------------------------------
EXTENSIONS = {"crawler.session.CrawlSession": 100}
ITEM_PIPELINES = {"crawler.pipeline.ArchivePipeline": 100}
DOWNLOADER_MIDDLEWARES = {
    # Our allow-list is per portal and covers redirects and robots.txt; Scrapy's is per spider.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.allowlist.AllowlistMiddleware": 50,
    # Before robots.txt is asked for: its request waits in the same queue.
    "crawler.manners.SlotMiddleware": 60,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.robots.RobotsTxtMiddleware": 100,
    # After robots.txt, which has settled how the host is reached; above retries (550): it sees what they gave up.
    "crawler.transport.TransportMiddleware": 110,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.compression.HttpCompressionMiddleware": 590,
    # Above decompression (590) and retries (550): it has to see a readable body, and only the last answer.
    "crawler.challenges.ChallengeMiddleware": 540,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.redirects.RedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "crawler.cookies.CookiesMiddleware": 700,
    # Nearest to the wire: what it records is what came, compressed and before any redirect is followed.
    "crawler.recorder.RecorderMiddleware": 950,
}
# A visit names every status by itself.
SPIDER_MIDDLEWARES = {"scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None}

# --- Off, with reasons --------------------------------------------------------------------------------------------
REMOTE_CONTROL_ENABLED = False  # runs Python sent over HTTP
TELNETCONSOLE_ENABLED = False  # the same over telnet
METAREFRESH_ENABLED = False  # a refresh page is an answer to be judged, not followed blindly
LOG_LEVEL = "INFO"
LOG_VERSIONS: list[str] = []
STATS_DUMP = False  # the run and its visits are in the archive
