"""The pagers of the long tail as markup: words, signs, numbers, boxes and scripts, honest or not."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.portals.quirks import Quirk

NAMES = {Quirk.PAGER_INDEX: "index_{}.html", Quirk.PAGER_QUERY: "?pageNo={}", Quirk.PAGER_SIGN: "page_{}.html"}
LEADS_ON = frozenset({Quirk.LAST_PAGE_REPEATS, Quirk.BEYOND_IS_200, Quirk.TOTAL_TOO_LARGE})


@dataclass(frozen=True, slots=True)
class Pager:
    """Where one page stands in its list; ``address`` gives the link to another page."""

    current: int
    pages: int
    records: int
    address: Callable[[int], str]
    quirks: frozenset[Quirk]

    def markup(self) -> str:
        quirks = self.quirks
        kinds = {
            Quirk.NO_PAGER: lambda: "",
            Quirk.PAGER_INDEX: self._index,
            Quirk.PAGER_QUERY: self._query,
            Quirk.PAGER_SIGN: self._sign,
            Quirk.PAGER_NUMBERS: self._numbers,
            Quirk.PAGER_BOX: self._box,
            Quirk.PAGER_SCRIPT: self._script,
        }
        text = next((kind() for quirk, kind in kinds.items() if quirk in quirks), None)
        return f'<div class="page">{self._plain() if text is None else text}</div>'

    @property
    def _more(self) -> bool:
        return self.current < self.pages or bool(LEADS_ON & self.quirks)

    @property
    def _declared(self) -> int:
        if Quirk.TOTAL_TOO_SMALL in self.quirks:
            return 1
        return self.pages + (Quirk.TOTAL_TOO_LARGE in self.quirks)

    def _link(self, text: str, number: int) -> str:
        return f'<a href="{self.address(number)}">{text}</a>'

    def _next(self, text: str, otherwise: str) -> str:
        return self._link(text, self.current + 1) if self._more else otherwise

    def _back(self, text: str) -> str:
        return self._link(text, self.current - 1) if self.current > 1 else f"<span>{text}</span>"

    def _plain(self) -> str:
        ahead = self._next("下一页&gt;", '<span class="disabled">下一页&gt;</span>')
        return f"{self._link('首页', 1)} {self._back('&lt;上一页')} <b>{self.current}</b> {ahead}"

    def _index(self) -> str:
        """On the last page 下页 leads nowhere else but to that page."""
        ahead = self._next("下页", self._link("下页", self.current))
        return f"""第{self.current}页/共{self._declared}页 {self._link("首页", 1)} {self._back("上页")} {ahead}
{self._link("尾页", self.pages)} 转到第 <input type="text" id="toPage" size="2" value="{self.current}"> 页
<a href="javascript:jump()">GO</a>"""

    def _query(self) -> str:
        ahead = self._next("后一页", '<a href="javascript:;">后一页</a>')
        return f"共 {self.records} 条记录 {self._back('前一页')} {ahead}"

    def _sign(self) -> str:
        """Beside single signs the double ones are the first and the last page."""
        middle = f"<b>{self.current}/{self._declared}</b>"
        if self.records % 2:
            return f"{self._back('«')} {middle} {self._next('»', '<a>»</a>')}"
        ahead = self._next("›", "<a>›</a>")
        return f"{self._link('«', 1)} {self._back('‹')} {middle} {ahead} {self._link('»', self.pages)}"

    def _numbers(self) -> str:
        numbers = range(1, self.pages + 1)
        return " ".join(f'<span class="on">{n}</span>' if n == self.current else self._link(str(n), n) for n in numbers)

    def _box(self) -> str:
        options = "".join(
            f'<option value="{self.address(n)}"{" selected" * (n == self.current)}>{n}</option>'
            for n in range(1, self.pages + 1)
        )
        return f'<select onchange="location.href=this.value">{options}</select>'

    def _script(self) -> str:
        ahead = f'<a href="javascript:goPage({self.current + 1})">下一页</a>' if self._more else "下一页"
        return f"""<script>var pageNo={self.current};var totalPages={self._declared};
function goPage(n){{turn("list",n)}}</script><a href="javascript:goPage(1)">首页</a> {ahead}"""
