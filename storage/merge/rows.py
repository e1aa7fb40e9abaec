"""Writes the rows of two archives into the emptied tables of one, numbered anew in the order of time."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from reports.model import AgencyKind
from storage.merge.kinds import KINDS, PARTS, Kind, Part
from storage.models import CaptureRow, Indicator, Reading

Row = dict[str, Any]
_BATCH = 5_000


class Rows:
    """The merge under way: for each source and table, which new number an old one has got."""

    def __init__(self, sources: Sequence[Connection], target: Connection) -> None:
        self.sources = sources
        self.target = target
        self.numbers: list[dict[str, dict[int, int]]] = [defaultdict(dict) for _ in sources]
        self.fresh: list[dict[str, set[int]]] = [defaultdict(set) for _ in sources]  # parents whose parts come too
        self.added: Counter[str] = Counter()  # rows of the second source that the first has not

    def merge(self) -> Counter[str]:
        """Write everything; returns how many rows of the last source are new, by table."""
        self._indicators()
        for kind in KINDS:
            rows = self._merged(kind, kind.most) if kind.most else self._first(kind)
            self._insert(kind, rows)
        for part in PARTS:
            for number in range(len(self.sources)):
                self._insert(part, self._parts(part, number))
        return self.added

    def _indicators(self) -> None:
        """The numbers of indicators, which every archive gives by itself."""
        ours = {code: number for number, code in self.target.execute(select(Indicator.id, Indicator.code))}
        for number, source in enumerate(self.sources):
            rows = source.execute(select(Indicator.id, Indicator.code))
            self.numbers[number]["indicator"] = {old: ours[code] for old, code in rows if code in ours}

    def _insert(self, of: Kind | Part, rows: Iterable[Row]) -> None:
        batch: list[Row] = []
        for row in rows:
            batch.append(row)
            if len(batch) == _BATCH:
                self.target.execute(insert(of.table), batch)
                batch = []
        if batch:
            self.target.execute(insert(of.table), batch)

    def _read(self, kind: Kind) -> Iterator[tuple[int, Row]]:
        """The rows of all sources with their source, references translated, in the order of time."""

        def rows(number: int) -> Iterator[tuple[Any, int, Row]]:
            columns = kind.table.columns
            order = [columns[kind.order]] if kind.order else []
            query = select(kind.table).order_by(*order, *kind.table.primary_key.columns)
            for place, row in enumerate(self.sources[number].execute(query).mappings()):
                yield (row[kind.order] if kind.order else place), number, self._translated(dict(row), kind, number)

        # Without an order the first source goes first, whole.
        streams = [rows(number) for number in range(len(self.sources))]
        if kind.order:
            merged = heapq.merge(*streams, key=lambda entry: entry[:2])
        else:
            merged = (entry for stream in streams for entry in stream)
        for _, number, row in merged:
            yield number, row

    def _translated(self, row: Row, of: Kind | Part, number: int) -> Row:
        for column, table in of.references.items():
            if row[column] is not None:
                row[column] = self.numbers[number][table][row[column]]
        return row

    def _first(self, kind: Kind) -> Iterator[Row]:
        """Each thing once, as it was met first."""
        known: dict[tuple[Any, ...], int] = {}
        for number, row in self._read(kind):
            key = _key(kind, row)
            new = len(known) + 1
            old, is_new = row.get("id"), key not in known
            known.setdefault(key, new)
            self._note(kind, number, old, known[key], is_new=is_new)
            if is_new:
                yield row | ({"id": new} if "id" in row else {})

    def _merged(self, kind: Kind, most: str) -> list[Row]:
        """Each thing once, with what both archives know of it."""
        found: dict[tuple[Any, ...], Row] = {}
        same = _SameBytes(self) if kind.table.name == "version" else None
        for number, row in self._read(kind):
            old = row["id"]
            key = same.key(number, row) if same else _key(kind, row)
            is_new = key not in found
            if is_new:
                found[key] = row | {"id": len(found) + 1} | (same.numbered(row) if same else {})
            else:
                _combine(kind, most, found[key], row)
            self._note(kind, number, old, found[key]["id"], is_new=is_new)
        return list(found.values())

    def _note(self, kind: Kind, number: int, old: int | None, new: int, *, is_new: bool) -> None:
        name = kind.table.name
        if old is not None:
            self.numbers[number][name][old] = new
        if is_new and number == len(self.sources) - 1:
            self.added[name] += 1
        if is_new and old is not None:
            self.fresh[number][name].add(old)

    def _parts(self, part: Part, number: int) -> Iterator[Row]:
        fresh, numbers = self.fresh[number][part.of], self.numbers[number][part.of]
        query = select(part.table).order_by(*part.table.primary_key.columns)
        for row in self.sources[number].execute(query.execution_options(yield_per=_BATCH)).mappings():
            if row[part.parent] in fresh:
                yield self._translated(dict(row), part, number) | {part.parent: numbers[row[part.parent]]}


class _SameBytes:
    """Versions that two parsers read differently are one where they were read from the same bytes."""

    def __init__(self, rows: Rows) -> None:
        self._bytes: list[dict[int, set[str]]] = []
        for source in rows.sources:
            read: dict[int, set[str]] = defaultdict(set)
            query = select(Reading.version_id, CaptureRow.payload_sha256)
            joined = query.join(CaptureRow, CaptureRow.id == Reading.read_capture_id)
            for version, sha256 in source.execute(joined):
                read[version].add(sha256)
            self._bytes.append(read)
        self._keys: dict[tuple[int, str], tuple[Any, ...]] = {}
        self._counts: Counter[int] = Counter()

    def key(self, number: int, row: Row) -> tuple[Any, ...]:
        marks = [row["fingerprint"], *self._bytes[number][row["id"]]]
        places = [(row["document_id"], mark) for mark in marks]
        key = next((self._keys[place] for place in places if place in self._keys), places[0])
        self._keys.update(dict.fromkeys(places, key))
        return key

    def numbered(self, row: Row) -> Row:
        """The next number of the document's versions."""
        self._counts[row["document_id"]] += 1
        return {"number": self._counts[row["document_id"]]}


def _key(kind: Kind, row: Row) -> tuple[Any, ...]:
    if kind.table.name == "agency" and row["kind"] is AgencyKind.GOVERNMENT:
        return row["county_code"], row["kind"], ""  # a county has one, however it is called
    return tuple(row[column] for column in kind.key)


def _combine(kind: Kind, most: str, kept: Row, other: Row) -> None:
    if kind.least is not None:
        kept[kind.least] = min(kept[kind.least], other[kind.least])
    if other[most] > kept[most]:
        kept.update({column: other[column] for column in (most, *kind.newer)})
