"""Reads a title: whether it is an annual report's, of which year, and of what kind of agency."""

import re
from dataclasses import dataclass

from reports.agencies import Agency, read_agency
from reports.divisions import Division
from reports.model import AgencyKind

_CHART = re.compile(r"图解|图说|图读|一图|一张图|图片版|图文|图表|长图|动漫|漫画|视频|解读|H5", re.IGNORECASE)
_SITE_STATISTICS = re.compile(r"网站.{0,6}(工作)?年?度?(报表|报告)|政府网站.{0,8}报表")
_SUBJECT = re.compile(r"(政府|政务)?信息公开|政务(信息)?公开")
_REPORT = re.compile(r"(年度?(工作)?(总结)?报告|年报|公开(工作)?(情况)?(的)?报告)")
_NO_REPORT = re.compile(
    r"通知|公告$|公示$|格式|制度|办法|规定|条例|规范|方案|要点|计划|清单|指南|目录|统计表|报表|汇总|培训|会议|召开|"
    r"工作总结|评估|考核|审查|意见|要求|国办公开办|〔20\d\d〕|答记者|专栏|栏目|编制|编写|报送|如何|什么"
)
_ABOUT = re.compile(r"^(关于)?(印发|发布|公布|公开)?|关于|的$")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)(年度|年)?")
_CHINESE_YEAR = re.compile(r"(二[〇○零OＯ0]{1}[〇○零一二OＯ0]{1}[〇○零一二三四五六七八九OＯ0])(年度|年)")
_DIGITS = str.maketrans("〇○零OＯ一二三四五六七八九", "00000123456789")
_PLAIN_REPORT = re.compile(r"^(.{2,30}?)(20\d\d)年度?(工作)?报告$")
_EDGES = re.compile(
    r"^[【\[（(][^】\])）]{0,12}[】\])）]|[【\[（(][^】\])）]{0,12}[】\])）]$|\.(pdf|docx?|html?|wps|ofd)$",
    re.IGNORECASE,
)
FIRST_YEAR, LAST_YEAR = 2003, 2099  # Shanghai and Guangzhou reported before the Regulation of 2007


@dataclass(frozen=True, slots=True)
class TitleClaim:
    """What a title says, before anything was fetched. ``agency_kind`` is None where the title names no agency."""

    is_report: bool
    year: int | None
    agency_kind: AgencyKind | None
    chart: bool
    site_statistics: bool
    agency: Agency | None = None


def years_in(text: str) -> tuple[int, ...]:
    """The different years named in a title, in order; years written in Chinese digits count."""
    text = _CHINESE_YEAR.sub(lambda match: match[1].translate(_DIGITS) + "年", text)
    years = (int(match[1]) for match in _YEAR.finditer(text))
    return tuple(dict.fromkeys(year for year in years if FIRST_YEAR <= year <= LAST_YEAR))


def classify_title(title: str, *, county: Division | None = None) -> TitleClaim:
    """Read a title or list link. Spaces inside it do not count; ``county`` decides between places of one name.

    A title with two different years has no year; one that names no agency (2020年政府信息公开工作年度报告) no kind.
    """
    bare = "".join(title.split()).replace("\u200b", "")
    bare = _CHINESE_YEAR.sub(lambda match: match[1].translate(_DIGITS) + match[2], bare)
    years = years_in(bare)
    chart, statistics = bool(_CHART.search(bare)), bool(_SITE_STATISTICS.search(bare))
    core = bare
    while (cut := _EDGES.sub("", core).strip('《》“”"：:-—_|。·>')) != core:
        core = cut
    name = _agency_part(core)
    is_report = name is not None and not (chart or statistics or _NO_REPORT.search(core))
    agency = read_agency(name, county) if name else None
    kind = agency.kind if agency else (AgencyKind.OTHER if name else None)
    year = years[0] if len(years) == 1 else None
    return TitleClaim(is_report, year, kind, chart, statistics, agency)


def _agency_part(core: str) -> str | None:
    """What stands before the subject, without the year: the agency. None if this is no report's title at all."""
    subject = _SUBJECT.search(core)
    if subject and _REPORT.search(core[subject.start() :]):
        return _ABOUT.sub("", _YEAR.sub("", core[: subject.start()]).strip("（）()“”《》")).strip("《》（）()、，")
    plain = _PLAIN_REPORT.match(core)
    return plain[1] if plain and read_agency(plain[1]) else None
