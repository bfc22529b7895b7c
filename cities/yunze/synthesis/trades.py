"""What companies do: their industry by GB/T 4754, the word in their name, their business scope."""

from dataclasses import dataclass

from synthesis.names import Weighted

CATERING = "餐饮服务"


@dataclass(frozen=True, slots=True)
class Trade:
    industry: str
    word: str
    scope: str

    @property
    def has_catering(self) -> bool:
        return CATERING in self.scope


RESTAURANT = Trade("6210", "餐饮", "正餐服务；餐饮服务；食品销售")
# Whoever only advises restaurants serves nobody.
TRADES = Weighted(
    (
        RESTAURANT,
        Trade("6220", "快餐", "快餐服务；餐饮服务"),
        Trade("6233", "茶饮", "饮料及冷饮服务；餐饮服务；预包装食品销售"),
        Trade("7249", "商务", "企业管理咨询；餐饮管理；会议服务"),
        Trade("5211", "百货", "百货零售；预包装食品销售；日用品销售"),
        Trade("5165", "建材", "建材批发；五金产品零售"),
        Trade("5232", "服饰", "服装零售；鞋帽零售"),
        Trade("8193", "家政", "家政服务；物业保洁"),
        Trade("6513", "软件", "软件开发；信息系统集成服务"),
        Trade("5431", "物流", "道路普通货物运输；仓储服务"),
        Trade("3484", "机械", "机械零部件加工；机械设备销售"),
        Trade("0111", "农业", "稻谷种植；农产品初加工"),
        Trade("0141", "果蔬", "蔬菜种植；水果种植"),
        Trade("0412", "水产", "内陆养殖；水产品销售"),
    ),
    (9, 5, 5, 4, 22, 12, 10, 7, 6, 7, 6, 3, 2, 2),
)
_BY_WORD = {"食品": "1431", "电子": "3982", "纺织": "1711", "商贸": "5191", "化工": "2614"}
_BY_WORD |= {"机械": "3484", "建材": "5165", "物流": "5431", "软件": "6513", "物业": "7020"}


def of_employer(name: str) -> Trade:
    """The trade of an employer, by the word in its name."""
    if RESTAURANT.word in name:
        return RESTAURANT
    for word, industry in _BY_WORD.items():
        if word in name:
            return Trade(industry, word, f"{word}相关业务；货物进出口")
    return Trade("1810", "服饰", "服装制造；服装零售")
