"""What a page says about itself in labelled lines: the 索引号 table, 发布时间, 来源, and the footer's 网站标识码.

Labels are known by their words, whatever the markup was, with spaces allowed inside (索 引 号, 名　称).
"""

import re

from reports.blocks import Page, Paragraph, Table

HEAD_PARAGRAPHS = 12  # a body's first paragraphs may hold title, date and source
_LABELS = {
    "index_number": ("索引号", "索取号"),
    "issuer": ("发布机构", "发文机关", "发文单位", "发布单位", "公开机构", "信息提供单位", "制作机关", "发布机关"),
    "released_at": ("发布时间", "公开时间"),
    "released_on": ("发布日期", "公开日期"),
    "issued_on": ("发文日期",),
    "title": ("名称", "标题", "信息名称"),
    "source": ("来源", "信息来源", "文章来源", "稿源"),
    "time": ("时间", "日期", "更新时间"),
    "": (
        *("成文日期", "生成日期", "主题分类", "组配分类", "信息分类", "分类", "文号", "发文字号", "有效性", "公开方式"),
        *(
            "主题词",
            "关键词",
            "作者",
            "公开目录",
            "公文时效",
            "点击数",
            "浏览次数",
            "字号",
            "浏览量",
            "阅读次数",
            "打印",
            "投稿",
        ),
    ),
}
_FIELD_OF = {label: field for field, labels in _LABELS.items() for label in labels}
_WEAK = frozenset(label for label in _FIELD_OF if len(label) < 3)  # words of prose too: a colon must follow
_LABEL = re.compile(
    r"(?:(?<=^)|(?<=[\s|【\[（(•·]))("
    + "|".join(r"[ \u3000\xa0]*".join(label) for label in sorted(_FIELD_OF, key=len, reverse=True))
    + r")[ \u3000\xa0】\]]*(?:[:：]|(?=[\s|])|$)",
    re.MULTILINE,
)
DATE = re.compile(r"(20\d\d)\s*[-./年—]\s*(\d{1,2})\s*[-./月—]\s*(\d{1,2})")
# A line that is a date and no more than a time, a source or a reader count behind it: no sentence that begins with one.
_DATE_LINE = re.compile(
    rf"[\s•·\-\[【(（]*{DATE.pattern}日?[\s\]】)）]*(?:\d{{1,2}}[:：∶]\d{{2}}(?:[:：∶]\d{{2}})?[\s\]】)）]*)?"
    r"(?:[\s|•·\-\[【(（]*(?:来源|信息来源|文章来源|稿源|作者|编辑|浏览|点击|阅读|访问|字号|字体|发布)[^。，；]*|[\s|]+[^。，；、：:至]{2,20})?"
)
_SITE_CODE = re.compile(r"网站标识码\s*[:：]?\s*([0-9A-Za-z]{10})(?![0-9A-Za-z])")
_TRIM = " \t\u3000\xa0|】]:："


def label_claims(page: Page) -> tuple[dict[tuple[str, str], str], str | None]:
    """Return ({(field, place): text}, site code); place is "info_table" for the 索引号 block, else "body".

    Fields: ``index_number``, ``source``, ``published_at`` and ``title``. The first mention of a label counts.
    """
    head = _head_lines(page)
    found = _labelled("\n".join(head))
    claims: dict[tuple[str, str], str] = {}
    if "index_number" in found:
        claims["index_number", "info_table"] = found["index_number"].split(" ")[0]
        if "title" in found:
            claims["title", "info_table"] = found["title"]
    if "issuer" in found:
        claims["source", "info_table"] = found["issuer"]
    if "source" in found:
        claims["source", "body"] = found["source"].split(" ")[0]
    place = "info_table" if "index_number" in found else "body"
    for field, where in (
        ("released_at", "body"),
        ("released_on", place),
        ("time", "body"),
        ("issued_on", "info_table"),
    ):
        if DATE.search(found.get(field, "")):
            claims.setdefault(("published_at", where), found[field])
    if not any(field == "published_at" for field, _ in claims):
        dated = [line for line in head if len(line) < 60 and _DATE_LINE.fullmatch(line)]
        if len({DATE.findall(line)[0] for line in dated}) == 1:  # lines of several dates are those of a list
            claims["published_at", "body"] = dated[0]
    code = _SITE_CODE.search(page.hidden_text)
    return claims, code[1] if code else None


def _head_lines(page: Page) -> list[str]:
    """Lines outside the body and the first ones inside it, tables of labels included."""
    lines = page.hidden_text.splitlines()
    for block in page.blocks[:HEAD_PARAGRAPHS]:
        if isinstance(block, Paragraph):
            if len(block.text) < 200:
                lines.append(block.text)
        elif isinstance(block, Table):
            lines.extend(cell.text for cell in block.cells if cell.row < 12)
    return lines


def _labelled(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    matches = [match for match in _LABEL.finditer(text) if _counts(match, text)]
    ends = [*(match.start() for match in matches[1:]), len(text)][: len(matches)]
    for match, end in zip(matches, ends, strict=True):
        field = _FIELD_OF["".join(match[1].split())]
        lines = text[match.end() : end].split("\n")
        value = lines[0].strip(_TRIM)
        if not value and len(lines) > 1:
            value = lines[1].strip(_TRIM)
        if field and value:
            found.setdefault(field, value)
    return found


def _counts(match: re.Match[str], text: str) -> bool:
    """A short label is one only with a colon, or alone on its line (a cell of its own)."""
    label = "".join(match[1].split())
    if label not in _WEAK or match[0][-1] in ":：":
        return True
    starts_line = match.start() == 0 or text[match.start() - 1] == "\n"
    return starts_line and text[match.end() : match.end() + 1] in ("\n", "")
