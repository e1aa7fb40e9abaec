"""Numbers written in Chinese numerals."""

_DIGITS = "零一二三四五六七八九"
_POWERS = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))


def spoken(printed: str) -> int | None:
    """The number below ten thousand that Chinese numerals spell as they should, else None.

    一百三 may be 103 or 130, and 三五 is no number; the characters must be numerals (零 to 九, 两, 十, 百, 千).
    """
    printed = printed.replace("两", "二")
    value = digit = 0
    powers = {name: power for power, name in _POWERS}
    for character in printed:
        if character in powers:
            value += (digit or 1) * powers[character]
            digit = 0
        else:
            digit = _DIGITS.index(character)
    value += digit
    spelled = f"一{printed}" if printed[0] == "十" else printed
    return value if _spelled(value) == spelled else None


def _spelled(value: int) -> str:
    spelled, gap = "", False
    for power, name in _POWERS:
        digit, value = divmod(value, power)
        if digit:
            spelled += ("零" if gap else "") + _DIGITS[digit] + name
        gap = bool(spelled) and not digit
    return spelled or _DIGITS[0]
