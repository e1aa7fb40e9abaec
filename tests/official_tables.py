"""The three official tables as rows of cells, as HTML would give them, and grids made of such rows."""

from collections.abc import Sequence

from reports import forms
from reports.blocks import Cell, Table

Spec = str | tuple[str, int, int]  # text, or (text, rowspan, colspan)


def table(rows: Sequence[Sequence[Spec]]) -> Table:
    """A grid from rows of cells as HTML would give them."""
    slots: list[dict[int, Cell]] = [{} for _ in rows]
    for number, row in enumerate(rows):
        column = 0
        for spec in row:
            text, down, across = (spec, 1, 1) if isinstance(spec, str) else spec
            while column in slots[number]:
                column += 1
            cell = Cell(text, number, column, down, across)
            for line in slots[number : number + down]:
                line.update(dict.fromkeys(range(column, column + across), cell))
            column += across
    width = max(max(line) + 1 for line in slots)
    return Table(tuple(tuple(line.get(place) for place in range(width)) for line in slots))


def disclosure_2021(numbers: Sequence[str]) -> list[list[Spec]]:
    n = list(numbers)
    return [
        [("第二十条  第(一)项", 1, 4)],
        ["信息内容", "本年制发件数", "本年废止\n件数", "现行有效件数"],
        ["规 章", *n[0:3]],
        ["行政规范性文件", *n[3:6]],
        [("第二十条第（五）项", 1, 4)],
        ["信息内容", ("本年处理决定数量", 1, 3)],
        ["行政许可", (n[6], 1, 3)],
        [("第二十条第（六）项", 1, 4)],
        ["信息内容", ("本年处理决定数量", 1, 3)],
        ["行政处罚", (n[7], 1, 3)],
        ["行政强制", (n[8], 1, 3)],
        [("第二十条第（八）项", 1, 4)],
        ["信息内容", ("本年收费金额（单位：万元）", 1, 3)],
        ["行政事业性收费", (n[9], 1, 3)],
    ]


def disclosure_2019(made: str = "本年新制作数量", disclosed: str = "本年新公开数量") -> list[list[Spec]]:
    return [
        [("第二十条第（一）项", 1, 4)],
        ["信息内容", made, disclosed, "对外公开总数量"],
        ["规章", "0", "1", "2"],
        ["规范性文件", "3", "4", "5"],
        [("第二十条第（五）项", 1, 4)],
        ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
        ["行政许可", "14", "+3", "17"],
        ["其他对外管理服务事项", "139", "-14", "125"],
        [("第二十条第（六）项", 1, 4)],
        ["信息内容", "上一年项目数量", "本年增/", "处理决定数量"],
        ["行政处罚", "4", "-4", "0"],
        ["行政强制", "0", "0", "0"],
        [("第二十条第（八）项", 1, 4)],
        ["信息内容", "上一年项目数量", ("本年增/减", 1, 2)],
        ["行政事业性收费", "1", ("0", 1, 2)],
        [("第二十条第（九）项", 1, 4)],
        ["信息内容", "采购项目数量", ("采购总金额", 1, 2)],
        ["政府集中采购", "34", ("592万元", 1, 2)],
    ]


HEAD: list[list[Spec]] = [
    [("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3), ("申请人情况", 1, 7)],
    [("自然人", 2, 1), ("法人或其他组织", 1, 5), ("总计", 2, 1)],
    ["商业\n企业", "科研机构", "社会公益组织", "法律服务机构", "其他"],
]


def applications(form: str = "v2021") -> list[list[Spec]]:
    """Table 2 as printed; the cell in row r, column c holds 10 * r + c."""
    rows = [row for row in forms.applications().rows if form in row.forms]
    lines: list[list[Spec]] = [list(line) for line in HEAD]
    group = ""
    for number, row in enumerate(rows):
        values: list[Spec] = [str(10 * number + column) for column in range(7)]
        if row.code in ("new", "carried_in", "carried_over"):
            lines.append([(row.zh, 1, 3), *values])
            continue
        line: list[Spec] = [("三、本年度办理结果", len(rows) - 3, 1)] if row.code == "granted" else []
        if not row.group:
            line.append((row.zh, 1, 2))
        else:
            if row.group != group:
                line.append((row.group, sum(other.group == row.group for other in rows), 1))
            line.append(row.zh)
        group = row.group
        lines.append([*line, *values])
    return lines


def review(numbers: Sequence[str]) -> list[list[Spec]]:
    results = ["结果维持", "结果\n纠正", "其他结果", "尚未审结", "总 计"]
    return [
        [("行政复议", 1, 5), ("行政诉讼", 1, 10)],
        [*((result, 2, 1) for result in results), ("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5)],
        [*results, *results],
        list(numbers),
    ]


def plain(rows: Sequence[Sequence[Spec]]) -> list[list[Spec]]:
    """The same cells with all spans lost, as after a careless conversion."""
    return [[spec if isinstance(spec, str) else spec[0] for spec in row] for row in rows]
