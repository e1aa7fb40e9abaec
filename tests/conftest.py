"""Fixtures that several files of tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.database import Archive, open_archive
from tests.objects import CREDENTIALS, s3_server
from tests.postgresql import Archives, server
from tests.storage_samples import Crawl, new_archive

# The archives of the tests are their own, whatever the shell says that started them.
for name in ("GONGKAI_WARC_DIR", "GONGKAI_WARC_STORE"):
    os.environ.pop(name, None)

# Begun first, so that at the end all workers are done at about the same time: what takes longest by itself.
_LONG = (
    *("test_workers", "test_web_browser", "test_crawl_store", "test_scheduler", "test_crawl_interrupted"),
    *("test_web_demo", "test_web_pages", "test_storage_counting", "test_probe", "test_lint_portals"),
    *("test_reports_fuzz", "test_crawl", "test_crawl_weather", "test_storage_indicators", "test_exports_memory"),
)

# A loaded machine makes an example slow, not wrong.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _LONG.index(item.path.stem) if item.path.stem in _LONG else len(_LONG))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server of this worker's own."""
    with server(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


@pytest.fixture(scope="session")
def archives(postgresql: str) -> Archives:
    """Empty archives on that server."""
    return Archives(postgresql)


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture
def s3(s3_address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an S3-compatible server, which the environment names."""
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": s3_address}.items():
        monkeypatch.setenv(name, value)
    return s3_address


@pytest.fixture(params=["sqlite", "postgresql"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        opened = new_archive(tmp_path)
        yield opened
        opened.close()
        return
    archives: Archives = request.getfixturevalue("archives")
    opened = open_archive(archives.take(), tmp_path / "warc")
    yield opened
    opened.close()
    archives.give_back()


@pytest.fixture
def crawl(archive: Archive) -> Iterator[Crawl]:
    begun = Crawl(archive)
    yield begun
    begun.writer.close()
