"""What a person types for counties: codes, prefixes of prefectures and provinces, names, or ``all``."""

from reports.divisions import Division, counties, named, resolve


class SelectionError(ValueError):
    """The text names no county; the message says what would."""


def select_counties(text: str) -> tuple[Division, ...]:
    """The counties named by a list such as ``610326,3301,眉县`` (separated by commas or spaces), in code order.

    Raises:
        SelectionError: a part names nothing, or more than one county.
    """
    parts = text.replace("，", ",").replace(",", " ").split()
    if not parts:
        raise SelectionError("name a county by its code (610326), a city or province by its prefix (6103, 61), or all")
    found = {division.code: division for part in parts for division in _select(part)}
    return tuple(found[code] for code in sorted(found))


def _select(part: str) -> tuple[Division, ...]:
    if part == "all":
        return counties()
    if part.isascii() and part.isdigit():
        return _by_prefix(part)
    candidates = tuple(division for division in named(part) if division.level == "county")
    if not candidates:
        raise SelectionError(f"no county is called {part!r}; give its six-digit code, e.g. 610326")
    only = resolve(candidates)
    if only is None:
        rows = ", ".join(f"{division.code} ({division.province} {division.city})" for division in candidates)
        raise SelectionError(f"{part!r} is the name of several counties, give the code of one: {rows}")
    return (only,)


def _by_prefix(digits: str) -> tuple[Division, ...]:
    prefix = digits
    while len(prefix) > 2 and prefix.endswith("00"):  # 610300 and 610000 are 6103 and 61
        prefix = prefix[:-2]
    found = tuple(division for division in counties() if division.code.startswith(prefix))
    if len(digits) not in (2, 4, 6) or not found:
        raise SelectionError(f"no county has a code that begins with {digits}")
    return found
