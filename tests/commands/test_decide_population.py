"""`tongban decide B09 --population person`: everybody decided, published, counted in words."""

import json
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from django.core.management import call_command
from django.utils import translation

from tests.data import shared
from tests.known import KNOWN, MONDAY
from tests.permits import CITY, load_city
from tongban import clock
from tongban.base.audit.models import Event
from tongban.business.cases import deciding
from tongban.business.items import bundle
from tongban.business.items import population as items
from tongban.business.items.actions import publish as publish_item
from tongban.commands import population
from tongban.commands.population import Published, answer_words, table_of
from tongban.data.exchange import actions as exchange
from tongban.data.exchange.gate import Answer, Decided
from tongban.data.exchange.models import Grant, GrantUse
from tongban.data.lake import actions as lake
from tongban.data.lake import queries, rows, writing
from tongban.data.lake.models import Edition
from tongban.data.registers import actions as registers
from tongban.data.registers import definitions
from tongban.data.registers import rows as facts
from tongban.data.registers.models import SubjectFacts
from tongban.engines.feel import Months
from tongban.engines.tables import Column, Schema
from tongban.engines.tables.names import table_folder

TABLE = "decisions.b09_eligible"
FACTS = Schema(
    (
        *(Column("subject_id", "string", 2), Column("alive", "boolean", 4)),
        *(Column("household_region", "string", 2), Column("residence_region", "string", 2)),
        *(Column("insured_months", "integer", 3), Column("owns_home_here", "boolean", 3)),
        *(Column("employed_here", "boolean", 3), Column("name", "string", 3)),
    )
)
PEOPLE: list[dict[str, Any]] = [
    {},
    {"insured_months": 3},
    {"insured_months": None},
    {"alive": False, "insured_months": None},
    {"owns_home_here": None, "employed_here": None},
]


@pytest.fixture(scope="module")
def city_of_five(django_db_setup, django_db_blocker, tmp_path_factory):
    """Five people of whom everything or nearly everything is known, in edition 2."""
    with django_db_blocker.unblock(), shared.lake(tmp_path_factory.mktemp("five")):
        load_city()
        text = (CITY / "registers" / "person.toml").read_text(encoding="utf-8")
        file = definitions.read_register(text, "person.toml")
        registers.adopt_register(definition=file, by="test", at=MONDAY)
        version = publish_item(bundle=bundle.read(CITY / "items" / "B09"), by="test", at=MONDAY)
        yield version, publish(PEOPLE)


@pytest.fixture
def five(city_of_five, db, monkeypatch):
    """The item's version and the edition."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return city_of_five


def publish(people):
    edition = lake.open_edition(by="test", at=MONDAY)
    content = [{**KNOWN, **person, "subject_id": f"P{n}"} for n, person in enumerate(people, 1)]
    arrays = {c.name: pa.array([row[c.name] for row in content], c.arrow) for c in FACTS.columns}
    with writing.store.engine().connect() as con:
        con.register("given", pa.table(arrays))
        writing.write(con, "SELECT * FROM given", "registers.person_facts", FACTS, edition)
    for row in content:
        sealed = facts.seal({"name": (row["name"], "GA01:1:1")})
        SubjectFacts.objects.create(
            edition_number=edition.number, subject_id=row["subject_id"], sealed=sealed
        )
    lake.publish(edition=edition, by="test", at=MONDAY)
    return edition


def decide(*arguments: str, language: str = "zh-hans") -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    with translation.override(language):
        try:
            call_command("decide", *arguments, stdout=out, stderr=err)
        except SystemExit as ended:
            assert ended.code == 1
    return out.getvalue().strip(), err.getvalue().strip()


def stored(table: str = TABLE):
    with rows.attached(queries.current_edition(), [table]) as con:
        found = con.execute(f"SELECT subject_id, value FROM {table} ORDER BY 1").fetchall()
    return [value for _, value in found]


def test_everybody_is_decided_and_the_answers_are_counted(five):
    out, err = decide("B09", "--population", "person")

    head, *counts, done, where = out.splitlines()
    assert head == "eligible（B09）对 person 库第 2 版的决策结果："
    assert [line.split() for line in counts] == [
        ["2", "40.0%", "否"],
        ["2", "40.0%", "未知"],
        ["1", "20.0%", "是"],
    ]
    assert done.startswith("读取 5 行，写入 5 行，用时 ") and done.endswith(" 秒。")
    assert where == f"数据表 {TABLE} 已随第 3 版发布。"
    assert err == ""
    assert stored() == [True, False, None, False, None]


def test_it_is_told_in_english(five):
    out, _ = decide("B09", "--population", "person", language="en")

    head, *counts, done, where = out.splitlines()
    assert head == "What eligible (B09) answers about register person, edition 2:"
    assert [line.split()[-1] for line in counts] == ["no", "unknown", "yes"]
    assert done.startswith("5 rows read, 5 rows written, ") and done.endswith(" s.")
    assert where == f"Table {TABLE} was published with edition 3."


def test_it_is_told_to_programs(five):
    out, _ = decide("B09.insured_long_enough", "--population", "person", "--json")

    told = json.loads(out)
    assert told.pop("seconds") >= 0
    assert len(told.pop("version")) == 64
    assert told == {
        "item": "B09",
        "decision": "insured_long_enough",
        "register": "person",
        "read_edition": 2,
        "edition": 3,
        "table": "decisions.b09_insured_long_enough",
        "rows": 5,
        "answers": [
            {"value": True, "unknown": False, "withheld": False, "rows": 2},
            {"value": None, "unknown": True, "withheld": False, "rows": 2},
            {"value": False, "unknown": False, "withheld": False, "rows": 1},
        ],
    }


def test_one_by_one_they_are_answered_the_same(five):
    decide("B09", "--population", "person")

    version, edition = five
    decision = deciding.model_of(version).find("eligible")
    given = dict(items.untold(version))
    names = [name for name in decision.inputs if name not in given]
    with rows.attached(edition, ["registers.person_facts"]) as con:
        query = f"SELECT {', '.join(names)} FROM registers.person_facts ORDER BY subject_id"
        people = con.execute(query).fetchall()
    known = [{n: v for n, v in zip(names, row, strict=True) if v is not None} for row in people]
    one_by_one = [decision.decide(known_of | given) for known_of in known]
    assert [value if isinstance(value, bool) else None for value in one_by_one] == stored()


def test_what_readers_knew_before_they_know_still(five):
    before = SubjectFacts.objects.filter(edition_number=2).values_list("subject_id", "sealed")
    kept = {subject: bytes(sealed) for subject, sealed in before}

    decide("B09", "--population", "person")

    now = queries.current_edition()
    assert (now.number, now.facts_number) == (3, 2)
    facts = SubjectFacts.objects.filter(edition_number=now.facts_number)
    after = facts.values_list("subject_id", "sealed")
    assert {subject: bytes(sealed) for subject, sealed in after} == kept
    assert set(queries.tables_of(queries.current_edition())) == {"registers.person_facts", TABLE}


def test_who_asked_and_under_what_law_stands_in_the_log(five):
    decide("B09", "--population", "person")

    event = Event.objects.get(kind="register.decided")
    assert (event.actor, event.office, event.post) == ("command", "GA", "item:B09")
    assert (event.purpose, event.basis) == ("register:B09", "居住证暂行条例第九条")
    assert (event.edition, event.rows, event.details["grant"]) == (2, 5, "G-B09-POPULATION")
    published = Event.objects.get(kind="edition.published", subject_id="3")
    assert published.actor == "command"


def refused(*arguments: str) -> tuple[str, str]:
    """Why, in Chinese and in English; nothing may have been published."""
    zh, en = (decide(*arguments, language=language)[1] for language in ("zh-hans", "en"))
    assert queries.current_edition().number == 2
    assert not Event.objects.filter(kind="register.decided").exists()
    assert not GrantUse.objects.exists()
    return zh, en


def failed() -> list[str]:
    closed = Edition.objects.filter(status=Edition.Status.FAILED).order_by("number")
    assert not Edition.objects.filter(status=Edition.Status.DRAFT).exists()
    return list(closed.values_list("reason", flat=True))


def test_members_and_amounts_are_written_for_programs_too():
    members = (("fee", Decimal("12.50")), ("class", "甲"), ("wait", Months(14)), ("ok", None))
    counts = (
        (Answer(members, False), 3),
        (Answer(Decimal(7), False), 2),
        (Answer(None, False, withheld=True), 1),
    )
    version: Any = SimpleNamespace(item=SimpleNamespace(code="X1"))
    decision: Any = SimpleNamespace(name="d", version="v")
    decided = Decided("decisions.x1_d", 4, 6, counts)

    told = population.as_json(Published(version, decision, "person", decided, 5, 1.26))

    assert (told["read_edition"], told["edition"], told["seconds"]) == (4, 5, 1.3)
    assert [(each["value"], each["withheld"], each["rows"]) for each in told["answers"]] == [
        ({"fee": "12.50", "class": "甲", "wait": "P1Y2M", "ok": None}, False, 3),
        ("7", False, 2),
        (None, True, 1),
    ]


@pytest.mark.parametrize("option", ["--input", "--model"])
def test_a_case_and_a_file_do_not_go_with_everybody(five, option):
    zh, en = refused("B09", "--population", "person", option, "x.json")

    assert zh == (
        f"--population 以基础库的事实执行事项的现行决策，不能与 {option} 同时使用。"
        f"请去掉 {option}；只问一个案例的，请去掉 --population。"
    )
    assert en == (
        "--population asks the live decision of an item, over the facts of a register: "
        f"{option} cannot stand beside it. Leave {option} out, or ask about one case without "
        "--population."
    )
    assert failed() == []


@pytest.mark.parametrize(
    ("asked", "zh", "en"),
    [
        (
            "Z99",
            "没有生效的事项“Z99”；现有 B09。",
            "There is no live item “Z99”; there are B09.",
        ),
        (
            "B09.nothing",
            "模型中没有决策“nothing”。",
            "There is no decision “nothing” in the model.",
        ),
    ],
)
def test_what_there_is_not_opens_no_edition(five, asked, zh, en):
    assert refused(asked, "--population", "person") == (zh, en)
    assert failed() == []


def test_a_register_that_is_not_there_closes_the_draft_with_the_reason(five):
    zh, en = refused("B09", "--population", "property")

    assert zh == "没有带事实的基础库 property；现有：person。"
    assert en == "There is no register property with facts; there are: person."
    assert failed() == [zh, zh]


def test_a_withdrawn_grant_closes_the_draft_with_the_reason(five):
    exchange.withdraw(code="G-B09-POPULATION", by="test", at=MONDAY)

    zh, en = refused("B09", "--population", "person")

    assert "授权 G-B09-POPULATION 已于 2026-09-21 撤销。" in zh
    assert "was withdrawn on 2026-09-21" in en
    assert failed() == [zh, zh]


def test_a_grant_that_has_ended_decides_nobody(five):
    Grant.objects.filter(code="G-B09-POPULATION").update(valid_until="2026-09-20")

    zh, en = refused("B09", "--population", "person")

    assert "授权 G-B09-POPULATION 已于 2026-09-20 到期。" in zh
    assert "ended on 2026-09-20" in en


def test_an_edition_that_was_published_meanwhile_is_not_overwritten(five, monkeypatch):
    real = population.gate.decide_register

    def slow(**asked):
        found = real(**asked)
        publish(PEOPLE[:2])
        return found

    monkeypatch.setattr(population.gate, "decide_register", slow)

    _, err = decide("B09", "--population", "person")

    assert err == "第 3 版从第 2 版开始编制，其后已发布第 4 版，请重新执行。"
    assert queries.current_edition().number == 4
    assert TABLE not in queries.tables_of(queries.current_edition())
    assert failed() == [err]


def test_one_case_is_told_to_programs_too(five, tmp_path):
    case = tmp_path / "case.json"
    case.write_text(json.dumps({"alive": False}), encoding="utf-8")

    out, _ = decide("B09.applicant_alive", "--input", str(case), "--json")

    told = json.loads(out)
    assert (told["decision"], told["value"], told["missing"]) == ("applicant_alive", "否", [])
    assert (
        "“申请人在世”第 2 条规则成立：在世为 否。依据：《居住证暂行条例》第二条。"
        in told["reasons"]
    )


@pytest.mark.parametrize(
    ("item", "decision", "table"),
    [
        ("B09", "eligible", "decisions.b09_eligible"),
        ("B09", "Eligible", "decisions.i_b09_eligible_"),
        ("B09", "是否符合", "decisions.i_b09_"),
        ("9A", "x", "decisions.i_9a_x_"),
        ("B09", "x" * 80, f"decisions.i_b09_{'x' * 48}_"),
    ],
)
def test_a_table_is_called_by_item_and_decision(item, decision, table):
    found = table_of(item, decision)

    assert found.startswith(table)
    assert table_folder(found) == found.replace(".", "/"), "the lake takes it"


def test_two_decisions_never_share_a_table():
    names = ["eligible", "Eligible", "是否符合", "符合", "x y", "x-y", "x_y"]
    assert len({table_of("B09", name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("answer", "zh", "en"),
    [
        (Answer(True, False), "是", "yes"),
        (Answer(None, False), "空", "empty"),
        (Answer(None, True), "未知", "unknown"),
        (Answer("甲", False), "甲", "甲"),
        (
            Answer(None, False, withheld=True),
            "其他值（为保护个人信息合并计数）",
            "other values (counted together to protect people)",
        ),
        (Answer((("a", True), ("b", "x")), False), "a: 是, b: x", "a: yes, b: x"),
        (Answer((("a", None),), True), "a: 空 （含未知）", "a: empty (with what is unknown)"),
    ],
)
def test_answers_are_told_in_words(answer, zh, en):
    assert answer_words(answer, "zh") == zh
    with translation.override("en"):
        assert answer_words(answer, "en") == en
