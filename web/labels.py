"""What cells, rows and columns of the official forms are called, in the language of a page."""

from reports import forms
from web.language import Words

_BY_CODE = {one.code: one for one in forms.indicators()}


def label(code: str, language: str) -> str:
    """What a cell is called; its code where no form has it."""
    found = _BY_CODE.get(code)
    if found is None:
        return code
    return found.label_zh if language == "zh" else found.label_en


def subject(code: str, words: Words) -> str:
    """What a finding is about: a cell, a row (``review.reconsideration``), a column (``applications.*.total``)."""
    if words.has(f"official.tables.{code}"):
        return words(f"official.tables.{code}")
    if (name := label(code, words.language)) != code:
        return name
    between = " " if words.language == "zh" else ", "
    if "*" in code and (name := label(code.replace("*", "new"), words.language)) in name and between in name:
        return words("findings.column", name=name.rpartition(between)[2])
    name = label(f"{code}.total", words.language)
    return name.rpartition(between)[0] or code if name != f"{code}.total" else _first(code, words, between)


def _first(code: str, words: Words, between: str) -> str:
    """A row without a total, by its first cell."""
    inside = next((one for one in _BY_CODE if one.startswith(f"{code}.")), None)
    return label(inside, words.language).rpartition(between)[0] or code if inside else code
