"""Rows into their tables without the ORM, whose work on each object takes longer than the database's."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, insert
from sqlalchemy.orm import Session

from storage.models.base import Base


def insert_row(session: Session, kind: type[Base], row: Mapping[str, Any]) -> int:
    """Insert a row whose key the database gives; returns the key."""
    result = session.connection().execute(_into(kind), row)
    return int(next(iter(result.inserted_primary_key or ())))


def insert_rows(session: Session, kind: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert any number of rows of the same columns."""
    if rows:
        session.connection().execute(_into(kind), rows)


@cache
def _into(kind: type[Base]) -> Insert:
    return insert(kind)
