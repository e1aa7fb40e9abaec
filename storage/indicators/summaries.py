"""An indicator by year and by place: how its numbers are spread, and how many reports give none and why."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, func, select

from reports.derived import COMPUTED, ValueState
from reports.divisions import by_code
from reports.states import Evidence
from storage.counting import within
from storage.database import Archive
from storage.indicators.cells import cells, told
from storage.indicators.question import Question
from storage.indicators.spread import Spread, spread
from storage.models import StandingRow
from storage.settled import settlement

_REMEMBERED = 256  # answers of some kB each, a day's indicators for all who look


@dataclass(slots=True)
class Summary:
    """What the reports of one year, or of one place, give for an indicator.

    ``expected`` are the county-years in which the county existed, ``reports`` those of them whose report counts.
    ``numerator`` and ``denominator`` are the sums over the reports that give a number; of an official indicator the
    denominator is 0. ``spread`` is of the reports' own values, ``formulas`` how many of them were computed by which.
    """

    expected: int = 0
    reports: int = 0
    states: Counter[ValueState] = field(default_factory=Counter)
    numerator: float = 0
    denominator: float = 0
    spread: Spread | None = None
    formulas: Counter[int | None] = field(default_factory=Counter)

    @property
    def formula(self) -> int | None:
        """The number of the formula by which most of its shares were computed: another one counts otherwise."""
        return max(self.formulas, key=self.formulas.__getitem__, default=None)

    @property
    def numbers(self) -> int:
        """How many reports are behind the spread."""
        return sum(self.states[state] for state in COMPUTED)

    @property
    def pooled(self) -> float | None:
        """The share of all cases together, where it is one: large places weigh more than in the mean."""
        return self.numerator / self.denominator if self.denominator else None


Summaries: TypeAlias = tuple[dict[Any, Summary], Summary]  # one for each key, and one of all


@dataclass(frozen=True, slots=True)
class Place:
    """A province, prefecture or county in a ranking, by its significant digits."""

    code: str
    name: str
    summary: Summary


def by_year(archive: Archive, asked: Question) -> tuple[dict[int, Summary], Summary]:
    """The years of the question one by one, and all of them together."""
    found, whole = _of_country(archive, asked, "year", lambda: _by_year(archive, asked))
    return {year: found.get(year, Summary()) for year in asked.years}, whole


def by_place(archive: Archive, asked: Question, digits: int) -> list[Place]:
    """Provinces (2 digits), prefectures (4) or counties (6) of the question, highest first.

    A share is ranked by all cases of a place together, a count by the median of its reports. Places without a number
    come last.
    """
    found, _ = _of_country(archive, asked, digits, lambda: _by_place(archive, asked, digits))
    places = [Place(code, _name(code), summary) for code, summary in found.items()]
    return sorted(places, key=lambda place: (-_standing(place.summary), place.code))


def _of_country(archive: Archive, asked: Question, key: object, make: Callable[[], Summaries]) -> Summaries:
    """What is asked of all counties, remembered for as long as no state is made anew: half a second for most shares."""
    if asked.codes is not None:
        return make()
    known = (asked.indicator.code, asked.years, asked.today, key)
    made = settlement(archive)  # before the sums, which may be newer than it, and are made again then
    kept = archive.sums.get(known)
    if kept is None or kept[0] != made:
        if len(archive.sums) >= _REMEMBERED:
            archive.sums.clear()
        kept = archive.sums[known] = (made, make())
    return kept[1]


def _by_year(archive: Archive, asked: Question) -> Summaries:
    return _summaries(archive, asked, StandingRow.year, lambda cell: cell.year)


def _by_place(archive: Archive, asked: Question, digits: int) -> Summaries:
    standing = func.substr(StandingRow.county_code, 1, digits)
    return _summaries(archive, asked, standing, lambda cell: func.substr(cell.county_code, 1, digits))


def _standing(summary: Summary) -> float:
    if summary.spread is None:
        return float("-inf")
    return summary.spread.median if summary.pooled is None else summary.pooled


def _name(digits: str) -> str:
    division = by_code(digits.ljust(6, "0"))
    if division is None and len(digits) == 4:  # counties straight under their province
        division = by_code(f"{digits[:2]}0000")
    return division.name if division else digits


def _summaries(
    archive: Archive,
    asked: Question,
    standing_key: ColumnElement[Any] | Any,
    cell_key: Callable[[Any], ColumnElement[Any]],
) -> Summaries:
    """One summary for each key, and one of all."""
    found: dict[Hashable, Summary] = defaultdict(Summary)
    values: dict[Hashable, Counter[float]] = defaultdict(Counter)
    tallied = list(_tallied(archive, asked, cell_key))
    for key, count in _expected(archive, asked, standing_key):
        found[key].expected += count
    for key, state, numerator, denominator, formula, count in tallied:
        summary = found[key]
        summary.reports += count
        summary.states[state] += count
        if state in COMPUTED:
            summary.formulas[formula] += count
            summary.numerator += numerator * count
            summary.denominator += (denominator or 0) * count
            values[key][numerator if denominator is None else numerator / denominator] += count
    whole, together = Summary(), Counter[float]()
    for key, summary in found.items():
        summary.spread = spread(values[key])
        together += values[key]
        whole.expected += summary.expected
        whole.reports += summary.reports
        whole.states += summary.states
        whole.formulas += summary.formulas
        whole.numerator += summary.numerator
        whole.denominator += summary.denominator
    whole.spread = spread(together)
    return dict(found), whole


def _tallied(archive: Archive, asked: Question, key: Callable[[Any], ColumnElement[Any]]) -> Iterator[Any]:
    """Key, state, both sums and the formula's number, with how many reports have them."""
    rows = cells(asked).subquery("cells").c
    columns = (key(rows), rows.lacking, rows.numerator, rows.denominator, rows.formula)
    of_sums = asked.indicator.derived is not None and asked.indicator.derived.formulas
    with archive.read() as session:
        if of_sums:  # hardly two alike: to sort them would cost more than to hand them over
            counted = Counter(map(tuple, session.execute(select(*columns))))
            found: Any = ((*row, count) for row, count in counted.items())
        else:  # few values that occur often: let the database count
            found = session.execute(select(*columns, func.count()).group_by(*columns))
        for group, lacking, above, below, formula, count in found:
            yield group, told(lacking, above, below), above, below, formula, count


def _expected(archive: Archive, asked: Question, key: ColumnElement[Any] | Any) -> list[Any]:
    founded = StandingRow.evidence != Evidence.NOT_FOUNDED
    query = select(key, func.count()).where(founded, *within(asked.codes, asked.years)).group_by(key)
    with archive.read() as session:
        return list(session.execute(query))
