"""Fixtures that several files of tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.database import Archive
from tests.storage_samples import Crawl, new_archive

# A loaded machine makes an example slow, not wrong.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


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
