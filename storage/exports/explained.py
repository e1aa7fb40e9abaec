"""The codebook for people: how each table is to be read, in English and Chinese."""

from collections.abc import Iterator, Sequence

from reports import forms
from reports.states import Clock, Evidence
from storage.exports.codebook import STATE
from storage.exports.tables import Field, Table

_HEAD = f"""# Codebook 指标与变量说明

An empty cell is never 0. 空单元格不是零。

| what stood in the report 报告原文 | `CODE` in the panel | `CODE{STATE}` in the panel | `state` in figures |
|---|---|---|---|
| a number 数字 | the number | empty | `number` |
| 0 零 | 0 | empty | `zero` |
| an empty cell 空白 | empty | `blank` | `blank` |
| `/`, 无, — | empty | `not_applicable` | `not_applicable` |
| words, or what is no number for sure 文字或无法确定 | empty | `text` | `text` |
| the table is there, this cell is not 表中未印出该格 | empty | `missing` | `missing` |
| nothing: another form, no table, no report 无此项 | empty | empty | no row |

- Which report a row of the panel is made of: the county government's own of that year as it stood when it was last
  seen, read by the newest parser; where a person decided, by that decision. `evidence` names the rows that are in
  doubt (`needs-review`), whose figures are left out until a person decided, and those that were withdrawn.
  面板采用县级人民政府本级报告的现行版本和最新读取结果；存疑（needs-review）者在人工判断前不列数据，已撤下（withdrawn）者照列。
- In CSV, a text that a spreadsheet would take for a formula (it begins with = + - @ or a tab, also behind a semicolon
  or a line's end) has an apostrophe before that place. Parquet, XLSX and JSON Lines have texts unchanged.
  CSV 中可能被当作公式的文字前加了一个撇号。
- Numbers of reports, versions, readings and captures belong to one archive and may change when archives are merged; the
  address and the SHA-256 do not. 编号只在同一档案内有效；网址与 SHA-256 不变。
- `short_name` in codebook.csv is for Stata, whose names have 32 characters at most; with `_` behind it, it is the
  state. 供 Stata 使用的短变量名。
"""


def codebook_text(tables: Sequence[Table]) -> str:
    """The codebook as Markdown: what empty means, the columns of each table, the names of states, all indicators."""
    return "\n".join((_HEAD, *_tables(tables), *_names(), *_indicators())) + "\n"


def _tables(tables: Sequence[Table]) -> Iterator[str]:
    codes = {one.code for one in forms.indicators()}
    for table in tables:
        yield f"## {table.name}\n\n{table.en}. {table.zh}。Key 主键: {', '.join(f'`{name}`' for name in table.key)}\n"
        yield "| column 变量 | type 类型 | | |\n|---|---|---|---|"
        for field in table.fields:
            if field.name.removesuffix(STATE) not in codes:
                yield f"| `{field.name}` | {field.kind} | {_english(field)} | {field.zh} |"
        if any(field.name in codes for field in table.fields):
            yield "| one for each code 每项指标 | number | the figure, see below | 数值，见下 |"
            yield f"| each code with `{STATE}` | string | why it is empty | 无数字的原因 |"
        yield ""


def _english(field: Field) -> str:
    return field.en.replace("|", "\\|")


def _names() -> Iterator[str]:
    yield "## States of evidence 存档状态\n\n" + ", ".join(f"`{one}`" for one in Evidence)
    yield "\nThe legal clock 法定期限: " + ", ".join(f"`{one}`" for one in Clock)
    yield "\nWhat each means is in docs/glossary.md of the software.\n"


def _indicators() -> Iterator[str]:
    yield "## Indicators 指标\n\n| code 代码 | unit 单位 | forms 格式 | label | 名称 |\n|---|---|---|---|---|"
    for one in forms.indicators():
        yield f"| `{one.code}` | {one.unit} | {' '.join(one.forms)} | {one.label_en} | {one.label_zh} |"
