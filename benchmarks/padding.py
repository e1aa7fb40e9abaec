"""A site's furniture around a practice page: menus, scripts, styles and links that make it as large as real ones."""

SIZE = 60_000  # bytes of a page
_MENU = '<li class="item"><a href="/zwgk/fdzdgknr/{0}/index.html" target="_blank">政务公开栏目{0}</a></li>'
_SCRIPT = '<script type="text/javascript">$("#tab{0} li").hover(function(){{$(this).addClass("on")}});</script>'
_STYLE = '<style type="text/css">.column{0}{{margin:0 auto;padding:12px 0;border-bottom:1px solid #e5e5e5}}</style>'
_FOOT = '<p style="line-height:28px;text-align:center"><a href="/link/{0}.html">友情链接{0}</a>&nbsp;|&nbsp;</p>'


def padded(body: bytes) -> bytes:
    """The page with as much furniture around its content as makes it 60 kB."""
    head, body_tag, rest = body.partition(b"<body>")
    content, end_tag, end = rest.rpartition(b"</body>")
    top: list[bytes] = []
    bottom: list[bytes] = []
    lacking, number = SIZE - len(body), 0
    while lacking > 0:
        for kind, where in ((_MENU, top), (_SCRIPT, top), (_MENU, top), (_STYLE, top), (_FOOT, bottom)):
            number += 1
            where.append(kind.format(number).encode())
            lacking -= len(where[-1])
    return b"".join((head, body_tag, *top, content, *bottom, end_tag, end))
