"""What people type and set, checked: years, days, the contact. One line says what is wrong and what to do instead."""

import re
from datetime import date, datetime

from reports.calendar import BEIJING

_YEARS = re.compile(r"^((?:19|20)\d\d)(?:-((?:19|20)\d\d))?$")
_MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.([a-z]{2,}|xn--[a-z0-9-]+)$", re.IGNORECASE)
_EXAMPLE = re.compile(r"@example\.(org|com|net)$", re.IGNORECASE)


class ArgumentError(ValueError):
    """Something typed or set cannot be used; the message is for the person who did it."""


def parse_years(text: str) -> frozenset[int]:
    """``2020``, ``2019-2024`` or ``2019,2021-2023`` as a set of years, at least one. Raises ``ArgumentError``."""
    years: set[int] = set()
    for part in text.split(","):
        match = _YEARS.match(part.strip())
        if not match:
            raise ArgumentError(f"years is {text!r}; write 2020, 2019-2024 or 2019,2021-2023")
        years |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    if not years:
        raise ArgumentError(f"years is {text!r}: the first year has to come before the last")
    return frozenset(years)


def parse_days(text: str, name: str) -> float:
    """A number of days, not negative. Raises ``ArgumentError`` that calls it ``name``."""
    try:
        days = float(text) if text.isascii() and "_" not in text else -1
    except ValueError:
        days = -1
    if not 0 <= days < 1e5:
        raise ArgumentError(f"{name} is {text!r}; it is a number of days, 0 for at once")
    return days


def parse_number(text: str, name: str, *, least: float) -> float:
    """A number of this size or more. Raises ``ArgumentError`` that calls it ``name``."""
    try:
        number = float(text)
    except ValueError:
        number = least - 1
    if not least <= number < 1e9:
        raise ArgumentError(f"{name} is {text!r}; it is a number, {least:g} or more")
    return number


def parse_port(text: str) -> int:
    """A port to listen on, 0 for any that is free. Raises ``ArgumentError``."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) < 1 << 16):
        raise ArgumentError(f"the port is {text!r}; it is a number from 0 to 65535")
    return int(text)


def parse_date(text: str | None) -> date:
    """``2025-06-30``, or today in Beijing where nothing was typed. Raises ``ArgumentError``."""
    try:
        return date.fromisoformat(text) if text else datetime.now(BEIJING).date()
    except ValueError as error:
        raise ArgumentError(f"--today is {text!r}; write 2025-06-30") from error


def check_contact(contact: str) -> None:
    """Raise ``ArgumentError`` unless a portal's operator could write to this address."""
    if not contact:
        raise ArgumentError(
            "portals are contacted only when their operators can write back: set GONGKAI_CONTACT to your mail address, "
            "as in export GONGKAI_CONTACT=NAME@DOMAIN"
        )
    if not _MAIL.match(contact) or _EXAMPLE.search(contact):
        raise ArgumentError(f"GONGKAI_CONTACT is {contact!r}; it has to be your own mail address, not an example's")
