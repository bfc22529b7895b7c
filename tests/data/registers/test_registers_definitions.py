"""A register's file and facts.toml, right and wrong."""

import pytest

from tongban.data.registers import definitions


@pytest.mark.parametrize(
    ("line", "instead", "zh", "en"),
    [
        ('code = "person"', 'code = "car"', "register.code", "register.code"),
        ('column = "citizen_id"', "", "key.column", "key.column"),
        ("found_in = [", "found_in = []\nx = [", "key.found_in", "key.found_in"),
        ("version = 1", "version = 2", "version", "version"),
        ("[register]", "[register", "不是有效的 TOML：第 3 行第 10 列", "Expected"),
    ],
)
def test_a_register_that_cannot_be_is_named_by_file_and_place(line, instead, zh, en):
    text = REGISTER.replace(line, instead, 1)

    with pytest.raises(definitions.DefinitionInvalid) as refused:
        definitions.read_register(text, "person.toml")

    assert refused.value.told("zh").startswith(f"person.toml 有误：{zh}")
    assert refused.value.told("en").startswith(f"person.toml is not valid: {en}")


def test_a_fact_that_is_named_twice_is_refused():
    with pytest.raises(definitions.DefinitionInvalid) as refused:
        definitions.read_facts(FACTS + FACTS.partition("\n\n")[2], "facts.toml")

    assert refused.value.told("zh") == "facts.toml 有误：facts.name：重复定义"
    assert refused.value.told("en") == "facts.toml is not valid: facts.name: named twice"


def test_files_that_are_right_are_read_as_they_say():
    register = definitions.read_register(REGISTER, "person.toml")
    facts = definitions.read_facts(FACTS, "facts.toml")

    assert (register.code, register.identity) == ("person", "registers.person_identity")
    assert [(fact.key, fact.grade, fact.element) for fact in facts.facts] == [("name", 3, "")]


REGISTER = """version = 1

[register]
code = "person"
name = { zh = "人口库", en = "Persons" }
owner = "SJ"
subject = "natural_person"
relation = "registers.person"
meaning = { zh = "人", en = "Persons" }

[key]
column = "citizen_id"
element = "citizen_id"
found_in = [{ relation = "dwd.person", column = "citizen_id" }]

[[attributes]]
name = "name"
label = { zh = "姓名", en = "Name" }
element = "person_name"
sources = ["GA01"]
"""
FACTS = """version = 1
register = "person"
relation = "registers.person_facts"

[[facts]]
key = "name"
label = { zh = "姓名", en = "Name" }
type = "string"
grade = 3
source = "GA01"
column = "name"
row = "_row"
cycle = "daily"
meaning = { zh = "姓名", en = "Name" }
rule = { zh = "姓名", en = "Name" }
"""
