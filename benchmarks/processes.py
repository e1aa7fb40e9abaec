"""What processes cost: the memory of a tree of them while it runs, the processor time of one that ended."""

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from tests.crawling import ROOT


def tree(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):  # each thread has those that it started itself
        try:
            children = thread.read_text().split()
        except OSError:  # it ended meanwhile
            continue
        for child in children:
            yield from tree(int(child))


def megabytes(pid: int) -> float:
    """Of resident memory; 0 of a process that ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    resident = next((line for line in status.splitlines() if line.startswith("VmRSS")), "VmRSS 0")
    return int(resident.split()[1]) / 1000


def run(command: Sequence[str], environment: Mapping[str, str], log: Path, running: set[int] | None = None) -> float:
    """Run a command to its end, its output into a file; returns its processor seconds.

    Raises:
        RuntimeError: it failed; the end of its output is in the message.
    """
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT)  # noqa: S603 - ours
        if running is not None:
            running.add(process.pid)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if running is not None:
            running.discard(process.pid)
    if process.returncode not in (0, 1):  # 1: a visit failed, which the table will tell
        raise RuntimeError(f"{command} ended with {process.returncode}:\n{log.read_text('utf-8', 'replace')[-3000:]}")
    return used.ru_utime + used.ru_stime


class Peak:
    """The greatest memory that the processes in ``running``, and theirs, had together."""

    def __init__(self, running: set[int]) -> None:
        self.megabytes = 0.0
        self._running = running
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            now = sum(megabytes(pid) for root in list(self._running) for pid in tree(root))
            self.megabytes = max(self.megabytes, now)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
