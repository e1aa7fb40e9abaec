"""``scrapy serve`` as a person starts it: it answers, it ends at Ctrl-C, and makes no archive."""

import json
import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crawling import ROOT, SCRAPY


@contextmanager
def _served(folder: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command at work, and the address that it names."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GONGKAI_", "SCRAPY_"))},
        "GONGKAI_DATABASE_URL": f"sqlite:///{folder / 'none' / 'archive.db'}",
    }
    command = (*SCRAPY, "serve", "--port", "0", *more)
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout
        try:
            line = served.stdout.readline()
            assert line.startswith("The reading room is open: http://127.0.0.1:"), served.stderr
            yield served, line.split()[5]
        finally:
            served.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_opens_without_an_archive_and_ends_when_told(tmp_path: Path, how: signal.Signals) -> None:
    with _served(tmp_path) as (served, address):
        assert served.stdout
        assert served.stdout.readline().startswith("There is nothing to read yet: there is no archive at ")
        with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own address
            assert answer.status == 200
            assert "make demo" in answer.read().decode()
        served.send_signal(how)
        out, err = served.communicate(timeout=20)
        assert (served.returncode, out) == (0 if how is signal.SIGINT else -signal.SIGTERM, "")
        assert "Traceback" not in err
    assert not (tmp_path / "none").exists()


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(  # noqa: S603 - our own command
            (*SCRAPY, "serve", "--port", str(taken.getsockname()[1])),
            cwd=ROOT,
            env={**os.environ, "GONGKAI_DATABASE_URL": f"sqlite:///{tmp_path}/archive.db"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 2
    assert "Address already in use" in done.stderr
    assert "choose another with --port" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.dumps(done.stdout) == '""'
