"""Settings for the practice portals (SCRAPY_PROJECT=practice): the same components, quicker, no real name resolved."""

import os

from crawler.settings import *  # noqa: F403 - everything that is not said here is as in a real crawl
from crawler.settings import VERSION

# Names under .test, from the file in GONGKAI_PRACTICE_HOSTS; any other name fails, so nothing real can be reached.
TWISTED_DNS_RESOLVER = "tests.portals.resolver.PracticeResolver"
GONGKAI_CONTACT = "practice@example.test"
USER_AGENT = f"GongkaiArchive/{VERSION} (+{GONGKAI_CONTACT}; practice portals)"
GONGKAI_REGISTRY = os.environ.get("GONGKAI_REGISTRY", "data/demo/practice/registry.csv")
GONGKAI_REGISTRY_LOCAL = os.environ.get("GONGKAI_REGISTRY_LOCAL", "")  # never the rows of real portals

# Loopback is not a county's server.
DOWNLOAD_DELAY = float(os.environ.get("GONGKAI_PRACTICE_DELAY", "0.02"))
AUTOTHROTTLE_ENABLED = False
DOWNLOAD_TIMEOUT = 10
DOWNLOAD_MAXSIZE = 2_000_000  # a page without end is to reach it long before the timeout, on a busy machine too
RETRY_TIMES = 1
