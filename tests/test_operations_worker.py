"""What a worker does when its crawl process, its queue or its own time fails it."""

import asyncio
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import procrastinate
import pytest
from sqlalchemy import text

from operations import crew as crews
from operations.children import ChildGone
from operations.crew import Crew, TookTooLong
from operations.queue import _opened, connection_options, conninfo, enqueue, give_back, queued, uncount
from storage.database import Archive, open_archive
from tests.postgresql import fresh_database

LONG, SHORT = timedelta(minutes=5), timedelta(seconds=0.5)
# Crawl processes that are none: one dies at once, one never answers, one reports each visit and ignores its end.
DIES = (sys.executable, "-c", "raise SystemExit(3)")
DEAF = ("sh", "-c", "exec sleep 300")
ANSWERS = """
import json, socket, sys
with socket.socket(fileno=int(sys.argv[-1].removeprefix("socket="))) as worker:
    under_way, ended = set(), False
    for line in worker.makefile():
        told = json.loads(line)
        under_way |= {told["visit"]} if "visit" in told else set()
        if "stop" in told:
            under_way.discard(told["stop"])
            worker.sendall(json.dumps({"code": told["stop"], "outcome": "interrupted"}).encode() + b"\\n")
        ended = ended or "end" in told
        if ended and not under_way:
            break
"""


def test_a_crawl_process_that_dies_with_unread_orders_ends_its_visits() -> None:
    async def both() -> list[object]:
        crew = Crew(DIES, LONG)
        found = await asyncio.gather(crew.visit("610326"), crew.visit("330109"), return_exceptions=True)
        await crew.leave()
        return list(found)

    assert [type(one) for one in asyncio.run(both())] == [ChildGone, ChildGone]


def test_a_visit_that_takes_too_long_costs_its_process() -> None:
    async def visit() -> None:
        crew = Crew(DEAF, SHORT)
        with pytest.raises(TookTooLong):
            await crew.visit("610326")
        await crew.leave()

    asyncio.run(visit())


def test_a_hung_process_does_not_keep_a_worker_from_leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "GRACE", SHORT)

    async def leave() -> None:
        crew = Crew(DEAF, LONG)
        visit = asyncio.create_task(crew.visit("610326"))
        while not crew.is_visiting("610326"):
            await asyncio.sleep(0)
        await crew.leave()
        with pytest.raises(ChildGone):
            await visit

    asyncio.run(leave())


def test_a_worn_process_hears_a_stop_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.children.AT_MOST", 1)

    async def stop() -> list[str]:
        crew = Crew((sys.executable, "-c", ANSWERS), LONG)
        visits = [asyncio.create_task(crew.visit(code)) for code in ("610326", "330109")]
        while not (crew.is_visiting("610326") and crew.is_visiting("330109")):
            await asyncio.sleep(0)
        crew.stop()
        found = await asyncio.gather(*visits)
        await crew.leave()
        return found

    assert asyncio.run(stop()) == ["interrupted", "interrupted"]


@pytest.fixture
def archive(postgresql: str, tmp_path: Path) -> "Archive":
    return open_archive(fresh_database(postgresql), tmp_path / "warc")


def test_a_silent_workers_visits_are_given_back_once_and_not_for_ever(archive: Archive) -> None:
    async def twice() -> list[list[tuple[str, str]]]:
        connector = procrastinate.PsycopgConnector(conninfo=conninfo(archive), kwargs=connection_options(archive))
        async with procrastinate.App(connector=connector).open_async() as app:
            found = await asyncio.gather(*(give_back(app, timedelta(minutes=2)) for _ in range(2)))
            return list(found)

    with closing(archive):
        enqueue(archive, ["610326"], {})
        for attempt, status in enumerate(("todo", "todo", "failed"), 1):
            _take_silently(archive)
            assert sorted(asyncio.run(twice()), key=len) == [[], [("610326", status)]]
            (job,) = (queued(archive) or {}).values()
            assert (job.status, job.attempts) == (status, attempt)


def test_an_attempt_is_taken_back_where_a_worker_merely_left(archive: Archive) -> None:
    with closing(archive):
        enqueue(archive, ["610326"], {})
        with archive.engine.begin() as connection:
            (number,) = connection.execute(text("UPDATE queue.procrastinate_jobs SET attempts = 1 RETURNING id")).one()
        uncount(archive, [number])
        assert [job.attempts for job in (queued(archive) or {}).values()] == [0]


def test_a_job_that_is_none_of_ours_disturbs_nobody(archive: Archive) -> None:
    with closing(archive):
        with _opened(archive) as app:
            app.configure_task("visit", queue="visits").defer()
        assert queued(archive) == {}
        assert enqueue(archive, ["610326"], {}) == 1


def _take_silently(archive: Archive) -> None:
    """The job is taken by a worker that was last heard of an hour ago."""
    with archive.engine.begin() as connection:
        connection.execute(text("SET LOCAL search_path = queue"))
        worker = connection.scalar(
            text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id")
        )
        taken = text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :worker")
        connection.execute(taken, {"worker": worker})
