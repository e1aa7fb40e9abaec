"""What may be asked of the API: each parameter once, with the check of its text and the schema that says the same."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from reports.calendar import BEIJING, FIRST_YEAR
from reports.states import Evidence
from storage.records import EventKind
from web.api.problems import Problem

MOST = 500  # items in one answer
FARTHEST = 10_000_000  # beyond every archive's last row
LARGEST = 2**31 - 1  # of a row's number, on all databases
LONGEST_QUERY = 200  # characters


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; ``read`` raises ``ValueError`` for what its schema does not allow. In the path it is required."""

    name: str
    about: str
    schema: Mapping[str, Any]
    read: Callable[[str], Any]
    default: Any = None
    in_path: bool = False
    required: bool = False

    def value(self, text: str | None) -> Any:
        """The parameter's value; raises ``Problem`` for one that is missing or not understood."""
        if text is None:
            if self.required:
                raise Problem(400, f"{self.name} is missing: {self.about}", self.name)
            return self.default
        try:
            return self.read(text)
        except ValueError:
            raise Problem(400, f"{self.name} is not understood: {self.about}", self.name) from None


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,10}", text) or not least <= int(text) <= most:
            raise ValueError(text)
        return int(text)

    return read


def _number(name: str, about: str, least: int, most: int, default: int | None = None) -> Parameter:
    schema = {"type": "integer", "minimum": least, "maximum": most}
    if default is not None:
        schema["default"] = default
    return Parameter(name, about, schema, _whole(least, most), default)


def _pattern(name: str, about: str, pattern: str) -> Parameter:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(text)
        return text

    return Parameter(name, about, {"type": "string", "pattern": f"^{pattern}$"}, read)


def _query(text: str) -> str:
    if not 1 <= len(text) <= LONGEST_QUERY or "\x00" in text:
        raise ValueError(text)
    return text


def _day(text: str) -> datetime:
    """The beginning of a day in Beijing."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    day = date.fromisoformat(text)
    if day.year < FIRST_YEAR:  # nothing is older, and not every database can go back further
        return datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    return datetime.combine(day, time(), BEIJING)


def in_path(parameter: Parameter) -> Parameter:
    return replace(parameter, in_path=True, required=True)


LIMIT = _number("limit", f"how many items at most, 1 to {MOST}", 1, MOST, 50)
OFFSET = _number("offset", "how many items to leave out before them", 0, FARTHEST, 0)
FROM = _number("from", "the first report year, from 2008 on", FIRST_YEAR, 9999)
TO = _number("to", "the last report year; years that are not over are left out", FIRST_YEAR, 9999)
PLACE = _pattern(
    "place",
    "two digits of a province, four of a prefecture or six of a county: 61, 6103, 610326",
    "[0-9]{2}([0-9]{2}){0,2}",
)
COUNTY = in_path(_pattern("county", "a county's six-digit code, present or former", "[0-9]{6}"))
DOCUMENT = in_path(_number("document", "a document's number, as other answers give it", 1, LARGEST))
VERSION = _number("version", "the number of one of its versions; without it, what stands there now", 1, LARGEST)
INDICATOR = in_path(
    _pattern("code", "an indicator's code, as /api/indicators lists them", r"[a-z0-9_]+(\.[a-z0-9_]+)+")
)
LEVEL = Parameter(
    "level",
    "what to rank: province, prefecture or county",
    {"type": "string", "enum": ["province", "prefecture", "county"], "default": "province"},
    lambda text: (("province", "prefecture", "county").index(text) + 1) * 2,
    2,
)
STATE = Parameter(
    "state",
    "a state of evidence, such as archived or needs-review",
    {"type": "string", "enum": [state.value for state in Evidence]},
    Evidence,
)
KIND = Parameter(
    "kind",
    "what kind of event",
    {"type": "string", "enum": [kind.value for kind in EventKind]},
    EventKind,
)
SINCE = Parameter(
    "since",
    "a day in Beijing, 2025-03-31",
    {"type": "string", "format": "date"},
    _day,
    datetime(2008, 1, 1, tzinfo=UTC),
)
QUERY = Parameter(
    "q",
    f"words or phrases, at most {LONGEST_QUERY} characters; all of them have to be found",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_QUERY},
    _query,
    required=True,
)
