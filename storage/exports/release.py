"""``export_release``: a data package that can be cited: with a version, digests of all parts, and what changed."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database import Archive
from storage.errors import ArchiveError
from storage.exports.changes import Change, changes
from storage.exports.formats.csv import BOM, as_it_was, harmless
from storage.exports.package import About, digest, fill_package
from storage.exports.tables import Scope
from storage.exports.target import new_folder
from storage.exports.write import Tell, consistent
from storage.models import WarcFile

MANIFEST = "MANIFEST.sha256"
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,63}")
_SHOWN = 200  # changes in CHANGES.md; the file beside it has all
_KINDS = {
    "added": "reports added 新增",
    "changed": "values changed 改动",
    "withdrawn": "reports withdrawn by their portals 撤下",
    "gone": "reports no longer counted 不再计入",
    "state": "years without a report whose state of evidence changed 存档状态变化",
}


def export_release(
    archive: Archive, scope: Scope, target: Path, about: About, previous: Path | None, tell: Tell
) -> dict[str, int]:
    """Write a release to a new folder; how many rows each table has. The same archive and day give the same bytes.

    ``previous`` is the folder of the release before it. Raises ``FileExistsError``, and ``ArchiveError`` where that
    folder holds none.
    """
    before = None if previous is None else _version_of(previous)
    if not _VERSION.fullmatch(about.version):
        raise ArchiveError(f"the version is {about.version!r}; write letters, digits, dots and dashes, as in 2026.1")
    if before == about.version:
        raise ArchiveError(f"{previous} is version {before} too; give this one another")
    with new_folder(target) as folder, consistent(archive) as session:
        rows = fill_package(session, scope, folder, "csv", about, tell)
        _write_changes(folder, about, previous, before)
        (folder / "CITATION.cff").write_text(_citation(about, scope), encoding="utf-8")
        (folder / MANIFEST).write_text("\n".join((*_manifest(session, folder), "")), encoding="utf-8")
    return rows


def _version_of(previous: Path) -> str:
    try:
        return str(json.loads((previous / "datapackage.json").read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{previous} holds no data release: {error}") from error


def _write_changes(folder: Path, about: About, previous: Path | None, before: str | None) -> None:
    """``changes.csv`` with every change, and ``CHANGES.md`` with their number and the first of them."""
    counts: Counter[str] = Counter()
    shown: list[Change] = []
    with (folder / "changes.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(BOM)
        writer = csv.writer(file)
        writer.writerow(Change._fields)
        for change in changes(previous, folder) if previous else ():
            counts[change.change] += 1
            if len(shown) < _SHOWN:
                shown.append(change)
            told = (change.column, *(_guarded(value) for value in (change.before, change.after)))
            writer.writerow((change.county_code, change.county, change.year, change.change, *told))
    text = "\n".join(_told(about, previous, before, counts, shown))
    (folder / "CHANGES.md").write_text(f"{text}\n", encoding="utf-8")


def _guarded(value: str) -> str:
    """A cell of a panel, made harmless once; a number below 0 is no formula."""
    return value if re.fullmatch(r"-?[\d.]+", value) else harmless(as_it_was(value))


def _told(
    about: About, previous: Path | None, before: str | None, counts: Counter[str], shown: list[Change]
) -> Iterator[str]:
    yield f"# {about.version}\n"
    if previous is None:
        yield "The first release, or one without a release before it to compare with. 首次发布。"
        return
    seal = previous / MANIFEST
    known = f" (its {MANIFEST} has the SHA-256 {digest(seal)})" if seal.is_file() else ""
    yield f"Since {before}{known}; every change is in changes.csv. 与 {before} 相比；全部变化见 changes.csv。\n"
    for kind, words in _KINDS.items():
        yield f"- {words}: {counts[kind]:,}"
    if not shown:
        return
    yield "\n| county | year | | column | before | after |\n|---|---|---|---|---|---|"
    for one in shown:
        values = (_cell(value) for value in (one.column, one.before, one.after))
        yield f"| {one.county_code} {_cell(one.county)} | {one.year} | {one.change} | {' | '.join(values)} |"
    if counts.total() > len(shown):
        yield f"\n… and {counts.total() - len(shown):,} more in changes.csv."


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|") or "(empty)"


def _citation(about: About, scope: Scope) -> str:
    """Citation File Format 1.2.0; a JSON string is a YAML one."""
    told = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below, and the portals' reports by their addresses.",
        "type": "dataset",
        "title": about.title,
        "version": about.version,
        "date-released": scope.today.isoformat(),
        "abstract": (
            "Yearly government information disclosure reports of China's county-level governments: every official "
            "figure with its state, checks and source, and for every missing report what is known of it."
        ),
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in told.items()]
    lines += ["authors:", f"  - name: {json.dumps('Gongkai Archive contributors')}", "keywords:"]
    lines += [f"  - {word}" for word in ("政府信息公开", "年度报告", "open government information", "China")]
    return "\n".join((*lines, ""))


def _manifest(session: Session, folder: Path) -> Iterator[str]:
    """Lines that ``sha256sum -c`` reads, and as a remark the seal of all WARC files of the archive."""
    last = session.scalars(select(WarcFile).order_by(WarcFile.number.desc()).limit(1)).first()
    if last is None:
        yield "# WARC manifest: no file is sealed"
    else:
        yield f"# WARC manifest: {last.number} files, chain {last.chain}"
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        yield f"{digest(path)}  {path.relative_to(folder).as_posix()}"
