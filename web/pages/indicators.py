"""The pages ``/indicators`` and ``/indicators/<code>``: an indicator by year, by place, and report by report."""

from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from reports.calendar import FIRST_YEAR
from reports.derived import Formula
from storage.indicators.catalogue import Known, catalogue
from storage.indicators.cells import Page
from storage.indicators.question import ask
from storage.indicators.rows import rows
from storage.indicators.summaries import by_place, by_year
from web.areas import prefectures, provinces
from web.asked import Place, due_years, place_in, whole, years_in
from web.charts.boxes import HEIGHT, WIDTH, chart
from web.labels import label
from web.language import chosen
from web.opening import archive_of
from web.rendering import render

_A_PAGE = 50
_FIRST = {"v2021": 2019, "v2019": 2019, "v2014": 2014}  # the first year of the newest form that has an indicator


class Chosen(NamedTuple):
    """What of an indicator is shown: a place, years, the year to rank."""

    place: Place
    years: range
    ranked: int
    page: int


def page(request: Request) -> Response:
    tables = [(table, list(group)) for table, group in groupby(catalogue().values(), key=lambda one: one.table)]
    return render(request, "indicators.html", tables=tables)


def one(request: Request) -> Response:
    known = catalogue().get(request.path_params["code"])
    if known is None:
        raise HTTPException(404)
    asked = _asked(request, known)
    archive, today = archive_of(request), request.app.state.today()
    place = asked.place.code
    codes = asked.place.codes if place else None
    question = ask(archive, known, codes, asked.years, today)
    years, together = by_year(archive, question)
    digits = {0: 2, 2: 4}.get(len(place), 6)
    ranking = by_place(archive, ask(archive, known, codes, range(asked.ranked, asked.ranked + 1), today), digits)
    total, found = rows(archive, question, Page(_A_PAGE, (asked.page - 1) * _A_PAGE))
    language = chosen(request)
    return render(
        request,
        "indicator.html",
        known=known,
        share=known.derived is not None,
        asked=asked,
        every=due_years(request),
        provinces=provinces(),
        prefectures=prefectures(place[:2]) if place else (),
        chart=chart(years, share=known.derived is not None),
        size=(WIDTH, HEIGHT),
        years=years,
        together=together,
        digits=digits,
        ranking=ranking,
        most=max((_ranked(place.summary.pooled, place.summary.spread) for place in ranking), default=0) or 1,
        rows=found,
        total=total,
        turns=_turns(request, asked, total),
        formula=lambda one: _formula(one, language),
        table=f"/indicators/{known.code}/reports.csv?" + urlencode(_given(asked)),
        api=f"/api/indicators/{known.code}?" + urlencode(_given(asked)),
    )


def _asked(request: Request, known: Known) -> Chosen:
    """What is not understood is a page that does not exist; without years, those of the newest form."""
    query = request.query_params
    every = due_years(request)
    years = years_in(request, every, max(_first(known), every[0]))
    ranked = whole(query["year"]) if query.get("year") else years[-1]
    number = whole(query["page"]) if query.get("page") else 1
    if ranked not in years or not 1 <= number < 10**6:
        raise HTTPException(404)
    return Chosen(place_in(request), years, ranked, number)


def _first(known: Known) -> int:
    return next((year for form, year in _FIRST.items() if form in known.forms), FIRST_YEAR)


def _given(asked: Chosen) -> dict[str, str | int]:
    years = {"from": asked.years[0], "to": asked.years[-1]}
    return {"place": asked.place.code, **years} if asked.place.code else {**years}


def _turns(request: Request, asked: Chosen, total: int) -> list[tuple[str, str]]:
    """The addresses of the rows before and after these."""
    given = {**_given(asked), "year": asked.ranked}
    pages = (("before", asked.page - 1), ("after", asked.page + 1))
    there = [(name, number) for name, number in pages if number >= 1 and (number - 1) * _A_PAGE < total]
    return [(name, f"{request.url.path}?{urlencode({**given, 'page': number})}#reports") for name, number in there]


def _formula(one: Formula, language: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Both sums, each cell with its code."""
    above, below = ([(code, label(code, language)) for code in codes] for codes in (one.numerator, one.denominator))
    return above, below


def _ranked(pooled: float | None, spread: object) -> float:
    median = getattr(spread, "median", None)
    return (median or 0) if pooled is None else pooled
