"""Libraries that are not always there: which extra brings them."""

from importlib import import_module
from typing import Any

from storage.errors import ArchiveError


def needed(name: str, file_format: str) -> Any:
    """The library of a format. Raises ``ArchiveError`` that says how to get it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise ArchiveError(f"{file_format} needs {name.partition('.')[0]}: pip install '.[exports]'") from error
