"""The index in PostgreSQL: a tsvector of atoms and pairs with a GIN index, and beside it the normal form.

A tsvector's own places end at 16,383 and 256 a word, so whether pairs follow one another is asked of the normal form.
No extension is needed, and PostgreSQL's parser, which knows no Chinese, has no part in it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, cast, column, func, literal, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from reports.grams import Term, grams
from storage.models import SearchEntry
from storage.search.tables import GRAMS

_TABLE = table(GRAMS, column("document_id"), column("grams"), column("form"))
_ROOM = 1_000_000  # bytes of a tsvector, which holds 1,048,575; a report fills some thousands


class Made(NamedTuple):
    """What the index holds of a document."""

    form: str
    grams: list[str]


def made(form: str) -> Made:
    """What the index holds of a document in its normal form."""
    return Made(form, _fitting(form))


def put(session: Session, documents: Sequence[tuple[int, Made]]) -> None:
    """Add documents."""
    rows = [{"id": document} | what._asdict() for document, what in documents]
    command = f"INSERT INTO {GRAMS} (document_id, grams, form) VALUES (:id, array_to_tsvector(:grams), :form)"  # noqa: S608 - our name
    session.execute(text(command), rows)


def take(session: Session, documents: Sequence[tuple[int, Made]]) -> None:
    """Take documents out."""
    command = text(f"DELETE FROM {GRAMS} WHERE document_id = :id")  # noqa: S608 - our name
    session.execute(command, [{"id": document} for document, _ in documents])


def clear(session: Session) -> None:
    """Take out everything."""
    session.execute(text(f"DELETE FROM {GRAMS}"))  # noqa: S608 - our name


def _fitting(form: str) -> list[str]:
    """Each atom and pair once; of a text that has more of them than there is room for, the first."""
    atoms, pairs = grams(form)
    found = []
    room = _ROOM
    for gram in dict.fromkeys([*atoms, *pairs]):
        room -= len(gram.encode())
        if room < 0:
            break
        found.append(gram)
    return found


def holding(statement: Select[Any], terms: Sequence[Term]) -> Select[Any]:
    """Of a selection of entries, those whose documents hold all of the terms."""
    grams = {gram for term in terms for gram in term.pairs or term.atoms}
    query = literal(" & ".join(f"'{gram}'" for gram in sorted(grams)))  # no quotes are in them
    statement = statement.join(_TABLE, _TABLE.c.document_id == SearchEntry.document_id)
    statement = statement.where(_TABLE.c.grams.op("@@", is_comparison=True)(cast(query, TSQUERY)))
    return statement.where(*(func.strpos(_TABLE.c.form, term.normal) > 0 for term in terms if len(term.pairs) > 1))


def rank(terms: Sequence[Term]) -> ColumnElement[Any]:
    """By how often a document has the terms, the smaller the better."""
    rank: ColumnElement[Any] = literal(0)
    for term in terms:
        without = func.replace(_TABLE.c.form, term.normal, "")
        rank += (func.length(without) - func.length(_TABLE.c.form)) / len(term.normal)
    return rank
