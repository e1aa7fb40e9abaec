"""What a template prints: nothing unseen, and links to the web alone."""

from web.rendering import short, shown, source_url


def test_links_lead_to_the_web_alone() -> None:
    for url in ("http://a.test/", "https://a.test:8443/x?y#z", "HTTPS://A.test"):
        assert source_url(url) == url
    for url in (
        "javascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//a.test",
        "",
    ):
        assert source_url(url) is None
    assert source_url(None) is None
    for url in ("http://", "http:///x", "http://[", "ftp://a.test/", "http://a.test/\u202efdp", "java\x00script:x"):
        assert source_url(url) is None


def test_what_is_not_seen_is_named() -> None:
    assert shown("a\u202eb\u200bc\x00\ufeff") == "a[U+202E]b[U+200B]c[U+0000][U+FEFF]"
    assert shown("a\x85b\u2028c\ufffe") == "a[U+0085]b[U+2028]c[U+FFFE]"
    assert shown("眉县\n第二行\t") == "眉县\n第二行\t"
    assert shown(None) == ""


def test_a_title_as_long_as_a_page_is_cut_in_lists() -> None:
    assert short("眉" * 100_000) == "眉" * 200 + "…"
    assert short("眉县2020年政府信息公开工作年度报告") == "眉县2020年政府信息公开工作年度报告"
    assert short(None) is None
