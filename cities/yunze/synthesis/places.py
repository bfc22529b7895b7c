"""Addresses in the city's districts, and in the provinces that people came from."""

import csv
from dataclasses import dataclass
from pathlib import Path
from random import Random

from synthesis.names import Weighted

REGIONS = Path(__file__).parents[1] / "regions.csv"
CITY = "329900"
URBAN = "329906"
DISTRICTS = Weighted(("329906", "329904", "329905"), (50, 25, 25))
_CAME_FROM = Weighted(
    ("340000", "410000", "320000", "370000", "420000", "360000", "510000", "430000", "650000"),
    (26, 20, 18, 10, 8, 7, 5, 4, 2),
)
_COUNTIES = ("青溪县", "白石县", "南浦县", "松岭县", "云岭县", "临河县", "石门县", "金沙县")
_TOWNS = ("城关镇", "河东镇", "大塘镇", "双桥镇", "新集镇", "龙泉镇")
_ROADS = (
    "清荷路",
    "滨江路",
    "文昌路",
    "云台路",
    "人民路",
    "建设路",
    "东湖路",
    "港口大道",
    "学府路",
)
_ESTATES = (
    "云泽花园",
    "锦绣家园",
    "滨江新城",
    "东湖公寓",
    "清荷苑",
    "望江名邸",
    "港口新村",
    "文昌里",
)
_VILLAGES = (
    "芦荡村",
    "柳湾村",
    "沙头村",
    "石坝村",
    "桃园村",
    "南圩村",
    "北圩村",
    "荷塘村",
    "渡口村",
)
_IN_ESTATE = {"street": 1.0, "town": 0.35}


@dataclass(frozen=True, slots=True)
class Place:
    region: str
    address: str


@dataclass(frozen=True, slots=True)
class _Town:
    name: str
    level: str


def _regions() -> tuple[dict[str, str], dict[str, list[_Town]]]:
    names: dict[str, str] = {}
    towns: dict[str, list[_Town]] = {}
    with REGIONS.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            names[row["code"]] = row["name_zh"]
            if row["level"] in _IN_ESTATE:
                towns.setdefault(row["parent"], []).append(_Town(row["name_zh"], row["level"]))
    return names, towns


NAMES, TOWNS = _regions()


def within(rng: Random, region: str) -> Place:
    town = rng.choice(TOWNS[region])
    start = f"{NAMES[CITY]}{NAMES[region]}{town.name}"
    if rng.random() < _IN_ESTATE[town.level]:
        return Place(
            region,
            f"{start}{rng.choice(_ROADS)}{rng.randrange(1, 400)}号{rng.choice(_ESTATES)}"
            f"{rng.randrange(1, 40)}幢{rng.randrange(1, 5)}单元{rng.randrange(1, 19)}0"
            f"{rng.randrange(1, 5)}室",
        )
    return Place(
        region,
        f"{start}{rng.choice(_VILLAGES)}{rng.randrange(1, 30)}组{rng.randrange(1, 200)}号",
    )


def elsewhere(rng: Random) -> Place:
    province = _CAME_FROM.draw(rng)
    return Place(
        province,
        f"{NAMES[province]}{rng.choice(_COUNTIES)}{rng.choice(_TOWNS)}{rng.choice(_VILLAGES)}"
        f"{rng.randrange(1, 30)}组{rng.randrange(1, 200)}号",
    )


def another_district(rng: Random, region: str) -> str:
    while (other := DISTRICTS.draw(rng)) == region:
        pass
    return other
