"""A contract that cannot be is refused with its file, the key and what is expected there."""

import pytest

from tests.data.lake import source
from tongban.data.lake import contract as contracts


def refused(content) -> tuple[str, str]:
    with pytest.raises(contracts.ContractInvalid) as raised:
        contracts.from_content(content, "GA01.toml")
    zh, en = raised.value.told("zh"), raised.value.told("en")
    assert zh.startswith("契约 GA01.toml 有误：")
    assert en.startswith("The contract GA01.toml is not valid: ")
    return zh.partition("：")[2], en.partition(": ")[2]


def column(name, **given):
    return {"name": name, "label": {"zh": "列", "en": "Column"}, "element": "name", **given}


def check(code, of="name"):
    words = {"zh": "检查", "en": "Check"}
    given = {"expression": "true", "severity": "error", "column": of}
    return {"code": code, "name": words, **given}


@pytest.mark.parametrize(
    ("part", "more", "zh", "en"),
    [
        ("columns", [column("name")], "columns.name：重复定义", "columns.name: named twice"),
        ("columns", [column("NAME")], "columns.name：重复定义", "columns.name: named twice"),
        (
            *("columns", [column("_load")]),
            *("columns._load：为系统保留", "columns._load: reserved for the lake"),
        ),
        (
            *("columns", [column("_C0"), column("_position")]),
            "columns._C0：为系统保留；columns._position：为系统保留",
            "columns._C0: reserved for the lake; columns._position: reserved for the lake",
        ),
        ("checks", [check("OLD")], "checks.OLD：重复定义", "checks.OLD: named twice"),
        (
            *("checks", [check("KEY"), check("ERASED"), check("ROW")]),
            "checks.ERASED：为系统保留；checks.KEY：为系统保留；checks.ROW：为系统保留",
            "checks.ERASED: reserved for the lake; checks.KEY: reserved for the lake;"
            " checks.ROW: reserved for the lake",
        ),
        (
            *("checks", [check("X", "shoe")]),
            *("checks.X.column：没有列 shoe", "checks.X.column: no column shoe"),
        ),
    ],
)
def test_what_contradicts_itself_is_named(part, more, zh, en):
    content = source.content()
    content[part] += more

    assert refused(content) == (zh, en)


def test_everything_that_is_wrong_is_named_at_once():
    content = source.content(key=["id", "name"]) | {"connection": {"path": "x.csv"}}

    assert refused(content) == (
        "connection.kind：缺少此键；resource.key：没有列 id",
        "connection.kind: missing; resource.key: no column id",
    )


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"code": "GA 01"}, "resource.code"),
        ({"table": "1st"}, "resource.table"),
        ({"cycle": "hourly"}, "resource.cycle"),
        ({"share": "maybe"}, "resource.share"),
        ({"key": []}, "resource.key"),
        ({"colour": "red"}, "resource.colour"),
        ({"name": {"zh": "人口", "en": ""}}, "resource.name.en"),
    ],
)
def test_a_key_that_is_wrong_is_named_by_its_place(given, place):
    zh, en = refused(source.content(**given))

    assert zh.startswith(f"{place}：")
    assert en.startswith(f"{place}: ")


def test_a_file_that_is_no_toml_is_named_by_line():
    with pytest.raises(contracts.ContractInvalid) as raised:
        contracts.parse("version = 1\n[resource\n", "GA01.toml")

    assert raised.value.told("zh") == (
        "契约 GA01.toml 有误：不是有效的 TOML：第 2 行第 10 列写法有误"
    )


def test_a_contract_knows_its_table_kind_and_columns():
    contract = source.contract()

    assert (contract.table, contract.kind) == ("ods.people", "csv")
    assert contract.column("born").element == "born"
