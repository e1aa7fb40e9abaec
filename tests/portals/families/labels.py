"""The block of labels above a report (索 引 号 …) in the four markups in which portals print it."""

from tests.portals.documents import Document

_MARKUPS = (
    ('<table class="xxgk-info">{}</table>', "<tr>{}</tr>", "<td>{}：</td><td>{}</td>", 2),
    ('<div class="dtl-list"><ul>{}</ul></div>', "{}", "<li><em>{}：</em>{}</li>", 1),
    (
        '<div class="classify">{}</div>',
        '<div class="tr">{}</div>',
        '<div class="td"><span>{}：</span><div class="td-value">{}</div></div>',
        2,
    ),
    ("{}", "<p>{}</p>", "{}：{}　　", 2),
)


def block(document: Document, index_number: str, number: int) -> str:
    """The labels of one document in the ``number``-th markup."""
    whole, row, cell, width = _MARKUPS[number % len(_MARKUPS)]
    labels = (
        ("索 引 号", index_number),
        ("主题分类", "政府信息公开年报"),
        ("发布机构", document.agency),
        ("成文日期", f"{document.published:%Y-%m-%d}"),
        ("名　　称", document.title),
        ("发布日期", f"{document.published:%Y-%m-%d %H:%M}"),
    )
    cells = [cell.format(*label) for label in labels]
    rows = ("".join(cells[start : start + width]) for start in range(0, len(cells), width))
    return whole.format("".join(row.format(text) for text in rows))
