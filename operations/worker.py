"""A worker: takes visits from the queue, many side by side in one crawl process, and rescues those of dead workers."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import procrastinate
from procrastinate import jobs, retry
from procrastinate.exceptions import ConnectorException

from operations.children import IDLE, Child, ChildGone
from operations.processes import SCRAPY
from operations.queue import QUEUE, VISIT, connection_options, conninfo
from reports.states import VisitOutcome
from storage.database import Archive
from storage.errors import ArchiveError
from storage.shipping import put_away

logger = logging.getLogger(__name__)

VISIT_LIMIT = timedelta(hours=4)  # the most that a visit may ask, each time answered late
ATTEMPTS = 3  # that may come to nothing before a person is needed
FIRST_WAIT = timedelta(minutes=1)  # before the second attempt; four times as long before each further one
COMMAND = (*SCRAPY, "crawl", "fed")


class VisitFailed(Exception):
    """The visit failed by our own fault: it is tried again."""


class VisitInterrupted(Exception):
    """The visit was told to stop because its worker leaves."""


@dataclass(frozen=True)
class Attempts(retry.BaseRetryStrategy):
    """Again, later each time; a visit that was only interrupted because its worker left, at once."""

    first: timedelta = FIRST_WAIT

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> procrastinate.RetryDecision | None:
        if isinstance(exception, VisitInterrupted):
            return procrastinate.RetryDecision(retry_in={"seconds": 0})
        if job.attempts + 1 >= ATTEMPTS or isinstance(exception, asyncio.CancelledError):  # the latter by a person
            return None
        return procrastinate.RetryDecision(retry_in={"seconds": int(self.first.total_seconds()) * 4**job.attempts})


@dataclass(slots=True)
class Worker:
    """``delay`` is kept between two visits of one neighbourhood, ``silence`` is when a worker counts as dead."""

    archive: Archive
    at_once: int
    delay: timedelta
    silence: timedelta
    command: Sequence[str] = COMMAND
    limit: timedelta = VISIT_LIMIT
    stopping: bool = False
    _begun: int = 0  # visits under way
    _known_as: int | None = None  # to the queue
    _child: Child | None = None
    _watching: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, *, once: bool = False) -> None:
        """Work until told to stop (SIGTERM, SIGINT), or with ``once`` until nothing waits any more.

        First of all what a worker that was killed here had fetched is finished, and brought into the store.
        """
        for told in put_away(self.archive).left:
            logger.warning("%s", told)
        connector = procrastinate.PsycopgConnector(
            conninfo=conninfo(self.archive), kwargs=connection_options(self.archive)
        )
        app = procrastinate.App(connector=connector)
        app.task(name=VISIT, queue=QUEUE, retry=Attempts(), pass_context=True)(self.visit)
        try:
            async with app.open_async():
                beside = [asyncio.create_task(self._rescue(app)), asyncio.create_task(self._beat(app))]
                working = asyncio.create_task(self._work(app))
                if once:
                    beside.append(asyncio.create_task(self._end_when_done(app, working)))
                for number in (signal.SIGTERM, signal.SIGINT):
                    asyncio.get_running_loop().add_signal_handler(number, self.stop, working)
                try:
                    with contextlib.suppress(asyncio.CancelledError):
                        await working
                finally:
                    await self._leave()
                    for task in beside:
                        task.cancel()
        except ConnectorException as error:
            raise ArchiveError(f"{self.archive.url}: the queue cannot be used: {error.__cause__ or error}") from error

    def stop(self, working: asyncio.Task[None]) -> None:
        """Take nothing new; visits under way end after their page in flight and go back to the queue."""
        if not self.stopping:
            self.stopping = True
            working.cancel()
            if (child := self._child) is not None:
                for code in child.visits:
                    child.stop(code)

    async def visit(self, context: procrastinate.JobContext, code: str) -> None:
        """One job: the visit, and the pause that its server is owed before anybody visits a neighbour.

        Raises:
            VisitFailed, VisitInterrupted, ChildGone: it is to be tried again.
        """
        self._known_as = context.job.worker_id
        self._begun += 1
        try:
            outcome = await self._visit(code)
        except (VisitFailed, ChildGone) as error:
            logger.warning("%s", error)
            raise
        finally:
            self._begun -= 1
        await asyncio.sleep(self.delay.total_seconds())
        if outcome == VisitOutcome.INTERRUPTED:
            raise VisitInterrupted(code)
        if outcome == VisitOutcome.FAILED:
            raise VisitFailed(f"the visit to {code} failed")

    async def _visit(self, code: str) -> str:
        child = await self._ready()
        if self.stopping:
            raise VisitInterrupted(code)
        future = child.visit(code)
        try:
            return await asyncio.wait_for(asyncio.shield(future), self.limit.total_seconds())
        except asyncio.CancelledError:  # by scrapy queue --cancel
            child.stop(code)
            with contextlib.suppress(ChildGone, TimeoutError):
                await asyncio.wait_for(future, 2 * self.silence.total_seconds())
            raise
        except TimeoutError:
            child.process.kill()
            raise VisitFailed(f"the visit to {code} took longer than {self.limit}: its process was killed") from None
        finally:
            self._rest(child)

    async def _work(self, app: procrastinate.App) -> None:
        await app.run_worker_async(
            queues=[QUEUE],
            concurrency=self.at_once,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=self.silence.total_seconds() / 6,
            stalled_worker_timeout=self.silence.total_seconds(),
        )

    async def _end_when_done(self, app: procrastinate.App, working: asyncio.Task[None]) -> None:
        """Leave when nothing waits that could be done now, and nothing is under way here.

        The library's own way to do so takes what is free at that moment, and hears of no cancelled visit any more.
        """
        while self._begun or any(
            job.scheduled_at is None or job.scheduled_at <= datetime.now(UTC)
            for job in await app.job_manager.list_jobs_async(queue=QUEUE, status=jobs.Status.TODO.value)
        ):
            await asyncio.sleep(1)
        self.stop(working)

    async def _beat(self, app: procrastinate.App) -> None:
        """Give a sign of life, for ever: the library's own ends when it takes nothing new, visits under way or not."""
        while True:
            if self._known_as is not None:
                await app.job_manager.update_heartbeat(self._known_as)
            await asyncio.sleep(self.silence.total_seconds() / 6)

    async def _rescue(self, app: procrastinate.App) -> None:
        """Give the visits of workers that fell silent back to the queue, for ever."""
        while True:
            stalled = await app.job_manager.get_stalled_jobs(
                queue=QUEUE, seconds_since_heartbeat=self.silence.total_seconds()
            )
            for job in stalled:
                with contextlib.suppress(ConnectorException):  # another worker was faster
                    if job.attempts + 1 >= ATTEMPTS:
                        await app.job_manager.finish_job(job, jobs.Status.FAILED, delete_job=False)
                    else:
                        await app.job_manager.retry_job(job)
                    logger.warning("%s: its worker fell silent; it is queued again", job.task_kwargs["code"])
            await asyncio.sleep(self.silence.total_seconds() / 3)

    async def _ready(self) -> Child:
        """The process that takes visits now."""
        if self._child is None or self._child.is_worn:
            if self._child is not None:
                self._child.end()
            self._child = None
            self._child = await Child.start(self.command)
            task = asyncio.create_task(self._child.listen())
            self._watching.add(task)
            task.add_done_callback(self._watching.discard)
        return self._child

    def _rest(self, child: Child) -> None:
        """Let a process that has had no visit for a while go, so that its file is finished."""

        def end_if_idle(given: int) -> None:
            if not child.visits and child.given == given:
                child.end()

        if not child.visits:
            asyncio.get_running_loop().call_later(IDLE.total_seconds(), end_if_idle, child.given)

    async def _leave(self) -> None:
        if self._child is not None:
            self._child.end()
        if self._watching:
            await asyncio.wait(self._watching)
