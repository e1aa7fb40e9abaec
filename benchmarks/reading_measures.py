"""Reads practice reports and counts what became of their cells: right, wrong, missed, invented, doubted."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import NamedTuple

from benchmarks.reading_baselines import Values, by_labels, by_text_order
from benchmarks.reading_cells import Shown
from benchmarks.reading_reports import Practice
from reports import normalize
from reports.model import CellState, Figure, Outcome, Report, Unreadable

VALUES = (CellState.NUMBER, CellState.ZERO)
AMISS = ("wrong", "missed", "invented")
_AT_ONCE = 64  # reports drawn ahead of their reading
# The format of a document: what reads the same bytes in a few lines.
BASELINES: Mapping[str, tuple[str, Callable[[bytes, int], Values]]] = {
    "html": ("html by pandas.read_html", by_labels),
    "pdf": ("pdf by text order", by_text_order),
}


class Trouble(NamedTuple):
    """A cell that was not read right: what became of it, its code, what is printed and what was read."""

    kind: str
    code: str
    printed: str
    read: str


class Read(NamedTuple):
    """One document as one reader read it: ``by`` is the line of the table it counts in."""

    by: str
    name: str
    counts: Counter[str]
    troubles: list[Trouble]


def measure(practices: Iterable[Practice], processes: int) -> Iterator[Read]:
    """Read them all, and where there is a baseline have it read the same bytes."""
    waiting = iter(practices)
    with ProcessPoolExecutor(processes) as pool:
        while batch := list(islice(waiting, _AT_ONCE)):
            for found in pool.map(readings, batch):
                yield from found


def readings(practice: Practice) -> list[Read]:
    """Ours, and that of the baseline for the format."""
    found = [read(practice)]
    suffix = practice.format.rpartition(".")[2]
    if suffix in BASELINES and practice.year is not None:
        name, baseline = BASELINES[suffix]
        by = name if suffix == practice.format else f"{practice.format} {name.removeprefix(suffix).strip()}"
        found.append(_of_baseline(practice, by, baseline(practice.body, practice.year)))
    return found


def read(practice: Practice) -> Read:
    """Read one report and compare; a picture is recognised."""
    counts: Counter[str] = Counter(reports=1, cells=len(practice.cells))
    try:
        report = normalize(practice.body, county_code=practice.county_code, ocr=practice.format == "picture")
    except Unreadable as error:
        counts["missed"] = counts["unmarked"] = len(practice.cells)
        return Read(practice.format, practice.name, counts, [Trouble("missed", "*", "", str(error))])
    troubles = [*_cells_amiss(practice.cells, report), *_told_amiss(practice, report)]
    if practice.year and (report.year, report.county_code) != (practice.year, practice.county_code):
        troubles.append(
            Trouble("whose", "", f"{practice.county_code} {practice.year}", f"{report.county_code} {report.year}")
        )
    counts.update(trouble.kind for trouble in troubles)
    counts["right"] = len(practice.cells) - len(
        {one.code for one in troubles if one.kind in AMISS} & set(practice.cells)
    )
    counts["told"] = len(practice.told)
    counts["told right"] = sum(
        code in report.figures and report.figures[code].value == value for code, value in practice.told.items()
    )
    doubts = [one.subject for one in report.findings if one.check == "READ" and one.outcome is Outcome.UNCERTAIN]
    amiss = [one for one in troubles if one.kind in AMISS]
    counts["unmarked"] = sum(not any(_covers(doubt, one.code) for doubt in doubts) for one in amiss)
    return Read(practice.format, practice.name, counts, troubles)


def _covers(doubt: str, code: str) -> bool:
    """Whether a doubt on a cell, a row or a table (``applications.*``) is one on this cell."""
    doubt = doubt.removesuffix(".*")
    return code == doubt or code.startswith(f"{doubt}.")


def _cells_amiss(cells: Mapping[str, Shown], report: Report) -> Iterator[Trouble]:
    """Every cell that was not read as it stands, and every value that stands nowhere."""
    for code, cell in cells.items():
        figure = report.figures.get(code)
        kind = _kind(cell, figure)
        if kind:
            yield Trouble(kind, code, cell.text, _described(figure))
        if figure and figure.value == 0 and cell.state is CellState.BLANK:
            yield Trouble("as zero", code, cell.text, "0")
    for code, figure in report.figures.items():
        if code not in cells and not code.startswith("narrative.") and figure.value is not None:
            yield Trouble("invented", code, "", _described(figure))


def _told_amiss(practice: Practice, report: Report) -> Iterator[Trouble]:
    for code, value in practice.told.items():
        figure = report.figures.get(code)
        if figure and figure.value != value:
            yield Trouble("told wrong", code, str(value), _described(figure))


def _kind(cell: Shown, figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return "" if figure and figure.state is cell.state else "missed"
    if cell.state not in VALUES:
        return "invented"
    return "" if figure.value == cell.value else "wrong"


def _described(figure: Figure | None) -> str:
    return "absent" if figure is None else f"{figure.state} {figure.value} “{figure.raw}”"


def _of_baseline(practice: Practice, by: str, values: Values) -> Read:
    """What a reader that knows numbers alone makes of the cells; a cell without one is right if it has none."""
    counts: Counter[str] = Counter(reports=1, cells=len(practice.cells))
    for code, cell in practice.cells.items():
        value, wanted = values.get(code), cell.value if cell.state in VALUES else None
        if value == wanted:
            counts["right"] += 1
        elif value is None:
            counts["missed"] += 1
        else:
            counts["wrong" if wanted is not None else "invented"] += 1
            counts["as zero"] += value == 0 and cell.state is CellState.BLANK
    counts["invented"] += sum(value is not None for code, value in values.items() if code not in practice.cells)
    return Read(by, practice.name, counts, [])
