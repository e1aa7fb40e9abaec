"""Templates to answers: what every page knows, and strangers' text made harmless before it is escaped."""

import hashlib
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reports.calendar import BEIJING
from reports.divisions import by_code
from web import states
from web.language import COOKIE, LANGUAGES, chosen, words
from web.telling import teller

_FOLDER = Path(__file__).parent
# Characters that turn the direction of what follows, or show nothing: a title must read as it is stored.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]"
)
_TITLE = 200  # characters; the longest real ones have about sixty
NAVIGATION = (("coverage", "/coverage"), ("search", "/search"), ("indicators", "/indicators"), ("health", "/health"))


def render(request: Request, template: str, /, *, status: int = 200, **context: Any) -> Response:
    """A page as an answer, in the language that was asked for; 304 where the browser has it as it is."""
    language = chosen(request)
    path = request.url.path
    known = {
        "t": words(language),
        "language": language,
        "path": path,
        "switches": [(one, _switched(request, one)) for one in LANGUAGES],
        "navigation": [(name, at, path == at or path.startswith(f"{at}/")) for name, at in NAVIGATION],
        "told": teller(language),
        "contact": request.app.state.contact,
    }
    body = environment().get_template(template).render({**known, **context}).encode("utf-8", "replace")
    headers = {
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "Cache-Control": "private, no-cache",  # always asked again: the archive grows
        "Vary": "Cookie, Accept-Language",
        "Content-Language": words(language).tag,
    }
    if status == 200 and request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    answer = HTMLResponse(body, status, headers)
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(COOKIE, language, max_age=365 * 24 * 3600, httponly=True, samesite="lax")
    return answer


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown,
    )
    made.filters.update(beijing=beijing, number=number, short=short, source_url=source_url)
    made.globals.update(
        kind_of=states.KINDS,
        signs=states.SIGNS,
        clock_signs=states.CLOCK_SIGNS,
        band=states.band,
        percent=states.percent,
        held_of=states.held,
        county_name=county_name,
    )
    return made


def county_name(code: str) -> str:
    """A county's name by its code; the code itself for one that is not known."""
    found = by_code(code)
    return found.name if found else code


def shown(value: object) -> object:
    """What a template prints: unseen characters as their names in brackets, everything else as it is."""
    if isinstance(value, Markup):
        return value
    if value is None:
        return ""
    return _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", str(value))


def beijing(moment: datetime | None) -> str:
    """An instant in Beijing time, to the minute."""
    return "" if moment is None else moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def number(value: float) -> str:
    """A number with its thousands apart; nothing is rounded."""
    return f"{value:,}"


def short(title: str | None) -> str | None:
    """A title as a list shows it: what a broken page calls its title may be the whole page."""
    return f"{title[:_TITLE]}…" if title and len(title) > _TITLE else title


def source_url(url: str | None) -> str | None:
    """An address that may become a link: of the web alone, whatever else a page's author had in mind."""
    if not url or _UNSEEN.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def _switched(request: Request, language: str) -> str:
    """This page's address with another language asked for."""
    url = request.url.include_query_params(lang=language)
    return f"{url.path}?{url.query}"
