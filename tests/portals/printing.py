"""How a figure stands on the page: signs, units, decimals, blanks."""

from tests.portals.figures import Value


def printed(code: str, value: Value, *, money: str = "yuan") -> str:
    """The cell's text. ``money`` is the unit of 采购总金额: ``yuan`` or ``wan`` (万元)."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if code.endswith(".change"):
        return f"{value:+}" if value else "0"
    if code.endswith(".amount_yuan") and value:
        return f"{value / 10_000:.2f}万元" if money == "wan" else f"{value}元"
    return f"{value:.12g}"


def number(value: Value) -> int | float | None:
    """What a reader has to find in the cell: the number, or None for a blank or ``/``."""
    return None if isinstance(value, str) else value
