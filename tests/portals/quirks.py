"""How a practice portal misbehaves: lasting quirks, and faults that strike some requests."""

from dataclasses import dataclass
from enum import StrEnum


class Quirk(StrEnum):
    """What real portals do; each family says in its file which of them it knows."""

    ETAG = "etag"  # pages carry an ETag …
    LAST_MODIFIED = "last-modified"  # … or a Last-Modified; without either no answer is ever 304
    GZIP = "gzip"
    CHUNKED = "chunked"
    COUNTER = "counter"  # every answer shows another number of visits
    ROBOTS = "robots"  # a robots.txt that keeps robots out of the search engine (else 404)
    ROBOTS_CLOSED = "robots-closed"  # a robots.txt that keeps robots out of everything
    COMMENTED_PAGER = "commented-pager"  # trs: createPageHTML in a comment, the same written out in code
    COMMENTED_CODE = "commented-code"  # trs: createPageHTML is live, the written-out code in a comment
    FROM_TWO = "from-two"  # trs: the second page is index_2.shtml and no index_1 is there
    FROM_TWO_REPEATED = "from-two-repeated"  # trs: the same, but index_1 is the first page again
    NUMBERED_LINKS = "numbered-links"  # trs: the same, with the pages' numbers as rendered links
    OTHER_PREFIX = "other-prefix"  # trs: list_1, not index_1
    HTM = "htm"  # trs: .htm, and scripts hidden in markup comments as they once were
    WAP_BESIDE = "wap-beside"  # trs: a list shows each article's mobile twin too …
    WAP_INSTEAD = "wap-instead"  # … or nothing but it
    OLDSRC_ALIVE = "oldsrc-alive"  # trs: an attachment's href is dead and its OLDSRC is not (else the other way round)
    NEEDS_REFERER = "needs-referer"  # trs: 501 for a file without Referer
    UNDATED = "undated"  # trs: t457929.shtml, no date in the name
    YEAR_FOLDERS = "year-folders"  # trs: a sub-column for each year
    CUT_ARTICLES = "cut-articles"  # trs: a report stands on several pages
    PAGE_ONLY = "page-only"  # hanweb: dataproxy.jsp ignores startrecord and honours page
    JPAGE_PROXY = "jpage-proxy"  # hanweb: dataproxy.jsp stands in /module/jpage/
    OLD_PROXY = "old-proxy"  # hanweb: it stands in /module/jslib/jquery/jpage/ and answers with a JavaScript array
    MORE_COLUMNS = "more-columns"  # hanweb: one list of several columns, from morecolumndataproxy.jsp
    SEVERAL_UNITS = "several-units"  # hanweb: lists of news and of departments beside that of the reports
    ENCRYPTED_UNITS = "encrypted-units"  # hanweb: the ids are encrypted, and dataproxy.jsp answers nothing
    CATALOGUE = "catalogue"  # hanweb: columns are shells of the catalogue, lists come from search.jsp
    EMPTY_SHELL = "empty-shell"  # jpaas: the column page has no list, only the script that loads it
    BARE_SCRIPT = "bare-script"  # jpaas: the ids are script variables, and no number of records is given
    NEXT_CLASS = "next-class"  # vsb: the older pager: 共45条 1/3, and a.Next for the next page and the last one alike
    GOTO_ONLY = "goto-only"  # vsb: no link to the next page, but a field for its number
    EGOVINFO = "egovinfo"  # vsb: the disclosure plug-in's addresses
    DYNAMIC_ARTICLES = "dynamic-articles"  # vsb: some articles are at content.jsp alone
    LAYOUT_TABLE = "layout-table"  # vsb: everything stands in nested tables
    LABEL_PREFIX = "label-prefix"  # lonsun: the platform is in a folder of its own: /zwgk/site/label/8888
    SHELL_COUNTS = "shell-counts"  # lonsun: the number of pages is in the shell alone; rows are div.xxgk_navli
    NEWS_COLUMN = "news-column"  # lonsun: the reports are in a news column, paged by ?pageIndex=2
    WRAPPED = "wrapped"  # epoint: the question is wrapped in params and pages count from 0; site in ajaxReq.js
    ZERO_AS_ONE = "zero-as-one"  # epoint: page 0 is answered like page 1 (else with an error)
    SIZE_CAP = "size-cap"  # epoint: no more than ten rows, however many are asked for
    STATIC_FIRST = "static-first"  # epoint: the first page is rendered, what is past it comes from the API
    FAULTY_META = "faulty-meta"  # the national meta tags with their usual faults
    UCAP_AGGREGATOR = "ucap-aggregator"  # the report column is xxgk_lists.shtml, a shell around child columns
    UCAP_DATED = "ucap-dated"  # articles at /2023/1/12/<hex>.shtml, the pager's element is 'page-div'
    UCAP_SEARCH = "ucap-search"  # lists are shells: a script asks /common/search/ for JSON
    UCAP_SEARCH_LIST = "ucap-search-list"  # the same from /searchList/
    UCAP_PC = "ucap-pc"  # /pc/list.html and /pc/content/<id>/content_<19 digits>.html
    NFCMS_NO_NEXT = "nfcms-no-next"  # the pager has a link to its last page and none to the next
    NFCMS_MOBILE = "nfcms-mobile"  # some links of a list lead to an article's mobile twin
    GKMLPT_SITE = "gkmlpt-site"  # the catalogue stands below a folder of the site's
    GKMLPT_SMALL_PAGES = "gkmlpt-small-pages"  # 20 articles in an answer of the API instead of 100
    GKMLPT_ONE_PAGE = "gkmlpt-one-page"  # the API answers 404 for the second page, whatever it declares
    GKMLPT_JUMP = "gkmlpt-jump"  # the category of reports sends its readers to an NFCMS column
    GKMLPT_HTTPS = "gkmlpt-https"  # the API's addresses say https, which nobody serves
    # longtail (some of them xian, siteserver, cityhosted too): how addresses look, …
    UUID_ADDRESSES = "uuid-addresses"  # /columns/<uuid>/202302/14/<uuid>.html
    HEX_ADDRESSES = "hex-addresses"  # /nw12344/20230331/<32 hex>.html
    CONTENT_ADDRESSES = "content-addresses"  # …/content_184762, without an extension
    C_ADDRESSES = "c-addresses"  # /c15129/20260324/i2485735.html
    DATED_FOLDERS = "dated-folders"  # …/2026030215200519784/index.html is an article
    NUMBERED_FOLDERS = "numbered-folders"  # …/717055/index.html is an article
    CHANNEL_LIST = "channel-list"  # siteserver: /channel/list/<id>.html
    # … how pagers look, …
    PAGER_INDEX = "pager-index"  # 下页 to index_2.html, a total, a box to type a number into
    PAGER_QUERY = "pager-query"  # 后一页 to ?pageNo=2, records counted
    PAGER_SIGN = "pager-sign"  # » to page_2.html; the path above has a » of its own
    PAGER_NUMBERS = "pager-numbers"  # 1 2 3 and nothing else
    PAGER_BOX = "pager-box"  # a select with the addresses
    PAGER_SCRIPT = "pager-script"  # javascript:goPage(2)
    NO_PAGER = "no-pager"  # xian: nothing on the page tells of others
    # … how they lie, …
    LAST_PAGE_REPEATS = "last-page-repeats"  # for ever, each time with a link to another next page
    BEYOND_IS_200 = "beyond-is-200"  # the last page links to one that says, with 200, that it is not there
    TOTAL_TOO_LARGE = "total-too-large"
    TOTAL_TOO_SMALL = "total-too-small"
    LIST_GROWS = (
        "list-grows"  # the last year's report, withheld so far, is published after the first page was asked for
    )
    LIST_SHRINKS = "list-shrinks"  # the newest county report is taken down then
    # … how columns are built, and what stands on their pages.
    YEAR_COLUMNS = "year-columns"  # a column for each year of publication
    FRAMED_LIST = "framed-list"  # the list is in a frame beside those of a tree, a counter and buttons
    COLUMN_IS_REPORT = "column-is-report"  # the column's address shows the newest report itself
    SUBMENU = "submenu"  # 政府信息公开年报 is a menu of the columns of county, departments and townships
    NO_META = "no-meta"  # no national meta tags
    GBK = "gbk"
    DOC_REPORT = "doc-report"  # the years of pdf_years have a Word file instead of a PDF, …
    IMAGE_REPORT = "image-report"  # … or pictures alone
    # Any family: how the host is reached, and what it answers where it has nothing.
    SOFT_404 = "soft-404"  # unknown addresses answer 200 with a page that nobody's wording gives away …
    HOME_404 = "home-404"  # … or are sent to the home page
    COOKIE_302 = "cookie-302"  # every address is sent to itself until the cookie handed out with that comes back
    HTTPS_BROKEN = "https-broken"  # registered as https, where only plain http is spoken
    NO_NAME = "no-name"  # nobody resolves its name
    HTTPS_ONLY = "https-only"  # registered as http, where only TLS is spoken, with a certificate nobody vouches for
    TLS_LEGACY = "tls-legacy"  # registered as https, with TLS of fifteen years ago


@dataclass(frozen=True, slots=True)
class Fault:
    """A misbehaviour at addresses beginning with ``path``.

    ``kind``: ``reset`` the connection, ``slow``, ``status``, or one of ``tests.portals.wire``: ``cut`` the body in
    half, ``reset-amid`` it, ``short`` (more comes than was said), ``drip`` byte by byte, ``endless``, ``bomb``.
    ``seconds`` are those of ``slow``, of each byte that drips, and until a reset. It strikes the first ``times``
    requests (0: every one).
    """

    path: str
    kind: str
    times: int = 0
    seconds: float = 0.0
    status: int = 503
