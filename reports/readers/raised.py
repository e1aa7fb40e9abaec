"""Raised and lowered characters of office files: the number of a note may not run into the figure before it."""

import re

UP, DOWN = "\x02", "\x03"  # around what is raised or lowered: no XML holds these, and Word's text neither as itself
_SEAM = DOWN + UP  # one number may be written in several runs
_NUMBER = re.compile(f"(?<![A-Za-z]){UP} *([\\d①-⑳]+) *{DOWN}")  # m² and CO₂ are no notes
_MARKS = re.compile(f"[{UP}{DOWN}]")


def raised(text: str) -> str:
    """Mark a text as raised or lowered."""
    return f"{UP}{text}{DOWN}"


def noted(text: str) -> str:
    """The text without marks, the numbers that were marked in brackets."""
    return _MARKS.sub("", _NUMBER.sub(r"[\1]", text.replace(_SEAM, ""))) if UP in text else text
