"""What a worker is told by the settings, checked: how many portals at once, which delay, when it counts as dead."""

from dataclasses import dataclass
from datetime import timedelta

from scrapy.settings import BaseSettings

from crawler.arguments import parse_number


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """``delay`` is kept between two visits of one neighbourhood; after ``silence`` a worker counts as dead."""

    at_once: int
    delay: timedelta
    silence: timedelta

    @classmethod
    def of(cls, settings: BaseSettings) -> "WorkerSettings":
        """Raises ``ArgumentError`` where one of them cannot be used."""
        return cls(
            int(parse_number(str(settings["GONGKAI_PORTALS_AT_ONCE"]), "GONGKAI_PORTALS_AT_ONCE", least=1)),
            timedelta(seconds=settings.getfloat("DOWNLOAD_DELAY")),
            timedelta(seconds=parse_number(str(settings["GONGKAI_WORKER_SILENCE"]), "GONGKAI_WORKER_SILENCE", least=1)),
        )
