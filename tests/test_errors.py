"""Every refusal speaks both languages and names the same things in both."""

import importlib
import pkgutil
import re
from datetime import date

import pytest

import tongban
from tongban.errors import Refusal


def refusals():
    for module in pkgutil.walk_packages(tongban.__path__, "tongban."):
        if not {"__main__", "wsgi", "migrations"} & set(module.name.split(".")):
            importlib.import_module(module.name)
    found, queue = [], [Refusal]
    while queue:
        subclasses = queue.pop().__subclasses__()
        found += subclasses
        queue += subclasses
    own = {one for one in found if one.__module__.startswith("tongban.")}
    return sorted(own, key=lambda one: one.__qualname__)


@pytest.mark.parametrize("refusal", refusals(), ids=lambda one: one.__qualname__)
def test_a_refusal_names_the_same_facts_in_chinese_and_english(refusal):
    assert "zh" in vars(refusal), "say it in Chinese too: class attribute zh"
    assert refusal.__doc__, "say it in English: the docstring"
    fields = re.compile(r"\{(\w+?)(?:_zh|_en)?[}:!.]")
    assert set(fields.findall(refusal.zh)) == set(fields.findall(refusal.__doc__))
    assert re.search(r"[\u4e00-\u9fff]|_zh\}", refusal.zh)


class TooLate(Refusal):
    """{what} was due
    on {day:%Y-%m-%d}."""

    zh = "{what} 应于 {day:%Y 年} 完成。"


def test_a_refusal_is_told_in_the_readers_language():
    refusal = TooLate(what="B09", day=date(2026, 9, 21))
    assert str(refusal) == refusal.told("en") == "B09 was due on 2026-09-21."
    assert refusal.told("zh") == refusal.told("zh-hans") == "B09 应于 2026 年 完成。"
    assert refusal.told("de") == refusal.told("en")
    assert refusal.facts == {"what": "B09", "day": date(2026, 9, 21)}


def test_what_a_fact_says_is_no_template():
    assert TooLate(what="{day}", day=date(2026, 9, 21)).told("en") == "{day} was due on 2026-09-21."


def test_a_refusal_without_a_fact_it_names_is_a_bug():
    with pytest.raises(KeyError, match="day"):
        TooLate(what="B09")
