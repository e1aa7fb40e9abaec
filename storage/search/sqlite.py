"""The index in SQLite: two FTS5 tables without content, one of pairs in order and one of atoms.

Without content a document can be taken out only by saying again what was put in (sqlite.org/fts5, "delete" command).
Places of pairs make phrases exact, and ranks possible; of an atom it is enough to know that it is there.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, column, literal_column, select, table, text
from sqlalchemy.orm import Session

from reports.grams import Term, grams
from storage.models import SearchEntry
from storage.search.tables import ATOMS, PAIRS

_TABLES = {name: table(name, column("rowid")) for name in (PAIRS, ATOMS)}


Made = dict[str, str]  # of each table, what it holds of a document


def made(form: str) -> Made:
    """What the index holds of a document in its normal form."""
    atoms, pairs = grams(form)
    return {PAIRS: " ".join(pairs), ATOMS: " ".join(sorted(set(atoms)))}


def put(session: Session, documents: Sequence[tuple[int, Made]]) -> None:
    """Add documents."""
    for name, rows in _rows(documents).items():
        session.execute(text(f"INSERT INTO {name} (rowid, grams) VALUES (:id, :grams)"), rows)  # noqa: S608 - our names


def take(session: Session, documents: Sequence[tuple[int, Made]]) -> None:
    """Take documents out, of which is said what was put in."""
    for name, rows in _rows(documents).items():
        command = f"INSERT INTO {name} ({name}, rowid, grams) VALUES ('delete', :id, :grams)"  # noqa: S608 - our names
        session.execute(text(command), rows)


def clear(session: Session) -> None:
    """Take out everything."""
    for name in (PAIRS, ATOMS):
        session.execute(text(f"INSERT INTO {name} ({name}) VALUES ('delete-all')"))  # noqa: S608 - our names


def _rows(documents: Sequence[tuple[int, Made]]) -> dict[str, list[dict[str, Any]]]:
    return {name: [{"id": document, "grams": what[name]} for document, what in documents] for name in (PAIRS, ATOMS)}


def holding(statement: Select[Any], terms: Sequence[Term]) -> Select[Any]:
    """Of a selection of entries, those whose documents hold all of the terms."""
    asked = _asked(terms)
    first, *others = asked
    # The sign keeps SQLite from looking each entry up in the index instead of going through the index once.
    statement = statement.join(_TABLES[first], SearchEntry.document_id == literal_column(f"+{first}.rowid"))
    statement = statement.where(_match(first, asked[first]))
    for name in others:
        found = select(_TABLES[name].c.rowid).where(_match(name, asked[name]))
        statement = statement.where(SearchEntry.document_id.in_(found))
    return statement


def rank(terms: Sequence[Term]) -> ColumnElement[float] | None:
    """By how well a document answers, the smaller the better; None where all are alike."""
    return literal_column(f"{PAIRS}.rank") if PAIRS in _asked(terms) else None


def _asked(terms: Sequence[Term]) -> dict[str, str]:
    """What to ask of which table. Terms hold no ASCII signs, so nothing in them can be taken for FTS5's own words."""
    phrases = [" ".join(term.pairs) for term in terms if term.pairs]
    alone = [term.normal for term in terms if not term.pairs]
    asked = {PAIRS: phrases, ATOMS: alone}
    return {name: " AND ".join(f'"{one}"' for one in wanted) for name, wanted in asked.items() if wanted}


def _match(name: str, wanted: str) -> ColumnElement[bool]:
    return literal_column(name).op("MATCH", is_comparison=True)(bindparam(None, wanted, unique=True))
