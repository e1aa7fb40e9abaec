"""The identities of the official tables: what passes, what fails, and what no verdict can be given on."""

import pytest

from benchmarks.checks import measure
from reports import forms
from reports.checks import across_years, check
from reports.model import CellState, Figure, Finding, Outcome

COLUMNS = [column.code for column in forms.applications().columns]
RESULTS = [column.code for column in forms.review().columns]


def number(value: int) -> Figure:
    return Figure(value, str(value), CellState.NUMBER if value else CellState.ZERO)


def figures(form: str = "v2021") -> dict[str, Figure]:
    """A report whose sums are right: 5 new applications and 1 carried in, 4 granted, 2 carried over; 3 reviews."""
    found = {entry.code: number(0) for entry in forms.indicators() if form in entry.forms}
    for row, count in {"new": 5, "carried_in": 1, "granted": 4, "handled_total": 4, "carried_over": 2}.items():
        for column in ("natural_person", "total"):
            found[f"applications.{row}.{column}"] = number(count)
    for result in ("upheld", "total"):
        found[f"review.reconsideration.{result}"] = number(3)
    return found


def outcome(findings: tuple[Finding, ...], name: str, subject: str) -> Finding:
    (finding,) = [finding for finding in findings if (finding.check, finding.subject) == (name, subject)]
    return finding


@pytest.mark.parametrize(("form", "rows"), [("v2019", 23), ("v2021", 25)])
def test_every_identity_of_a_correct_report_passes(form: str, rows: int) -> None:
    found = check(form, figures(form), 2022)
    assert {finding.outcome for finding in found} == {Outcome.PASS}
    assert [finding.check for finding in found] == [
        "T1",
        "T2",
        "T3",
        *(["A1"] * 4 + ["A2"] * 2 if form == "v2019" else ["A4"] * 2),
        "A5",
        *["B1"] * rows,
        *["B2"] * 7,
        *["B3"] * 7,
        *["C1"] * 3,
    ]


@pytest.mark.parametrize(
    ("code", "failing"),
    [
        (
            "applications.granted.business",
            {("B1", "applications.granted"), ("B2", "applications.*.business")},
        ),
        (
            "applications.handled_total.total",
            {("B1", "applications.handled_total"), ("B2", "applications.*.total"), ("B3", "applications.*.total")},
        ),
        ("applications.carried_in.research", {("B1", "applications.carried_in"), ("B3", "applications.*.research")}),
        ("review.litigation_direct.pending", {("C1", "review.litigation_direct")}),
    ],
)
def test_one_wrong_cell_fails_its_row_and_column(code: str, failing: set[tuple[str, str]]) -> None:
    found = check("v2021", {**figures(), code: number(9)}, 2022)
    assert {(finding.check, finding.subject) for finding in found if finding.outcome is Outcome.FAIL} == failing
    assert all("9" in finding.detail for finding in found if finding.outcome is Outcome.FAIL)


def test_the_detail_names_the_cells_and_both_sums() -> None:
    found = check("v2021", {**figures(), "review.reconsideration.corrected": number(2)}, 2022)
    detail = outcome(found, "C1", "review.reconsideration").detail
    assert detail == "reconsideration.upheld 3 + reconsideration.corrected 2 = 5, printed reconsideration.total 3"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (CellState.BLANK, Outcome.NOT_ASSESSABLE),
        (CellState.NOT_APPLICABLE, Outcome.NOT_ASSESSABLE),
        (CellState.MISSING, Outcome.NOT_ASSESSABLE),
        (CellState.TEXT, Outcome.UNCERTAIN),
    ],
)
@pytest.mark.parametrize("column", ["research", "total"])
def test_a_cell_without_a_number_is_not_taken_for_zero(state: CellState, expected: Outcome, column: str) -> None:
    found = check("v2021", {**figures(), f"applications.new.{column}": Figure(None, "?", state)}, 2022)
    finding = outcome(found, "B1", "applications.new")
    assert finding.outcome is expected
    assert f"new.{column}" in finding.detail
    assert outcome(found, "B1", "applications.granted").outcome is Outcome.PASS


def test_no_verdict_on_what_was_read_with_doubt() -> None:
    wrong = {**figures(), "applications.granted.business": number(9)}
    twice = Finding("READ", "applications.granted.business", Outcome.UNCERTAIN, "printed twice")
    found = check("v2021", wrong, 2022, (twice,))
    assert outcome(found, "B1", "applications.granted").outcome is Outcome.UNCERTAIN
    assert outcome(found, "B1", "applications.new").outcome is Outcome.PASS
    assert found[-1] == twice
    extra = Finding("READ", "applications.*", Outcome.UNCERTAIN, "a row of no form")
    found = check("v2021", wrong, 2022, (extra,))
    assert outcome(found, "B1", "applications.granted").outcome is Outcome.FAIL
    assert outcome(found, "B2", "applications.*.business").outcome is Outcome.UNCERTAIN
    assert outcome(found, "B3", "applications.*.business").outcome is Outcome.PASS


def test_lost_tables_are_findings_where_they_are_expected() -> None:
    assert check(None, {}, 2018) == ()
    assert check(None, {}) == ()
    lost = check(None, {"narrative.published_total": number(7)}, 2020)
    assert [(finding.check, finding.outcome) for finding in lost] == [
        (t, Outcome.NOT_ASSESSABLE) for t in ("T1", "T2", "T3")
    ]
    assert lost[1].detail == "table 2 not found in the text"
    part = {code: figure for code, figure in figures().items() if code.startswith("review.")}
    assert [finding.outcome for finding in check(None, part)[:3]] == [Outcome.NOT_ASSESSABLE] * 2 + [Outcome.PASS]


# --- Soft checks: a reason to look ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "changed", "failing"),
    [
        ("v2021", {"disclosure.regulations.in_force": 2}, {("A5", "disclosure.regulations")}),
        ("v2021", {"disclosure.normative_documents.made": 3}, {("A4", "disclosure.normative_documents")}),
        ("v2019", {"disclosure.normative_documents.newly_disclosed": 3}, {("A2", "disclosure.normative_documents")}),
        ("v2019", {"disclosure.permits.change": -4}, {("A1", "disclosure.permits")}),
        ("v2021", {"narrative.applications_received": 5}, set()),
        ("v2021", {"narrative.applications_received": 6}, set()),
        ("v2021", {"narrative.applications_received": 2}, {("B6", "applications.new.total")}),
    ],
)
def test_what_may_be_right_is_soft(form: str, changed: dict[str, int], failing: set[tuple[str, str]]) -> None:
    found = check(form, figures(form) | {code: number(value) for code, value in changed.items()}, 2022)
    failed = [finding for finding in found if finding.outcome is Outcome.FAIL]
    assert {(finding.check, finding.subject) for finding in failed} == failing
    assert all(finding.soft for finding in failed)


def test_the_lists_of_the_older_forms() -> None:
    rows = {f"stat.requests.received.{way}": number(2) for way in ("in_person", "fax", "online", "letter")}
    found = check("v2014", rows | {"stat.requests.received": number(9)}, 2016)
    finding = outcome(found, "D1", "stat.requests.received")
    assert (finding.outcome, finding.soft) == (Outcome.FAIL, True)
    assert outcome(found, "D6", "stat.staff").outcome is Outcome.NOT_ASSESSABLE
    assert not [one for one in found if one.check.startswith("T")]


def test_two_years_of_one_agency() -> None:
    earlier, later = figures(), figures()
    assert {f.outcome for f in across_years(earlier, later | {"applications.carried_in.total": number(2)})} == {
        Outcome.PASS
    }
    found = across_years(earlier, later | {"disclosure.normative_documents.in_force": number(7)})
    failed = [(one.check, one.subject, one.soft) for one in found if one.outcome is Outcome.FAIL]
    assert failed == [
        ("A3", "disclosure.normative_documents", True),
        ("B5", "applications.carried_in.total", True),
    ]
    assert across_years({}, later) == ()


def test_a_fingerprint_changes_with_the_cells_alone() -> None:
    broken = figures() | {"review.reconsideration.total": number(9)}
    first = outcome(check("v2021", broken, 2022), "C1", "review.reconsideration")
    elsewhere = check("v2021", broken | {"disclosure.permits.decisions": number(4)}, 2022)
    assert outcome(elsewhere, "C1", "review.reconsideration").fingerprint == first.fingerprint
    other = check("v2021", broken | {"review.reconsideration.total": number(8)}, 2022)
    assert outcome(other, "C1", "review.reconsideration").fingerprint != first.fingerprint


def test_every_fault_is_found_and_none_besides() -> None:
    every = measure(seed=7, reports=60)["all"]
    assert (every["faults"], every["found"], every["besides"], every["failing"]) == (60, 60, 0, 0)
