"""Full text: every kind of query on both databases, the filters, and that the index follows what is written."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from reports.grams import normal
from reports.model import AgencyKind, ContentKind, Section
from reports.states import Evidence, Reason
from storage.archive import save_gone
from storage.database import Archive
from storage.documents import SaveOutcome
from storage.errors import BadQuery
from storage.merge.archives import merge
from storage.models import SearchEntry
from storage.records import GoneRecord, PortalRecord, Verdict
from storage.reparse import reparse
from storage.review import Correction, decide
from storage.search.find import LONGEST, Hit, find
from storage.search.index import catch_up, clear, rebuild, size
from tests.postgresql import on_sqlite
from tests.storage_samples import Crawl, new_archive, report, report_url

TEXT = """2020年，全县共收到政府信
息公开申请１２件，比上年增加3件。县、乡两级办结。拨打12345热线查询；
信息处理费为7730.28元。English Open data：100%。"""


def years(archive: Archive, query: str, **fields: object) -> list[int | None]:
    """The years of the hits, in their order."""
    found = find(archive, query, **fields)  # type: ignore[arg-type]  # as its callers give them
    assert found.total == len(found.hits) or fields
    assert found.missing == 0
    return [hit.year for hit in found.hits]


def marked(hit: Hit) -> list[str]:
    return [text for text, matched in hit.snippet if matched]


@pytest.fixture
def held(crawl: Crawl) -> Archive:
    """Two reports of one county."""
    crawl.document(report(2020, TEXT))
    crawl.document(report(2021, "本年没有收到申请。"))
    return crawl.archive


# One archive a database for all of them: to make one takes longer than all the queries.
FOUND = {
    "县": [2021, 2020],  # a single character; both titles have it
    "热": [2020],
    "热线": [2020],
    "县共收到政府信息公开申请": [2020],  # over the end of a line
    "信息公开申請": [2020],  # Traditional
    "總體情況": [2021, 2020],  # of a heading
    "眉縣人民政府2021年": [2021],  # of a title
    "总体情况2020年": [],  # not over the end of a field
    "2020年": [2020],
    "2020": [2020],
    "202": [],  # numbers and words are whole
    "12345": [2020],
    "申请12件": [2020],  # full width in the text
    "７７３０．２８": [2020],
    "773028": [],
    "县、乡": [2020],
    "县，乡": [2020],  # any sign between the two
    "县乡": [],
    "open DATA": [2020],
    "申请 没有": [2021],  # all parts, anywhere
    "申请 热线 没有": [],
    "热线　没有": [],
    "的": [],
}
SIGNS = [
    '"热线', "热线*", "*热线", "热线 AND", "AND 热线", "-热线", "热线 -", "NEAR(热线)", "热线 OR 没有", "grams:热线",
    "'热线'", "{热线", "热线 NOT", "^热线", "a' OR 1=1 --", "热线 & 没有", "!热线", "热线:*", "%热线_", "\\热线",
    "热线\x00"
]  # fmt: skip


def test_what_is_found(held: Archive) -> None:
    found = {query: sorted(filter(None, years(held, query)), reverse=True) for query in FOUND}
    assert found == FOUND


def test_signs_have_no_meaning_and_do_no_harm(held: Archive) -> None:
    literally = {query: [] if re.search("[A-Za-z]|没有", query) else [2020] for query in SIGNS}
    assert {query: years(held, query) for query in SIGNS} == literally


def test_operators_are_words(crawl: Crawl) -> None:
    crawl.document(report(2020, "a AND b, NEAR(c)"))
    assert years(crawl.archive, "and") == [2020]
    assert years(crawl.archive, "near(c") == [2020]
    assert years(crawl.archive, "or") == []


def test_a_query_without_words_is_refused(held: Archive) -> None:
    for query in ("", " ", "*", '""', "、。", "\udcff"):
        with pytest.raises(BadQuery, match="no word"):
            find(held, query)


def test_a_query_has_a_bound(held: Archive) -> None:
    assert find(held, "县" * LONGEST).total == 0
    with pytest.raises(BadQuery, match="101 characters"):
        find(held, "县" * (LONGEST + 1))


def test_a_hit_says_where_and_shows_the_words_around(held: Archive) -> None:
    (hit,) = find(held, "政府信息公开申请 12345").hits
    assert (hit.code, hit.county, hit.agency, hit.year) == ("610326", "眉县", "眉县人民政府", 2020)
    assert (hit.url, hit.title) == (report_url(2020), "眉县人民政府2020年政府信息公开工作年度报告")
    assert (hit.section, hit.state) == ("一、总体情况", Evidence.ARCHIVED)
    assert marked(hit) == ["政府信 息公开申请", "12345"]
    assert "".join(text for text, _ in hit.snippet).startswith("2020年，全县共收到政府信 息公开申请１２件，")
    (hit,) = find(held, "總體情況 2021").hits
    assert (hit.section, marked(hit)) == ("", ["2021"])  # the title has it, which comes first


def test_a_long_text_is_cut_around_the_first_match(crawl: Crawl) -> None:
    crawl.document(report(2020, "前" * 500 + "热线" + "后" * 500))
    (hit,) = find(crawl.archive, "热线").hits
    shown = "".join(text for text, _ in hit.snippet)
    assert shown == "…" + "前" * 30 + "热线" + "后" * 88 + "…"


def test_filters(held: Archive, crawl: Crawl) -> None:
    feng = PortalRecord("610305", "http://www.fengxiang.test/")
    other = Crawl(held, crawl.now + timedelta(hours=1), feng)
    other.document(report(2020, TEXT, county_code="610305", agency="凤翔区人民政府"), url="http://www.fengxiang.test/1")
    other.writer.close()
    assert find(held, "热线").total == 2
    assert [hit.code for hit in find(held, "热线", codes=["610305"]).hits] == ["610305"]
    assert find(held, "热线", codes=[]).total == 0
    assert years(held, "申请", years=range(2021, 2030)) == [2021]
    assert years(held, "申请", codes=["610326"], states=[Evidence.ARCHIVED]) == [2021, 2020]
    assert years(held, "申请", codes=["610326"], states=[Evidence.AMENDED]) == []


def test_pages_follow_one_another(crawl: Crawl) -> None:
    for year in range(2010, 2020):
        crawl.document(report(year, "热线" * (year % 3) + "申请"))
    whole = years(crawl.archive, "申请")
    assert sorted(filter(None, whole), reverse=True) == list(range(2019, 2009, -1))
    pages = [find(crawl.archive, "申请", limit=3, offset=at) for at in (0, 3, 6, 9, 12)]
    assert [hit.year for page in pages for hit in page.hits] == whole
    assert [len(page.hits) for page in pages] == [3, 3, 3, 1, 0]
    assert {page.total for page in pages} == {10}


def test_the_best_answer_comes_first_and_the_newest_of_equals(crawl: Crawl) -> None:
    crawl.document(report(2019, "热线" * 5))
    for year in (2020, 2021, 2022):
        crawl.document(report(year, "申请热线热熬翻"))
    assert years(crawl.archive, "热线") == [2019, 2022, 2021, 2020]


def test_an_amended_version_replaces_the_old_text(crawl: Crawl) -> None:
    crawl.document(report(2020, "旧的说法"))
    assert crawl.document(report(2020, "新的说法")) is SaveOutcome.AMENDED
    assert years(crawl.archive, "旧的") == []
    assert years(crawl.archive, "新的") == years(crawl.archive, "说法") == [2020]
    assert years(crawl.archive, "说法", codes=["610326"], states=[Evidence.AMENDED]) == [2020]
    assert crawl.document(report(2020, "旧的说法")) is SaveOutcome.RETURNED
    assert years(crawl.archive, "旧的") == [2020]
    assert years(crawl.archive, "新的") == []
    assert size(crawl.archive) == 1


def test_a_document_that_was_taken_down_is_found_as_such(crawl: Crawl) -> None:
    crawl.document(report(2020, "热线"))
    gone = crawl.fetch(report_url(2020), b"", status=404)
    save_gone(crawl.archive, crawl.run, crawl.portal, GoneRecord(report_url(2020), Reason.NOT_FOUND, gone), [gone])
    for _ in range(2):
        crawl.begin(timedelta(days=2))
        crawl.listing([])
        crawl.visit()
    assert years(crawl.archive, "热线", codes=["610326"], states=[Evidence.WITHDRAWN]) == [2020]
    assert [hit.state for hit in find(crawl.archive, "热线").hits] == [Evidence.WITHDRAWN]


def test_what_a_person_says_counts_while_the_text_stands(crawl: Crawl) -> None:
    doubtful = report(2020, "热线", review=("the year is not sure",), agency_kind=AgencyKind.OTHER)
    crawl.document(doubtful)
    (hit,) = find(crawl.archive, "热线").hits
    assert hit.state is Evidence.NEEDS_REVIEW
    said = Correction(county_code="610305", kind=AgencyKind.GOVERNMENT, year=2019)
    decide(crawl.archive, hit.document_id, Verdict.CORRECT, "Li Lei", "a misprint", said)
    (hit,) = find(crawl.archive, "热线", codes=["610305"], years=[2019]).hits
    assert (hit.county, hit.year, hit.state) == ("凤翔区", 2019, Evidence.ARCHIVED)
    decide(crawl.archive, hit.document_id, Verdict.REJECT, "Li Lei", "no report")
    assert years(crawl.archive, "热线") == []
    assert size(crawl.archive) == 0
    crawl.document(report(2020, "热线电话", review=("the year is not sure",), agency_kind=AgencyKind.OTHER))
    assert years(crawl.archive, "热线") == [2020]


def test_a_better_parser_replaces_what_the_last_one_read(crawl: Crawl) -> None:
    page = "<title>眉县人民政府2020年政府信息公开工作年度报告</title><body><p>一、总体情况</p><p>全年热线</p></body>"
    crawl.document(report(2020, "误读", parser="0"), page.encode(), report_url(2020))
    crawl.writer.close()
    list(reparse(crawl.archive))
    assert years(crawl.archive, "误读") == []
    assert years(crawl.archive, "全年热线") == [2020]


def test_a_cover_is_searched_until_its_text_has_come(crawl: Crawl) -> None:
    cover = report(2020, "见附件", content_kind=ContentKind.ATTACHMENT_ONLY)
    crawl.document(cover, b"page")
    assert years(crawl.archive, "附件") == [2020]
    crawl.document(report(2020, "全文"), b"page")
    assert years(crawl.archive, "附件") == []
    assert years(crawl.archive, "全文") == [2020]


def test_what_was_never_indexed_is_made_up_for(held: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    with held.write() as session:
        clear(session)
    assert size(held) == 0
    monkeypatch.setattr("storage.search.find._A_FEW", 1)
    assert [(found.total, found.missing) for found in (find(held, "申请"), find(held, "申请"))] == [(1, 1), (2, 0)]
    with held.write() as session:
        clear(session)
    told: list[tuple[int, int]] = []
    assert catch_up(held, tell=lambda done, of: told.append((done, of))) == 2
    assert told == [(2, 2)]
    assert catch_up(held) == 0


def test_other_rules_make_the_index_anew(held: Archive, crawl: Crawl) -> None:
    with held.write() as session:
        session.execute(update(SearchEntry).values(rules=0).where(SearchEntry.year == 2020))
    crawl.document(report(2020, "改了"))  # what was indexed by other rules cannot be taken out
    assert years(held, "热线") == []
    assert years(held, "改了") == [2020]
    assert years(held, "申请") == [2021]


def test_to_make_it_anew_changes_nothing(held: Archive) -> None:
    before = [find(held, query) for query in ("县", "申请", "2020年")]
    assert rebuild(held) == 2
    assert [find(held, query) for query in ("县", "申请", "2020年")] == before


def test_a_transaction_that_fails_leaves_the_index_as_it_was(
    held: Archive, crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("killed")

    with monkeypatch.context() as patch:
        patch.setattr("storage.search.index.insert", fail)
        with pytest.raises(OSError, match="killed"):
            crawl.document(report(2020, "改了"))
    assert years(held, "热线") == [2020]
    assert years(held, "改了") == []


@on_sqlite
def test_two_archives_merged_are_searched_as_one(archive: Archive, crawl: Crawl, tmp_path: Path) -> None:
    crawl.document(report(2020, "此处热线"))
    crawl.close()
    (tmp_path / "other").mkdir()
    other = new_archive(tmp_path / "other")
    second = Crawl(other, crawl.now - timedelta(days=1))
    second.document(report(2019, "彼处热线"))
    second.document(report(2020, "此处热线"))
    second.close()
    other.close()
    merge(archive, tmp_path / "other" / "archive.db")
    assert years(archive, "热线") == [2020, 2019]
    assert years(archive, "彼处") == [2019]
    with archive.read() as session:
        assert session.scalar(select(func.count()).select_from(SearchEntry)) == 2


@on_sqlite
def test_the_index_is_whole_after_many_changes(crawl: Crawl) -> None:
    for said in ("甲乙", "乙丙", "甲乙", "丙丁", "乙丙"):
        crawl.document(report(2020, said))
        crawl.document(report(2021, said[::-1]))
    with crawl.archive.write() as session:
        session.execute(text("INSERT INTO search_pairs (search_pairs) VALUES ('integrity-check')"))
        session.execute(text("INSERT INTO search_atoms (search_atoms) VALUES ('integrity-check')"))
    assert years(crawl.archive, "乙丙") == [2020]
    assert years(crawl.archive, "丁") == []


# Few characters, so that random texts share many pairs; some that fold, break, seam or end a word.
LETTERS = "县縣乡公开開政府20a aA、。\n １"
texts = st.lists(st.text(LETTERS, max_size=14), min_size=1, max_size=6)


@given(texts=texts, data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exactly_the_documents_whose_normal_text_holds_the_query(
    crawl: Crawl, texts: list[str], data: st.DataObject
) -> None:
    for number, one in enumerate(texts):
        crawl.document(report(2008 + number, title="题", agency=None, sections=(Section(1, "", one),)))
    source = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(source)))
    query = data.draw(
        st.one_of(
            st.just(source[start : start + data.draw(st.integers(1, 8))]), st.text(LETTERS, min_size=1, max_size=4)
        )
    )
    held = {2008 + number: normal(one) for number, one in enumerate(texts)}
    parts = [form for part in query.split() if (form := normal(part))]
    if not parts:
        with pytest.raises(BadQuery):
            find(crawl.archive, query)
        return
    expected = {year for year, form in held.items() if all(part in form for part in parts)}
    found = find(crawl.archive, query, years=list(held), limit=100)
    assert {hit.year for hit in found.hits} == expected
    assert found.total == len(expected)
    for hit in found.hits:
        assert marked(hit)
