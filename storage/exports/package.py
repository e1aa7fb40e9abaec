"""``export_package``: all tables with their codebook as a Data Package (Frictionless), in a folder of its own."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from storage.database import Archive
from storage.exports.codebook import CODEBOOK
from storage.exports.explained import codebook_text
from storage.exports.tables import Field, Scope, Table
from storage.exports.target import new_folder
from storage.exports.write import TABLES, Tell, consistent, write_table

FORMATS = ("csv", "parquet")
LICENCE = (
    "The figures are facts from documents that county governments published under the Regulations on Open Government "
    "Information (State Council Order 711). No licence is claimed or given for them, since they are not ours; what "
    "the law says of such documents: see docs/legal.md of the software. Its licence, Apache-2.0, covers its code alone."
)
SOURCES = (
    {"title": "Portals of China's county governments; each row has the address it was read from (column url)"},
    {"title": "中华人民共和国政府信息公开条例 (State Council Order 711): articles 49 and 50, the yearly report"},
    {"title": "国办公开办函〔2019〕60号, 国办公开办函〔2021〕30号, 国办发〔2014〕32号: the official forms"},
)
# Which table's key the first columns of a table's key are.
_REFERS = {"panel": "coverage", "figures": "reports", "findings": "reports", "reports": "coverage"}


@dataclass(frozen=True, slots=True)
class About:
    """What a package says of itself."""

    name: str
    title: str
    version: str
    software: str


def export_package(
    archive: Archive, scope: Scope, target: Path, file_format: str, about: About, tell: Tell
) -> dict[str, int]:
    """Write a data package to a new folder; how many rows each table has.

    Raises ``FileExistsError``, and ``ArchiveError`` where a format's library is missing.
    """
    with new_folder(target) as folder, consistent(archive) as session:
        return fill_package(session, scope, folder, file_format, about, tell)


def fill_package(
    session: Session, scope: Scope, folder: Path, file_format: str, about: About, tell: Tell
) -> dict[str, int]:
    """Write the files of a data package into this folder."""
    (folder / "data").mkdir()
    rows: dict[str, int] = {}
    resources = []
    for table in (*TABLES.values(), CODEBOOK):
        kind = "csv" if table is CODEBOOK else file_format
        path = Path("codebook.csv") if table is CODEBOOK else Path("data", f"{table.name}.{kind}")
        rows[table.name] = write_table(session, table, scope, folder / path, kind, tell)
        resources.append(_resource(table, folder, path, kind))
    (folder / "CODEBOOK.md").write_text(codebook_text([*TABLES.values(), CODEBOOK]), encoding="utf-8")
    description = json.dumps(_package(scope, about, resources), ensure_ascii=False, indent=1)
    (folder / "datapackage.json").write_text(f"{description}\n", encoding="utf-8")
    return rows


def digest(path: Path) -> str:
    """A file's sha256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _package(scope: Scope, about: About, resources: list[dict[str, Any]]) -> dict[str, Any]:
    years = f"{min(scope.years)}–{max(scope.years)}"
    return {
        "profile": "data-package",
        "name": about.name,
        "title": about.title,
        "description": (
            "Yearly government information disclosure reports (政府信息公开工作年度报告) of "
            f"{len(scope.codes):,} county-level divisions of China, {years}: every official figure, with the state of "
            "every cell, the checks it went through and the bytes it was read from; and of every report that is "
            "missing, what is known of it. 中国县级人民政府政府信息公开工作年度报告数据。"
        ),
        "version": about.version,
        "created": f"{scope.today}T00:00:00+08:00",
        "software": about.software,
        "keywords": ["政府信息公开", "年度报告", "open government information", "China", "counties"],
        "sources": list(SOURCES),
        "licence_note": LICENCE,
        "resources": resources,
    }


def _resource(table: Table, folder: Path, path: Path, kind: str) -> dict[str, Any]:
    file = folder / path
    told: dict[str, Any] = {
        "name": table.name,
        "path": path.as_posix(),
        "title": table.zh,
        "description": f"{table.en}. {table.zh}。",
        "profile": "tabular-data-resource",
        "format": kind,
        "mediatype": "text/csv" if kind == "csv" else "application/vnd.apache.parquet",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{digest(file)}",
    }
    if kind == "csv":
        told |= {"encoding": "utf-8", "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"'}}
    return told | {"schema": _schema(table)}


def _schema(table: Table) -> dict[str, Any]:
    refers = _REFERS.get(table.name)
    keys: list[dict[str, Any]] = []
    if refers:
        theirs = list(TABLES[refers].key)
        keys.append({"fields": theirs, "reference": {"resource": refers, "fields": theirs}})
    if table.name == "figures":
        keys.append({"fields": ["indicator"], "reference": {"resource": CODEBOOK.name, "fields": ["code"]}})
    schema: dict[str, Any] = {
        "fields": [_field(one, key=one.name in table.key) for one in table.fields],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    return schema | ({"foreignKeys": keys} if keys else {})


def _field(field: Field, *, key: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": field.name,
        "type": field.kind.value,
        "title": field.zh,
        "description": f"{field.en}. {field.zh}",
    }
    constraints: dict[str, Any] = {"required": True} if key else {}
    if field.among:
        constraints["enum"] = [str(one) for one in field.among]
    return told | ({"constraints": constraints} if constraints else {})
