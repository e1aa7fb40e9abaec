"""Reads a title: whether it is an annual report's, of which year, and of what kind of agency."""

import re
from dataclasses import dataclass
from functools import lru_cache

from reports.agencies import Agency, publishes_for_government, read_agency
from reports.divisions import Division
from reports.model import AgencyKind
from reports.periods import in_digits

_CHART = re.compile(r"图解|图说|图读|一图|一张图|图片版|图文|图表|长图|动漫|漫画|视频|解读|H5", re.IGNORECASE)
_SITE_STATISTICS = re.compile(r"网站.{0,6}(工作)?年?度?(报表|报告)|政府网站.{0,8}报表")
_SUBJECT = re.compile(r"(政府|政务)?信息公开|政务(信息)?公开")
_REPORT = re.compile(r"(年度?(工作)?(总结)?报告|年报|公开(工作)?(情况|总结)?(的)?报告)")
_CUT_REPORT = re.compile(r"(工作)?年度?(工作)?报?")  # what a list leaves of it before its dots
_NO_REPORT = re.compile(
    r"通知|公告$|公示$|格式|制度|办法|规定|规范|方案|要点|计划|清单|指南|目录|统计表|报表|汇总|培训|会议|召开|发布会|"
    r"工作总结(?!报告)|评估|考核|审查|意见|要求|国办公开办|〔20\d\d〕|答记者|专栏|栏目|编制|编写|报送|如何|什么|做好|历年|"
    r"环境信息公开|企业.{0,4}信息公开|(全部|全面|按时|已)发布"
)
# 实施《政府信息公开条例》2008年度报告, 开展政府信息公开工作年度报告: no law and no call where a report ends the title.
_UNLESS_REPORTED = re.compile(r"条例|开展")
_REPORTED = re.compile(r"(?:年度?(?:工作)?(?:总结)?报告|年报)[》〉”]*(?:[（(][^（）()]{1,24}[）)])?$")
_DEEDS = re.compile(r"(?:(?:贯彻|落实|实施|施行|执行|推进|开展)+(?:中华人民共和国)?|中华人民共和国)$")
_OTHER_PAPER = re.compile(r"(通知|通报|函|方案|办法|制度|意见|要点|指南|解读)$")
_ABOUT = re.compile(r"^(印发|发布|公布|公开)")
# The page under 关于…年度报告的公告 is the report itself; under a notice (通知) it is only where the body shows it.
_ANNOUNCED = re.compile(r"(?<=报告|年报)[》”]?的?(?:公告|通告|公示)$")
_NOTICE = re.compile(r"^(.{0,40}?)关于(?:印发|发布|公布|公开)?(.{4,60}?)的?通知$")
# …年度报告（附图解）: the report, with a chart beside it.
_WITH_CHART = re.compile(
    r"[（(【\[](?:含|附)有?(?:政策|文字|相关)?(?:图解|图表|图文|图片|解读|一图读懂|视频|长图).{0,4}[）)】\]]"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)(年度|年)?")
# Without its subject, alone or with the names of column and site behind it: …局2021年度报告_政府信息公开年报.
_PLAIN_REPORT = re.compile(r"^([^-_|｜]{2,30}?)(20\d\d)年度?报告(?=$|[-_|｜])")
# When a list or its editor dated the title: no word of the title itself.
_DATED = re.compile(
    r"[【\[（(]?(?:发布(?:时间|日期)[:：]?)?20\d\d[-/.年](?:0?[1-9]|1[0-2])[-/.月]\d{1,2}日?(?:\d{1,2}:\d\d(?::\d\d)?)?[】\]）)]?"
    r"|[【\[（(]?20\d\d年?(?:发布|公布)[】\]）):：]*"
)
_START = re.compile(
    r"^(?:附件?\d{0,2}[:：.、．]|\d{1,2}[、.．](?!\d)|(?:信息)?(?:标题|名称)[:：|]?|[·•>»›◆■★●]+"
    r"|(?:图解|图说|图读|一张?图(?:读懂|看懂|解读|了解)?|(?:动漫|漫画|视频)(?:解读)?|解读)[:：|]?)"
)
_END = re.compile(r"(?:\.(?:pdf|docx?|html?|wps|ofd)|new!?|hot!?)$", re.IGNORECASE)
_DOTS = re.compile(r"(?:\.{2,}|…+)$")
_IN_FRONT = re.compile(r"^[【\[（(]([^】\])）]{0,12})[】\])）]")
_BEHIND = re.compile(
    r"(?P<unmarked>^[》〉”]*(?P<close>[^-—_－:：|｜·>（(【\[》〉”]{2,24}))"
    r"|[（(【\[](?P<inside>[^）)】\]]{2,24})[）)】\]]|[-—_－:：|·](?P<dashed>[^-—_－:：|·]{2,24})$"
)
# All agencies of a kind, or one that is left unnamed: …年报（部门）. None of them is the government.
_COLLECTIVE = re.compile(r"^[各县区市旗直属、和及]*(?:(?:部门|单位|镇街|街镇|乡镇|镇乡|镇办|乡办|街道)[、和及]?)+$")
_NO_AGENCY = re.compile(r"网站|网$|公开|平台|版$|^全部$")
_MARKS = '《》“”"：:-—_|。·>'
LONGEST = 300  # characters, white space apart; a longer text is prose, and no more of it is read
FIRST_YEAR, LAST_YEAR = 2003, 2099  # Shanghai and Guangzhou reported before the Regulation of 2007


@dataclass(frozen=True, slots=True)
class TitleClaim:
    """What a title says, before anything was fetched.

    ``agency_kind`` is None where the title names no agency. Where it names one that is not understood, that is
    ``unknown`` and the kind ``OTHER``: it may be anything but the county's government.
    """

    is_report: bool
    year: int | None
    agency_kind: AgencyKind | None
    chart: bool
    site_statistics: bool
    agency: Agency | None = None
    unknown: str = ""


def years_in(text: str) -> tuple[int, ...]:
    """The different years named in a title, in order; years written in Chinese digits count."""
    years = (int(match[1]) for match in _YEAR.finditer(in_digits(text)))
    return tuple(dict.fromkeys(year for year in years if FIRST_YEAR <= year <= LAST_YEAR))


@lru_cache(maxsize=256)  # a page's few titles are asked for again and again
def classify_title(title: str, *, county: Division | None = None) -> TitleClaim:
    """Read a title or list link. Spaces and dates in it do not count; ``county`` decides between places of one name.

    A title with two different years has no year; one that names no agency (2020年政府信息公开工作年度报告) no kind.
    An agency in brackets or behind a dash after the title is the report's: …年度报告（县教体局）.
    """
    bare = _WITH_CHART.sub("", _DATED.sub("", in_digits(_squeezed(title))))
    years = years_in(bare)
    chart, statistics = bool(_CHART.search(bare)), bool(_SITE_STATISTICS.search(bare))
    core = _ANNOUNCED.sub("", _core(bare))
    parts = _parts(core)
    is_report = parts is not None and not (chart or statistics or _is_no_report(core))
    name, behind = parts or ("", "")
    agency = read_agency(name, county) if name else None
    collective = _collective(behind) if agency is None or agency.kind is AgencyKind.GOVERNMENT else ""
    agency = None if collective else _agency_behind(behind, agency, county)
    unknown = name + collective if agency is None else ""
    kind = agency.kind if agency else (AgencyKind.OTHER if unknown else None)
    year = years[0] if len(years) == 1 else None
    return TitleClaim(is_report, year, kind, chart, statistics, agency, unknown)


def noticed_title(title: str) -> str:
    """The report's title inside a notice's (关于印发《…年度报告》的通知), with the notice's agency if it names none.

    "" if there is none.
    """
    notice = _NOTICE.match(title[: 2 * LONGEST].strip(_MARKS.replace("》", "")))
    if notice is None or not classify_title(notice[2]).is_report:
        return ""
    inner = notice[2].strip("《》“”")
    return inner if classify_title(inner).agency_kind else notice[1] + inner


def is_other_paper(title: str) -> bool:
    """Whether this is the title of a notice, rule or explanation about the reports."""
    bare = _squeezed(title)
    return bool(_OTHER_PAPER.search(bare) and _SUBJECT.search(bare) and _REPORT.search(bare))


def _squeezed(title: str) -> str:
    return "".join(title.split()).replace("\u200b", "")[:LONGEST]


def _is_no_report(core: str) -> bool:
    return bool(_NO_REPORT.search(core) or (_UNLESS_REPORTED.search(core) and not _REPORTED.search(core)))


def _core(bare: str) -> str:
    """The title without numbers, labels and marks in front of it and behind it."""
    while True:
        core = _END.sub("", _START.sub("", bare)).lstrip(_MARKS)
        core = core if _DOTS.search(core) else core.rstrip(_MARKS)
        bracket = _IN_FRONT.match(core)
        if bracket:
            named = _COLLECTIVE.match(bracket[1]) or (read_agency(bracket[1]) and not _NO_AGENCY.search(bracket[1]))
            core = (bracket[1] if named else "") + core[bracket.end() :]
        if core == bare:
            return core
        bare = core


def _parts(core: str) -> tuple[str, str] | None:
    """(agency, what follows the title); the agency is what stands before the subject, without the year.

    The subject is the first with the word report behind it: an office of 政务公开 has it in its name. None: no report.
    """
    plain = _PLAIN_REPORT.match(core)
    agency = read_agency(plain[1]) if plain else None
    if plain and agency and agency.kind is not AgencyKind.GOVERNMENT:  # 某县人民政府2020年报告 is one to its congress
        return plain[1], ""
    subjects = list(_SUBJECT.finditer(core))
    ends = [*(subject.start() for subject in subjects[1:]), len(core)]
    for subject, end in zip(subjects, ends, strict=False):
        part = core[subject.start() : end]
        report = _REPORT.search(part)
        cut = _DOTS.search(part) and _CUT_REPORT.fullmatch(_YEAR.sub("", _DOTS.sub("", core[subject.end() : end])))
        if report or cut:
            before = re.sub(r"[（）()“”《》〈〉]", "", _YEAR.sub("", core[: subject.start()]))
            name = _named_before(_DEEDS.sub("", before))
            name += "政府" if name.endswith("人民") else ""  # 人民政府信息公开: the word belongs to both
            return name, core[subject.start() + report.end() :] if report else ""
    return None


def _named_before(before: str) -> str:
    """The agency's name before the subject: behind 关于, if it is named there, else who writes about it.

    A department's paper about its county is none of the county's: then both names stay, and are not understood.
    """
    writer, _, about = before.rpartition("关于")
    writer, name = (part.strip("、，,的") for part in (writer, _ABOUT.sub("", about)))
    if not (writer and name):
        return writer or name
    publisher = read_agency(writer)
    return name if publisher and publishes_for_government(publisher) else writer + name


def _collective(behind: str) -> str:
    """The departments, towns or units named as such behind the title; "" if there are none."""
    names = (match["close"] or match["inside"] or match["dashed"] for match in _BEHIND.finditer(behind))
    return next((name for name in names if _COLLECTIVE.match(name)), "")


def _agency_behind(behind: str, before: Agency | None, county: Division | None) -> Agency | None:
    """The agency printed behind the title, in brackets, behind a dash or right there, at the place named before.

    Else ``before``. What stands behind a government's title without a mark may be who publishes it for the government.
    """
    if before is not None and before.kind is not AgencyKind.GOVERNMENT:
        return before
    for match in _BEHIND.finditer(behind):
        name = _YEAR.sub("", match["close"] or match["inside"] or match["dashed"])
        found = None if _NO_AGENCY.search(name) else read_agency(name, county)
        if found is None or len(name) < 2:
            continue
        if before is None:
            return found
        if found.kind is not AgencyKind.GOVERNMENT and not (match["unmarked"] and publishes_for_government(found)):
            return found if found.place else read_agency(before.place + found.own_name, county)
    return before
