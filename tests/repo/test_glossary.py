"""One word, one meaning: every table of the database is in the glossary, in both languages."""

import re

from django.utils import translation

from tests.repo.tracked import ROOT

ROW = re.compile(r"^\| `(\w+)` \| ([^|]+?) \| ([^|]+?) \|$", re.MULTILINE)
CHINESE = re.compile("[\u4e00-\u9fff]")


def rows() -> list[tuple[str, str, str]]:
    return ROW.findall((ROOT / "GLOSSARY.md").read_text(encoding="utf-8"))


def test_every_model_is_in_the_glossary_by_its_chinese_name(django_models):
    with translation.override("zh-hans"):
        models = {m.__name__: str(m._meta.verbose_name) for m in django_models}
    assert {name: chinese for name, chinese, _ in rows()} == models


def test_every_model_has_a_chinese_name_of_its_own(django_models):
    with translation.override("zh-hans"):
        names = [str(model._meta.verbose_name) for model in django_models]
    assert [name for name in names if not CHINESE.search(name)] == []
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_every_meaning_is_told():
    assert [name for name, _, meaning in rows() if len(meaning) < 10] == []
