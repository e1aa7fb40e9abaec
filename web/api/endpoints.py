"""An endpoint of the API: what it is called, what may be asked of it, what it answers; and how an answer is sent."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reports.calendar import FIRST_YEAR
from reports.divisions import counties
from storage.database import Archive
from web.api.parameters import FARTHEST, LIMIT, OFFSET, Parameter
from web.api.problems import Problem
from web.opening import archive_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was understood: the values of all parameters of its endpoint by name, and ``given`` as text."""

    archive: Archive
    values: Mapping[str, Any]
    given: Mapping[str, str]
    path: str
    today: date
    every: timedelta

    @property
    def years(self) -> range:
        """The report years from ``from`` to ``to``, of those that are over."""
        last = max(self.today.year - 1, FIRST_YEAR)
        return range(self.values["from"] or FIRST_YEAR, min(self.values["to"] or last, last) + 1)

    @property
    def codes(self) -> list[str] | None:
        """The counties of ``place``; None: all."""
        place: str | None = self.values["place"]
        if place is None:
            return None
        while len(place) > 2 and place.endswith("00"):
            place = place[:-2]
        found = [county.code for county in counties() if county.code.startswith(place)]
        if not found:
            raise Problem(404, f"no county has a code that begins with {place}", "place")
        return found

    def page(self, total: int, items: list[Any]) -> dict[str, Any]:
        """A part of a longer list, and where it goes on."""
        limit, offset = self.values["limit"], self.values["offset"]
        more = offset + limit < total and offset + limit <= FARTHEST
        following = f"{self.path}?{urlencode({**self.given, 'offset': offset + limit})}" if more else None
        return {"total": total, "limit": limit, "offset": offset, "next": following, "items": items}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route; ``schema`` names its answer in ``web.api.schemas``. ``public``: other sites may read it, too."""

    path: str
    name: str
    about: str
    answer: Callable[[Asked], Any]
    schema: str
    parameters: tuple[Parameter, ...] = ()
    public: bool = True

    def route(self) -> Route:
        return Route(self.path, self._respond, name=f"api.{self.name}")

    def _respond(self, request: Request) -> Response:
        try:
            answer = self.answer(self._asked(request))
        except Problem as error:
            return error.answer()
        return respond(request, answer, public=self.public)

    def _asked(self, request: Request) -> Asked:
        known = {parameter.name for parameter in self.parameters if not parameter.in_path}
        given = request.query_params.multi_items()
        for place, (name, _) in enumerate(given):
            if name not in known:
                raise Problem(400, f"{name!r} is no parameter of {self.path}", name)
            if name in {other for other, _ in given[:place]}:
                raise Problem(400, f"{name} is given twice", name)
        values = {
            one.name: one.value((request.path_params if one.in_path else request.query_params).get(one.name))
            for one in self.parameters
        }
        state = request.app.state
        return Asked(archive_of(request), values, dict(given), request.url.path, state.today(), state.every)


PAGED = (LIMIT, OFFSET)


def respond(request: Request, answer: Any, *, public: bool) -> Response:
    """An answer as JSON with a strong ETag of its bytes; 304 where the asker has just these.

    Once the operator has given the reading room a name of its own, any site may read what is public anyway. On a name
    of this machine alone, no page that happens to be open in its browser may.
    """
    body = json.dumps(answer, ensure_ascii=False, default=_told).encode("utf-8", "replace")
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": "no-cache"}
    if public and request.app.state.open_to_all:
        headers |= {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "ETag",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
    if _has(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, "application/json")


def _has(held: str, tag: str) -> bool:
    """Whether one of the tags that the asker holds is this one; caches on the way may have made it weak."""
    return held.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in held.split(",")}


def _told(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value)} has no form in JSON")
