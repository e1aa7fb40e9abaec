"""The words of the reading room: both languages complete, and nothing asked for that has none."""

import re
from pathlib import Path
from string import Formatter

import pytest

from web.api.table import ENDPOINTS
from web.language import LANGUAGES, words
from web.telling import teller

WEB = Path(__file__).parents[1] / "web"
ASKED = re.compile(r"""\bt(?:\.count)?\(\s*["']([a-z0-9_.-]+)["']\s*[,)]""")


def test_both_languages_have_the_same_keys() -> None:
    zh, en = (_without_forms(words(language).keys()) for language in LANGUAGES)
    assert zh == en


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_empty(language: str) -> None:
    assert not [key for key in words(language).keys() if not words(language)(key).strip()]  # noqa: SIM118 - no mapping


def test_both_languages_fill_in_the_same_names() -> None:
    zh, en = (words(language) for language in LANGUAGES)
    for key in zh.keys() & en.keys():
        assert _names(zh(key)) == _names(en(key)), key


def test_what_templates_and_pages_ask_for_has_words() -> None:
    asked = {
        key for path in (*WEB.rglob("*.html"), *WEB.rglob("*.py")) for key in ASKED.findall(path.read_text("utf-8"))
    }
    assert asked
    for language in LANGUAGES:
        known = words(language)
        assert not {key for key in asked if not (known.has(key) or known.has(f"{key}.other"))}


def test_every_check_of_the_documentation_has_words() -> None:
    told = (WEB.parent / "docs" / "checks.md").read_text("utf-8")
    checks = set()
    for letter, first, last in re.findall(r"^\| ([A-Z]+)(\d?)(?:–[A-Z](\d))? \|", told, re.MULTILINE):
        checks |= {f"{letter}{number}" for number in range(int(first), int(last or first) + 1)} if first else {letter}
    assert {"A5", "D7", "READ"} < checks
    expected = {f"checks.{check}" for check in checks}
    for language in LANGUAGES:
        assert {key for key in words(language).keys() if key.startswith("checks.")} == expected  # noqa: SIM118 - no mapping


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _without_forms(keys: set[str]) -> set[str]:
    """Chinese has one form for any number."""
    return {key.removesuffix(".one").removesuffix(".other") for key in keys}


def test_what_the_api_is_for_is_told_in_chinese() -> None:
    told = teller("zh")
    for endpoint in ENDPOINTS:
        for about in (endpoint.about, *(parameter.about for parameter in endpoint.parameters)):
            assert re.search("[一-龥]", told(about)), about
            assert not re.search(r"\b(is|of|the|and|to)\b", told(about)), about
