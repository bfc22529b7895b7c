"""A city folder is taken as a whole, or refused as a whole with everything that is wrong."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import call_command

from tests.commands.folders import CITY
from tongban.base.audit.models import Event
from tongban.base.people.models import Office
from tongban.commands import city
from tongban.data.lake.models import Resource

TODAY = date(2026, 11, 21)
Spoil = Callable[[Path], None]


class Mistake(NamedTuple):
    name: str
    spoil: Spoil
    zh: tuple[str, ...]
    en: tuple[str, ...]


def swap(file: str, old: str, new: str) -> Spoil:
    def spoil(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def recode(file: str) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / file
        path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))

    return spoil


def remove(file: str) -> Spoil:
    return lambda folder: (folder / file).unlink()


MISTAKES = [
    Mistake(
        "unknown office of a contract",
        swap("sources/GA01.toml", 'owner = "GA"', 'owner = "ZZ"'),
        ("sources/GA01.toml", "resource.owner", "offices.csv 中没有部门 ZZ"),
        ("sources/GA01.toml", "resource.owner", "no office ZZ in offices.csv"),
    ),
    Mistake(
        "key column that the contract does not have",
        swap("sources/GA01.toml", 'key = ["gmsfhm"]', 'key = ["gmsfhn"]'),
        ("sources/GA01.toml", "resource.key", "gmsfhn"),
        ("sources/GA01.toml", "resource.key", "no column gmsfhn"),
    ),
    Mistake(
        "column of a check that the contract does not have",
        swap("sources/RS01.toml", 'column = "jfjs"', 'column = "jfjz"'),
        ("sources/RS01.toml", "checks.RS01-08.column", "jfjz"),
        ("sources/RS01.toml", "checks.RS01-08.column", "no column jfjz"),
    ),
    Mistake(
        "column of a fact that its model does not have",
        swap("registers/facts.toml", 'column = "sex"', 'column = "gender"'),
        ("registers/facts.toml", "facts.sex", "registers.person_facts 没有列 gender"),
        ("registers/facts.toml", "facts.sex", "registers.person_facts has no column gender"),
    ),
    Mistake(
        "key of a register that its model does not have",
        swap(
            "registers/person.toml",
            'relation = "dwd.death", column = "citizen_id"',
            'relation = "dwd.death", column = "id_number"',
        ),
        ("registers/person.toml", "key.found_in", "dwd.death 没有列 id_number"),
        ("registers/person.toml", "key.found_in", "dwd.death has no column id_number"),
    ),
    Mistake(
        "SQL models in a circle",
        swap("models/dwd/death.sql", "ods.sw_yx", "dwd.life"),
        ("models", "形成循环", "dwd.death"),
        ("models", "in a circle", "dwd.death"),
    ),
    Mistake(
        "SQL model that reads a table nobody brings",
        swap("models/dwd/death.sql", "ods.sw_yx", "ods.sw_xx"),
        ("models/dwd/death.sql", "ods.sw_xx", "没有模型产生它"),
        ("models/dwd/death.sql", "ods.sw_xx", "no model makes"),
    ),
    Mistake(
        "form field for which no material asks",
        swap("items/B09/form.json", '"material": "application"', '"material": "nothing"'),
        ("items/B09/form.json", "nothing"),
        ("items/B09/form.json", "nothing"),
    ),
    Mistake(
        "decision on a fact that does not exist",
        swap("registers/facts.toml", 'key = "insured_months"', 'key = "paid_months"'),
        ("items/B09/item.toml", "没有事实 insured_months"),
        ("items/B09/item.toml", "there is no fact insured_months"),
    ),
    Mistake(
        "decision on a fact that the item does not use",
        swap("items/B09/item.toml", '"alive", "insured_months", ', '"alive", '),
        ("items/B09/decision.dmn", "insured_months", "facts.used"),
        ("items/B09/decision.dmn", "insured_months", "facts.used"),
    ),
    Mistake(
        "unknown element",
        swap("sources/GA02.toml", 'element = "citizen_id"', 'element = "citizen_no"'),
        ("sources/GA02.toml", "standards/elements.csv 中没有数据元 citizen_no"),
        ("sources/GA02.toml", "no element citizen_no in standards/elements.csv"),
    ),
    Mistake(
        "unknown option of a connector",
        swap("sources/RS01.toml", 'schema = "rs"', 'scheme = "rs"'),
        ("sources/RS01.toml", "没有选项 scheme", "schema"),
        ("sources/RS01.toml", "no option scheme", "schema"),
    ),
    Mistake(
        "unknown kind of a connector",
        swap("sources/RS01.toml", 'kind = "postgres"', 'kind = "oracle"'),
        ("sources/RS01.toml", "oracle", "postgres"),
        ("sources/RS01.toml", "oracle", "postgres"),
    ),
    Mistake(
        "broken TOML of a contract",
        swap("sources/GA01.toml", 'table = "rk_jbxx"', 'table = "rk_jbxx'),
        ("sources/GA01.toml", "第 5 行"),
        ("sources/GA01.toml", "line 5"),
    ),
    Mistake(
        "broken TOML of the city",
        swap("city.toml", 'code = "329900"', "code = "),
        ("city.toml", "第 4 行"),
        ("city.toml", "line 4"),
    ),
    Mistake(
        "city without a code",
        swap("city.toml", 'code = "329900"', ""),
        ("city.toml", "city.code"),
        ("city.toml", "city.code"),
    ),
    Mistake(
        "CSV with a day that is none",
        swap("calendar.csv", "2024-02-04,true", "2024-02-30,true"),
        ("calendar.csv", "第 3 行", "day", "2024-02-30"),
        ("calendar.csv", "line 3", "day", "2024-02-30"),
    ),
    Mistake(
        "CSV row with a cell too few",
        swap("offices.csv", ",329900\n", "\n"),
        ("offices.csv", "第 2 行", "缺少 region"),
        ("offices.csv", "line 2", "no cell for region"),
    ),
    Mistake(
        "CSV row with a cell too many",
        swap("offices.csv", ",329900\n", ",329900,9\n"),
        ("offices.csv", "第 2 行", "多出"),
        ("offices.csv", "line 2", "too many"),
    ),
    Mistake(
        "CSV with a quote that does not end",
        swap("offices.csv", "SJ,云", 'SJ,"云'),
        ("offices.csv", "不是 CSV"),
        ("offices.csv", "is not CSV"),
    ),
    Mistake(
        "element of a grade that is none",
        swap("standards/elements.csv", "string,4,an18", "string,5,an18"),
        ("standards/elements.csv", "第 2 行 grade", "5"),
        ("standards/elements.csv", "line 2, grade", "5"),
    ),
    Mistake(
        "CSV with a row twice",
        swap("offices.csv", "\nFG,", "\nSJ,"),
        ("offices.csv", "第 3 行", "SJ"),
        ("offices.csv", "line 3", "SJ"),
    ),
    Mistake(
        "CSV without a column",
        swap("standards/elements.csv", "name_en,type,grade", "name_en,type,level"),
        ("standards/elements.csv", "缺少列 grade"),
        ("standards/elements.csv", "missing columns grade"),
    ),
    Mistake(
        "broken XML of a process",
        swap("items/B09/process.bpmn", "</lane>", "</lame>"),
        ("items/B09/process.bpmn", "lame"),
        ("items/B09/process.bpmn", "lame"),
    ),
    Mistake(
        "broken XML of a decision",
        swap("items/B09/decision.dmn", "</question>", "</query>"),
        ("items/B09/decision.dmn", "query"),
        ("items/B09/decision.dmn", "query"),
    ),
    Mistake(
        "broken JSON of a form",
        swap("items/B09/form.json", '"schemaVersion": 18,', '"schemaVersion": 18'),
        ("items/B09/form.json",),
        ("items/B09/form.json",),
    ),
    Mistake(
        "grant on a relation that does not exist",
        swap("grants.toml", 'relation = "ods.cb_gr"', 'relation = "ods.cb_dw"'),
        ("grants.toml", "G-RS-STEWARD", "没有数据表 ods.cb_dw"),
        ("grants.toml", "G-RS-STEWARD", "no relation ods.cb_dw"),
    ),
    Mistake(
        "grant on a column that does not exist",
        swap("grants.toml", '"citizen_id", "death_date"', '"citizen_id", "death_day"'),
        ("grants.toml", "G-GA-DEATHS", "dwd.death_not_cancelled 没有列 death_day"),
        ("grants.toml", "G-GA-DEATHS", "dwd.death_not_cancelled has no column death_day"),
    ),
    Mistake(
        "unknown post of an account",
        swap("accounts.toml", 'role = "clerk"', 'role = "mayor"'),
        ("accounts.toml", "ga-clerk", "没有这个岗位", "mayor"),
        ("accounts.toml", "ga-clerk", "no such post", "mayor"),
    ),
    Mistake(
        "missing calendar",
        remove("calendar.csv"),
        ("calendar.csv", "缺少这个文件"),
        ("calendar.csv", "the file is missing"),
    ),
    Mistake(
        "missing grants",
        remove("grants.toml"),
        ("grants.toml", "缺少这个文件"),
        ("grants.toml", "the file is missing"),
    ),
    Mistake(
        "missing facts",
        remove("registers/facts.toml"),
        ("registers/facts.toml", "缺少这个文件"),
        ("registers/facts.toml", "the file is missing"),
    ),
    Mistake(
        "missing code list",
        remove("standards/codelists/sex.csv"),
        ("standards/elements.csv", "standards/codelists/sex.csv"),
        ("standards/elements.csv", "standards/codelists/sex.csv"),
    ),
    Mistake(
        "missing file of an item",
        remove("items/B09/decision.dmn"),
        ("items/B09/decision.dmn", "缺少这个文件"),
        ("items/B09/decision.dmn", "the file is missing"),
    ),
    *(
        Mistake(
            f"GBK where UTF-8 is needed: {file}",
            recode(file),
            (file, "不是 UTF-8", "另存为 UTF-8"),
            (file, "not UTF-8", "save it as UTF-8"),
        )
        for file in (
            *("city.toml", "offices.csv", "sources/GA01.toml", "models/dwd/death.sql"),
            *("registers/facts.toml", "grants.toml", "items/B09/item.toml"),
            *("items/B09/form.json", "standards/codelists/sex.csv"),
        )
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("synthesis", "*.py", "__pycache__")
    return Path(shutil.copytree(CITY, tmp_path / "yunze", ignore=ignored))


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_named_in_both_languages_without_touching_the_database(
    mistake: Mistake, folder: Path, django_assert_num_queries, db
):
    mistake.spoil(folder)

    with django_assert_num_queries(0), pytest.raises(city.FolderRefused) as refused:
        city.read_checked(folder, TODAY)

    for language, words in (("zh", mistake.zh), ("en", mistake.en)):
        told = refused.value.told(language)
        assert [word for word in words if word not in told] == [], told


def test_mistakes_in_different_files_are_told_together(folder: Path):
    swap("sources/GA01.toml", 'owner = "GA"', 'owner = "ZZ"')(folder)
    swap("grants.toml", 'relation = "ods.cb_gr"', 'relation = "ods.cb_dw"')(folder)

    with pytest.raises(city.FolderRefused) as refused:
        city.read_checked(folder, TODAY)

    assert refused.value.facts["count"] == 2
    assert refused.value.told("en").splitlines()[1:] == [
        "sources/GA01.toml: resource.owner: no office ZZ in offices.csv",
        "grants.toml: grants.toml, G-RS-STEWARD: no relation ods.cb_dw",
    ]


def test_the_command_refuses_with_exit_code_1_and_nothing_changes(folder: Path, db, capsys):
    swap("grants.toml", 'relation = "ods.cb_gr"', 'relation = "ods.cb_dw"')(folder)

    with pytest.raises(SystemExit) as ended:
        call_command("load", str(folder))

    assert ended.value.code == 1
    assert "没有数据表 ods.cb_dw" in capsys.readouterr().err
    assert not Office.objects.exists()
    assert not Event.objects.exists()


def test_the_demo_city_is_accepted(db, capsys):
    call_command("load", str(CITY))

    assert "6 contract, " in capsys.readouterr().out
    assert Office.objects.count() == 32
    assert Resource.objects.count() == 6
