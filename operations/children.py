"""The crawl process of a worker: fed with one portal after the other, asked to stop one, watched, replaced in time."""

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from operations.processes import GRACE, ROOT

AT_MOST = 500  # visits by one process
NO_LONGER = timedelta(hours=1)  # it takes new ones: what it fetched is in a finished file soon after
IDLE = timedelta(seconds=20)  # without a visit, and its file is finished


class ChildGone(Exception):
    """The crawl process ended before the visit did."""


@dataclass(eq=False, slots=True)
class Child:
    """One ``scrapy crawl fed`` and the socket over which it is told what to visit (``crawler/spiders/fed.py``)."""

    process: asyncio.subprocess.Process
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    born: float = field(default_factory=time.monotonic)
    given: int = 0
    ended: bool = False  # it takes no further visits
    visits: dict[str, asyncio.Future[str]] = field(default_factory=dict)

    @classmethod
    async def start(cls, command: Sequence[str]) -> Self:
        """Start the command with ``-a socket=FD`` added. In a session of its own, so that no terminal reaches it."""
        ours, its = socket.socketpair()
        with its:
            arguments = (*command, "-a", f"socket={its.fileno()}")
            process = await asyncio.create_subprocess_exec(
                *arguments, cwd=ROOT, start_new_session=True, pass_fds=[its.fileno()]
            )
        reader, writer = await asyncio.open_connection(sock=ours)
        return cls(process, reader, writer)

    @property
    def is_worn(self) -> bool:
        """Whether another one should take what comes next."""
        return self.ended or self.given >= AT_MOST or time.monotonic() - self.born > NO_LONGER.total_seconds()

    def visit(self, code: str) -> asyncio.Future[str]:
        """Have a portal visited; the future gives the visit's outcome, or ``ChildGone``."""
        future = asyncio.get_running_loop().create_future()
        self.visits[code] = future
        self.given += 1
        self._tell("visit", code)
        return future

    def stop(self, code: str) -> None:
        """Have a visit end after the page in flight."""
        self._tell("stop", code)

    def beat(self) -> None:
        """Tell it that its visits are still its own: without a word for long it ends them."""
        self._tell("beat", "")

    def end(self) -> None:
        """Take nothing new; it exits when its visits have ended."""
        if not self.ended:
            self.ended = True
            self._tell("end", "")

    async def listen(self) -> None:
        """Settle the visits as the process reports their ends, until it exits."""
        with contextlib.suppress(ConnectionError):  # it died with orders that it had not read
            while line := await self.reader.readline():
                told = json.loads(line)
                if (future := self.visits.pop(told["code"], None)) and not future.done():
                    future.set_result(told["outcome"])
        self.ended = True
        try:
            exit_code = await asyncio.wait_for(self.process.wait(), GRACE.total_seconds())
        except TimeoutError:
            self.process.kill()
            exit_code = await self.process.wait()
        self.writer.close()
        for code, future in self.visits.items():
            if not future.done():
                future.set_exception(ChildGone(f"the crawl process ended ({exit_code}) before its visit to {code}"))

    def _tell(self, order: str, code: str) -> None:
        if not self.writer.is_closing():
            self.writer.write(f"{json.dumps({order: code})}\n".encode())
