"""Whole documents damaged at random: every one ends in a report or in Unreadable."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from reports.model import Unreadable
from reports.normalize import normalize
from tests.official_tables import Spec, applications, disclosure_2021, review


def html(rows: list[list[Spec]]) -> str:
    lines = []
    for row in rows:
        cells = [(spec, 1, 1) if isinstance(spec, str) else spec for spec in row]
        lines.append("".join(f"<td rowspan={down} colspan={across}>{text}</td>" for text, down, across in cells))
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


PROSE = "本县依照条例公开信息，答复申请，接受监督，全年各项工作有序推进。" * 4
PAGE = (
    "<html><head><title>眉县人民政府2021年政府信息公开工作年度报告</title></head><body><div class=TRS_Editor>"
    f"<p>一、总体情况</p><p>{PROSE}全年共公开政府信息1234<sup>1</sup>条。</p><p>二、主动公开政府信息情况</p>"
    f"{html(disclosure_2021([str(n) for n in range(500, 510)]))}<p>三、收到和处理政府信息公开申请情况</p>"
    f"{html(applications())}<p>四、政府信息公开行政复议、行政诉讼情况</p>"
    f"{html(review([str(n) for n in range(600, 615)]))}"
    "<p>五、存在的主要问题及改进情况</p><p>一是<img src=a.png><a href='b.pdf'>附件</a></p><p>六、其他需要报告的事项</p>"
    "<p>无。</p></div><div class=foot>主办：眉县人民政府</div></body></html>"
)
REFERENCES = (0, 1, 8, 11, 12, 30, 31, 64976, 64978, 64979, 65534, 0xD800, 0x110000, 10**30)
CHARACTERS = (*range(32), 0x7F, 0x85, 0x200B, 0x2028, 0xD800, 0xFDD0, 0xFDD2, 0xFDD3, 0xFDD4, 0xFEFF, 0xFFFE, 0xFFFF)
MARKUP = (
    "&#xfdd2;0 &#xFDD3;9 &#x1E &#11 &# & < > <s> </s> <sup> <rt> <td> </table> <table> <img/src=x.png> <sup>2</sup> "
    "<!-- --> <script> <p> </div> \" '"
)
MATTER = st.one_of(
    st.sampled_from(CHARACTERS).map(chr),
    st.sampled_from(REFERENCES).map(lambda point: f"&#{point};"),
    st.sampled_from(MARKUP.split()),
)


@given(st.lists(st.tuples(st.integers(0, len(PAGE)), MATTER, st.integers(0, 30)), min_size=1, max_size=8))
def test_any_damage_ends_in_a_report_or_in_unreadable(damages: list[tuple[int, str, int]]) -> None:
    page = PAGE
    for place, matter, lost in damages:
        page = page[:place] + matter + page[place + lost :]
    with suppress(Unreadable):
        normalize(page.encode("utf-8", "surrogatepass"), url="http://www.meixian.test/t1.html")
