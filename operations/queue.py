"""The queue of portals to visit, on the archive's own PostgreSQL: jobs of procrastinate, one a portal.

A job waits, is taken by a worker, and is gone when its visit ended. One that failed too often, or that a person
cancelled, is kept for a day, so that nobody queues it again before.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from storage.database import Archive
from storage.errors import ArchiveError

if TYPE_CHECKING:
    import procrastinate

QUEUE, VISIT = "visits", "visit"
_SCHEMA = "queue"  # its tables stand beside the archive's, not among them
_KEPT_HOURS = 24
_OPTIONS = {"options": f"-c search_path={_SCHEMA}"}
ATTEMPTS = 3  # that may come to nothing before a person is needed
_ENDED = ("failed", "cancelled", "aborted")


@dataclass(frozen=True, slots=True)
class Job:
    """A portal's visit in the queue; ``status`` is todo, doing, failed, cancelled or aborted."""

    code: str
    status: str
    attempts: int  # that came to nothing
    not_before: datetime | None  # it waits until then
    worker: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """How many workers are alive, and what they have before them."""

    workers: int
    waiting: int
    under_way: int
    failed: int

    @property
    def is_well(self) -> bool:
        """Whether nobody has to look after anything."""
        return not self.failed and bool(self.workers or not self.waiting)


def queued(archive: Archive) -> dict[str, Job] | None:
    """The jobs by their portals' codes; None where there is no queue, as on SQLite."""
    if archive.engine.dialect.name == "sqlite":
        return None
    with _opened(archive) as app:
        return {
            code: Job(code, str(job.status), job.attempts, job.scheduled_at, job.worker_id)
            for job in app.job_manager.list_jobs(queue=QUEUE)
            if (code := _code(job))
        }


def enqueue(archive: Archive, codes: Collection[str], together: Mapping[str, str]) -> int:
    """Queue a visit for each of these portals, the first first; returns how many were not queued before.

    ``together`` names each portal's neighbourhood: no two of one neighbourhood are visited at once.
    """
    with _opened(archive) as app:
        _forget(archive, _ENDED, _KEPT_HOURS)
        held = {_code(job) for job in app.job_manager.list_jobs(queue=QUEUE)}
        jobs = [
            app.configure_task(VISIT, queue=QUEUE, lock=together.get(code, code), queueing_lock=code).make_new_job(
                code=code
            )
            for code in codes
            if code not in held
        ]
        if jobs:
            app.job_manager.batch_defer_jobs(jobs)
        return len(jobs)


def cancel(archive: Archive, codes: Collection[str]) -> int:
    """Cancel visits: those that wait are not begun, those under way end as interrupted. Returns how many."""
    with _opened(archive) as app:
        found = [job for job in app.job_manager.list_jobs(queue=QUEUE) if _code(job) in codes]
        return sum(app.job_manager.cancel_job_by_id(job.id, abort=True) for job in found if job.id)


def retry(archive: Archive, codes: Collection[str], together: Mapping[str, str]) -> int:
    """Queue again what failed or was cancelled; returns how many that were."""
    dead = [code for code, job in (queued(archive) or {}).items() if code in codes and job.status in _ENDED]
    _forget(archive, _ENDED, 0, dead)
    return enqueue(archive, dead, together)


def workers(archive: Archive, silence: timedelta) -> int:
    """How many workers gave a sign of life within this time."""
    with _opened(archive), archive.engine.connect() as connection:
        query = f"SELECT count(*) FROM {_SCHEMA}.procrastinate_workers WHERE last_heartbeat > :since"  # noqa: S608 - ours
        return connection.scalar(text(query), {"since": datetime.now(UTC) - silence}) or 0


def summary(archive: Archive, silence: timedelta) -> Summary | None:
    """How the queue is; None where there is none, as on SQLite."""
    jobs = queued(archive)
    if jobs is None:
        return None
    told = Counter(job.status for job in jobs.values())
    return Summary(workers(archive, silence), told["todo"], told["doing"], told["failed"])


async def give_back(app: "procrastinate.App", silence: timedelta) -> list[tuple[str, str]]:
    """Take the visits from workers that fell silent; returns their codes, and todo, or failed where it was too often.

    One statement, and not the library's look and then act: between the two another worker may have begun a visit anew.
    """
    query = """UPDATE procrastinate_jobs AS job
        SET attempts = attempts + 1, scheduled_at = now(), abort_requested = false,
            status = (CASE WHEN attempts + 1 < %(attempts)s THEN 'todo' ELSE 'failed' END)::procrastinate_job_status
        WHERE job.status = 'doing' AND job.queue_name = %(queue)s AND (job.worker_id IS NULL OR job.worker_id IN (
            SELECT id FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(secs => %(silence)s)))
        RETURNING job.args ->> 'code' AS code, job.status::text AS status"""
    given = {"attempts": ATTEMPTS, "queue": QUEUE, "silence": silence.total_seconds()}
    rows = await app.connector.execute_query_all_async(query, **given)
    return [(str(row["code"]), str(row["status"])) for row in rows]


def uncount(archive: Archive, jobs: Collection[int]) -> None:
    """Take back an attempt of jobs that came to nothing only because their worker left."""
    query = "UPDATE procrastinate_jobs SET attempts = attempts - 1 WHERE id = ANY(:jobs) AND status = 'todo'"
    with archive.engine.begin() as connection:
        connection.execute(text(f"SET LOCAL search_path = {_SCHEMA}"))  # for the triggers
        connection.execute(text(query), {"jobs": list(jobs)})


def conninfo(archive: Archive) -> str:
    """The database's address as libpq understands it."""
    return archive.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def connection_options(archive: Archive) -> dict[str, str]:
    """What a connection needs to find the queue's tables, made if they are not there yet."""
    _make(archive)
    return _OPTIONS


@contextmanager
def _opened(archive: Archive) -> Iterator["procrastinate.App"]:
    try:
        import procrastinate  # noqa: PLC0415 - an extra, which an archive on SQLite does without
    except ImportError as error:
        raise ArchiveError("the queue needs the extra: pip install '.[postgresql]'") from error
    _make(archive)
    try:
        connector = procrastinate.SyncPsycopgConnector(conninfo=conninfo(archive), kwargs=_OPTIONS)
        with procrastinate.App(connector=connector).open() as app:
            yield app
    except procrastinate.exceptions.ConnectorException as error:
        raise ArchiveError(f"{archive.url}: the queue cannot be used: {error.__cause__ or error}") from error


def _make(archive: Archive) -> None:
    """Make the queue's tables where they are missing; safe when several processes do so."""
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - as above

    with archive.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('gongkai queue'))"))
        if connection.scalar(text(f"SELECT to_regclass('{_SCHEMA}.procrastinate_jobs')")) is None:
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}"))
            connection.execute(text(f"SET LOCAL search_path = {_SCHEMA}"))
            connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))


def _forget(archive: Archive, statuses: Collection[str], hours: int, codes: Collection[str] | None = None) -> None:
    """Remove ended jobs whose end is so long ago; of these portals alone, if they are named."""
    query = text(
        """DELETE FROM procrastinate_jobs AS job
        WHERE job.status::text = ANY(:statuses) AND (:every OR job.args ->> 'code' = ANY(:codes)) AND NOT EXISTS (
            SELECT 1 FROM procrastinate_events AS event
            WHERE event.job_id = job.id AND event.at > now() - make_interval(hours => :hours))"""
    )
    given = {"statuses": list(statuses), "hours": hours, "every": codes is None, "codes": list(codes or ())}
    with archive.engine.begin() as connection:
        connection.execute(text(f"SET LOCAL search_path = {_SCHEMA}"))  # for the triggers
        connection.execute(query, given)


def _code(job: "procrastinate.jobs.Job") -> str:
    """The portal's; "" of a job that is none of ours."""
    return str(job.task_kwargs.get("code", ""))
