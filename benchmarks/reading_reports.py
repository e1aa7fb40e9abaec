"""Draws practice reports of known figures, over all forms, formats and faults; the same seed gives the same ones."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.reading_cells import HABITS, Shown, shown
from benchmarks.reading_faults import TABLE_FAULTS, Part
from benchmarks.reading_writers import FORMATS, Writer
from reports.forms.lists import list_forms
from tests.portals.figures import Source, Value, draw
from tests.portals.prose import Setting, chapters, narrative_codes
from tests.portals.tables import Grid, GridCell, grids

FORMS = {
    "v2008": (2008, 2013),
    "v2014": (2014, 2018),
    "v2019": (2019, 2020),
    "v2021": (2021, 2025),
    "mixed": (2021, 2025),
}
_SHARES = {"v2008": 10, "v2014": 20, "v2019": 25, "v2021": 40, "mixed": 5}
_COUNTIES = {"610326": "眉县", "130427": "磁县", "330109": "杭州市萧山区", "510114": "成都市新都区", "231222": "兰西县"}
_FORM_FAULTS = {"headings-cut": ("v2019",), "characters-lost": ("v2019", "v2021", "mixed")}
# Where a fault cannot be: only markup loses spans, and the pages of a PDF have their own breaks.
_NOT_DRAWN = {
    "pdf": ("spans-lost", "one-table", "split", "split-headings"),
    **dict.fromkeys(("docx", "doc", "xlsx", "zip"), ("spans-lost",)),
    "picture": ("spans-lost", "one-table", "last-year"),
    **dict.fromkeys(
        ("text, separators kept", "text, blanks lost"),
        ("spans-lost", "split", "split-headings", "empty-column", "title-row", "one-table", "last-year"),
    ),
}
_ONLY_ONE = ("one-table", "last-year")
_CUMULATIVE = 5  # times the year's figure stands in the column of all years


@dataclass(frozen=True, slots=True)
class Practice:
    """A report: what it is, its bytes, what every cell shows by its code, and the totals its prose tells."""

    form: str
    format: str
    faults: tuple[str, ...]
    year: int | None
    county_code: str | None
    body: bytes
    cells: dict[str, Shown]
    told: dict[str, int]

    @property
    def name(self) -> str:
        return f"{self.form} {self.format} {'+'.join(self.faults) or 'plain'}"


def reports(count: int, seed: int) -> Iterator[Practice]:
    """So many reports in the formats of ``FORMATS``, each of them in its share."""
    names = [name for name, (*_, share) in FORMATS.items() for _ in range(share)]
    for number in range(count):
        # 37 has no common divisor with a hundred: any hundred reports in a row have each format in its share.
        name = names[number * 37 % len(names)]
        writer, own, _ = FORMATS[name]
        yield report(random.Random(f"{seed}:{number}"), name, writer, own)  # noqa: S311 - practice figures


def report(rng: random.Random, name: str, writer: Writer, own_faults: tuple[str, ...]) -> Practice:
    """One report in the format called ``name``."""
    form = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
    first, last = FORMS[form]
    year = rng.randint(first, last)
    county_code = rng.choice(list(_COUNTIES))
    agency = f"{_COUNTIES[county_code]}人民政府"
    source = Source(f"{rng.random()}", large=rng.random() < 0.5)
    # Words among the labels of a flattened table would change places with its figures.
    habit = rng.choice([one for one in HABITS if one != "spoken" or name != "text, blanks lost"])
    numbers = _numbers(source, year, form, rng)
    cells = {code: shown(code, value, habit, rng) for code, value in numbers.items()}
    faults = _faults(rng, form, name)
    parts = _parts(source, year, form, agency, numbers)
    for fault in faults:
        parts = TABLE_FAULTS[fault](parts, rng)
    parts = [part.format(last=year - 1, year=year) if isinstance(part, str) else part for part in parts]
    own = rng.choice(own_faults) if own_faults and rng.random() < 0.6 else ""
    body = writer(f"{agency}{year}年政府信息公开工作年度报告", parts, lambda code: cells[code].text, own, rng)
    told = narrative_codes(source, year, _prose_form(form), _received(numbers))
    faults = (habit, *faults, *((own,) if own else ()))
    return Practice(form, name, faults, year, county_code, body, cells, told)


def _faults(rng: random.Random, form: str, name: str) -> tuple[str, ...]:
    possible = [
        fault
        for fault in TABLE_FAULTS
        if form in _FORM_FAULTS.get(fault, (form,)) and fault not in _NOT_DRAWN.get(name, ())
    ]
    chosen = rng.sample(possible, rng.choices((0, 1, 2), (30, 50, 20))[0])
    alone = [fault for fault in chosen if fault in _ONLY_ONE]
    return tuple(alone[:1] or chosen)


def _prose_form(form: str) -> str:
    return {"v2008": "v2014", "mixed": "v2021"}.get(form, form)


def _received(numbers: dict[str, Value]) -> int:
    names = ("applications.new.total", "stat.requests.received", "annex.requests")
    return next(int(value) for name in names if isinstance(value := numbers.get(name), int))


def _numbers(source: Source, year: int, form: str, rng: random.Random) -> dict[str, Value]:
    if form == "v2008":
        annex = list_forms()[1]
        return {row.code: rng.choice((0, 0, rng.randrange(9), rng.randrange(5000))) for row in annex.rows}
    if form != "mixed":
        return draw(source, year, form)
    older = {code: value for code, value in draw(source, year, "v2019").items() if code.startswith("applications.")}
    newer = draw(source, year, "v2021")
    return {code: value for code, value in newer.items() if not code.startswith("applications.")} | older


def _tables(form: str, numbers: dict[str, Value], year: int) -> tuple[Grid, ...]:
    if form == "v2008":
        return (_annex(numbers, year),)
    if form == "mixed":
        first, _, third = grids("v2021")
        return first, grids("v2019")[1], third
    return grids(form)


def _annex(numbers: dict[str, Value], year: int) -> Grid:
    """The annex of 2008–2013 with its printed codes, and a last column that adds up all years."""
    rows = [tuple(map(GridCell, ("指标名称", "代码", "单位", f"{year}年度", "历年累计")))]
    for row in list_forms()[1].rows:
        value = numbers[row.code]
        cumulative = f"{int(value or 0) * _CUMULATIVE + 1}" if isinstance(value, int) else ""
        labels = (GridCell(row.zh), GridCell(row.number), GridCell("条"))
        rows.append((*labels, GridCell(code=row.code), GridCell(cumulative)))
    return tuple(rows)


def _parts(source: Source, year: int, form: str, agency: str, numbers: dict[str, Value]) -> list[Part]:
    """The chapters with their tables where the forms have them; the older ones have theirs at the end."""
    name = agency.removesuffix("人民政府")
    level = name[-1]
    setting = Setting(name, agency, f"{agency}办公室", f"全{level}", f"我{level}", level, agency, "practice.test")
    tables = _tables(form, numbers, year)
    parts: list[Part] = []
    for chapter in chapters(source, year, _prose_form(form), _received(numbers), setting):
        parts += [chapter.heading] if chapter.heading else []
        parts += [tables[int(text[1:])] if text.startswith("#") else text for text in chapter.paragraphs]
    return [*parts, f"附件：{year}年政府信息公开情况统计表", tables[0]] if len(tables) == 1 else parts
