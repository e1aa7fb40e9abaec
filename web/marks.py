"""Findings on the cells they speak of: which cell bears the sign, and which others it rests on."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from reports.model import Outcome
from storage.models import FindingRow

# The row or column that bears the sign, where it is no total: of a column of table 2; of last year's items and change.
_MAIN = {"B2": "handled_total", "B3": "handled_total", "A1": "decisions"}


class Mark(NamedTuple):
    """A finding on a cell; ``main`` where the sign stands, on the others it rests."""

    kind: str  # fail, soft, doubt
    position: int  # of the finding
    check: str
    main: bool


class Marks:
    """The findings of a reading that leave something to look at."""

    def __init__(self, findings: Sequence[FindingRow], codes: Collection[str]) -> None:
        self._on: dict[str, list[Mark]] = {}
        for finding in findings:
            kind = kind_of(finding)
            if kind in ("fail", "soft", "doubt"):
                touched = [code for code in codes if concerns(finding.subject, code)]
                main = _main(finding, touched)
                for code in touched:
                    mark = Mark(kind, finding.position, finding.check_code, code == main)
                    self._on.setdefault(code, []).append(mark)

    def on(self, code: str) -> tuple[Mark, ...]:
        """What is found on a cell, the worst first."""
        return tuple(sorted(self._on.get(code, ()), key=lambda mark: (mark.kind != "fail", not mark.main)))


def kind_of(finding: FindingRow) -> str:
    """How a finding is to be shown: fail, soft (a failure that a correct report may have), doubt, open, pass."""
    if finding.outcome is Outcome.FAIL:
        return "soft" if finding.soft else "fail"
    return {Outcome.UNCERTAIN: "doubt", Outcome.NOT_ASSESSABLE: "open"}.get(finding.outcome, "pass")


def concerns(subject: str, code: str) -> bool:
    """Whether a finding on this subject is about this cell; one on a whole table is about none in particular."""
    if "." not in subject:
        return False
    if "*" in subject:
        pattern = ".+".join(map(re.escape, subject.split("*")))
        return re.fullmatch(pattern, code) is not None
    return code == subject or code.startswith(f"{subject}.")


def _main(finding: FindingRow, touched: Sequence[str]) -> str | None:
    """The sum among the cells; else the subject itself, else the first cell."""
    wanted = _MAIN.get(finding.check_code, "total")
    return next((code for code in touched if f".{wanted}." in f"{code}."), touched[0] if touched else None)
