"""The crawl processes of a worker: one that takes visits, and worn ones that bring theirs to an end."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from operations.children import IDLE, Child
from operations.processes import GRACE

logger = logging.getLogger(__name__)


class TookTooLong(Exception):
    """A visit did not end in time, and its crawl process was killed."""


class Crew:
    """Starts a process when there is something to visit, and another one when it is worn; ``limit`` is a visit's."""

    def __init__(self, command: Sequence[str], limit: timedelta) -> None:
        self._command = command
        self._limit = limit
        self._taking: Child | None = None
        self._children: dict[Child, asyncio.Task[None]] = {}
        self._lock = asyncio.Lock()

    async def visit(self, code: str) -> str:
        """Have a portal visited; gives the visit's outcome. Cancelled, it stops the visit and waits for its end.

        Raises:
            ChildGone, TookTooLong: it has none.
        """
        child = await self._ready()
        future = child.visit(code)
        try:
            return await asyncio.wait_for(asyncio.shield(future), self._limit.total_seconds())
        except asyncio.CancelledError:
            child.stop(code)
            await asyncio.wait([future], timeout=GRACE.total_seconds())
            raise
        except TimeoutError:
            child.process.kill()
            raise TookTooLong(f"the visit to {code} took longer than {self._limit}: its process was killed") from None
        finally:
            self._rest(child)

    def is_visiting(self, code: str) -> bool:
        return any(code in child.visits for child in self._children)

    def stop(self) -> None:
        """Have every visit end after its page in flight."""
        for child in self._children:
            for code in child.visits:
                child.stop(code)

    def beat(self) -> None:
        for child in self._children:
            child.beat()

    async def leave(self) -> None:
        """Return when every process has ended; those that do not are killed."""
        for child in self._children:
            child.end()
        tasks = dict(self._children)
        if tasks:
            await asyncio.wait(tasks.values(), timeout=GRACE.total_seconds())
        for child, task in tasks.items():
            if not task.done():
                logger.warning("a crawl process (pid %d) did not end and is killed", child.process.pid)
                child.process.kill()
                await task

    async def _ready(self) -> Child:
        """The process that takes visits now."""
        async with self._lock:
            if self._taking is None or self._taking.is_worn:
                if self._taking is not None:
                    self._taking.end()
                self._taking = child = await Child.start(self._command)
                task = self._children[child] = asyncio.create_task(child.listen())
                task.add_done_callback(lambda _: self._children.pop(child))
            return self._taking

    def _rest(self, child: Child) -> None:
        """Let a process that has had no visit for a while go, so that its file is finished."""

        def end_if_idle(given: int) -> None:
            if not child.visits and child.given == given:
                child.end()

        if not child.visits:
            asyncio.get_running_loop().call_later(IDLE.total_seconds(), end_if_idle, child.given)
