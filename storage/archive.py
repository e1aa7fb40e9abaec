"""The write side of the archive: every function is one transaction, harmless when called twice."""

from storage.captures import register_salvaged, save_captures
from storage.documents import SaveOutcome, save_document, save_gone, save_unchanged
from storage.listings import save_listings
from storage.runs import begin_run, finish_run, save_visit

__all__ = [
    "SaveOutcome",
    "begin_run",
    "finish_run",
    "register_salvaged",
    "save_captures",
    "save_document",
    "save_gone",
    "save_listings",
    "save_unchanged",
    "save_visit",
]
