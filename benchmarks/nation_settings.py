"""The practice settings with a clock around the steps of a crawl."""

from tests.portals.settings import *  # noqa: F403 - everything that is not said here is as in practice
from tests.portals.settings import EXTENSIONS as _EXTENSIONS

EXTENSIONS = {**_EXTENSIONS, "benchmarks.steps.StepClock": 50}

# The servers share the cores with the crawl: what never ends is to be named after its size, not after the wait for it.
DOWNLOAD_TIMEOUT = 15
