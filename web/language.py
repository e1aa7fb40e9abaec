"""The two languages of the reading room: which one a request asks for, and every word of ours in it."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request

LANGUAGES = ("zh", "en")
TAGS = {"zh": "zh-Hans-CN", "en": "en"}  # for the attribute lang
COOKIE = "lang"
_FOLDER = Path(__file__).parent / "words"


class Words:
    """The words of one language by dotted key, as in ``web/words/*.toml``; what is called fills in the ``{names}``."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.tag = TAGS[language]
        self._texts = dict(_flat(tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))))

    def __call__(self, key: str, **values: object) -> str:
        """Raises ``KeyError`` for a key without words: a test holds that no page asks for one."""
        return self._texts[key].format(**values) if values else self._texts[key]

    def count(self, key: str, number: int, **values: object) -> str:
        """Words for a number of things; ``KEY.one`` where there is one and the language minds."""
        form = "one" if number == 1 and f"{key}.one" in self._texts else "other"
        return self(f"{key}.{form}", n=f"{number:,}", **values)

    def has(self, key: str) -> bool:
        return key in self._texts

    def keys(self) -> set[str]:
        return set(self._texts)


@cache
def words(language: str) -> Words:
    return Words(language)


def chosen(request: Request) -> str:
    """The language of the address (``?lang=en``), else of the cookie it left, else of the browser, else Chinese."""
    for said in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if said in LANGUAGES:
            return said
    return _preferred(request.headers.get("accept-language", ""))


def _preferred(accepted: str) -> str:
    """The first of our languages that the browser names; browsers name them in the order of preference."""
    for part in accepted.split(","):
        tag = part.partition(";")[0].strip().lower()[:2]
        if tag in LANGUAGES:
            return tag
    return LANGUAGES[0]


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(value)
