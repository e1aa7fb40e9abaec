"""Reads an agency's name as printed: which division it belongs to, and of what kind it is."""

import re
from dataclasses import dataclass

from reports.divisions import Division, Place, read_place, resolve
from reports.model import AgencyKind

_GOVERNMENT = re.compile(r"^(人民)?政府(机关|本级)?$|^本级$|^$")
_OFFICE = re.compile(r"^(人民)?(政府|府)(办公厅|办公室|办|机关办公室)$|^(政府)?办公室$")
_TOWNSHIP = re.compile(
    r"(镇|乡|苏木|街道|街道办|管理区|地区)((人民)?政府(办公室)?|街道办事处|办事处|党政(综合)?办公室)?$|(镇|乡|街道|苏木).{0,4}便民服务中心$"
)
_OTHER = re.compile(
    r"(管委会|管理委员会|开发区|高新区|园区|示范区|试验区|保税区|风景区|度假区|医院|卫生院|学校|中学|小学|幼儿园|大学|学院|公司|集团|银行|法院|检察院)$"
)
_DEPARTMENT = re.compile(
    r"(局|委|委员会|办|办公室|厅|署|中心|所|站|队|院|会|社|部|处|馆|台|团|科技|总站|分局|林场|农场|管理处|公积金|供销社|联合社|联合会)$"
)
# An agency without its place: 县财政局, 市政府办, 我局, 本机关.
_ABBREVIATED = re.compile(r"^(我|本|全|某)?(县|区|市|旗|省)?(?=人民政府|政府|府办|$|.+[局委办镇乡中])")
_PARTY = re.compile(r"^中共.{2,16}(委员会|委)办公室[、 　]*")
# A division that the table does not know (abolished, or a zone styled as a district).
_UNKNOWN = re.compile(r"^([\u3400-\u9fff]{2,8}?(?:自治县|县|区|市|旗))(?=人民政府|政府|$)")


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency as printed. ``division`` is the county (or city) it belongs to, None where that is not known for sure.

    ``place`` is the division's name as printed, "" where the agency is named without one (县政府办).
    """

    printed: str
    kind: AgencyKind
    place: str
    own_name: str  # what follows the place: "", 人民政府, 财政局, 槐芽镇人民政府
    division: Division | None
    ambiguous: bool = False  # the place's name belongs to several divisions

    @property
    def canonical(self) -> str:
        """The full name, with 人民政府 written out for governments, towns and offices; as printed without a place."""
        if not self.place:
            return self.printed
        if self.kind is AgencyKind.GOVERNMENT:
            return self.place + "人民政府"
        own = self.own_name
        if self.kind is AgencyKind.OFFICE:
            # 人民政府办公厅 is the office of a province or a large city.
            return self.place + ("人民政府办公厅" if own.endswith("厅") else "人民政府办公室")
        if self.kind is AgencyKind.TOWNSHIP:
            own = re.sub(r"(镇|乡|苏木)(政府)?$", r"\1人民政府", own)
            own = re.sub(r"街道(办)?$", "街道办事处", own)
        return self.place + own


def read_agency(name: str, *hints: Division | None, text: str = "") -> Agency | None:
    """Read ``name``; ``hints`` and the document's ``text`` decide between divisions of one name. None: no agency.

    Hints never replace a place that is printed; they only choose between those it may mean.
    """
    printed = "".join(name.split()).strip('《》“”"、，,：:-—_|（）()')
    bare = _PARTY.sub("", printed)
    place = read_place(bare)
    if place is not None:
        return _placed(bare, place, hints, text)
    unknown = _UNKNOWN.match(bare)
    if unknown and _GOVERNMENT.match(bare[unknown.end() :]):
        kind = AgencyKind.OTHER if _OTHER.search(unknown[1]) else AgencyKind.GOVERNMENT
        return Agency(printed, kind, unknown[1], bare[unknown.end() :], None)
    abbreviated = _ABBREVIATED.match(bare)
    own = bare[abbreviated.end() :] if abbreviated else bare
    kind_or_none = _kind(own) if own or (abbreviated and abbreviated[0]) else None
    return Agency(printed, kind_or_none, "", own, None) if kind_or_none else None


def _placed(bare: str, place: Place, hints: tuple[Division | None, ...], text: str) -> Agency | None:
    own = bare[place.length :]
    kind = _kind(own)
    if kind is None:
        return None
    division = resolve(place.candidates, *hints, text=text)
    return Agency(bare, kind, bare[: place.length], own, division, ambiguous=division is None)


def _kind(own: str) -> AgencyKind | None:
    for pattern, kind in (
        (_GOVERNMENT, AgencyKind.GOVERNMENT),
        (_OFFICE, AgencyKind.OFFICE),
        (_TOWNSHIP, AgencyKind.TOWNSHIP),
        (_OTHER, AgencyKind.OTHER),
        (_DEPARTMENT, AgencyKind.DEPARTMENT),
    ):
        if pattern.search(own):
            return kind
    return None
