"""The official forms as data: blocks, rows and columns of the three tables, and the list of all indicators.

Sources: 国办公开办函〔2019〕60号 (form ``v2019``) and 国办公开办函〔2021〕30号 (form ``v2021``); ``lists`` has
the older ones.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from reports import labels
from reports.forms.lists import list_forms

FORMS = ("v2019", "v2021")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One official cell or narrative total.

    ``table`` is the first word of the code; ``unit`` is ``count``, ``yuan`` or ``10k_yuan`` (万元); ``forms`` names
    the forms that have the cell, none for ``narrative.*``.
    """

    code: str
    table: str
    label_zh: str
    label_en: str
    unit: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A printed row or column: its part of the code, its official Chinese wording, and the keys it is known by."""

    code: str
    zh: str
    en: str
    keys: tuple[str, ...]
    unit: str = "count"
    group: str = ""
    forms: tuple[str, ...] = FORMS


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a table with its own column headings; ``form`` is "" where both forms have it."""

    form: str
    article: str
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]


def _label(entry: dict[str, Any]) -> Label:
    spellings = [entry["zh"], *entry.get("variants", [])]
    return Label(
        code=entry["code"],
        zh=entry["zh"],
        en=entry["en"],
        keys=tuple(dict.fromkeys(labels.key(spelling) for spelling in spellings)),
        unit=entry.get("unit", "count"),
        group=entry.get("group", ""),
        forms=tuple(entry.get("forms", FORMS)),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__name__).joinpath(name).read_text("utf-8"))


@cache
def disclosure() -> tuple[Block, ...]:
    """The blocks of table 1, those of v2021 first."""
    return tuple(
        Block(
            form=block["form"],
            article=block["article"],
            rows=tuple(map(_label, block["rows"])),
            columns=tuple(map(_label, block["columns"])),
        )
        for block in _read("disclosure.toml")["blocks"]
    )


@cache
def applications() -> Block:
    """Table 2: the rows of both forms and the seven columns, in printed order."""
    data = _read("applications.toml")
    return Block("", "", tuple(map(_label, data["rows"])), tuple(map(_label, data["columns"])))


@cache
def review() -> Block:
    """Table 3: ``rows`` are its three blocks, ``columns`` the five results under each."""
    data = _read("review.toml")
    return Block("", "", tuple(map(_label, data["blocks"])), tuple(map(_label, data["columns"])))


@cache
def narrative() -> dict[str, Any]:
    """What is known of the totals told in prose: ``parts``, ``vetoes`` and ``indicators`` with their patterns."""
    return _read("narrative.toml")


def _cells(table: str, block: Block, forms: tuple[str, ...]) -> list[Indicator]:
    return [
        Indicator(
            code=f"{table}.{row.code}.{column.code}",
            table=table,
            label_zh=" ".join(part for part in (block.article, row.group, row.zh, column.zh) if part),
            label_en=f"{row.en}, {column.en}",
            unit=column.unit,
            forms=tuple(form for form in forms if form in row.forms),
        )
        for row in block.rows
        for column in block.columns
    ]


@cache
def indicators() -> tuple[Indicator, ...]:
    """Every official code of all forms and every narrative one, in printed order, each once."""
    found: dict[str, Indicator] = {}
    every = [cell for block in disclosure() for cell in _cells("disclosure", block, (block.form,))]
    every += _cells("applications", applications(), FORMS)
    every += _cells("review", review(), FORMS)
    for cell in every:
        if cell.code in found:
            first = found[cell.code]
            both = tuple(form for form in FORMS if form in first.forms + cell.forms)
            cell = Indicator(first.code, first.table, first.label_zh, first.label_en, first.unit, both)  # noqa: PLW2901
        found[cell.code] = cell
    for older in list_forms():
        for row in older.rows:
            found[row.code] = Indicator(row.code, older.prefix, row.zh, row.en, row.unit, (older.form,))
    for entry in narrative()["indicators"]:
        found[entry["code"]] = Indicator(entry["code"], "narrative", entry["zh"], entry["en"], entry["unit"], ())
    return tuple(found.values())
