"""Reads an agency's name as printed: which division it belongs to, and of what kind it is."""

import re
import tomllib
from dataclasses import dataclass
from importlib import resources

from reports.divisions import Division, Place, read_place, resolve
from reports.model import AgencyKind

_DATA = tomllib.loads(resources.files("reports").joinpath("agencies.toml").read_text("utf-8"))
_KINDS = {AgencyKind(kind): re.compile("|".join(patterns)) for kind, patterns in _DATA["kinds"].items()}
_PREFIXES = re.compile("|".join(_DATA["prefixes"].values()))
_PUBLISHERS = re.compile("|".join(_DATA["publishers"]["words"]))
# An agency without its place: 县财政局, 市政府办, 我局, 本机关.
_ABBREVIATED = re.compile(
    r"^(我|本|全|某)?(县(?!域)|区(?![划域])|市(?!场|容|政(?![府务法协研]))|旗|省)?(?=人民政府|政府|府办|$|.+[局委办镇乡中厅联部会])"
)
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
    bare = _PREFIXES.sub("", printed)
    place = read_place(bare)
    if place is not None:
        return _placed(bare, place, hints, text)
    unknown = _UNKNOWN.match(bare)
    if unknown and _KINDS[AgencyKind.GOVERNMENT].search(bare[unknown.end() :]):
        kind = AgencyKind.OTHER if _KINDS[AgencyKind.OTHER].search(unknown[1]) else AgencyKind.GOVERNMENT
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


def publishes_for_government(agency: Agency) -> bool:
    """Whether this agency as a report's source says nothing against the report's being the government's own."""
    if agency.kind in (AgencyKind.GOVERNMENT, AgencyKind.OFFICE):
        return True
    return agency.kind is AgencyKind.DEPARTMENT and _PUBLISHERS.search(agency.own_name) is not None


def _kind(own: str) -> AgencyKind | None:
    return next((kind for kind, pattern in _KINDS.items() if pattern.search(own)), None)
