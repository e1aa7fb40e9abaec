"""Counts the processor time of a crawl's steps: a Scrapy extension that stands around the functions that take them."""

import json
import os
import threading
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler

import crawler.discovery
import crawler.documents
import crawler.families
import crawler.fetch
import crawler.identity
import crawler.pipeline
import crawler.recorder
import crawler.session
import crawler.visit

# Where one of them calls another, the outer one counts.
STEPS: dict[str, tuple[tuple[Any, str], ...]] = {
    "record": ((crawler.recorder.RecorderMiddleware, "process_response"),),
    "read": ((crawler.documents, "normalize"), (crawler.documents, "read_behind")),
    "store": (
        (crawler.pipeline.ArchivePipeline, "process_item"),
        (crawler.session.CrawlSession, "begin"),
    ),
    "detect": (
        (crawler.visit, "judge"),
        (crawler.visit, "check_owner"),
        (crawler.visit, "claims_of"),
        (crawler.fetch.Fetcher, "judged"),
        (crawler.fetch, "as_page"),
        *(
            (kind, name)
            for kind in set(map(type, crawler.families.FAMILIES.values()))
            for name in ("detect", "entries")
        ),
    ),
}


class StepClock:
    """Writes the seconds of each step, by threads' own clocks, into the folder that the environment names."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = dict.fromkeys(STEPS, 0.0)
        self.within = threading.local()
        self.lock = threading.Lock()
        for step, places in STEPS.items():
            for owner, name in places:
                setattr(owner, name, self.timed(step, getattr(owner, name)))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "StepClock":
        clock = cls()
        crawler.signals.connect(clock.write, signal=signals.spider_closed)
        return clock

    def timed(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def inside(*given: Any, **named: Any) -> Any:
            if getattr(self.within, "step", None):
                return function(*given, **named)
            self.within.step = step
            before = time.thread_time()
            try:
                return function(*given, **named)
            finally:
                self.within.step = None
                with self.lock:
                    self.spent[step] += time.thread_time() - before

        return inside

    def write(self) -> None:
        Path(os.environ["GONGKAI_STEPS"], f"{os.getpid()}.json").write_text(json.dumps(self.spent), "utf-8")
