"""JSON Lines: an object a row, without what has no value."""

import json
from collections.abc import Iterable
from typing import TextIO

from storage.exports.tables import Field, Row


def write_jsonl(file: TextIO, fields: tuple[Field, ...], rows: Iterable[Row]) -> None:
    names = [field.name for field in fields]
    for row in rows:
        told = {name: value for name, value in zip(names, row, strict=True) if value is not None}
        file.write(json.dumps(told, ensure_ascii=False))
        file.write("\n")
