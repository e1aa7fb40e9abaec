"""An export is no larger in memory than the figures of a few counties, however many there are."""

import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from reports.divisions import counties
from reports.model import AgencyKind, CellState
from storage.database import Archive
from storage.exports.tables import Scope, rows_of
from storage.exports.write import TABLES, consistent
from storage.models import Agency, Document, FigureRow, Indicator, Portal, Reading, ReportRow, Version
from tests.storage_samples import MEI, Crawl, new_archive, report

TODAY = date(2025, 9, 1)


def test_nothing_grows_with_the_number_of_rows(tmp_path: Path) -> None:
    """Two hundred thousand figures, of which no more than those of a few counties are in memory."""
    archive = new_archive(tmp_path)
    crawl = Crawl(archive)
    crawl.document(report(figures={}))
    codes = [county.code for county in counties()[:80]]
    with archive.write() as session:
        _multiply(session, codes)
    peaks = [_peak(archive, tuple(codes[:number])) for number in (20, 80)]
    crawl.writer.close()
    archive.close()
    assert peaks[1][0] == 80 * 14 * 180 == 201_600
    assert peaks[1][1] < peaks[0][1] * 1.3 + 1_000_000


def _multiply(session: Any, codes: list[str]) -> None:
    """A report with 180 figures for each of these counties and fourteen years, as the one that is there."""
    indicators = [number for (number,) in session.query(Indicator.id).order_by(Indicator.id).limit(180)]
    plain = {model: dict(session.query(model).limit(1).one().__dict__) for model in (Document, Version, Reading)}
    for one in plain.values():
        one.pop("_sa_instance_state")
    session.execute(
        insert(Portal), [{"code": code, "home": "http://x.test/", "notes": ""} for code in codes if code != MEI]
    )
    row = 100
    rows: dict[Any, list[dict[str, Any]]] = {
        model: [] for model in (Agency, ReportRow, Document, Version, Reading, FigureRow)
    }
    for agency, code in enumerate(codes, 100):
        rows[Agency].append({"id": agency, "county_code": code, "name": code, "kind": AgencyKind.GOVERNMENT})
        for year in range(2008, 2022):
            row += 1
            rows[ReportRow].append({"id": row, "agency_id": agency, "year": year})
            url = f"http://x.test/{row}"
            rows[Document].append(plain[Document] | {"id": row, "report_id": row, "portal_code": code, "url": url})
            rows[Version].append(plain[Version] | {"id": row, "document_id": row})
            rows[Reading].append(plain[Reading] | {"id": row, "version_id": row, "year": year, "county_code": code})
            told = {"value": 1, "raw": "1", "state": CellState.NUMBER}
            rows[FigureRow] += [{"reading_id": row, "indicator_id": indicator} | told for indicator in indicators]
    for model, some in rows.items():
        session.execute(insert(model), some)


def _peak(archive: Archive, codes: tuple[str, ...]) -> tuple[int, int]:
    """How many figures these counties have, and how much memory it took to see all of them."""
    scope = Scope(codes, tuple(range(2008, 2022)), TODAY)
    with consistent(archive) as session:
        tracemalloc.start()
        number = sum(1 for _ in rows_of(session, TABLES["figures"], scope, lambda *_: None))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return number, peak
