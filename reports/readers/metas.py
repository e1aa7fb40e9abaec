"""The national meta tags of a government page (国办发〔2017〕47号, annex, section 3) with the faults they have in life.

Names come in any case and order; values may be template placeholders, the tag's own name, or carry a label before
the value. What is no value is treated as absent.
"""

import re

from reports.readers.tree import Element

_FIELDS = {
    "articletitle": "title",
    "pubdate": "published_at",
    "contentsource": "source",
    "columnname": "column",
    "columntype": "column_type",
    "sitename": "site_name",
    "siteidcode": "site_id_code",
    "maketime": "made_at",
}
_PLACEHOLDERS = frozenset(
    (
        "网站名称",
        "政府网站标识码",
        "标题",
        "文章标题",
        "发布时间",
        "发布日期",
        "来源",
        "信息来源",
        "文章来源",
        "栏目名称",
        "栏目类别",
        "无",
        "null",
        "undefined",
        "none",
    )
)
_UNFILLED = re.compile(r"[<{$]|\[!--|CMSPRO", re.IGNORECASE)
_LABEL = re.compile(r"^(文章来源|信息来源|来源|发布机构|发布时间|发布日期|日期|时间)\s*[:：]\s*")
SITE_ID_CODE = re.compile(r"[0-9a-z]{10}", re.IGNORECASE)


def meta_claims(root: Element) -> tuple[dict[tuple[str, str], str], str | None]:
    """Return ({(field, "meta"): value}, SiteIDCode); the first filled tag of a name counts."""
    found: dict[str, str] = {}
    for tag in root.iter("meta"):
        field = _FIELDS.get((tag.get("name") or "").strip().strip("“”\"'").lower())
        value = " ".join((tag.get("content") or "").split())
        if field and field not in found and (value := filled(value)):
            found[field] = value
    code = found.pop("site_id_code", "")
    made_at = found.pop("made_at", "")
    if made_at:
        found.setdefault("published_at", made_at)
    claims = {(field, "meta"): value for field, value in found.items()}
    return claims, code if SITE_ID_CODE.fullmatch(code) else None


def filled(value: str) -> str:
    """The value without a label in front; "" for a placeholder or template code."""
    value = _LABEL.sub("", value.strip()).strip()
    return "" if value.lower() in _PLACEHOLDERS or _UNFILLED.search(value) else value
