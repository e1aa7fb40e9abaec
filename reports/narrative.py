"""Totals told in a report's prose: a figure only where one sentence says it beyond doubt, with that sentence.

Round numbers (4200余条) and totals that are told twice with different values are left out: none is better than
a wrong one.
"""

import re

from reports.model import CellState, Figure, Section

_NUMBER = r"(\d{1,9})"
_ITEMS = r"(?:各类|各种|各项)?(?:服务|政务|政府|公开)?(?:政府|政务|服务)?信息(?:总数|数量)?(?:共计|共)?"
_PUBLISH = r"(?:主动)?(?:公开|发布|推送)(?:了)?"
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
_COUNTED = re.compile(r"\d\s*[条件个次份宗人场]")
_CLAUSE = re.compile(r"[,，]")
_CHANNEL = re.compile(
    r"网站|网页|微信|微博|新媒体|公众号|平台|电视|报[刊纸]|公告栏|公开栏|查阅点|方式|渠道|形式|APP|客户端|频道|载体|其中"
)
_SOMEONE_ELSE = re.compile(r"[我本](局|办|委|镇|乡|街道|单位|机关)|办公室")

_TOTAL = re.compile(
    rf"^(?:20\d\d年|全年|年内|本年度)?(?:我县|我区|我市|我旗|全县|全区|全市|全旗)?(?:共|累计|共计|总计){_PUBLISH}{_ITEMS}{_NUMBER}条"
)
# Code -> pattern; all groups are numbers. A pattern of several groups gives several figures.
_PATTERNS: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (
        ("published_website",),
        re.compile(
            rf"(?:通过|以|在|利用|依托)(?:[县区旗]人?民?政府|[县区旗]|政府|本级)?(?:门户)?网站(?:为载体|平台)?[,，]?(?:共|累计)?{_PUBLISH}{_ITEMS}{_NUMBER}条"
        ),
    ),
    (("published_website_government",), re.compile(rf"政务频道发布[^,，\d]{{0,100}}信息{_NUMBER}条")),
    (("published_website_news",), re.compile(rf"新闻频道发布[^,，\d]{{0,100}}信息{_NUMBER}条")),
    (
        ("published_social",),
        re.compile(rf"(?:通过|利用|依托)(?:政务)?新媒体(?:平台)?(?:共|累计)?{_PUBLISH}{_ITEMS}{_NUMBER}条"),
    ),
    (("published_other",), re.compile(rf"其他(?:方式|形式|渠道){_PUBLISH}{_ITEMS}{_NUMBER}条")),
    (
        ("applications_received",),
        re.compile(
            rf"(?:共|累计|全年|[县区旗])(?:收到|受理|新收)(?:互联网|政府|信息|公开|依|书面|网络|的|各类)*申请(?:共计|共)?{_NUMBER}[件宗份]"
        ),
    ),
    (
        ("social_accounts",),
        re.compile(rf"(?:保留|共有|现有|开设|开通|运营|备案)(?:的)?政务新媒体(?:账号)?(?:共计|共)?{_NUMBER}个"),
    ),
    (("social_accounts_wechat",), re.compile(rf"政务新媒体.*微信(?:公众号|公众账号)(?:账号)?{_NUMBER}个")),
    (("social_accounts_weibo",), re.compile(rf"政务新媒体.*(?:新浪|政务)?微博(?:账号)?{_NUMBER}个")),
    (
        ("meetings_attended_citizens", "meetings_attended"),
        re.compile(rf"公民代表{_NUMBER}人次(?:参加|列席|旁听)了?{_NUMBER}(?:场次|场|次)[^,，\d]{{0,12}}会议"),
    ),
    (("proposals_city",), re.compile(rf"市[“\"]?两会[”\"]?(?:代表)?(?:建议|议案)提案{_NUMBER}件")),
    (("proposals_county",), re.compile(rf"[县区旗][“\"]?两会[”\"]?(?:代表)?(?:建议|议案)提案{_NUMBER}件")),
)


def read_narrative(sections: tuple[Section, ...]) -> dict[str, Figure]:
    """Read ``narrative.*`` figures from the prose of sections 一 and 六; ``raw`` is the sentence as printed.

    A code is there only where it was found; a total never comes from a clause about one channel of publication.
    """
    found: dict[str, Figure] = {}
    doubtful: set[str] = set()
    for section in sections:
        if section.ordinal not in (0, 1, 6):
            continue
        for match in _SENTENCE.finditer(section.text):
            if not _COUNTED.search(match[0]):
                continue
            for name, number in _in_sentence("".join(match[0].split())):
                code = f"narrative.{name}"
                if code in found and found[code].value != number:
                    doubtful.add(code)
                state = CellState.NUMBER if number else CellState.ZERO
                found.setdefault(code, Figure(number, match[0].strip(), state))
    return {code: figure for code, figure in found.items() if code not in doubtful}


def _in_sentence(sentence: str) -> list[tuple[str, int]]:
    if _SOMEONE_ELSE.search(sentence) and not re.search(r"全[县区市旗]", sentence):
        return []
    figures = [("published_total", number) for number in _totals(sentence)]
    for names, pattern in _PATTERNS:
        for match in pattern.finditer(sentence):
            figures.extend(zip(names, map(int, match.groups()), strict=True))
    return figures


def _totals(sentence: str) -> list[int]:
    """Totals of all channels: the clause names none, and neither does the clause it follows."""
    clauses = _CLAUSE.split(sentence)
    numbers = []
    for before, clause in zip(["", *clauses], clauses, strict=False):
        match = _TOTAL.match(clause)
        if match and not _CHANNEL.search(clause[: match.start(1)]) and not _CHANNEL.search(before):
            numbers.append(int(match[1]))
    return numbers
