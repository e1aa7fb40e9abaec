"""In whose queue a request waits: one at a time, with a delay, for each host and for all hosts of one platform."""

from urllib.parse import urlsplit

from scrapy import Request


class SlotMiddleware:
    """Names the download slot of every request: its host's platform where one is known, else the host.

    Stands above robots.txt, whose own request knows no portal: the host of a platform is known by then. A redirected
    request inherits the meta of the one before, so the slot is named anew each time.
    """

    def __init__(self) -> None:
        self._platforms: dict[str, str] = {}

    def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        if platform := request.meta.get("platform"):
            self._platforms.setdefault(host, platform)
        request.meta["download_slot"] = self._platforms.get(host, host)
