"""What the API answers of counties, of the matrix, and of reports with everything in them."""

from typing import Any

from reports.divisions import Division, counties
from reports.model import Figure
from storage.amendments import Amendment
from storage.coverage import coverage
from storage.models import Reading, Version
from storage.places import place
from storage.publications import publications
from storage.showing import Shown, show
from web.api.endpoints import Asked
from web.api.problems import Problem
from web.areas import county


def all_counties(asked: Asked) -> dict[str, Any]:
    codes = asked.codes
    found = [one for one in counties() if codes is None or one.code in set(codes)]
    start = asked.values["offset"]
    return asked.page(len(found), [_county(one) for one in found[start : start + asked.values["limit"]]])


def one_county(asked: Asked) -> dict[str, Any]:
    found = county(asked.values["county"])
    if found is None:
        raise Problem(404, "no county has this code, or had it", "county")
    known = place(asked.archive, found.code)
    visit = known.visit
    return {
        **_county(found),
        "home": known.home,
        "family": known.family,
        "column": known.column_url,
        "last_visit": visit and {"outcome": visit.outcome, "detail": visit.detail, "at": visit.finished_at},
    }


def matrix(asked: Asked) -> dict[str, Any]:
    codes = asked.codes or [one.code for one in counties()]
    start = asked.values["offset"]
    chosen = codes[start : start + asked.values["limit"]]
    rows = coverage(asked.archive, chosen, asked.years, asked.today) if chosen and asked.years else []
    items = [
        {
            "county": row.code,
            "name": row.county,
            "years": [
                {
                    "year": cell.year,
                    "state": cell.evidence,
                    "clock": cell.clock,
                    "detail": cell.detail,
                    "failed_checks": cell.failed,
                }
                for cell in row.cells
            ],
        }
        for row in rows
    ]
    return asked.page(len(codes), items)


def all_reports(asked: Asked) -> dict[str, Any]:
    values = asked.values
    total, found = publications(
        asked.archive, asked.codes, asked.years, values["state"], values["limit"], values["offset"]
    )
    items = [
        {
            "document": one.document_id,
            "county": one.code,
            "name": one.county,
            "year": one.year,
            "state": one.evidence,
            "clock": one.clock,
            "title": one.title,
            "published_at": one.published_at,
            "failed_checks": one.failed,
        }
        for one in found
    ]
    return asked.page(total, items)


def one_report(asked: Asked) -> dict[str, Any]:
    shown = show(asked.archive, asked.values["document"], asked.values["version"])
    if shown is None:
        raise Problem(404, "no document has this number, or it has no such version", "document")
    return {
        "document": shown.held.document_id,
        "county": shown.held.county_code,
        "name": shown.county,
        "kind": shown.held.kind,
        "year": shown.held.year,
        "counts": shown.counts,
        "url": shown.url,
        "first_seen": shown.first_seen,
        "withdrawn": shown.held.withdrawn is not None,
        "doubts": shown.held.review,
        "version": shown.version.number,
        "versions": [_version(one, shown) for one in shown.versions],
        "reading": _reading(shown.reading),
        "sections": [{"ordinal": one.ordinal, "heading": one.heading, "text": one.text} for one in shown.sections],
        "figures": {code: _figure(figure) for code, figure in shown.figures.items()},
        "findings": [
            {
                "check": one.check_code,
                "subject": one.subject,
                "outcome": one.outcome,
                "soft": one.soft,
                "detail": one.detail,
            }
            for one in shown.findings
        ],
        "amendments": [_amendment(one) for one in shown.amendments],
    }


def _county(one: Division) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "province": one.province,
        "prefecture": one.city or None,
        "former_codes": one.old_codes,
        "former_names": one.old_names,
        "founded": one.founded,
        "abolished": one.abolished,
    }


def _version(one: Version, shown: Shown) -> dict[str, Any]:
    return {
        "number": one.number,
        "fingerprint": one.fingerprint,
        "first_seen": one.first_seen,
        "last_seen": one.last_seen,
        "current": one.id == shown.current.id,
    }


def _reading(one: Reading) -> dict[str, Any]:
    """The reading with the capture of the bytes that it was made of."""
    capture = one.read_capture
    return {
        "title": one.title,
        "agency": one.agency,
        "parser": one.parser,
        "read_at": one.read_at,
        "form": one.form,
        "content": one.content_kind,
        "published_at": one.published_at,
        "capture": {
            "url": capture.url,
            "fetched_at": capture.fetched_at,
            "warc_file": capture.warc_file,
            "warc_offset": capture.warc_offset,
            "payload_sha256": capture.payload_sha256,
        },
    }


def _figure(one: Figure) -> dict[str, Any]:
    return {"value": one.value, "state": one.state, "raw": one.raw, "note": one.note}


def _amendment(one: Amendment) -> dict[str, Any]:
    return {
        "from": one.before.number,
        "to": one.after.number,
        "figures": [
            {
                "code": change.code,
                "change": change.change,
                "before": change.before and _figure(change.before),
                "after": change.after and _figure(change.after),
            }
            for change in one.figures
        ],
        "text": one.text,
    }
