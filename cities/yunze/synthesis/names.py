"""Names as they occur: surnames by their share of the population, given names by generation."""

import re
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Entry = TypeVar("Entry")

# Share per 10,000 people, rounded.
_SURNAMES = (
    "李794王741张707刘538陈453杨308赵229黄223周212吴205徐167孙154胡131朱126高121林118何117郭115"
    "马105罗98梁97宋81郑78谢72韩68唐65冯64于62董61萧59程57曹57袁54邓54许53傅51沈50曾50彭49吕47苏47"
    "卢47蒋47蔡47贾42丁42魏42薛40叶40阎40余40潘38杜37戴36夏36钟36汪36田36任36姜35范35方34石33姚33"
    "谭32廖32邹31熊31金30陆30郝29孔28白28崔28康28毛27邱27秦27江26史26顾26侯25邵25孟25龙24万24段23"
    "雷22钱21汤21尹21黎21易20常19武19乔18贺18赖18龚17文17欧阳9上官3诸葛2司马2"
)
_OLDER_MEN = (
    "建国 建华 国强 志强 建军 志明 国华 文华 永强 德明 玉林 明华 长林 金龙 福生 家祥 荣华 树林 "
    "大勇 保国 卫东 红军 立新 学军 援朝 跃进 胜利 和平 春生 根宝"
)
_OLDER_WOMEN = (
    "秀英 桂英 秀兰 玉兰 桂兰 淑珍 秀珍 凤英 玉珍 玉英 兰英 素珍 淑兰 翠兰 金凤 月英 美英 惠芳 "
    "桂芳 秀芳 丽华 红梅 春兰 爱华 菊香 银娣 巧云 彩霞 荷花 小妹"
)
_MEN = "伟强磊军洋勇杰涛超明刚辉鹏峰斌凯鑫浩宇波帅飞龙旭健亮俊博文晨阳志成林"
_WOMEN = "芳娜敏静丽艳娟霞燕玲桂丹萍红莉倩雪梅琳婷颖慧晶洁璐瑶欣怡蕾佳莹晓云"
_BOYS = "子浩宇轩梓俊泽睿辰博文宸奕沐一铭皓煜承安明哲思远天佑嘉逸景行"
_GIRLS = "梓涵雨欣诗琪思彤语桐可馨依诺佳怡若曦梦瑶欣妍子萱雅静芷晴安然清荷"
RARE = "䶮𬭁㛃"
_RARE_FOR = {"1": "䶮𬭁", "2": "㛃"}
_DOTTED_FOR = {
    "1": ("艾力·吐尔逊", "买买提·阿不都", "阿迪力·艾山", "玉素甫·卡德尔"),
    "2": ("阿依古丽·买买提", "古丽娜尔·艾力", "热娜·吐尔逊", "米热古丽·卡德尔"),
}
UYGHUR = "05"
_SHARE_RARE, _SHARE_ONE_CHARACTER = 0.004, 0.15
_OLDER_BEFORE, _YOUNGER_SINCE = 1970, 2000

# How a clerk writes the same name by ear, or for want of the character.
_HEARD = (
    "丽莉 静婧 洁婕 玲龄 敏闵 燕艳 佳嘉 颖莹 婷亭 伟玮 军君 杰捷 辉晖 鹏朋 峰锋 浩皓 宇雨 博柏 "
    "晨辰 涛滔 强墙 磊雷 娟鹃 霞遐 英瑛 兰岚 华桦 国囯 明铭 建健 志智 文雯 梓紫 欣心 思斯 依伊 "
    "若偌 梦孟 雅娅 安桉 䶮龑 𬭁石 㛃洁"
)
_OTHER_WAY = str.maketrans({written[0]: written[1] for written in _HEARD.split()})


class Weighted(Generic[Entry]):
    """Draws entries by weight with one random number each."""

    def __init__(self, entries: Sequence[Entry], weights: Sequence[float]) -> None:
        self._entries = entries
        self._bounds = list(accumulate(weights))

    def draw(self, rng: Random) -> Entry:
        return self._entries[bisect(self._bounds, rng.random() * self._bounds[-1])]


_PAIRS = re.findall(r"(\D+)(\d+)", _SURNAMES)
SURNAMES = Weighted([name for name, _ in _PAIRS], [int(share) for _, share in _PAIRS])
_OLDER = {"1": _OLDER_MEN.split(), "2": _OLDER_WOMEN.split()}
_MIDDLE = {"1": _MEN, "2": _WOMEN}
_YOUNGER = {"1": _BOYS, "2": _GIRLS}


def given(rng: Random, sex: str, year: int) -> str:
    if rng.random() < _SHARE_RARE:
        rare = rng.choice(_RARE_FOR[sex])
        return rare if rng.random() < _SHARE_ONE_CHARACTER else rng.choice(_MIDDLE[sex]) + rare
    if year < _OLDER_BEFORE:
        return rng.choice(_OLDER[sex])
    characters = _MIDDLE[sex] if year < _YOUNGER_SINCE else _YOUNGER[sex]
    first = rng.choice(characters)
    return first if rng.random() < _SHARE_ONE_CHARACTER else first + rng.choice(characters)


def dotted(rng: Random, sex: str) -> str:
    return rng.choice(_DOTTED_FOR[sex])


def heard(name: str) -> str:
    """The name as another clerk would spell it; the name itself where there is only one way."""
    return name[0] + name[1:].translate(_OTHER_WAY)
