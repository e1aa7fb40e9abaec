"""All indicators that can be asked for: the cells of the official forms, totals told in prose, and derived shares."""

from dataclasses import dataclass
from functools import cache

from reports.derived import Derived, derived
from reports.forms import indicators

SHARES = "share"  # the table of derived indicators


@dataclass(frozen=True, slots=True)
class Known:
    """One indicator; ``table`` is the first word of its code, ``unit`` is count, yuan, 10k_yuan or share.

    ``forms`` have its cell, or what it is derived from; none for totals told in prose and what the calendar tells.
    """

    code: str
    table: str
    zh: str
    en: str
    unit: str
    forms: tuple[str, ...]
    derived: Derived | None = None


@cache
def catalogue() -> dict[str, Known]:
    """By code: the derived ones, then the official ones in printed order."""
    shares = [
        Known(one.code, SHARES, one.zh, one.en, "share", tuple(f for each in one.formulas for f in each.forms), one)
        for one in derived().values()
    ]
    official = [Known(one.code, one.table, one.label_zh, one.label_en, one.unit, one.forms) for one in indicators()]
    return {one.code: one for one in (*shares, *official)}
