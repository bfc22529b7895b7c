"""outside.toml of a city folder: checked with the rest, made live, written back, compared."""

from dataclasses import replace

import pytest

from tests.commands.folders import CITY
from tests.known import MONDAY
from tests.provinces import CHECK, CODE, outside_process
from tongban.base.audit.models import Event
from tongban.base.people import actions as people
from tongban.business.cases import operations, outside_adopting, outside_terms
from tongban.business.cases.models import OutsideService
from tongban.business.items.bundle import Bundle
from tongban.commands.city import bundles, checking, dumping, findings, folder, tables

FILE = "outside.toml"


@pytest.fixture(scope="module")
def whole() -> folder.Folder:
    """The demo city as it is read."""
    return folder.read(CITY, findings.Findings())


def found(read: folder.Folder) -> list[str]:
    told = findings.Findings()
    checking._outside(read, told)
    checking._items(read, told)
    assert len(told.zh) == len(told.en)
    return [*told.zh, *told.en]


def with_step(whole: folder.Folder, step: str) -> folder.Folder:
    """With a process that hands this step to the province."""
    one = whole.items["items/B09"]
    drawn = outside_process(waits=step)
    drawn_one = Bundle(one.guide, one.form_text, drawn, one.decision_text)
    return replace(whole, items={"items/B09": drawn_one})


def outside_only(lines: list[str]) -> list[str]:
    return [line for line in lines if "outside" in line]


def test_the_demo_city_agrees_with_the_province_and_its_items_may_use_it(whole):
    (terms,) = whole.outside
    assert (terms.code, terms.office) == (CODE, "GA")
    assert outside_only(found(with_step(whole, CHECK))) == []


def test_an_office_that_is_none_is_named(whole):
    terms = whole.outside[0].model_copy(update={"office": "ZZ"})
    assert outside_only(found(replace(whole, outside=[terms]))) == [
        "outside.toml：residence-check：没有部门 ZZ",
        "outside.toml: residence-check: no office ZZ",
    ]


def test_a_code_that_is_there_twice_is_named(whole):
    assert outside_only(found(replace(whole, outside=whole.outside * 2))) == [
        "outside.toml：residence-check 出现了多次",
        "outside.toml: residence-check is there more than once",
    ]


def test_a_step_of_a_service_that_is_none_is_named(whole):
    step = CHECK.replace(CODE, "house-check")
    assert outside_only(found(with_step(whole, step))) == [
        "items/B09/process.bpmn check：平台没有操作 outside:house-check",
        "items/B09/process.bpmn check: the platform has no operation outside:house-check",
    ]


@pytest.mark.parametrize(
    "step",
    [
        CHECK.replace('<tb:input target="months" source="months"/>', ""),
        CHECK.replace("<tb:output", '<tb:input target="name" source="months"/><tb:output'),
        CHECK.replace("tb:input", "tb:output"),
    ],
    ids=["too little", "too much", "not said"],
)
def test_a_step_that_gives_something_else_than_was_agreed_is_named(whole, step):
    assert outside_only(found(with_step(whole, step))) == [
        "items/B09/process.bpmn check：tb:input 应恰好给出 outside.toml 中 residence-check 约定的"
        " months, region",
        "items/B09/process.bpmn check: tb:input must give exactly what outside.toml agrees for"
        " residence-check: months, region",
    ]


@pytest.mark.parametrize(
    ("old", "new", "zh", "en"),
    [
        ('limit = "P2D"', 'limit = "soon"', "outside.toml 的 residence-check：limit", "limit:"),
        ('office = "GA"', "", "office：缺少此键", "office: Field required"),
        ("[[services]]", "[services]", "services：应写作 [[services]]", "write it as [[services]]"),
        ('code = "residence-check"', "code = ", "第 7 行", "line 7"),
    ],
)
def test_what_is_wrong_in_the_file_is_a_finding(tmp_path, old, new, zh, en):
    text = (CITY / FILE).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    told = findings.Findings()
    assert folder._outside(tmp_path / FILE, told) == []
    assert (zh in told.zh[0], en in told.en[0]) == (True, True)


def test_a_city_without_the_file_is_whole(tmp_path):
    told = findings.Findings()
    assert (folder._outside(tmp_path / FILE, told), told.zh) == ([], [])


@pytest.fixture
def offices(db):
    rows = tables.rows(CITY / "offices.csv", tables.OFFICES, findings.Findings())
    people.load_offices(rows, by="test", at=MONDAY)


def test_what_is_live_is_written_as_it_was_read(whole, offices, tmp_path):
    (terms,) = whole.outside
    service = outside_adopting.adopt(terms=terms, by="test", at=MONDAY)
    key = bundles.Key("outside", CODE)
    assert bundles.live()[key] == bundles.of_folder(whole)[key]
    (event,) = Event.objects.filter(kind="outside.adopted")
    assert (event.subject_id, event.office) == (CODE, "GA")
    assert (service.name_zh, service.office.code) == ("省级居住登记核验", "GA")

    city = bundles.Key("city", "329900")
    kinds = {key: bundles.live()[key], city: {"code": "329900"}}
    text = dumping.files(kinds)[FILE]
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert folder._outside(tmp_path / FILE, findings.Findings()) == [terms]


def test_without_any_service_no_file_is_written():
    city = bundles.Key("city", "329900")
    assert FILE not in dumping.files({city: {"code": "329900"}})


def test_changed_terms_count_for_what_is_under_way(whole, offices):
    (terms,) = whole.outside
    outside_adopting.adopt(terms=terms, by="test", at=MONDAY)
    longer = terms.model_copy(update={"limit": "P5D"})
    outside_adopting.adopt(terms=longer, by="test", at=MONDAY)
    service = OutsideService.objects.get()
    assert outside_terms.of(service) == longer


def test_what_is_live_is_offered_to_processes_and_decides_nothing(whole, offices):
    assert f"outside:{CODE}" not in operations.offered()
    outside_adopting.adopt(terms=whole.outside[0], by="test", at=MONDAY)
    assert operations.offered() == {**operations.OFFERED, f"outside:{CODE}": False}
