"""Parquet, typed and packed, in groups of rows that fit into memory."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from storage.exports.formats.needed import needed
from storage.exports.tables import Field, Kind, Row

_CELLS, _ROWS = 2_000_000, 20_000  # in memory together


def write_parquet(path: Path, fields: tuple[Field, ...], rows: Iterable[Row]) -> None:
    """Raises ``ArchiveError`` where pyarrow is not installed."""
    arrow, parquet = needed("pyarrow", "parquet"), needed("pyarrow.parquet", "parquet")
    types = {
        Kind.STRING: arrow.string(),
        Kind.INTEGER: arrow.int64(),
        Kind.NUMBER: arrow.float64(),
        Kind.BOOLEAN: arrow.bool_(),
    }
    schema = arrow.schema(
        [arrow.field(one.name, types[one.kind], metadata={"zh": one.zh, "en": one.en}) for one in fields]
    )
    size = min(_ROWS, _CELLS // len(fields))
    waiting = iter(rows)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(waiting, size)):
            columns = [
                arrow.array(column, one.type) for column, one in zip(zip(*group, strict=True), schema, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(columns, schema=schema), row_group_size=size)
