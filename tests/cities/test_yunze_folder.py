"""The city folder hangs together: what one file names, another one has."""

import csv
import json
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from defusedxml import ElementTree
from stdnum.cn import uscc

from tests.cities.lake import CITY, CONTRACTS, ELEMENTS, MODELS, Lake, raw, reads, table
from tongban.base.people.models import Post
from tongban.engines import decisions, processes
from tongban.engines.forms import load as load_form
from tongban.engines.forms.publishing import findings
from tongban.engines.sqlmodels.model import read as read_model

OFFICES = {row["id"] for row in table("offices.csv")}
FACTS = tomllib.loads((CITY / "registers/facts.toml").read_text(encoding="utf-8"))
ITEM = CITY / "items/B09"
B09 = tomllib.loads((ITEM / "item.toml").read_text(encoding="utf-8"))
FACT_KEYS = {fact["key"] for fact in FACTS["facts"]}


def test_every_toml_and_csv_file_can_be_read():
    for path in CITY.rglob("*.toml"):
        assert tomllib.loads(path.read_text(encoding="utf-8"))["version"] == 1, path
    for path in CITY.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as rows:
            header, *lines = csv.reader(rows)
        assert lines and {len(line) for line in lines} == {len(header)}, path


def test_the_32_offices_have_valid_credit_codes():
    codes = [row["uscc"] for row in table("offices.csv")]

    assert len(codes) == len(set(codes)) == len(OFFICES) == 32
    assert all(code[2:8] == "329900" for code in codes)
    assert all(uscc.calc_check_digit(code[:17]) == code[17] for code in codes)


def test_the_code_list_of_regions_is_the_list_of_regions():
    regions = [row for row in table("regions.csv") if len(row["code"]) == 6]
    listed = [
        {
            "code": row["code"],
            "name_zh": row["name_zh"],
            "name_en": row["name_en"],
            "valid_from": row["valid_from"],
            "valid_to": row["valid_to"],
            "maps_to": row["successor"],
        }
        for row in regions
    ]

    assert table("standards/codelists/region.csv") == listed


def test_merged_districts_end_where_their_successor_begins():
    city = tomllib.loads((CITY / "city.toml").read_text(encoding="utf-8"))
    regions = {row["code"]: row for row in table("regions.csv")}
    for merger in city["mergers"]:
        assert regions[merger["into"]]["valid_from"] == str(merger["on"])
        for code in merger["from"]:
            assert regions[code]["valid_to"] == str(merger["on"] - timedelta(days=1))
            assert regions[code]["successor"] == merger["into"]


def test_2026_has_248_working_days():
    days = {date.fromisoformat(r["day"]): r["working"] == "true" for r in table("calendar.csv")}
    year = [date(2026, 1, 1) + timedelta(days=nth) for nth in range(365)]

    assert sum(days.get(day, day.weekday() < 5) for day in year) == 248
    assert {day.isoformat() for day in year if days.get(day)} == {
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    }


def test_elements_name_lists_that_exist():
    lists = {path.stem for path in (CITY / "standards/codelists").glob("*.csv")}

    assert len(ELEMENTS) >= 40
    assert {row["codelist"] for row in ELEMENTS.values()} - {""} == lists
    assert {row["grade"] for row in ELEMENTS.values()} == {"1", "2", "3", "4"}
    assert {row["check"] for row in ELEMENTS.values()} == {"none", "citizen_id", "uscc", "mod37_36"}


@pytest.mark.parametrize("dataset", CONTRACTS)
def test_a_contract_names_columns_that_its_source_has(lake: Lake, dataset: str):
    contract = CONTRACTS[dataset]
    held = [row[0] for row in lake.rows(f"describe {raw(dataset)}")]

    assert contract.resource.code == dataset and contract.resource.owner in OFFICES
    assert [c.name for c in contract.columns] == [name for name in held if name[0] != "_"]
    assert {column.element for column in contract.columns} <= set(ELEMENTS)


def test_dirt_is_found_by_checks_and_models_that_exist(lake: Lake):
    for kind in table("dirt.csv"):
        code = kind["found_by"]
        checks = {check.code: check for check in lake.checks[kind["dataset"]]}
        assert kind["column"] in [c.name for c in CONTRACTS[kind["dataset"]].columns]
        if code.startswith("model:"):
            assert code.removeprefix("model:") in MODELS
        else:
            assert checks[code].column == kind["column"]
            assert checks[code].blocks == (kind["treatment"] == "quarantined")


@pytest.mark.parametrize("name", MODELS)
def test_a_model_says_whose_it_is_and_grades_its_columns(name: str):
    model = read_model(MODELS[name], name)

    assert model.name == name
    assert model.owner in OFFICES
    assert model.zh and model.en
    assert set(model.grades) == set(model.columns)
    assert model.inputs == reads(MODELS[name])


def test_facts_are_columns_of_the_model_at_their_grade():
    model = read_model(MODELS[FACTS["relation"]], FACTS["relation"])

    assert len(FACT_KEYS) == len(FACTS["facts"]) >= 14
    for fact in FACTS["facts"]:
        assert {fact["column"], fact["row"]} <= set(model.columns)
        assert fact["grade"] == model.grade(fact["column"])
        assert {fact["source"], *fact.get("also_from", [])} <= set(CONTRACTS)
        assert fact.get("element", "sex") in ELEMENTS


def test_the_register_finds_its_keys_in_columns_that_exist(lake: Lake):
    register = tomllib.loads((CITY / "registers/person.toml").read_text(encoding="utf-8"))
    golden = [row[0] for row in lake.rows(f"describe {register['register']['relation']}")]

    assert {attribute["name"] for attribute in register["attributes"]} <= set(golden)
    for key in register["key"]["found_in"]:
        assert key["column"] in [row[0] for row in lake.rows(f"describe {key['relation']}")]


def test_the_item_uses_facts_that_exist():
    materials = {material["code"] for material in B09["materials"]}
    proofs = {fact for m in B09["materials"] for way in m["proven_by"] for fact in way}

    assert B09["item"]["office"] in OFFICES
    assert set(B09["facts"]["used"]) <= FACT_KEYS
    assert proofs <= set(B09["facts"]["used"])
    assert materials == {"application", "identity_proof", "address_proof", "employment_proof"}


def test_the_form_can_be_published():
    form = load_form((ITEM / "form.json").read_text(encoding="utf-8"))
    materials = {material["code"] for material in B09["materials"]}

    assert findings(form, set(B09["facts"]["used"]), materials) == []


def test_the_decision_reads_facts_and_one_answer():
    model = decisions.load((ITEM / "decision.dmn").read_bytes())
    form = json.loads((ITEM / "form.json").read_text(encoding="utf-8"))
    keys = {c["key"] for group in form["components"] for c in group.get("components", [])}
    inputs = set(model.find(B09["decision"]["name"]).inputs)

    assert inputs - set(B09["facts"]["used"]) == set(B09["decision"]["also_from_form"])
    assert set(B09["decision"]["also_from_form"]) <= keys
    assert {condition["decision"] for condition in B09["conditions"]} <= set(model.decisions)


def test_the_process_can_run_and_every_node_is_drawn():
    xml = (ITEM / "process.bpmn").read_bytes()
    definition = processes.load(xml)
    drawn = {
        element.get("bpmnElement")
        for element in ElementTree.fromstring(xml).iter()
        if element.get("bpmnElement")
    }

    assert {*definition.nodes, *definition.flows, *definition.lanes} <= drawn
    assert all(node.name_en for node in definition.nodes.values())


def test_every_part_of_the_decision_is_drawn():
    root = ElementTree.fromstring((ITEM / "decision.dmn").read_bytes())
    named = {"decision", "inputData", "knowledgeSource"}
    named |= {"informationRequirement", "authorityRequirement"}
    parts = {e.get("id") for e in root.iter() if e.tag.rpartition("}")[2] in named}

    assert {e.get("dmnElementRef") for e in root.iter() if e.get("dmnElementRef")} == parts


def fed() -> dict[str, set[str]]:
    """Columns of the tables whose rows the platform itself brings."""
    read = (tomllib.loads(path.read_text("utf-8")) for path in (CITY / "sources").glob("*.toml"))
    return {
        f"ods.{each['resource']['table']}": {column["name"] for column in each["columns"]}
        for each in read
        if each["connection"]["kind"] == "platform"
    }


def test_grants_give_columns_that_exist(lake: Lake):
    grants = tomllib.loads((CITY / "grants.toml").read_text(encoding="utf-8"))["grants"]
    for grant in grants:
        relation = grant["relation"]
        if relation.startswith("decisions."):  # what an item answers; `load` checks these
            continue
        columns = fed().get(relation) or {row[0] for row in lake.rows(f"describe {relation}")}
        assert set(grant["columns"]) <= columns, grant["code"]
        assert set(grant.get("mask", {})) <= set(grant["columns"])
        assert {grant["grantee"]["office"], grant["grantor"]} <= OFFICES
        assert grant["from"] < grant["until"]


def test_no_administrator_holds_two_of_the_three_roles():
    staff = tomllib.loads((CITY / "accounts.toml").read_text(encoding="utf-8"))["accounts"]
    posts = [post for account in staff for post in account["posts"]]
    separated = set(Post.ADMINISTRATORS)

    assert len({account["username"] for account in staff}) == len(staff)
    assert {post["office"] for post in posts} <= OFFICES
    assert {post["role"] for post in posts} == set(Post.Role.values)
    for account in staff:
        assert len(separated & {post["role"] for post in account["posts"]}) <= 1


def test_the_readme_lists_every_kind_of_dirt():
    readme = (CITY / "README.md").read_text(encoding="utf-8")

    for kind in table("dirt.csv"):
        assert f"| {kind['dataset']} | `{kind['column']}` | `{kind['kind']}` |" in readme


def test_no_machine_path_stands_in_the_folder():
    for path in Path(CITY).rglob("*"):
        if path.is_file() and path.suffix in (".py", ".toml", ".md", ".csv", ".sql", ".json"):
            assert "/work/" not in path.read_text(encoding="utf-8"), path
