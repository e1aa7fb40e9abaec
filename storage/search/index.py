"""Keeps the index: in the transaction that writes a document, and step by step for what was written before it.

The index holds the reading that counts of each document's present version. ``search_entry`` says which one that is, so
that it can be taken out again: a reading never changes, and so neither does what was made of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select
from sqlalchemy.orm import Session

from reports.grams import GRAMS_VERSION
from reports.model import Report
from storage.database import Archive
from storage.inserting import insert_rows
from storage.models import Document, SearchEntry
from storage.search import postgresql, sqlite
from storage.search.present import Present, form_of, forms, present

_STEP = 100  # documents in one transaction, which takes a fifth of a second


def index_of(session: Session) -> ModuleType:
    """The index of this database: ``made``, ``put``, ``take``, ``clear``, ``holding`` and ``rank``."""
    return _of(session.get_bind())


def _of(bind: Engine | Connection) -> ModuleType:
    return postgresql if bind.dialect.name == "postgresql" else sqlite


def reindex(session: Session, documents: Sequence[int]) -> None:
    """Bring the index to what these documents are now: to be called where one was written, in the same transaction."""
    if session.get_bind().dialect.name == "postgresql":
        # Two who do it at once (a crawl, and a search that makes up for what is missing) come one after the other.
        lock = select(Document.id).where(Document.id.in_(documents)).order_by(Document.id)
        session.execute(lock.with_for_update(key_share=True)).all()
    columns = (SearchEntry.document_id, SearchEntry.reading_id, SearchEntry.county_code, SearchEntry.year)
    rows = session.execute(select(*columns, SearchEntry.rules).where(SearchEntry.document_id.in_(documents))).all()
    if any(row.rules != GRAMS_VERSION for row in rows):
        return  # nobody can tell any more what was put in: whoever searches next makes all anew
    held = {row.document_id: Present(*row[:4]) for row in rows}
    changed = [one for one in present(session, documents) if held.get(one.document_id) != one]
    if not changed:
        return
    moved = [
        one for one in changed if one.document_id not in held or held[one.document_id].reading_id != one.reading_id
    ]
    old = [held[one.document_id] for one in moved if one.document_id in held]
    _exchange(session, old, moved)
    if held:
        session.execute(delete(SearchEntry).where(SearchEntry.document_id.in_([one.document_id for one in changed])))
    session.execute(insert(SearchEntry), [asdict(one) | {"rules": GRAMS_VERSION} for one in changed])


def made_of(archive: Archive, report: Report) -> Any:
    """What the index is to hold of a report: for ``index_first``, made before its transaction."""
    return _of(archive.engine).made(form_of(report))


def index_first(session: Session, one: Present, made: Any) -> None:
    """Index a document with the reading that was just stored of it, its only one, in the same transaction."""
    index_of(session).put(session, [(one.document_id, made)])
    insert_rows(session, SearchEntry, [asdict(one) | {"rules": GRAMS_VERSION}])


def _exchange(session: Session, old: Sequence[Present], new: Sequence[Present]) -> None:
    texts = forms(session, {one.reading_id for one in (*old, *new) if one.reading_id is not None})
    index = index_of(session)
    for change, documents in ((index.take, old), (index.put, new)):
        held = [(one.document_id, index.made(texts[one.reading_id])) for one in documents if one.reading_id is not None]
        if held:
            change(session, held)


Tell = Callable[[int, int], None]  # how many documents are done, and of how many


def _nobody(_done: int, _of: int) -> None:
    pass


def catch_up(archive: Archive, most: int | None = None, tell: Tell = _nobody) -> int:
    """Index what is not indexed yet, at most so many documents; returns how many there were.

    There are such documents in an archive that is older than its index, where making it anew was stopped, and where
    today's rules make other pairs than those that an index was made of. Each step is kept when it is done.
    """
    with archive.read() as session:
        indexed, oldest, newest = session.execute(_STATE).one()
        missing = _missing(session) if indexed < (session.scalar(_DOCUMENTS) or 0) else ()
    if {oldest, newest} - {GRAMS_VERSION, None}:
        with archive.write() as session:
            if set(session.execute(_STATE).one()[1:]) - {GRAMS_VERSION, None}:  # nobody else has begun anew meanwhile
                clear(session)
            missing = _missing(session)
    chosen = missing[:most]
    for start in range(0, len(chosen), _STEP):
        with archive.write() as session:
            reindex(session, chosen[start : start + _STEP])
        tell(min(start + _STEP, len(chosen)), len(chosen))
    return len(missing)


def rebuild(archive: Archive, tell: Tell = _nobody) -> int:
    """Make the index anew; returns of how many documents. Stopped, it is finished by whoever searches next."""
    with archive.write() as session:
        clear(session)
    return catch_up(archive, None, tell)


def size(archive: Archive) -> int:
    """How many documents are in the index."""
    with archive.read() as session:
        return session.scalar(select(func.count(SearchEntry.reading_id))) or 0


def reindex_all(session: Session) -> None:
    """Index what is not indexed yet in this one transaction."""
    missing = _missing(session)
    for start in range(0, len(missing), _STEP):
        reindex(session, missing[start : start + _STEP])


_STATE = select(func.count(), func.min(SearchEntry.rules), func.max(SearchEntry.rules)).select_from(SearchEntry)
_DOCUMENTS = select(func.count()).select_from(Document)


def _missing(session: Session) -> Sequence[int]:
    entries = select(Document.id).join(SearchEntry, SearchEntry.document_id == Document.id, isouter=True)
    return session.scalars(entries.where(SearchEntry.document_id.is_(None)).order_by(Document.id)).all()


def clear(session: Session) -> None:
    """Take everything out of the index; ``catch_up`` makes it anew."""
    index_of(session).clear(session)
    session.execute(delete(SearchEntry))
