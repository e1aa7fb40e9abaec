"""Number formats of XLSX (ISO/IEC 29500-1, 18.8.31): which of them show another number than the cell holds, or none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from reports.readers.tree import Element

_PERCENT = {"9": "0%", "10": "0.00%"}  # of the formats that no file writes out, those that show another number
_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|_.|\*.')
_MARKED = re.compile(r"\[[^\]]*\]")  # colours, currencies and conditions
_CONDITION = re.compile(r"\[[<>=]")
_UNITS = "万亿千元"
# Thousands left out at the end, percents, a point that is printed and divides nothing, a unit that the cell lacks.
_SCALED = re.compile(rf"[0#?],+(?![0#?,])|%|[0#?]\ufdd0[0#?]|[{_UNITS}]")


@dataclass(frozen=True, slots=True)
class Formats:
    """The number formats of a workbook by the numbers of its styles, those alone that change what is shown."""

    codes: dict[str, str]

    @classmethod
    def of(cls, parts: Iterable[Element]) -> "Formats":
        """Read them from ``numFmts`` and ``cellXfs``, which come in this order."""
        known, codes = dict(_PERCENT), {}
        for part in parts:
            for number, one in enumerate(part.iterchildren("{*}numFmt", "{*}xf")):
                if etree.QName(one).localname == "numFmt":
                    known[one.get("numFmtId", "")] = one.get("formatCode", "")
                elif one.get("numFmtId") in known:
                    codes[str(number)] = known[one.get("numFmtId", "")]
        return cls(codes)

    def shown(self, number: str, style: str, *, zeros: bool) -> tuple[str | None, str | None]:
        """(text, doubt) in a number's place, None for both where it is shown as it is.

        ``zeros``: whether the sheet shows them. What shows another number is told as the formula that would give it.
        """
        try:
            value = float(number)
        except ValueError:
            return None, None
        if not value and not zeros:
            return "", None
        code = self.codes.get(style)
        if code is None:
            return None, None
        sections = _LITERAL.sub(_literal, code).split(";")
        if _CONDITION.search(code):
            applied = "".join(sections)  # which of them applies is not worth computing: any may
        else:
            index = 1 if value < 0 else 2 if not value else 0
            applied = sections[index if index < len(sections) else 0]
        if not applied:
            return "", None
        return None, f'=TEXT({number},"{code}")' if value and _SCALED.search(_MARKED.sub("", applied)) else None


def _literal(found: re.Match[str]) -> str:
    """What stands for a literal while a format is looked through: a unit, a point, or anything else."""
    printed = found[1] or found[2] or ""
    return next((unit for unit in _UNITS if unit in printed), "\ufdd0" if "." in printed else "\ufdd1")
