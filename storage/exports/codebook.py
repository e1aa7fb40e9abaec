"""The codebook: every indicator with its labels, unit, forms, and a name that Stata can use."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports import forms
from reports.model import CellState
from storage.exports.tables import Field, Kind, Row, Scope, Table
from storage.models import Indicator

STATE = ".state"  # after a code: the column of the panel that says why the code's own is empty
_UNPRINTED = tuple(state for state in CellState if state not in (CellState.NUMBER, CellState.ZERO))
_LETTERS = 4  # of each word in a short name
_ALIKE = {"narrative.trainees": "n_trainees"}  # narrative.trainings has n_trai


def short_name(code: str) -> str:
    """A variable's name of at most 31 characters: the table's first letter and four letters of each word."""
    table, *rest = code.split(".")
    words = [word[:_LETTERS] for part in rest for word in part.split("_")]
    return _ALIKE.get(code) or "_".join((table[0], *words))


def panel_fields() -> tuple[Field, ...]:
    """The panel's columns of indicators: all values, then all states."""
    known = forms.indicators()
    values = [Field(one.code, Kind.NUMBER, one.label_zh, f"{one.label_en} ({one.unit})") for one in known]
    states = [
        Field(
            f"{one.code}{STATE}",
            Kind.STRING,
            f"{one.label_zh}：无数字的原因",
            f"{one.label_en}: why there is no number",
            _UNPRINTED,
        )
        for one in known
    ]
    return (*values, *states)


FIELDS = (
    Field("code", Kind.STRING, "指标代码", "code of the indicator: table, row and column"),
    Field("table", Kind.STRING, "所属表", "the table: the first word of the code"),
    Field(
        "short_name",
        Kind.STRING,
        "短变量名（供 Stata 使用，其状态列另加下划线）",
        "a short name, for Stata; its state has _ behind it",
    ),
    Field(
        "unit",
        Kind.STRING,
        "单位：count、yuan（元）、10k_yuan（万元）",
        "unit: count, yuan or 10k_yuan (ten thousand yuan)",
    ),
    Field(
        "forms", Kind.STRING, "含此指标的格式；叙述性数据为空", "the forms that have it; empty for totals told in prose"
    ),
    Field("label_zh", Kind.STRING, "官方名称", "official label in Chinese"),
    Field("label_en", Kind.STRING, "英文名称", "label in English"),
)


def rows(session: Session, scope: Scope, codes: Sequence[str]) -> Iterator[Row]:
    """All indicators in the order of the forms, and behind them those that no form of today names.

    They are nobody's: they come with the first counties that are asked for, and not again with the next.
    """
    if codes[0] != scope.codes[0]:
        return
    known = {one.code: one for one in forms.indicators()}
    for one in known.values():
        told = (one.table, short_name(one.code), one.unit, " ".join(one.forms), one.label_zh, one.label_en)
        yield (one.code, *told)
    for code, unit, label in session.execute(
        select(Indicator.code, Indicator.unit, Indicator.label).order_by(Indicator.id)
    ):
        if code not in known:
            yield (code, code.partition(".")[0], short_name(code), unit, "", label, "")


def _count(session: Session, scope: Scope, codes: Sequence[str]) -> int:
    return sum(1 for _ in rows(session, scope, codes))


CODEBOOK = Table("codebook", "指标代码表：每项指标一行", "one row for each indicator", FIELDS, ("code",), rows, _count)
