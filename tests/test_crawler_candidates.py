"""What a link on a list is taken for, and which reports stand in where the government's own is not listed."""

import pytest

from crawler.allowlist import Allowlist
from crawler.candidates import is_own, judge, stand_ins
from crawler.families.base import Entry
from reports.divisions.selection import select_counties
from reports.states import CandidateVerdict

HOME = "http://www.meixian.test/"
MEI, *_ = select_counties("610326")
ALLOWED = Allowlist(["www.meixian.test"])
TITLE = "2020年政府信息公开工作年度报告"


def _entry(title: str, url: str = HOME + "1.html") -> Entry:
    return Entry(url, title, None)


@pytest.mark.parametrize(
    ("title", "verdict", "reason"),
    [
        (f"眉县人民政府{TITLE}", CandidateVerdict.REPORT, "names the government"),
        (f"眉县人民政府机关{TITLE}", CandidateVerdict.REPORT, "names the government's own organs"),
        (f"宝鸡市眉县{TITLE}", CandidateVerdict.REPORT, "names the government"),
        (TITLE, CandidateVerdict.REPORT, "names no agency: the column's own"),
        (f"眉县人民政府办公室{TITLE}", CandidateVerdict.OTHER_AGENCY, "names another agency (office)"),
        (f"眉县财政局{TITLE}", CandidateVerdict.OTHER_AGENCY, "names another agency (department)"),
        (f"槐芽镇人民政府{TITLE}", CandidateVerdict.OTHER_AGENCY, "names another agency (township)"),
        (f"扶风县人民政府{TITLE}", CandidateVerdict.OTHER_PLACE, "names 扶风县"),
        (f"宝山区人民政府{TITLE}", CandidateVerdict.OTHER_PLACE, "names 宝山区"),  # there are several, 眉县 is none
        (f"宝鸡市人民政府{TITLE}", CandidateVerdict.OTHER_PLACE, "names 宝鸡市"),
        (f"图解：眉县人民政府{TITLE}", CandidateVerdict.CHART, "a chart or explanation of a report"),
        (
            "眉县政府网站工作年度报表（2020年度）",
            CandidateVerdict.SITE_STATISTICS,
            "the yearly statistics of a website",
        ),
        ("眉县召开2020年度重点工作推进会", CandidateVerdict.OTHER, "not the title of an annual report"),
    ],
)
def test_every_link_gets_a_verdict_with_a_reason(title: str, verdict: CandidateVerdict, reason: str) -> None:
    candidate = judge(_entry(title), MEI, ALLOWED)
    assert (candidate.verdict, candidate.reason) == (verdict, reason)
    assert is_own(_entry(title), MEI) == (verdict is CandidateVerdict.REPORT)


def test_a_mirror_is_refused_whatever_its_title_says() -> None:
    candidate = judge(_entry(f"眉县人民政府{TITLE}", "http://www.816969.test/1.html"), MEI, ALLOWED)
    assert candidate.verdict is CandidateVerdict.OFF_ALLOWLIST


def test_the_office_stands_in_only_for_years_without_a_report_of_the_government() -> None:
    listed = [
        judge(_entry(f"眉县人民政府{agency}{year}年政府信息公开工作年度报告"), MEI, ALLOWED)
        for agency, year in (("", 2020), ("办公室", 2020), ("办公室", 2021))
    ]
    listed.append(judge(_entry("眉县财政局2022年政府信息公开工作年度报告"), MEI, ALLOWED))
    assert [candidate.year for candidate in stand_ins(listed)] == [2021]
