"""The processes that the background job starts: bounded in time, and stopped with it."""

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCRAPY = (sys.executable, "-m", "scrapy")
GRACE = timedelta(minutes=2)  # for the page in flight, and its file, after an order to stop


class Processes:
    """Starts processes, ends those that take too long, and passes an order to stop on to all of them."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.running: set[subprocess.Popen[bytes]] = set()

    def run(
        self, command: Sequence[str], limit: timedelta, pass_fds: Sequence[int] = (), grace: timedelta = GRACE
    ) -> int:
        """Run a command to its end and return its exit code, below 0 for the signal that ended it.

        After ``limit``, or an order to stop, it is told to end (Scrapy finishes the page in flight and leaves a
        consistent archive), and after ``grace`` more it is killed, which the archive survives as well.
        """
        # In a session of its own: Ctrl-C in a terminal would reach it twice, and Scrapy takes the second for an order
        # to drop everything.
        process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, pass_fds=pass_fds)  # noqa: S603 - ours
        self.running.add(process)
        try:
            if _ended(process, limit, self.stopping) is None:
                process.terminate()
            if _ended(process, grace) is None:
                process.kill()
            return process.wait()
        finally:
            self.running.discard(process)

    def stop(self) -> None:
        """Tell every process to stop; called again it changes nothing."""
        self.stopping.set()


def _ended(process: subprocess.Popen[bytes], within: timedelta, unless: threading.Event | None = None) -> int | None:
    """The exit code; None where the time is over, or something else happened before."""
    end = time.monotonic() + within.total_seconds()
    while process.poll() is None and time.monotonic() < end and not (unless and unless.is_set()):
        try:
            process.wait(min(1.0, max(0.0, end - time.monotonic())))
        except subprocess.TimeoutExpired:
            continue
    return process.poll()
