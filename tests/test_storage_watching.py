"""What is watched was chosen."""

from pathlib import Path

import pytest

from reports.divisions.selection import SelectionError
from storage.errors import ArchiveError
from storage.watching import unwatch, watch, watched
from tests.storage_samples import MEI, new_archive


def test_watched(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    assert (watch(archive, MEI), watch(archive, "610300"), watch(archive, "眉县")) == (1, 11, 0)
    assert len(watched(archive)) == 12
    unwatch(archive, "6103")
    with pytest.raises(ArchiveError, match="watched are 610326"):
        unwatch(archive, "61")
    with pytest.raises(SelectionError):
        watch(archive, "99")
    unwatch(archive, MEI)
    assert watched(archive) == []
    archive.close()
