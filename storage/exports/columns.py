"""The columns that several exported tables share, and those of each, explained in Chinese and English."""

from reports.model import AgencyKind, CellState, ContentKind, Outcome
from reports.states import Clock, Evidence
from storage.exports.tables import Field, Kind
from storage.records import Verdict

_STR, _INT, _NUM, _BOOL = Kind.STRING, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN

CODE = Field(
    "county_code", _STR, "县级行政区划代码（GB/T 2260），六位", "county's division code (GB/T 2260), six digits"
)
COUNTY = Field("county", _STR, "县级行政区名称", "name of the county")
CITY = Field("city", _STR, "所属地级行政区；无则空", "prefecture above it; empty where there is none")
PROVINCE = Field("province", _STR, "所属省级行政区", "province")
YEAR = Field("year", _INT, "报告所反映的年度", "the year reported on")
PLACE = (CODE, COUNTY, CITY, PROVINCE, YEAR)

EVIDENCE = Field(
    "evidence",
    _STR,
    "存档状态：本档案对该县该年报告所掌握的情况，见术语表",
    "state of evidence: what the archive holds of this county's year, see the glossary",
    tuple(Evidence),
)
CLOCK = Field(
    "clock",
    _STR,
    "法定期限状态；overdue 仅在证实未列出时使用",
    "where it stands against the legal date; overdue only where its absence is proved",
    tuple(Clock),
)
DETAIL = Field("detail", _STR, "存档状态的说明", "what is behind the state of evidence")

AGENCY = Field("agency", _STR, "报告上的机关名称", "the agency, as the report names it")
AGENCY_KIND = Field(
    "agency_kind",
    _STR,
    "机关类别；government 为县级人民政府本级",
    "kind of agency; government is the county's own",
    tuple(AgencyKind),
)
TITLE = Field("title", _STR, "报告标题", "title of the report")
FORM = Field(
    "form",
    _STR,
    "官方格式版本：v2008、v2014、v2019、v2021；未识别则空",
    "version of the official form: v2008, v2014, v2019 or v2021; empty where none was recognised",
)
CONTENT = Field(
    "content_kind",
    _STR,
    "载体；attachment_only 与 image_only 尚未读取",
    "what carried it; the …_only ones wait for a reader",
    tuple(ContentKind),
)
PUBLISHED = Field("published_at", _STR, "页面所示发布日期（北京时间）", "date of publication as printed (Beijing time)")
PARSER = Field("parser", _STR, "读取程序版本", "version of the parser")
FAILED = Field("failed_checks", _INT, "未通过的勾稽检查数（不含软检查）", "checks that failed, soft ones apart")
VERSION = Field("version", _INT, "该网址内容的第几个版本", "number of the version at this address, from 1")
COUNTS = Field("counts", _BOOL, "面板数据是否取自此报告", "whether the panel's figures are of this document")
URL = Field("url", _STR, "报告网址", "address of the report")
FETCHED = Field("fetched_at", _STR, "抓取时间（UTC）", "when the bytes were fetched (UTC)")
SHA256 = Field("sha256", _STR, "所读字节的 SHA-256", "SHA-256 of the bytes that were read")
WARC = (
    Field("warc_file", _STR, "字节所在的 WARC 文件", "WARC file that holds the bytes"),
    Field("warc_offset", _INT, "记录在文件中的起始字节", "where the record begins in it, in bytes"),
)
IDS = (
    Field("report_id", _INT, "本档案中的报告编号", "number of the report in this archive"),
    Field("version_id", _INT, "本档案中的版本编号", "number of the version in this archive"),
    Field("reading_id", _INT, "本档案中的读取编号", "number of the reading in this archive"),
    Field("capture_id", _INT, "本档案中的抓取编号", "number of the capture in this archive"),
)

STATES = (*PLACE, EVIDENCE, CLOCK, DETAIL)

PANEL = (
    *STATES,
    AGENCY,
    TITLE,
    FORM,
    CONTENT,
    PUBLISHED,
    VERSION,
    PARSER,
    FAILED,
    URL,
    FETCHED,
    SHA256,
)
COVERAGE = (
    *STATES,
    TITLE,
    PUBLISHED,
    FAILED,
    Field("documents", _INT, "该县该年在档的本级报告网址数", "addresses held of the county's own report"),
    URL,
)
FIGURES = (
    CODE,
    YEAR,
    *(IDS[1], Field("indicator", _STR, "指标代码，见 codebook.csv", "code of the indicator, see codebook.csv")),
    Field("label_zh", _STR, "指标官方名称", "official label in Chinese"),
    Field("label_en", _STR, "指标英文名称", "label in English"),
    Field(
        "unit", _STR, "单位：count、yuan（元）、10k_yuan（万元）", "unit: count, yuan or 10k_yuan (ten thousand yuan)"
    ),
    Field(
        "state",
        _STR,
        "单元格状态：number 数字、zero 零、blank 空白、not_applicable 斜杠、missing 未印出、text 文字",
        "state of the cell: number, zero, blank, not_applicable (/), missing (not printed) or text",
        tuple(CellState),
    ),
    Field("value", _NUM, "数值；仅在 number 与 zero 时有值", "the number; only where the state is number or zero"),
    Field("raw", _STR, "单元格原文，或叙述性数据所在句子", "the cell as printed, or the sentence it was read from"),
    Field("note", _STR, "数字后括号内的说明", "what follows the number in brackets"),
    AGENCY_KIND,
    AGENCY,
    COUNTS,
    FORM,
    Field("block", _INT, "文件中的第几个文块", "number of the block in the document"),
    Field("row", _INT, "表格中的行", "row in its grid"),
    Field("column", _INT, "表格中的列", "column in its grid"),
    Field("page", _INT, "页码", "page"),
    Field("confidence", _NUM, "识别置信度；图片识别时小于 1", "below 1 where it was recognised in a picture"),
    PARSER,
    *(IDS[0], *IDS[2:]),
    URL,
    SHA256,
    *WARC,
)
REPORTS = (
    CODE,
    YEAR,
    IDS[1],
    *(COUNTY, AGENCY_KIND, AGENCY, TITLE, COUNTS),
    Field("current", _BOOL, "是否为该网址现有内容", "whether it is what stood at the address when last seen"),
    Field("withdrawn", _BOOL, "是否已证实撤下", "whether the document is proved to have been taken down"),
    Field(
        "decision", _STR, "人工判断：accept、correct；无则空", "a person's decision, where there is one", tuple(Verdict)
    ),
    Field("review", _STR, "待人工确认的疑点", "doubts that wait for a person"),
    *(URL, VERSION),
    Field("first_seen", _STR, "此版本首次见到的时间（UTC）", "when this version was first seen (UTC)"),
    Field("last_seen", _STR, "此版本最后见到的时间（UTC）", "when this version was last seen (UTC)"),
    PUBLISHED,
    Field("published_from", _STR, "发布日期的出处", "where the date of publication was read"),
    Field("index_number", _STR, "索引号", "index number (索引号)"),
    Field("source", _STR, "页面所示来源", "source as printed"),
    Field("site_id_code", _STR, "网站标识码", "site identification code of the page"),
    *(CONTENT, FORM, PARSER, FAILED, FETCHED, SHA256, *WARC),
    IDS[0],
    Field("document_id", _INT, "本档案中的网址编号", "number of the document in this archive"),
    *IDS[2:],
)
FINDINGS = (
    CODE,
    YEAR,
    IDS[1],
    Field("position", _INT, "检查在该读取中的序号", "place of the check in the reading"),
    Field("check", _STR, "检查代码", "code of the check"),
    Field("subject", _STR, "所检查的行、列或表块", "the row, column or block it is on"),
    Field("outcome", _STR, "结果", "how it ended", tuple(Outcome)),
    Field("soft", _BOOL, "软检查：正确的报告也可能不通过", "soft: a correct report may fail it"),
    Field("detail", _STR, "说明", "in words"),
    Field("fingerprint", _STR, "检查结果的指纹", "stays the same while the check says the same of the same cells"),
    *(AGENCY_KIND, COUNTS, IDS[2], URL),
)
