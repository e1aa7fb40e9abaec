"""What an exported table is: named and typed columns, explained in both languages, and the rows of some counties."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

Value = str | int | float | bool | None
Row = Sequence[Value]


class Kind(StrEnum):
    """The type of a column, by its name in Frictionless Table Schema."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Field:
    """A column. ``among`` are all values that it can have, where they are names of our own."""

    name: str
    kind: Kind
    zh: str
    en: str
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked for: these counties and years; ``everybody`` also for other agencies' reports and further copies.

    ``today`` sets the legal clock.
    """

    codes: tuple[str, ...]
    years: tuple[int, ...]
    today: date
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One exported table.

    ``rows`` gives those of a few counties, by county and year; ``count`` how many they are. ``key`` tells rows apart.
    """

    name: str
    zh: str
    en: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    rows: Callable[[Session, Scope, Sequence[str]], Iterator[Row]]
    count: Callable[[Session, Scope, Sequence[str]], int]

    @property
    def names(self) -> list[str]:
        return [field.name for field in self.fields]


_AT_ONCE = 20  # counties whose evidence and figures are in memory together


def parts(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    """A few counties at a time."""
    for start in range(0, len(codes), _AT_ONCE):
        yield codes[start : start + _AT_ONCE]


def rows_of(session: Session, table: Table, scope: Scope, tell: Callable[[int, int], None]) -> Iterator[Row]:
    """All rows, in constant memory; ``tell`` is called with how many counties are done, and how many rows."""
    rows = 0
    for number, codes in enumerate(parts(scope.codes)):
        for row in table.rows(session, scope, codes):
            rows += 1
            yield row
        tell(min((number + 1) * _AT_ONCE, len(scope.codes)), rows)


def count_of(session: Session, table: Table, scope: Scope) -> int:
    """How many rows ``rows_of`` will give."""
    return sum(table.count(session, scope, codes) for codes in parts(scope.codes))
