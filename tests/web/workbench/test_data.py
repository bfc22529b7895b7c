"""The steward's pages: sources and their loads, quarantine, issues, lineage, facts."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.known import MONDAY
from tests.permits import CITY
from tests.web.reading import in_language, page, said, words
from tongban import clock
from tongban.data.lake import actions as lake
from tongban.data.lake.models import Load, QuarantinedRow, Resource
from tongban.data.pipelines.models import LineageEdge
from tongban.data.registers import actions as registers
from tongban.data.registers import definitions
from tongban.data.registers.models import FactDefinition
from tongban.data.registers.queries import LET_IN
from tongban.data.standards.models import CheckResult, Issue
from tongban.web.workbench import data

pytestmark = pytest.mark.django_db
SOURCE = "/workbench/sources/GA01"
LETTING_IN = f"{SOURCE}/letting-in"
FRAGMENT = {"headers": {"HX-Request": "true"}}


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def police(city) -> Resource:
    return Resource.objects.get(code="GA01")


@pytest.fixture
def load(police, city) -> Load:
    """Ten rows read, seven kept, three in quarantine for one check."""
    made = Load.objects.create(
        resource=police,
        contract_version=1,
        edition=city,
        status=Load.Status.DONE,
        started_at=MONDAY,
        rows_read=10,
        rows_kept=7,
        rows_quarantined=3,
    )
    for code, failed, severity in (("GA01-05", 3, "error"), ("GA01-06", 0, "error")):
        CheckResult.objects.create(
            load=made,
            code=code,
            column="gmsfhm",
            dimension="accuracy",
            severity=severity,
            name_zh="科学计数法，已丢位",
            name_en="Digits lost to scientific notation",
            failed=failed,
        )
    for position in (3, 4, 8):
        quarantine(made, position)
    return made


def quarantine(load: Load, position: int, **more) -> QuarantinedRow:
    return QuarantinedRow.objects.create(
        load=load,
        resource=load.resource,
        position=position,
        check_code="GA01-05",
        column="gmsfhm",
        raw_sealed=b"sealed",
        raw_digest=position.to_bytes(32, "big"),
        **more,
    )


@pytest.fixture
def steward(client, staff):
    client.force_login(staff("steward"))


def table(response, caption: str) -> list[list[str]]:
    rows = page(response).xpath("//table[caption=$caption]/tbody/tr", caption=caption)
    return [[words(cell) for cell in row.xpath("td")] for row in rows]


@pytest.mark.parametrize(
    ("language", "caption", "none", "name"),
    [
        ("zh", "数据源", "还没有采集", "人口基本信息"),
        ("en", "Sources", "Not loaded yet", "Population"),
    ],
)
def test_a_source_that_was_never_collected_says_so(
    language, caption, none, name, client, city, steward
):
    shown = table(client.get("/workbench/sources", **in_language(language)), caption)
    assert len(shown) == Resource.objects.count()
    (police,) = [row for row in shown if "GA01" in row[0]]
    assert name in police[0]
    assert police[2:] == [none, "", "", "", ""]
    assert none in said(client.get(SOURCE, **in_language(language)))


def test_the_list_shows_the_last_load_and_its_score(client, load, steward):
    (police,) = [
        row for row in table(client.get("/workbench/sources"), "数据源") if "GA01" in row[0]
    ]
    assert police[1:] == ["公安局", "9-21 10:00", "10", "7", "3", "85.000"]


def test_the_figures_of_a_source_add_up(client, load, steward):
    shown = page(client.get(SOURCE))
    figures = {
        words(kpi, "dt"): words(kpi, "dd[1]") for kpi in shown.xpath("//div[@class='tb-kpi']")
    }
    assert figures == {"质量得分": "85.0000", "读取": "10", "入库": "7", "隔离": "3"}
    assert "占 30.00%" in said(client.get(SOURCE))
    assert "1 项检查每一行都通过" in said(client.get(SOURCE))
    shares = shown.xpath("//dl[@class='tb-shares']")[0]
    assert words(shares) == "准确15.00%"
    assert shares.xpath(".//rect/@width") == ["100.0"]


@pytest.mark.parametrize(
    ("language", "caption", "check", "consequence"),
    [
        ("zh", "检查结果", "科学计数法，已丢位", "隔离"),
        ("en", "Check results", "Digits lost to scientific notation", "Quarantined"),
    ],
)
def test_a_check_that_failed_is_named_with_what_follows(
    language, caption, check, consequence, client, load, steward
):
    (row,) = table(client.get(SOURCE, **in_language(language)), caption)
    assert row == [f"{check}GA01-05", "gmsfhm", consequence, "3"]


def test_a_failed_load_says_why_and_leaves_the_last_good_one_on_the_page(
    client, load, steward, city
):
    Load.objects.create(
        resource=load.resource,
        contract_version=1,
        edition=city,
        status=Load.Status.FAILED,
        started_at=MONDAY,
        message_zh="文件缺了 csrq 列",
        message_en="The column csrq is missing",
    )
    answer = client.get(SOURCE)
    assert [row[2] for row in table(answer, "采集批次")] == ["失败", "已完成"]
    assert table(answer, "采集批次")[0][-1] == "文件缺了 csrq 列"
    assert "质量得分" in said(answer)
    assert "The column csrq is missing" in said(client.get(SOURCE, **in_language("en")))


def test_rows_in_quarantine_lead_to_their_correction_only_for_their_steward(client, load, staff):
    client.force_login(staff("steward"))
    (caption,) = {"隔离的行"}
    links = "//table[caption=$caption]//a/@href"
    rows = [f"/workbench/quarantine/{row.pk}" for row in load.quarantined.order_by("pk")]
    assert page(client.get(SOURCE)).xpath(links, caption=caption) == rows
    for role, office in (("steward", "RS"), ("supervisor", "SJ")):
        client.force_login(staff(role, office))
        answer = client.get(SOURCE)
        assert len(table(answer, caption)) == 3
        assert page(answer).xpath(links, caption=caption) == []
        assert client.get(rows[0]).status_code == 409


def test_of_many_rows_the_pager_leads_to_each_once(client, load, steward, monkeypatch):
    monkeypatch.setattr(data, "PER_PAGE", 2)
    first = client.get(SOURCE)
    (further,) = page(first).xpath("//a[@rel='next']/@href")
    assert further == "?from=2#rows"
    second = client.get(f"{SOURCE}?from=2")
    positions = [[row[0] for row in table(answer, "隔离的行")] for answer in (first, second)]
    assert positions == [["3", "4"], ["8"]]
    assert said(second, "//nav[@class='tb-pager']") == "第 3–3 条，共 3 条 上一页"


def test_a_list_that_has_become_shorter_begins_anew(client, load, steward, monkeypatch):
    monkeypatch.setattr(data, "PER_PAGE", 2)
    assert [row[0] for row in table(client.get(f"{SOURCE}?from=40"), "隔离的行")] == ["3", "4"]


def test_the_contract_shows_each_column_with_its_grade(client, city, steward):
    shown = {row[0]: row for row in table(client.get(SOURCE), "契约")}
    assert shown["gmsfhm"] == ["gmsfhm", "公民身份号码", "citizen_id", "分级 L4", "是"]
    assert shown["hh"][-1] == ""


@pytest.mark.parametrize("path", ["/workbench/sources/XX99", "/workbench/sources/XX99/letting-in"])
def test_a_source_that_is_not_there_is_refused_by_its_code(path, client, city, steward):
    answer = client.get(path, **FRAGMENT)
    assert (answer.status_code, "XX99" in answer.content.decode()) == (409, True)


@pytest.fixture
def accepted(load) -> QuarantinedRow:
    return quarantine(
        load,
        9,
        status=QuarantinedRow.Status.ACCEPTED,
        corrected_sealed=b"sealed",
        corrected_by="t",
        corrected_at=MONDAY,
    )


@pytest.mark.parametrize(
    ("language", "told", "button"),
    [
        ("zh", "1 行已更正，等待入库还没有开始。", "重新入库"),
        ("en", "1 row corrected, waiting to be let in", "Let them in again"),
    ],
)
def test_a_corrected_row_that_nobody_asked_to_let_in_can_be_asked_for(
    language, told, button, client, accepted, steward
):
    shown = page(
        client.get(LETTING_IN, headers={**FRAGMENT["headers"], "Accept-Language": language})
    )
    assert told in words(shown)
    assert words(shown, "//form//button") == button

    assert client.post(LETTING_IN).url == SOURCE
    assert ProcrastinateJob.objects.filter(task_name=LET_IN).count() == 1
    waits = page(client.get(LETTING_IN, **FRAGMENT))
    assert waits.get("hx-trigger") == "every 2s"
    assert not waits.xpath("//form")


def test_asking_twice_makes_one_job(client, accepted, steward):
    client.post(LETTING_IN)
    client.post(LETTING_IN)
    assert ProcrastinateJob.objects.filter(task_name=LET_IN).count() == 1


def test_an_edition_that_failed_says_why_and_is_asked_for_anew(client, accepted, steward):
    edition = lake.open_edition(by="worker", at=MONDAY)
    lake.fail(edition=edition, reason="GA01-05 未通过", by="worker", at=MONDAY)
    shown = page(client.get(LETTING_IN, **FRAGMENT))
    assert "上一次没有成功，读者看到的数据没有变化：GA01-05 未通过" in words(shown)
    assert shown.xpath("//form/@action") == [LETTING_IN]


def test_an_edition_under_way_says_how_far_it_is(client, accepted, steward):
    number = lake.open_edition(by="worker", at=MONDAY).number
    shown = page(client.get(LETTING_IN, **FRAGMENT))
    assert f"第 {number} 版编制中，已完成 0 / " in words(shown)
    assert shown.xpath("//progress/@value") == ["0"]


def test_when_all_are_in_the_page_is_loaded_anew(client, load, steward):
    answer = client.get(LETTING_IN, **FRAGMENT)
    assert (answer.content, answer["HX-Refresh"]) == (b"", "true")


def test_a_browser_that_comes_by_itself_is_led_to_the_source(client, accepted, steward):
    assert client.get(LETTING_IN).url == SOURCE


@pytest.mark.parametrize(("role", "office"), [("steward", "RS"), ("supervisor", "SJ")])
def test_only_its_own_steward_asks_to_let_in(role, office, client, accepted, staff):
    client.force_login(staff(role, office))
    assert client.post(LETTING_IN).status_code == 409
    assert not ProcrastinateJob.objects.filter(task_name=LET_IN).exists()


@pytest.fixture
def issue(load) -> Issue:
    made = Issue.objects.create(
        resource=load.resource, office=load.resource.owner, check_code="GA01-05", opened_at=MONDAY
    )
    made.rows.set(load.quarantined.all())
    return made


@pytest.mark.parametrize(
    ("role", "office", "seen"),
    [("steward", "GA", 1), ("steward", "RS", 0), ("supervisor", "SJ", 1)],
)
def test_a_steward_sees_the_issues_of_his_office_and_a_supervisor_all(
    role, office, seen, client, issue, staff
):
    client.force_login(staff(role, office))
    answer = client.get("/workbench/issues")
    assert words(page(answer), "//h1") == f"问题单 {seen}"
    rows = table(answer, "问题单")
    assert [row[1:] for row in rows] == [["公安局", "人口基本信息", "3", "9-21 10:00"]] * seen
    assert ("没有待处理的问题" in said(answer)) is (seen == 0)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("registers.person_facts.insured_months", "dwd.insurance.insured_months"),
        ("registers.person_facts.nothing", None),
        ("nodots", None),
        ("..", None),
    ],
)
def test_a_columns_way_is_shown_or_said_not_to_be_there(asked, first, client, city, steward):
    shown = page(client.get("/workbench/lineage", {"column": asked}))
    edges = [words(edge, "span") for edge in shown.xpath("//ul[@class='tb-edges']/li")]
    assert edges[:1] == ([first] if first else [])
    assert ("没有这一列" in words(shown, "//main")) is (first is None)


@pytest.fixture
def two_registers(city):
    """Persons and companies, with the facts of both."""
    folder, given = CITY / "registers", {"by": "test", "at": MONDAY}
    for code in ("person", "enterprise"):
        text = (folder / f"{code}.toml").read_text(encoding="utf-8")
        registers.adopt_register(definition=definitions.read_register(text, code), **given)
    text = (folder / "enterprise_facts.toml").read_text(encoding="utf-8")
    registers.adopt_facts(facts=definitions.read_facts(text, "facts"), **given)


@pytest.mark.parametrize(
    ("language", "name", "type_", "rule"),
    [
        ("zh", "连续参保月数insured_months", "整数", "中间缺月"),
        ("en", "insured_months", "whole number", "Unknown"),
    ],
)
def test_a_fact_says_what_it_is_where_it_is_from_and_by_which_rule(
    language, name, type_, rule, client, two_registers, steward
):
    caption = {"zh": "人口库", "en": "Register of persons"}[language]
    rows = table(client.get("/workbench/facts", **in_language(language)), caption)
    (row,) = [row for row in rows if row[0].endswith("insured_months")]
    assert name in row[0]
    assert row[1] == type_
    assert "RS01" in row[3]
    assert rule in row[4]


@pytest.mark.parametrize(
    ("language", "caption", "others"),
    [("zh", "法人库", "人口库"), ("en", "Register of companies", "Register of persons")],
)
def test_the_facts_of_each_register_stand_in_a_table_of_their_own(
    language, caption, others, client, two_registers, steward
):
    answer = client.get("/workbench/facts", **in_language(language))
    companies, persons = (table(answer, each) for each in (caption, others))
    everything = FactDefinition.objects.count()

    assert [row for row in companies if row[0].endswith("food_handlers_all_valid")]
    assert not [row for row in persons if row[0].endswith("food_handlers_all_valid")]
    assert len(companies) + len(persons) == everything
    assert words(page(answer), "//h1").endswith(str(everything))


@pytest.mark.parametrize(("language", "name"), [("zh", "法人库"), ("en", "Register of companies")])
def test_the_facts_to_choose_from_stand_under_their_register(
    language, name, client, two_registers, steward
):
    shown = page(client.get("/workbench/lineage", **in_language(language)))
    (group,) = shown.xpath(f"//optgroup[@label='{name}']")

    columns = group.xpath("option/@value")
    assert "registers.enterprise_facts.premises_proven" in columns
    assert all(column.startswith("registers.enterprise_facts.") for column in columns)


def test_where_no_model_and_no_fact_is_the_page_says_what_brings_them(client, steward):
    FactDefinition.objects.all().delete()
    LineageEdge.objects.all().delete()
    for path, told in (("lineage", "还没有模型"), ("facts", "还没有事实")):
        shown = said(client.get(f"/workbench/{path}"))
        assert told in shown
        assert "用 tongban load 装载城市目录后" in shown
