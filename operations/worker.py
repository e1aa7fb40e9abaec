"""A worker: takes visits from the queue, many side by side in one crawl process, and rescues those of dead workers.

It stands by its word to be alive: one whose last sign of life is older than the silence after which others take up its
visits (it was suspended, the database was away) exits at once and touches nothing that may be theirs by now.
"""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import procrastinate
from procrastinate import jobs, retry
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker as Taker

from operations.children import ChildGone
from operations.crew import Crew, TookTooLong
from operations.queue import ATTEMPTS, QUEUE, VISIT, connection_options, conninfo, give_back, uncount
from operations.settings import WorkerSettings
from reports.divisions import by_code
from reports.states import VisitOutcome
from storage.database import Archive
from storage.errors import ArchiveError
from storage.shipping import put_away

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(minutes=1)  # before the second attempt; four times as long before each further one


class VisitFailed(Exception):
    """The visit failed by our own fault: it is tried again."""


class VisitInterrupted(Exception):
    """The visit was told to stop because its worker leaves."""


class NoSuchCounty(Exception):
    """The code is in no table of this machine's: to try again changes nothing."""


@dataclass(frozen=True)
class Attempts(retry.BaseRetryStrategy):
    """Again, later each time; at once where the worker merely left; not at all what a person cancelled."""

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> procrastinate.RetryDecision | None:
        if isinstance(exception, VisitInterrupted):
            return procrastinate.RetryDecision(retry_in={"seconds": 0})
        if job.attempts + 1 >= ATTEMPTS or isinstance(exception, asyncio.CancelledError | NoSuchCounty):
            return None
        return procrastinate.RetryDecision(retry_in={"seconds": int(FIRST_WAIT.total_seconds()) * 4**job.attempts})


class Worker:
    """One worker on an archive in PostgreSQL."""

    def __init__(self, archive: Archive, settings: WorkerSettings, command: Sequence[str], limit: timedelta) -> None:
        self.archive = archive
        self.settings = settings
        self.stopping = False
        self.failed = False  # a visit did, by our own fault
        self._crew = Crew(command, limit)
        self._begun: set[str] = set()  # codes of the visits under way
        self._interrupted: list[int] = []  # jobs
        self._beaten = _now()

    async def run(self, *, once: bool = False) -> bool:
        """Work until told to stop (SIGTERM, SIGINT), or with ``once`` until nothing waits; False if a visit failed.

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
                await self._work(app, once=once)
                uncount(self.archive, self._interrupted)
        except ConnectorException as error:
            raise ArchiveError(f"{self.archive.url}: the queue cannot be used: {error.__cause__ or error}") from error
        return not self.failed

    async def _work(self, app: procrastinate.App, *, once: bool) -> None:
        taker = Taker(
            app,
            queues=[QUEUE],
            concurrency=self.settings.at_once,
            delete_jobs="successful",
            install_signal_handlers=False,
            # Ours instead: the library's own ends with one failure, and when nothing new is taken, visits or not.
            update_heartbeat_interval=timedelta(days=365).total_seconds(),
            stalled_worker_timeout=self.settings.silence.total_seconds(),
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stop, taker)
        self._beaten = _now()  # what came before, an upload perhaps, was no silence of a worker's
        taking = asyncio.create_task(taker.run())  # type: ignore[no-untyped-call]  # the library's
        beside = [asyncio.create_task(self._beat(app, taker)), asyncio.create_task(self._rescue(app))]
        if once:
            beside.append(asyncio.create_task(self._end_when_done(app, taker)))
        await asyncio.wait([taking, *beside], return_when=asyncio.FIRST_COMPLETED)
        told = self.stopping
        self.stop(taker)
        await asyncio.gather(self._crew.leave(), asyncio.wait([taking]))
        for task in beside:
            task.cancel()
        for task in (taking, *beside):
            if task.done() and not task.cancelled():
                task.result()
        if not told:
            raise ArchiveError(f"{self.archive.url}: the queue cannot be used any more")

    def stop(self, taker: Taker) -> None:
        """Take nothing new; visits under way end after their page in flight and go back to the queue."""
        self.stopping = True
        taker.stop()  # type: ignore[no-untyped-call]  # the library's
        self._crew.stop()

    async def visit(self, context: procrastinate.JobContext, code: str) -> None:
        """One job: the visit, and the pause that its server is owed before anybody visits a neighbour.

        Raises:
            VisitFailed, VisitInterrupted, ChildGone, TookTooLong: it is to be tried again.
            NoSuchCounty: it is not.
        """
        if by_code(code) is None:
            self.failed = True
            raise NoSuchCounty(code)
        if self.stopping or self._crew.is_visiting(code):
            self._interrupted.append(context.job.id or 0)
            raise VisitInterrupted(code)
        self._begun.add(code)
        try:
            outcome = await self._crew.visit(code)
            if outcome == VisitOutcome.FAILED:
                raise VisitFailed(f"the visit to {code} failed")
        except (VisitFailed, ChildGone, TookTooLong) as error:
            self.failed = True
            logger.warning("%s", error)
            raise
        finally:
            await asyncio.sleep(self.settings.delay.total_seconds())
            self._begun.discard(code)
            self._be_alive()
        if outcome == VisitOutcome.INTERRUPTED:
            self._interrupted.append(context.job.id or 0)
            raise VisitInterrupted(code)

    async def _end_when_done(self, app: procrastinate.App, taker: Taker) -> None:
        """Leave when nothing waits that could be done now, and nothing is under way here.

        The library's own way to do so takes what is free at that moment, and hears of no cancelled visit any more.
        """
        while self._begun or any(
            job.scheduled_at is None or job.scheduled_at <= datetime.now(UTC)
            for job in await app.job_manager.list_jobs_async(queue=QUEUE, status=jobs.Status.TODO.value)
        ):
            await asyncio.sleep(1)
        self.stop(taker)

    async def _beat(self, app: procrastinate.App, taker: Taker) -> None:
        """Give a sign of life, for ever, to the queue and to the crawl processes."""
        while True:
            self._be_alive()
            begun = _now()
            try:
                if taker.worker_id is not None:
                    await app.job_manager.update_heartbeat(taker.worker_id)
                self._beaten = begun
                self._crew.beat()
            except ConnectorException as error:
                logger.warning("the queue does not answer: %s", error.__cause__ or error)
            await asyncio.sleep(self.settings.silence.total_seconds() / 6)

    def _be_alive(self) -> None:
        """Return if nobody can have taken this worker for dead."""
        if _now() - self._beaten > self.settings.silence.total_seconds():
            logger.critical("no sign of life for longer than %s: others have its visits; ending", self.settings.silence)
            os._exit(1)

    async def _rescue(self, app: procrastinate.App) -> None:
        """Give the visits of workers that fell silent back to the queue, for ever."""
        while True:
            try:
                for code, status in await give_back(app, self.settings.silence):
                    told = (
                        "it is queued again" if status == "todo" else "too often: scrapy queue --retry queues it again"
                    )
                    logger.warning("%s: its worker fell silent; %s", code, told)
            except ConnectorException as error:
                logger.warning("the queue does not answer: %s", error.__cause__ or error)
            await asyncio.sleep(self.settings.silence.total_seconds() / 3)


def _now() -> float:
    """Seconds that also pass while the machine is suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
