"""Our commands in processes forked from one that has loaded the program: as if started anew, a second sooner.

There are hundreds of them in the tests, and most of what a short one takes is loading Scrapy and SQLAlchemy.
"""

import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory

import crawler.commands

_CONTEXT = multiprocessing.get_context("forkserver")
_COMMANDS = [f"crawler.commands.{one.name}" for one in iter_modules(crawler.commands.__path__)]
# Nothing that looks at the environment while it is loaded (settings), installs a reactor or starts a thread.
_LOADED = ["scrapy.cmdline", "scrapy.crawler", "crawler.spiders.reports", "crawler.pipeline", "scheduler", *_COMMANDS]
_CONTEXT.set_forkserver_preload(_LOADED)


def launch(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float
) -> tuple[int, str, str]:
    """Exit code (a signal's below zero), standard output and error of a command of Python's, run to its end.

    Raises:
        TimeoutError: it took more than so many seconds, and was killed.
    """
    with TemporaryDirectory(prefix="gongkai-launch-") as name:
        out, err = Path(name, "out"), Path(name, "err")
        process = _CONTEXT.Process(target=_begin, args=(list(command[1:]), folder, dict(environment), out, err))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"{' '.join(command)}: {err.read_text('utf-8')}")
        return process.exitcode, out.read_text("utf-8"), err.read_text("utf-8")


def _begin(arguments: list[str], folder: Path, environment: Mapping[str, str], out: Path, err: Path) -> None:
    for number, path in ((1, out), (2, err)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")
