"""The older forms as data: lists of rows with one value each, 2014–2018 (``v2014``) and before (``v2008``)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from reports import labels

OLDER = ("v2014", "v2008")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its code, official wording, and the keys it is known by; ``number`` is a printed code of its own.

    ``under`` is the row or chapter above it that must have come last, where the label stands in several places.
    """

    code: str
    zh: str
    en: str
    keys: tuple[str, ...]
    unit: str
    number: str
    under: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Cells that must have one sum (``=``), or of which the left sum must not be the larger (``<=``).

    ``soft`` where the form is known by hearsay, or a correct report may break it; ``whole_column`` where every row
    between others is added up, named or not.
    """

    check: str
    subject: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    relation: str = "="
    soft: bool = True
    whole_column: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ListForm:
    """One form: ``chapters`` are the keys of headings without a value, with the code they stand for."""

    prefix: str
    form: str
    title: str
    rows: tuple[Row, ...]
    chapters: dict[str, str]
    identities: tuple[Identity, ...]


@cache
def list_forms() -> tuple[ListForm, ...]:
    """The statistics form of 2014–2018 and the local annex of 2008–2013."""
    return _form("statistics.toml"), _form("annex.toml")


def _form(name: str) -> ListForm:
    data: dict[str, Any] = tomllib.loads(resources.files("reports.forms").joinpath(name).read_text("utf-8"))
    prefix = data["prefix"]

    def codes(names: list[str]) -> tuple[str, ...]:
        return tuple(f"{prefix}.{one}" for one in names)

    rows = tuple(
        Row(
            code=f"{prefix}.{entry['code']}",
            zh=entry["zh"],
            en=entry["en"],
            keys=tuple(dict.fromkeys(labels.key(one) for one in (entry["zh"], *entry.get("variants", [])))),
            unit=entry.get("unit", "count"),
            number=entry.get("number", ""),
            under=f"{prefix}.{entry['under']}" if "under" in entry else "",
        )
        for entry in data["rows"]
    )
    identities = tuple(
        Identity(
            check=entry["check"],
            subject=f"{prefix}.{entry['subject']}",
            left=codes(entry["left"]),
            right=codes(entry["right"]),
            relation=entry.get("relation", "="),
            soft=entry.get("soft", True),
        )
        for entry in data["identities"]
    )
    chapters = {labels.key(entry["zh"]): f"{prefix}.{entry['code']}" for entry in data["chapters"]}
    return ListForm(prefix, data["form"], data["title"], rows, chapters, identities)
