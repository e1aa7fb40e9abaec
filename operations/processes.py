"""The processes that the background job starts: bounded in time, and stopped with it."""

import subprocess
import sys
import threading
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

        After ``limit`` it is told to stop (Scrapy finishes the page in flight and leaves a consistent archive), and
        after ``grace`` more it is killed, which the archive survives as well.
        """
        # In a session of its own: Ctrl-C in a terminal would reach it twice, and Scrapy takes the second for an order
        # to drop everything.
        process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, pass_fds=pass_fds)  # noqa: S603 - ours
        self.running.add(process)
        if self.stopping.is_set():  # told while it was being started
            process.terminate()
        try:
            return process.wait(limit.total_seconds())
        except subprocess.TimeoutExpired:
            process.terminate()
            try:
                return process.wait(grace.total_seconds())
            except subprocess.TimeoutExpired:
                process.kill()
                return process.wait()
        finally:
            self.running.discard(process)

    def stop(self) -> None:
        """Tell every process to stop, once: Scrapy takes a second order for one to drop everything."""
        if not self.stopping.is_set():
            self.stopping.set()
            for process in list(self.running):
                process.terminate()
