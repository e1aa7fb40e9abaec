"""The shapes of the API's answers as JSON Schema: what each has, all of it always there, and nothing else."""

from typing import Any

from reports.derived import ValueState
from reports.model import AgencyKind, CellState, ContentKind, Outcome
from reports.states import Clock, Evidence, VisitOutcome
from storage.differences import Change
from storage.records import EventKind, RunOutcome

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
TRUE: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
CODE: Schema = {"type": "string", "pattern": "^[0-9]{6}$"}


def _has(**properties: Schema) -> Schema:
    named = {name.removesuffix("_"): schema for name, schema in properties.items()}  # "from" is a word of Python's
    return {"type": "object", "properties": named, "required": list(named), "additionalProperties": False}


def _many(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _or_null(of: Schema) -> Schema:
    return {"anyOf": [of, {"type": "null"}]}


def _one_of(kinds: Any) -> Schema:
    return {"type": "string", "enum": [kind.value for kind in kinds]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _paged(of: str, **more: Schema) -> Schema:
    return _has(total=COUNT, limit=COUNT, offset=COUNT, next=_or_null(TEXT), items=_many(_ref(of)), **more)


_COUNTY = {
    "code": CODE,
    "name": TEXT,
    "province": TEXT,
    "prefecture": _or_null(TEXT),
    "former_codes": _many(CODE),
    "former_names": _many(TEXT),
    "founded": _or_null(WHOLE),
    "abolished": _or_null(WHOLE),
}
_SUMMARY = {
    "expected": COUNT,
    "reports": COUNT,
    "numbers": COUNT,
    "states": _has(**{state.value: COUNT for state in ValueState}),
    "spread": _or_null(_ref("Spread")),
    "pooled": _or_null(NUMBER),
}
_INDICATOR = {
    "code": TEXT,
    "table": TEXT,
    "name_zh": TEXT,
    "name_en": TEXT,
    "unit": TEXT,
    "forms": _many(TEXT),
    "caveat_zh": _or_null(TEXT),
    "caveat_en": _or_null(TEXT),
    "formulas": _many(_has(forms=_many(TEXT), numerator=_many(TEXT), denominator=_many(TEXT))),
    "clock": _or_null(_has(numerator=_many(_one_of(Clock)), denominator=_many(_one_of(Clock)))),
}
_HELD = {"document": WHOLE, "county": CODE, "name": TEXT, "year": WHOLE}

SCHEMAS: dict[str, Schema] = {
    "OpenAPI": {"type": "object"},
    "Problem": {
        "type": "object",
        "description": "RFC 9457; parameter names what is wrong with the question.",
        "properties": {"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT, "parameter": TEXT},
        "required": ["type", "title", "status", "detail"],
        "additionalProperties": False,
    },
    "County": _has(**_COUNTY),
    "Counties": _paged("County"),
    "CountyWithPortal": _has(
        **_COUNTY,
        home=_or_null(TEXT),
        family=_or_null(TEXT),
        column=_or_null(TEXT),
        last_visit=_or_null(_has(outcome=_one_of(VisitOutcome), detail=TEXT, at=INSTANT)),
    ),
    "Cell": _has(year=WHOLE, state=_one_of(Evidence), clock=_one_of(Clock), detail=TEXT, failed_checks=COUNT),
    "CountyYears": _has(county=CODE, name=TEXT, years=_many(_ref("Cell"))),
    "Coverage": _paged("CountyYears"),
    "ReportInBrief": _has(
        **_HELD,
        state=_one_of(Evidence),
        clock=_one_of(Clock),
        title=_or_null(TEXT),
        published_at=_or_null(TEXT),
        failed_checks=COUNT,
    ),
    "Reports": _paged("ReportInBrief"),
    "Figure": _has(value=_or_null(NUMBER), state=_one_of(CellState), raw=TEXT, note=TEXT),
    "Version": _has(number=WHOLE, fingerprint=TEXT, first_seen=INSTANT, last_seen=INSTANT, current=TRUE),
    "Capture": _has(url=TEXT, fetched_at=INSTANT, warc_file=TEXT, warc_offset=COUNT, payload_sha256=TEXT),
    "Reading": _has(
        title=TEXT,
        agency=_or_null(TEXT),
        parser=TEXT,
        read_at=INSTANT,
        form=_or_null(TEXT),
        content=_one_of(ContentKind),
        published_at=_or_null(TEXT),
        capture=_ref("Capture"),
    ),
    "Amendment": _has(
        from_=WHOLE,
        to=WHOLE,
        figures=_many(
            _has(
                code=TEXT,
                change=_one_of(Change),
                before=_or_null(_ref("Figure")),
                after=_or_null(_ref("Figure")),
            )
        ),
        text=_many(TEXT),
    ),
    "Report": _has(
        **_HELD | {"year": _or_null(WHOLE)},
        kind=_one_of(AgencyKind),
        counts=TRUE,
        url=TEXT,
        first_seen=INSTANT,
        withdrawn=TRUE,
        doubts=_many(TEXT),
        version=WHOLE,
        versions=_many(_ref("Version")),
        reading=_ref("Reading"),
        sections=_many(_has(ordinal=WHOLE, heading=TEXT, text=TEXT)),
        figures={"type": "object", "additionalProperties": _ref("Figure")},
        findings=_many(_has(check=TEXT, subject=TEXT, outcome=_one_of(Outcome), soft=TRUE, detail=TEXT)),
        amendments=_many(_ref("Amendment")),
    ),
    "Indicator": _has(**_INDICATOR),
    "Indicators": _paged("Indicator"),
    "Spread": _has(n=COUNT, **dict.fromkeys(("minimum", "lower", "median", "upper", "maximum", "mean"), NUMBER)),
    "Summary": _has(**_SUMMARY),
    "IndicatorByYear": _has(**_INDICATOR, years=_many(_has(year=WHOLE, **_SUMMARY)), all=_ref("Summary")),
    "PlaceSummary": _has(place=TEXT, name=TEXT, **_SUMMARY),
    "Ranking": _paged("PlaceSummary"),
    "IndicatorRow": _has(
        **_HELD | {"document": _or_null(WHOLE)},
        **dict.fromkeys(("value", "numerator", "denominator"), _or_null(NUMBER)),
        state=_one_of(ValueState),
        evidence=_one_of(Evidence),
        formula=_or_null(COUNT),
    ),
    "IndicatorRows": _paged("IndicatorRow"),
    "Hit": _has(
        **_HELD | {"year": _or_null(WHOLE)},
        agency=TEXT,
        state=_or_null(_one_of(Evidence)),
        title=TEXT,
        url=TEXT,
        section=TEXT,
        snippet=_many(_has(text=TEXT, found=TRUE)),
    ),
    "Hits": _paged("Hit", missing=COUNT),
    "Event": _has(
        kind=_one_of(EventKind), county=_or_null(CODE), year=_or_null(WHOLE), detail=TEXT, noticed_at=INSTANT
    ),
    "Events": _paged("Event"),
    "Health": _has(
        well=TRUE,
        scheduler=TEXT,
        beat_at=_or_null(INSTANT),
        watched=COUNT,
        running=COUNT,
        last_run_outcome=_or_null(_one_of(RunOutcome)),
        overdue=_many(_has(county=CODE, due_at=INSTANT, reason=TEXT)),
        failing=_many(_has(county=CODE, outcome=TEXT, visits=COUNT)),
        verified_at=_or_null(INSTANT),
        damages=COUNT,
    ),
}
