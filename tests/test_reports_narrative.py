"""Totals told in prose: what is read with its sentence, what is left alone, and what a hostile text costs."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.forms import indicators
from reports.model import CellState, Section
from reports.narrative import read_narrative
from reports.prose import number, plain

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the real reports are not beside this checkout (../shared/corpus)"
)
Values = dict[str, int | float | None]


def values(*sections: Section, year: int | None = 2020) -> Values:
    return {code.removeprefix("narrative."): f.value for code, f in read_narrative(sections, year).items()}


def narrative(text: str, ordinal: int = 1, heading: str = "一、总体情况") -> Values:
    return values(Section(ordinal, heading, text))


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("全年共公开各类政府信息120条。", {"published_total": 120}),
        ("通过政府网站主动公开政府信息 80 条。", {"published_website": 80}),
        ("通过政务新媒体发布各类信息30条。", {"published_social": 30}),
        ("全年共收到政府信息公开申请5件，均已答复。", {"applications_received": 5}),
        ("全县共收到政府信息公开申请0件。", {"applications_received": 0}),
        (
            "现有政务新媒体9个，其中微信公众号7个、微博2个。",
            {"social_accounts": 9, "social_accounts_wechat": 7, "social_accounts_weibo": 2},
        ),
        ("2020年全年累计公开政府信息40条。", {"published_total": 40}),
        (
            "全县共收到申请5件，其中网络申请3件、信函申请2件。",
            {"applications_received": 5, "applications_online": 3, "applications_letter": 2},
        ),
        ("本年度，共公开政府信息333条，历年累计公开政府信息5555条。", {"published_total": 333}),
        ("（一）主动公开情况。2020年，全县共主动公开政府信息500条。", {"published_total": 500}),
        ("2020年，按照国务院有关规定，全年共收到政府信息公开申请3件。", {"applications_received": 3}),
        ("（三）重点难点问题回应情况\n2020年全县共召开政务公开工作会议3次。", {"meetings": 3}),
        ("2020年，因政府信息公开申请行政复议3件，无行政诉讼案件。", {"reconsiderations": 3, "lawsuits": 0}),
        ("2020年度，全县未收到和处理政府信息公开申请，零报告。", {"applications_received": 0}),
        (
            "全年未发生针对我县有关政府信息公开事务的行政复议案件、行政诉讼案件。",
            {"reconsiderations": 0, "lawsuits": 0},
        ),
        ("2020年，全县没有收取检索费、复制费等信息处理费用。", {"fees_yuan": 0}),
        (
            "全县共收到申请20件。其中，网络申请15件。住建领域申请12件，信函申请5件。",
            {"applications_received": 20, "applications_online": 15},
        ),
        ("全县共收到申请20件。\n（二）存在问题及打算\n全县共公开政府信息30条。", {"applications_received": 20}),
        (
            "全县共收到政府信息公开申请十二件，其中当面申请两件、网络申请八件、信函申请二件。",
            {
                "applications_received": 12,
                "applications_in_person": 2,
                "applications_online": 8,
                "applications_letter": 2,
            },
        ),
        ("2020年，全县主动公开政府信息１２３４５条。", {"published_total": 12345}),
        ("2020年，全县共主动公开政府信息12,345条。", {"published_total": 12345}),
        ("2020年，全县共主动公开政府信息2.2345万条。", {"published_total": 22345}),
        ("全年未收到政府信息公开申请。", {"applications_received": 0}),
        ("2020年度，我县没有收到公民、法人和其他组织的政府信息公开申请。", {"applications_received": 0}),
        ("2020年，我县未发生因政府信息公开引起的行政复议、行政诉讼案件。", {"reconsiderations": 0, "lawsuits": 0}),
        ("2020年全县无因政府信息公开申请行政复议、提起行政诉讼的情况。", {"reconsiderations": 0, "lawsuits": 0}),
        (
            "本年度我县没有因政府信息公开而被申请行政复议、提起行政诉讼和投诉举报的情况发生。",
            {"reconsiderations": 0, "lawsuits": 0, "complaints": 0},
        ),
        ("2020年，因政府信息公开申请行政复议3件、提起行政诉讼2件。", {"reconsiderations": 3, "lawsuits": 2}),
        ("2020年，政府信息公开行政复议、行政诉讼均为0件。", {"reconsiderations": 0, "lawsuits": 0}),
        ("2020年，依申请公开没有收取检索、复制、邮寄等费用，也没有减免费用的情况。", {"fees_yuan": 0}),
        ("2020年度，我县政府信息公开没有收费。", {"fees_yuan": 0}),
        ("2020年，全县依申请公开共收取费用0.35万元。", {"fees_yuan": 3500}),
        ("2020年，全县依申请公开共收取检索、复制、邮寄费用1,250.5元。", {"fees_yuan": 1250.5}),
        (
            "2020年，全县共召开政府信息公开工作会议两次，举办政府信息公开培训班3期，培训人员一百零三人次。",
            {"meetings": 2, "trainings": 3, "trainees": 103},
        ),
        (
            "全县共有政府信息公开工作人员85名，其中专职人员12名、兼职人员73名。",
            {"staff": 85, "staff_full_time": 12, "staff_part_time": 73},
        ),
        ("全县共设立政府信息公开查阅点25个。", {"reading_points": 25}),
        ("全县设立政府信息公开专门机构3个。", {"special_units": 3}),
        ("2020年发布政策解读稿件36篇，举办新闻发布会5场。", {"interpretations": 36, "press_conferences": 5}),
        (
            "2020年，全县共主动公开政府信息5000条，其中，政府公报公开政府信息12条，政府网站公开政府信息4000条，政务微博公开政府信息300条，政务微信公开政府信息200条，其他方式公开政府信息488条。",
            {
                "published_total": 5000,
                "published_gazette": 12,
                "published_website": 4000,
                "published_weibo": 300,
                "published_wechat": 200,
                "published_other": 488,
            },
        ),
        ("2020年，全县主动公开规范性文件23件。", {"published_normative_documents": 23}),
        (
            "全县共收到申请20件，比上年增加3件，办结20件，答复20件，其中同意公开12件，同意部分公开2件，不予公开1件，信息不存在3件，不属于本机关公开2件。",
            {
                "applications_received": 20,
                "applications_closed": 20,
                "applications_answered": 20,
                "replies_granted": 12,
                "replies_partly_granted": 2,
                "replies_refused": 1,
                "replies_nonexistent": 3,
                "replies_not_held": 2,
            },
        ),
        (
            "全县共收到政府信息公开申请105件，按申请方式划分：当面申请5件、网络申请80件、信函申请20件。",
            {
                "applications_received": 105,
                "applications_in_person": 5,
                "applications_online": 80,
                "applications_letter": 20,
            },
        ),
        ("2020年，组织召开了“促进就业”“高质量发展”等新闻发布会12场。", {"press_conferences": 12}),
        (
            "2020年，全县未发生因政府信息公开工作被申请行政复议、提起行政诉讼的情况，举报投诉0件。",
            {"reconsiderations": 0, "lawsuits": 0, "complaints": 0},
        ),
        (
            "2020年，全县各部门、各乡镇通过各类渠道主动公开政府信息19686条，较2019年增加300条。",
            {"published_total": 19686},
        ),
    ],
)
def test_totals_told_in_prose(text: str, figures: Values) -> None:
    assert narrative(text) == figures


@pytest.mark.parametrize(
    "text",
    [
        "全年共公开各类政府信息4200余条。",
        "在门户网站上，全年共公开政府信息50条。",
        "全年共公开政府信息50条。全年共公开政府信息60条。",
        "我局全年共收到政府信息公开申请3件。",
        "工作有序推进。",
        "2020年，全县主动公开政府信息１２，３４５条。",
        "2020年，全县共主动公开政府信息2.2万条。",
        "自2008年5月1日以来，我县累计主动公开政府信息45678条。",
        "截至2020年底，通过县政府网站公开政府信息999条。",
        "累计受理政府信息公开申请3456件。",
        "五年来，共公开信息333条。",
        "2019年，共公开政府信息5000条。",
        "去年，全县共公开信息5000条。",
        "第一季度共公开政府信息333条。",
        "10月，共公开信息33条。",
        "在扶贫领域，全年共公开信息300条。",
        "环境保护方面，共公开信息300条。",
        "县教育局公开政府信息100条，全年共公开信息200条。",
        "县卫健局通过网站公开信息300条。",
        "某镇累计收到申请3件。",
        "县级部门共收到政府信息公开申请17件。",
        "市政府转办共收到申请3件。",
        "应当通过政府网站公开信息30条。",
        "要求各部门每年通过政府网站公开信息30条。",
        "拟在网站公开信息30条。",
        "不再通过政府网站公开信息30条。",
        "我县共公开政府信息1234条以上。",
        "共公开信息12条规范性文件。",
        "全年共公开政府信息1 234条。",
        "全县共收到网络申请3件，信函申请2件。",
        "开设政务新媒体12个，注销政务新媒体3个。",
        "（二）重点领域信息公开情况。全年共公开政府信息300条。",
        "推进财政信息公开。2020年主动公开信息30条。",
        "县教育局：全年共收到政府信息公开申请3件。",
        "2020年，全县未收到网络申请。",
        "2020年，除县公安局外，全县未收到政府信息公开申请。",
        "截至2020年底，全县共收到申请35件。",
        "第三季度全县未收到政府信息公开申请。",
        "2019年全县未收到政府信息公开申请。",
        "县教育局未收到政府信息公开申请。",
        "县教育局2020年未收到政府信息公开申请。",
        "2020年，县教育局高度重视，未收到政府信息公开申请。",
        "2020年，未收到超期未答复的申请。",
        "2020年，全县未收到政府信息公开申请的投诉。",
        "2020年全县未发生行政复议被纠正的情况。",
        "2020年，没有因政府信息公开行政复议败诉的案件。",
        "2020年，因政府信息公开行政复议、行政诉讼共3件。",
        "2020年，全县受理行政复议案件56件，均与政府信息公开无关。",
        "2020年，全县行政复议机关办理涉及政府信息公开的行政复议案件56件。",
        "2020年，县政府因政府信息公开被申请行政复议、提起行政诉讼3件。",
        "2020年，政府信息公开行政复议中，维持3件。",
        "未发生因政府信息公开答复不及时引发的行政复议。",
        "2020年，对低收入群体没有收取信息处理费。",
        "2020年，全县未收取查阅费，收取复制费30元。",
        "2020年，全县减免费用300元。",
        "2020年，全县行政事业性收费7730万元。",
        "2020年，全县收取城市配套费300元，做好政府信息公开。",
        "下一步，全县召开政府信息公开工作会议2次。",
        "2020年计划召开政府信息公开工作会议2次。",
        "2020年，县卫健局召开政府信息公开工作会议2次。",
        "2020年，召开政务公开领导小组会议1次，召开政务公开工作会议2次，召开政务公开专题会议2次。",
        "2020年，举办电子商务培训班3期，培训人员200人次。",
        "新增政府信息公开查阅点2个。",
        "2020年，全县收到群众举报投诉1234件。",
        "2020年，主要负责同志参加新闻发布会3次。",
        "2020年，转载政策解读稿件13篇。",
        "2020年，通过县政府网站发布政策解读稿件13篇。",
        "2020年，全县主动公开规范性文件信息约23条。",
        "通过政务微信、政务微博公开信息300条。",
        "通过县政府网站，微信公众号发布信息300条。",
        "通过“爱眉县”微信公众号发布信息300条。",
        "通过市政府网站公开信息2100条。",
        "县教育局微信公众号发布信息109条。",
        "2020年，全县共公开信息数十条。",
        "2020年，全县共公开信息两三百条。",
        "2020年，全县共公开信息近500条。",
        "2020年，全县共公开信息500条左右。",
        "2020年，全县共公开信息500多条。",
        "2020年，全县共公开信息一百三条。",
        "2020年，全县共收到申请百件。",
        "2020年，全县共收到申请31件（含上年结转3件）。",
        "2020年，全县共收到申请31件，其中含上年结转3件。",
        "2020年1-6月，全县共收到申请31件。",
        "2020年上半年，全县共收到申请31件。",
        "2018-2020年，全县共收到申请31件。",
        "“十三五”期间，全县共收到申请31件。",
        "2020年，全县共收到网上咨询申请31件。",
        "2020年，全县共收到救助申请31件。",
        "2020年，县直部门共收到申请31件。",
        "2020年，县本级共收到申请31件。",
        "2020年，某街道全年共公开信息31条。",
        "要求各单位全年公开信息100条。",
        "2020年，我局未收到政府信息公开申请。",
        "2020年，全县共收到信访举报投诉5件，与政府信息公开无关。",
        "2020年，我县没有发生应公开而未公开的行政复议。",
        "若全年未收到政府信息公开申请，应进行零报告。",
        "2020年，部分乡镇未收到政府信息公开申请。",
        "同意公开5件。",
        "其中网络申请3件。",
        "2020年，全县共办理建议提案31件，其中网络申请3件，同意公开5件。",
        "从事政府信息公开工作的人员近90人。",
        "2020年，全县新配备政府信息公开工作人员8名。",
        "2020年比2019年多公开信息300条。",
        "全县共公开政府信息第12条。",
        "与上年相比，全县共公开政府信息增加300条。",
        "2020年，全县没有行政复议、行政诉讼被判败诉。",
        "2020年，全县召开政府信息公开工作会议1次、专题会议2次。",
        "2020年，全县发布政策解读13篇，图文解读5篇。",
        "到2020年底，全县共主动公开政府信息50000条。",
        "全县信息公开工作人员检查有无行政复议、行政诉讼。",
        "2020年，全县没有因信息公开答复不当引起的行政复议。",
        "2020年，全县未发生负面舆情和举报投诉。",
        "2020年，县政府办公室收到申请3件（网络申请2件）。",
        "2020年，全县共举行疫情防控新闻发布会30场。",
        "2020年，县政府举办新闻发布会4次，县卫健局举办新闻发布会10次。",
        "2020年，县政府及县政府办公室共收到政府信息公开申请15件，全县各部门收到23件。",
        "2019年全县主动公开政府信息13000条，2020年全县主动公开政府信息15000条。",
        "2020年，县司法局共办理行政复议案件12件，涉及政府信息公开3件。",
        "2020年，我县对农村五保户查询政府信息免收费用，对其他申请人收取费用200元。",
    ],
)
def test_what_is_not_the_years_whole_total_is_no_figure(text: str) -> None:
    assert narrative(text) == {}


@pytest.mark.parametrize(
    ("heading", "text", "figures"),
    [
        (
            "三、依申请公开政府信息情况",
            "全年共受理申请10件。\n其中当面申请1件。\n已答复9件，“同意公开”7件。\n“同意部分公开”1件，占11%。",
            {
                "applications_received": 10,
                "applications_in_person": 1,
                "applications_answered": 9,
                "replies_granted": 7,
                "replies_partly_granted": 1,
            },
        ),
        ("三、依申请公开政府信息情况", "2012年全县未收到政府信息公开申请。", {"applications_received": 0}),
        ("四、政府信息公开收费及减免情况", "全年收取费用300元，减免费用50元。", {"fees_yuan": 300}),
        (
            "五、行政复议、行政诉讼情况",
            "全年共发生行政复议案件3起，行政诉讼1起。",
            {"reconsiderations": 3, "lawsuits": 1},
        ),
        ("五、行政复议、行政诉讼情况", "未发生行政复议、行政诉讼案件。", {}),  # whose, and in what time?
        ("六、存在的主要问题和改进措施", "2012年全县共公开政府信息300条。", {}),
    ],
)
def test_chapters_of_the_old_reports(heading: str, text: str, figures: Values) -> None:
    assert values(Section(5, heading, text), year=2012) == figures


def test_parts_go_on_from_the_total_before_them_only() -> None:
    told = {"applications_received": 20, "applications_online": 15}
    assert narrative("全县共收到申请20件。其中，网络申请15件。") == told
    assert narrative("全县共收到申请20件。住建领域申请12件，网络申请5件。") == {"applications_received": 20}
    assert narrative("截至2020年底，全县共收到申请20件。其中，网络申请15件。") == {}


def test_a_part_is_not_larger_than_its_whole() -> None:
    assert narrative("全县共收到申请5件，其中网络申请9件。") == {"applications_received": 5}


def test_one_code_with_two_values_has_none() -> None:
    assert narrative("全年共公开政府信息50条。全年共公开政府信息60条。") == {}
    assert narrative("全年未收到政府信息公开申请。全县共收到政府信息公开申请3件。") == {}
    assert narrative("全年共公开政府信息50条。全县共公开政府信息50条。") == {"published_total": 50}


def test_the_sentence_is_kept_and_problems_and_plans_are_not_read() -> None:
    (figure,) = read_narrative((Section(1, "", "第一句。全年共公开政府信息7条。"),)).values()
    assert (figure.raw, figure.state) == ("全年共公开政府信息7条。", CellState.NUMBER)
    (none,) = read_narrative((Section(1, "", "全年未收到政府信息公开申请；"),)).values()
    assert (none.value, none.raw, none.state) == (0, "全年未收到政府信息公开申请；", CellState.ZERO)
    assert narrative("全年共公开政府信息7条。", ordinal=5, heading="五、其他") == {}
    assert narrative("（六）存在问题及下一步打算\n全年共公开政府信息7条。") == {}


def test_rows_of_tables_are_no_prose() -> None:
    assert narrative("2020年全县共收到政府信息公开申请\t5件") == {}


def test_numbers_in_digits_and_in_words() -> None:
    printed = ("12", "2.2345万", "0.35", "零", "十", "一十二", "两百", "一百零三", "一千零一十", "二千零五")
    assert [number(one) for one in printed] == [12, 22345, 0.35, 0, 10, 12, 200, 103, 1010, 2005]
    assert [number(one) for one in ("两三", "三五", "一百三", "一百十", "百", "十百")] == [None] * 6


def test_a_sentence_is_prepared_for_searching() -> None:
    assert plain("（一）２０２０年，公开 1,234 条，同比增长5%；") == "2020年,公开1234条"
    assert plain("公开１，２３４条和1 234条") == "公开1_234条和1_234条"
    assert plain("自2020年1月1日起至2020年12月31日止，全县各乡镇、各部门印发《2019年要点》") == "2020年,全县印发《》"
    assert plain("收到申请42件，上年结转0件，办结41件（含上年结转1件）") == "收到申请42件,办结41件(含上年结转1件)"


WORDS = st.sampled_from(
    [
        *(
            "全县",
            "2020年",
            "全年",
            "未",
            "没有",
            "共",
            "收到",
            "收取",
            "公开",
            "政府信息公开",
            "信息",
            "申请",
            "行政复议",
        ),
        *(
            "行政诉讼",
            "举报投诉",
            "检索、复制",
            "费",
            "召开",
            "会议",
            "培训",
            "通过",
            "政府网站",
            "微信",
            "新闻发布会",
            "解读",
        ),
        *("提起", "引起", "的", "和", "、", "，", "其中", "（", "）", "5", "一百", "条", "件", "次", "元", "。", "\n"),
    ]
)


@given(st.lists(WORDS, max_size=60))
def test_every_figure_is_of_a_known_code_and_stands_in_its_sentence(words: list[str]) -> None:
    codes = {entry.code for entry in indicators()}
    text = "".join(words)
    for code, figure in read_narrative((Section(1, "", text),), 2020).items():
        assert code in codes
        assert figure.raw in text
        assert figure.value is not None
        assert figure.state is (CellState.NUMBER if figure.value else CellState.ZERO)


@pytest.mark.parametrize(
    "text",
    [
        "共公开政府信息" + "1" * 200_000,
        "共收到申请" + "一百二" * 60_000 + "件",
        ("没有" + "政府信息公开申请行政复议、提起行政诉讼和" * 38 + "5件。") * 250,
        ("2020年全县未收取" + "检索费、复制、" * 110 + "5元。") * 250,
        ("其中，" * 260 + "5件。") * 250,
        ("《" * 790 + "5件。") * 250,
    ],
)
def test_a_hostile_text_takes_no_time(text: str) -> None:
    """200,000 characters: usual prose of that length takes about 60 ms."""
    start = time.process_time()
    read_narrative((Section(1, "", text),), 2020)
    assert time.process_time() - start < 2


@needs_corpus
def test_real_pages_give_these_figures_and_no_others() -> None:
    """Reviewed by eye, each with its sentence; the excerpts' lines are read as one section."""
    found = {}
    for line in (CORPUS / "pages_dev.jsonl").read_text("utf-8").splitlines():
        page = json.loads(line)
        if figures := values(Section(0, "", page["excerpt"]), year=page["year"]):
            found[page["agency"], page["year"]] = figures
    assert found == {
        ("绥宁县人民政府", 2025): {"applications_received": 31},
        ("清水县人民政府", 2019): {"published_website": 5469},
        ("中江县人民政府", 2022): {"applications_received": 42, "applications_closed": 41},
        ("合江县人民政府", 2022): {"applications_received": 17, "applications_closed": 17},
        ("重庆市綦江区人民政府", 2023): {"applications_received": 85},
        ("十堰市张湾区人民政府", 2023): {"published_website": 7051},
        ("莆田市秀屿区财政局", 2024): {"published_total": 144},
    }
