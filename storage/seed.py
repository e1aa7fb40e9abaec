"""Fills the reference tables, divisions and indicators, from the software's data; writes only where they differ."""

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from reports import divisions, forms
from storage.models import Division, Indicator


def seed(session: Session) -> None:
    """Add what is new and correct what changed; what the archive holds beyond it stays."""
    _divisions(session)
    _indicators(session)


def _divisions(session: Session) -> None:
    wanted: dict[str, tuple[str, str, str | None]] = {}
    for county in divisions.counties():
        city = divisions.by_code(county.code[:4] + "00") if county.city else None
        province = divisions.by_code(county.code[:2] + "0000")
        parent = None
        for division in (province, city, county):
            if division is not None:
                wanted.setdefault(division.code, (division.name, division.level, parent))
                parent = division.code
    present = {row.code: (row.name, row.level, row.parent_code) for row in session.execute(select(Division.__table__))}
    # A parent comes before its children: the rows are in that order.
    new = [_division(code, *fields) for code, fields in wanted.items() if code not in present]
    if new:
        session.execute(insert(Division), new)
    for code, (name, level, parent) in wanted.items():
        if code in present and present[code] != (name, level, parent):
            session.execute(
                update(Division).where(Division.code == code).values(name=name, level=level, parent_code=parent)
            )


def _division(code: str, name: str, level: str, parent: str | None) -> dict[str, str | None]:
    return {"code": code, "name": name, "level": level, "parent_code": parent}


def _indicators(session: Session) -> None:
    wanted = {indicator.code: (indicator.label_zh, indicator.unit) for indicator in forms.indicators()}
    present = {row.code: (row.label, row.unit) for row in session.execute(select(Indicator.__table__))}
    new = [
        {"code": code, "label": label, "unit": unit} for code, (label, unit) in wanted.items() if code not in present
    ]
    if new:
        session.execute(insert(Indicator), new)
    for code, (label, unit) in wanted.items():
        if code in present and present[code] != (label, unit):
            session.execute(update(Indicator).where(Indicator.code == code).values(label=label, unit=unit))
