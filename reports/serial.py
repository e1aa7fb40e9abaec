"""A reading as JSON: the object that ``scrapy normalize`` prints and that exports carry."""

from dataclasses import asdict
from typing import Any

from reports.model import Report


def to_json(report: Report) -> dict[str, Any]:
    """Plain values only, in a fixed order of fields; lists keep the document's order."""
    return {
        "agency": report.agency,
        "agency_kind": report.agency_kind.value,
        "county_code": report.county_code,
        "year": report.year,
        "title": report.title,
        "published_at": report.published_at,
        "published_from": report.published_from,
        "index_number": report.index_number,
        "source": report.source,
        "site_id_code": report.site_id_code,
        "form": report.form,
        "content_kind": report.content_kind.value,
        "needs_review": report.needs_review,
        "review": list(report.review),
        "sections": [{"ordinal": s.ordinal, "heading": s.heading, "text": s.text} for s in report.sections],
        "figures": {
            code: {"value": figure.value, "raw": figure.raw, "state": figure.state.value, "note": figure.note}
            | ({"origin": figure.origin._asdict()} if figure.origin else {})
            for code, figure in report.figures.items()
        },
        "tables": [
            {
                "name": table.name,
                "form": table.form,
                "confidence": table.confidence,
                "blocks": [{"block": place, **asdict(source)} for place, source in table.blocks],
            }
            for table in report.tables
        ],
        "findings": [
            {"check": f.check, "subject": f.subject, "outcome": f.outcome.value, "detail": f.detail, "soft": f.soft}
            | {"fingerprint": f.fingerprint}
            for f in report.findings
        ],
        "repairs": dict(report.repairs),
        "attachments": [{"url": link.url, "name": link.name} for link in report.attachments],
        "images": [{"url": link.url, "name": link.name} for link in report.images],
        "charset": report.charset,
        "parser": report.parser,
    }
