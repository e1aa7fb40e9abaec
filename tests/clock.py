"""The program with another clock: ``python -m tests.clock SECONDS AFTER crawl …`` shifts it, from some moment on."""

import sys
import time
from datetime import datetime, timedelta, tzinfo


def shift(seconds: float, after: float) -> None:
    """Let the clock of our modules be ``seconds`` ahead (or slow, below 0) from so many seconds after now on.

    What measures time by the processor's own clock, timeouts and delays, goes on as before: so do real clocks that are
    set anew.
    """
    begun = time.monotonic()

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            ahead = timedelta(seconds=seconds if time.monotonic() - begun >= after else 0)
            return datetime.now(tz) + ahead

    for module in [one for name, one in sys.modules.items() if name.split(".")[0] in ("crawler", "storage")]:
        if getattr(module, "datetime", None) is datetime:
            vars(module)["datetime"] = Shifted


if __name__ == "__main__":
    from scrapy.cmdline import execute

    import crawler.documents
    import crawler.recorder
    import crawler.session
    import crawler.visit  # noqa: F401 - what tells the time in a crawl

    shift(float(sys.argv[1]), float(sys.argv[2]))
    execute(["scrapy", *sys.argv[3:]])
