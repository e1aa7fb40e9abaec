"""What all tables share: naming of constraints, timestamps in UTC, numbers that keep integers exact, named endings."""

from collections.abc import Collection
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, Enum, Float, MetaData, Numeric, String, Text, true
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine

from reports.model import AgencyKind, CellState, ContentKind, Outcome
from reports.states import CandidateVerdict, Clock, Evidence, Reason, VisitOutcome
from storage.records import AttachmentKind, DamageKind, EventKind, RecordType, RunOutcome, Verdict

# Alembic can only drop or alter what has a name, on every database alike.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: stored in UTC, returned aware, on databases that forget the zone (SQLite) too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone is no instant: {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Number(TypeDecorator[float]):
    """A figure: 12 comes back as the integer 12 and 7730.28 as the float. Exact for integers up to 2**53."""

    impl = Float(53)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        # SQLite's NUMERIC affinity keeps 12 as a one-byte INTEGER where FLOAT would spend eight on 12.0.
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Numeric(asdecimal=False))
        return dialect.type_descriptor(Float(53))

    def process_result_value(self, value: float | None, dialect: Dialect) -> float | None:
        return int(value) if value is not None and float(value).is_integer() else value


def named(values: type[StrEnum]) -> Enum:
    """A column of named values, kept as their text: a new name needs no migration."""

    def texts(kinds: type[StrEnum]) -> list[str]:
        return [kind.value for kind in kinds]

    return Enum(values, native_enum=False, create_constraint=False, length=24, values_callable=texts)


class Base(DeclarativeBase):
    """All tables of the archive."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as it is
        str: Text(),
        datetime: UtcDateTime(),
        list[str]: JSON(),
        dict[str, int]: JSON(),
        dict[str, str]: JSON(),
        dict[str, Any]: JSON(none_as_null=True),
        AgencyKind: named(AgencyKind),
        CellState: named(CellState),
        ContentKind: named(ContentKind),
        Outcome: named(Outcome),
        CandidateVerdict: named(CandidateVerdict),
        VisitOutcome: named(VisitOutcome),
        Reason: named(Reason),
        Evidence: named(Evidence),
        Clock: named(Clock),
        AttachmentKind: named(AttachmentKind),
        RecordType: named(RecordType),
        RunOutcome: named(RunOutcome),
        DamageKind: named(DamageKind),
        Verdict: named(Verdict),
        EventKind: named(EventKind),
    }


Code = String(6)  # of a division, GB/T 2260
Sha256 = String(64)  # hex


def among(column: Any, values: Collection[str | int] | None) -> ColumnElement[bool]:
    """Whether a column has one of these values; None: any."""
    return true() if values is None else column.in_(values)
