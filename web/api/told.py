"""What the API answers of indicators, of a search, of events, and of the background job."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from reports.derived import ValueState
from storage.errors import BadQuery
from storage.events import recent
from storage.indicators.catalogue import Known, catalogue
from storage.indicators.cells import Page
from storage.indicators.question import Question, ask
from storage.indicators.rows import rows
from storage.indicators.summaries import Summary, by_place, by_year
from storage.records import EventKind
from storage.search.find import find
from storage.status import status
from web.api.endpoints import Asked
from web.api.problems import Problem


def all_indicators(asked: Asked) -> dict[str, Any]:
    known = list(catalogue().values())
    start = asked.values["offset"]
    return asked.page(len(known), [_known(one) for one in known[start : start + asked.values["limit"]]])


def one_indicator(asked: Asked) -> dict[str, Any]:
    question = _question(asked)
    years, whole = by_year(asked.archive, question)
    return {
        **_known(question.indicator),
        "years": [{"year": year, **summary(one)} for year, one in years.items()],
        "all": summary(whole),
    }


def ranking(asked: Asked) -> dict[str, Any]:
    places = by_place(asked.archive, _question(asked), asked.values["level"])
    start = asked.values["offset"]
    items = [
        {"place": one.code, "name": one.name, **summary(one.summary)}
        for one in places[start : start + asked.values["limit"]]
    ]
    return asked.page(len(places), items)


def one_by_one(asked: Asked) -> dict[str, Any]:
    """What each report gives."""
    total, found = rows(asked.archive, _question(asked), Page(asked.values["limit"], asked.values["offset"]))
    items = [
        {
            "county": one.code,
            "name": one.county,
            "year": one.year,
            "value": one.value,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "state": one.state,
            "evidence": one.evidence,
            "document": one.document_id,
            "formula": one.formula,
        }
        for one in found
    ]
    return asked.page(total, items)


def search(asked: Asked) -> dict[str, Any]:
    values = asked.values
    try:
        found = find(
            asked.archive,
            values["q"],
            codes=asked.codes,
            years=None if values["from"] is None and values["to"] is None else asked.years,
            limit=values["limit"],
            offset=values["offset"],
        )
    except BadQuery as error:
        raise Problem(400, str(error), "q") from error
    items = [
        {
            "document": one.document_id,
            "county": one.code,
            "name": one.county,
            "agency": one.agency,
            "year": one.year,
            "state": one.state,
            "title": one.title,
            "url": one.url,
            "section": one.section,
            "snippet": [{"text": text, "found": marked} for text, marked in one.snippet],
        }
        for one in found.hits
    ]
    return {**asked.page(found.total, items), "missing": found.missing}


def events(asked: Asked) -> dict[str, Any]:
    kind: EventKind | None = asked.values["kind"]
    found = recent(asked.archive, asked.values["since"], [kind] if kind else tuple(EventKind))
    start = asked.values["offset"]
    items = [
        {"kind": one.kind, "county": one.code, "year": one.year, "detail": one.detail, "noticed_at": one.noticed_at}
        for one in found[start : start + asked.values["limit"]]
    ]
    return asked.page(len(found), items)


def health(asked: Asked) -> dict[str, Any]:
    """Of the machine itself, no name and no process number: that is for the operator's own commands."""
    now = status(asked.archive, datetime.now(UTC), asked.every)
    return {
        "well": now.is_well,
        "scheduler": now.scheduler,
        "beat_at": now.beat and now.beat.at,
        "watched": now.watched,
        "running": len(now.running),
        "last_run_outcome": now.last_run and now.last_run.outcome,
        "overdue": [{"county": one.code, "due_at": one.at, "reason": one.reason} for one in now.overdue],
        "failing": [{"county": code, "outcome": outcome, "visits": count} for code, outcome, count in now.failing],
        "verified_at": now.verified_at,
        "damages": now.damages,
    }


def summary(one: Summary) -> dict[str, Any]:
    """Each reason for which reports give no number stands apart."""
    return {
        "expected": one.expected,
        "reports": one.reports,
        "numbers": one.numbers,
        "states": {state.value: one.states[state] for state in ValueState},
        "spread": one.spread and asdict(one.spread),
        "pooled": one.pooled,
    }


def _question(asked: Asked) -> Question:
    known = catalogue().get(asked.values["code"])
    if known is None:
        raise Problem(404, "no indicator has this code; /api/indicators lists them", "code")
    return ask(asked.archive, known, asked.codes, asked.years, asked.today)


def _known(one: Known) -> dict[str, Any]:
    derived = one.derived
    told: dict[str, Any] = {
        "code": one.code,
        "table": one.table,
        "name_zh": one.zh,
        "name_en": one.en,
        "unit": one.unit,
        "forms": one.forms,
    }
    if derived is None:
        return {**told, "caveat_zh": None, "caveat_en": None, "formulas": [], "clock": None}
    clock = derived.clock and {"numerator": derived.clock.numerator, "denominator": derived.clock.denominator}
    return {
        **told,
        "caveat_zh": derived.caveat_zh,
        "caveat_en": derived.caveat_en,
        "formulas": [_sums(one.forms, one.numerator, one.denominator) for one in derived.formulas],
        "clock": clock,
    }


def _sums(forms: Sequence[str], numerator: Sequence[str], denominator: Sequence[str]) -> dict[str, Any]:
    return {"forms": forms, "numerator": numerator, "denominator": denominator}
