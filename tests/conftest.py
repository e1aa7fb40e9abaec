"""Fixtures that several files of tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.database import Archive
from tests.postgresql import server
from tests.storage_samples import Crawl, new_archive

# A loaded machine makes an example slow, not wrong.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server of this worker's own."""
    with server(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = new_archive(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def crawl(archive: Archive) -> Iterator[Crawl]:
    begun = Crawl(archive)
    yield begun
    begun.writer.close()
