"""Every refusal speaks both languages and names the same things in both."""

import importlib
import pkgutil
import re

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
