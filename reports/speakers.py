"""For whom a text speaks: by how it calls itself, who acts in its sentences, and what the page names as its source."""

import re

from reports.agencies import Agency, publishes_for_government, read_agency
from reports.blocks import Page
from reports.divisions import Division
from reports.model import AgencyKind

SPOKEN = 1_200  # characters in which a text says who speaks
_COUNTY_SELF = re.compile(r"[我全][县区市旗]|[县区市旗](委、?[县区市旗])?政府(?!办)")
# No county government calls itself so; its office writes 我办 and 本机关 in the government's report too.
_OTHER_SELF = re.compile(r"(?<![自基原根资成])[我本](?:局(?!面|部)|委|镇|乡|街道|院|校(?!对|正))")
_OFFICE_SELF = re.compile(r"[我本](办|中心|厅|单位)")
# Who acts at the start of a sentence, or made the report: 2021年，县卫健局认真…, 眉县财政局编制本报告.
_SUBJECT = re.compile(
    r"(?:(?<=[。；：:])|^)(?:(?:20\d\d年|今年|一年来|本年度?)(?:以?来)?[，,]?)?"
    # No agency has 在 in its name: 受理窗口设在眉县人民政府办公室 says where, not who.
    r"((?:(?!在)[\u3400-\u9fff]){2,18}?(?:局|委员会|镇|乡|街道|街道办事处|办公室|政府办|中心|政府))"
    r"(?=在|以|按|依|坚持|认真|高度|积极|切实|严格|深入|强化|加强|扎实|紧紧|紧密|围绕|始终|持续|不断|全面|进一步|共|主动|公开|通过|成立|[，,])"
)
_MADE_BY = re.compile(
    r"[，,。由]([\u3400-\u9fff]{2,18}?(?:局|委员会|镇|乡|街道办事处|镇人民政府|乡人民政府))(?:编制|编写)了?本(?:年度)?报告"
)


def speaks_for_another(page: Page, hints: tuple[Division | None, ...], text: str) -> bool:
    """Whether a text under a government's title is that of a department or township."""
    if _OTHER_SELF.search(text):
        return True
    if len(_OFFICE_SELF.findall(text)) >= 3 and not _COUNTY_SELF.search(text):
        return True
    made = _MADE_BY.search(text)
    maker = read_agency(made[1], *hints) if made else None
    if maker is not None and not publishes_for_government(maker):
        return True
    source = _source(page, hints, text)
    return source is not None and source.own_name in {speaker.own_name for speaker in _speakers(hints, text)}


def _speakers(hints: tuple[Division | None, ...], text: str) -> list[Agency]:
    """The departments and townships that are the subject of the first sentences."""
    read = (read_agency(match[1], *hints) for match in _SUBJECT.finditer(text[:SPOKEN]))
    return [agency for agency in read if agency is not None and agency.kind is not AgencyKind.GOVERNMENT]


def _source(page: Page, hints: tuple[Division | None, ...], text: str) -> Agency | None:
    """The department, township or other body that the page names as its source, if its reports are its own."""
    for place in ("info_table", "meta", "body"):
        source = read_agency(page.claims.get(("source", place), ""), *hints, text=text)
        if source is not None and not publishes_for_government(source):
            return source
    return None


def unnamed_agency(page: Page, hints: tuple[Division | None, ...], text: str) -> Agency | None:
    """The agency of a report whose title names none: by how the text speaks of itself, and by who issued it."""
    own = len(_COUNTY_SELF.findall(text))
    others = len(_OTHER_SELF.findall(text)) + len(_OFFICE_SELF.findall(text))
    speakers = _speakers(hints, text)
    source = _source(page, hints, text)
    division = next((hint for hint in hints if hint is not None), None)
    if others > own or speakers:
        return source
    if own >= 2 and not others and source is None and division is not None:
        return Agency(division.name, AgencyKind.GOVERNMENT, division.name, "人民政府", division)
    return None
