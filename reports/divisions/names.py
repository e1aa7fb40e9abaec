"""The short forms of division names: of cities and provinces, and of autonomous counties and banners."""

PEOPLES = (
    *("回族", "壮族", "维吾尔", "藏族", "彝族", "哈萨克", "柯尔克孜", "蒙古", "白族", "朝鲜族"),
    *("傣族", "傈僳族", "土家族", "苗族", "布依族", "哈尼族"),
)


def autonomous_aliases(name: str, short_name: str) -> tuple[str, ...]:
    """镇宁布依族苗族自治县 is also printed 镇宁自治县 and 镇宁县; names without 自治 have no aliases."""
    for ending in ("自治县", "自治旗"):
        if name.endswith(ending):
            stem = name.removesuffix(ending).removesuffix("族") if short_name == name else short_name
            return (stem + ending, stem + ending[-1])
    return ()


def bare_name(name: str) -> str:
    """The short name of a city or province: 淮安市 is 淮安, 宁夏回族自治区 is 宁夏."""
    for ending in ("自治区", "自治州", "地区", "省", "市", "盟"):
        if name.endswith(ending):
            cuts = [at for people in PEOPLES if (at := name.find(people)) > 1]
            return name[: min(cuts)] if cuts else name.removesuffix(ending)
    return name
