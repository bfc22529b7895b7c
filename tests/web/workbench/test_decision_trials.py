"""A decision tried on the page: a field for every input, an answer with its reasons."""

from decimal import Decimal

import pytest

from tests.business.items import drafts
from tests.engines.decisions import dmn_models as dmn
from tests.web.reading import in_language, page
from tests.web.workbench.pieces import spaced
from tongban.base.audit.models import Event
from tongban.business.items import bundle
from tongban.business.items.models import ItemVersion
from tongban.engines.decisions import Given
from tongban.web.workbench.decisions import fields

pytestmark = pytest.mark.django_db
TRIAL = "/workbench/decisions/B09/trial"
INSURED = f"{TRIAL}?decision=insured_long_enough"
WHOLE = {
    "v0": "true",
    "v1": "329905",
    "v2": "329906",
    "v3": "14",
    "v4": "true",
    "v5": "true",
}


@pytest.fixture
def officer(staff, client):
    user = staff("clerk")
    client.force_login(user)
    return user


def ask(client, address=TRIAL, language="zh", **typed):
    """The fragment that is put beside the form."""
    header = {"HX-Request": "true", "Accept-Language": language}
    return client.post(address, typed, headers=header)


def text(response) -> str:
    return spaced(page(response))


def test_there_is_a_field_for_every_input_by_its_fact_and_type(client, officer, permit):
    shown = page(client.get(TRIAL))
    labels = [each.text_content() for each in shown.xpath("//fieldset/legend")]
    assert labels == [
        "在世",
        "户籍地区划",
        "居住地区划",
        "连续参保月数",
        "在本市有自有住房",
        "在本市就业",
        "申请人说明的居住事由",
    ]
    kinds = [each.tag for each in shown.xpath("//fieldset//*[self::select or self::input[@id]]")]
    assert kinds == ["select", "input", "input", "input", "select", "select", "select"]
    assert shown.xpath("//input[@id='v3']/@inputmode") == ["decimal"]
    assert len(shown.xpath("//fieldset//input[@type='checkbox']")) == 7


def test_what_the_form_lets_choose_can_be_chosen(client, officer, permit):
    shown = page(client.get(TRIAL))
    assert [each.text for each in shown.xpath("//select[@id='v6']/option")] == [
        None,
        "租房居住",
        "住在单位或学校宿舍",
        "在本市就业，尚未参保",
        "在本市连续就读",
        "以上都没有",
    ]
    english = page(client.get(TRIAL, **in_language("en")))
    assert [each.text for each in english.xpath("//select[@id='v0']/option")] == [
        None,
        "yes",
        "no",
    ]
    assert "I rent a home" in english.xpath("//select[@id='v6']")[0].text_content()


def test_whoever_meets_everything_is_told_yes_with_the_law(client, officer, permit):
    answer = text(ask(client, **WHOLE))
    assert answer.startswith("结果 是")
    assert "“在本市连续参保满 6 个月”第 1 条规则成立：连续参保月数为 14。" in answer
    assert "依据：《居住证暂行条例》第二条。" in answer
    english = text(ask(client, language="en", **WHOLE))
    assert english.startswith("Outcome yes")
    assert "Basis: Interim Regulations on Residence Permits, Article 2." in english


def test_a_condition_that_fails_is_told_as_no(client, officer, permit):
    assert text(ask(client, **{**WHOLE, "v3": "5"})).startswith("结果 否")


def test_what_is_left_empty_is_unknown_and_named(client, officer, permit):
    answer = text(ask(client, **{**WHOLE, "v3": ""}))
    assert answer.startswith("结果 未知")
    assert "还要知道 连续参保月数。查不到不等于不符合，这样的申请转人工。" in answer


def test_a_value_that_is_ticked_as_not_known_does_not_count(client, officer, permit):
    assert text(ask(client, **WHOLE, uv3="on")).startswith("结果 未知")


def test_one_decision_of_several_can_be_tried_alone(client, officer, permit):
    assert len(page(client.get(INSURED)).xpath("//fieldset")) == 1
    assert text(ask(client, INSURED, v0="6")).startswith("结果 是")
    assert text(ask(client, INSURED, v0="5.99")).startswith("结果 否")


@pytest.mark.parametrize("name", ["", "nothing", "x" * 300])
def test_a_decision_that_is_not_there_is_the_one_that_the_item_asks(client, officer, permit, name):
    assert len(page(client.get(f"{TRIAL}?decision={name}")).xpath("//fieldset")) == 7


@pytest.mark.parametrize("typed", ["六个月", "１４", "NaN", "1e", "true", '"6"', "[6]"])
def test_what_is_no_number_is_refused_beside_its_field(client, officer, permit, typed):
    answer = page(ask(client, INSURED, v0=typed))
    assert "1 处填写有误" in answer.text_content()
    assert "“insured_months”应为 number" in answer.text_content()
    assert answer.xpath("//a/@href") == ["#v0"]


def test_in_english_the_slip_is_told_in_english(client, officer, permit):
    answer = text(ask(client, INSURED, "en", v0="six"))
    assert answer == (
        "1 value cannot be read Insured months in a row : “insured_months” must be number,"
        ' not "six".'
    )


def test_a_form_sent_without_a_script_gets_the_whole_page_with_what_was_typed(
    client, officer, permit
):
    shown = page(client.post(INSURED, {"v0": "14", "uv0": "on"}))
    assert shown.xpath("//input[@id='v0']/@value") == ["14"]
    assert len(shown.xpath("//input[@name='uv0'][@checked]")) == 1
    assert "未知" in shown.xpath("//div[@id='tb-result']")[0].text_content()


def test_nothing_is_stored(client, officer, permit):
    before = Event.objects.count(), ItemVersion.objects.count()
    ask(client, **WHOLE)
    assert (Event.objects.count(), ItemVersion.objects.count()) == before


def test_the_draft_can_be_tried_beside_what_is_in_force(client, staff, officer, permit):
    drafts.save(permit, staff("item_manager"))
    assert text(ask(client, INSURED, v0="5")).startswith("结果 否")
    assert text(ask(client, f"{INSURED}&of=draft", v0="5")).startswith("结果 是")
    shown = page(client.get(f"{INSURED}&of=draft"))
    assert shown.xpath("//select[@id='of']/option[@selected]/text()") == ["草稿"]
    assert shown.xpath("//form[@hx-post]/@action") == ["?decision=insured_long_enough&of=draft"]


def test_without_a_draft_what_is_in_force_is_tried(client, officer, permit):
    assert text(ask(client, f"{INSURED}&of=draft", v0="5")).startswith("结果 否")


@pytest.fixture
def typed(permit):
    """What is made of typed values, for one input of a type: (known, slips)."""

    def read(type_, value, **more):
        item = more.pop("item", "")
        logic = dmn.literal("it")
        model = dmn.model(item, dmn.input_data("it", type_), dmn.decision("answer", logic, ["it"]))
        read = bundle.of(permit)
        whole = bundle.Bundle(read.guide, read.form_text, read.process_text, model.decode())
        return fields.of(whole, whole.decision.find("answer"), {"v0": value, **more})

    return read


@pytest.mark.parametrize(
    ("type_", "value", "kind", "written"),
    [
        ("string", "租房", "text", "租房"),
        ("string", "12", "text", "12"),
        ("number", "12.50", "number", "12.50"),
        ("date", "2026-09-21", "date", "2026-09-21"),
        ("time", "14:30:00", "text", "14:30:00"),
        ("dateTime", "2026-09-21T10:00:00", "text", "2026-09-21T10:00:00"),
        ("dayTimeDuration", "P15D", "text", "P15D"),
        ("yearMonthDuration", "P1Y6M", "text", "P1Y6M"),
        ("boolean", "true", "select", "true"),
        ("", '{"a": 1}', "json", "{a: 1}"),
        ("", "甲", "json", "甲"),
    ],
)
def test_every_type_has_its_control_and_is_read(typed, type_, value, kind, written):
    from tongban.engines.feel.written import written as feel

    (field,) = typed(type_, value)
    known, slips = fields.given([field])
    assert (field.kind, slips) == (kind, [])
    assert feel(known["it"].value) == written


def test_numbers_keep_every_digit(typed):
    known, _slips = fields.given(typed("number", "0.1000000000000000000001"))
    assert known == {"it": Given(Decimal("0.1000000000000000000001"))}


@pytest.mark.parametrize(
    ("type_", "hint"),
    [
        ("time", "例如 14:30:00"),
        ("dateTime", "例如 2026-09-21T10:00:00"),
        ("dayTimeDuration", "例如 P15D 表示 15 天"),
        ("yearMonthDuration", "例如 P1Y6M 表示一年六个月"),
        ("date", ""),
    ],
)
def test_a_type_that_people_do_not_know_shows_how_it_is_written(typed, type_, hint):
    (field,) = typed(type_, "")
    assert (field.hint, field.is_given) == (hint, False)


def test_listed_values_of_a_type_are_offered(typed):
    allowed = dmn.text("allowedValues", '"甲", "乙"')
    item = dmn.item("grade", dmn.element("typeRef", "string") + allowed)
    (field,) = typed("grade", "乙", item=item)
    assert [option.value for option in field.options] == ["甲", "乙"]
    assert field.kind == "select"


def test_a_very_long_value_is_cut_and_a_deep_one_is_text(typed):
    (field,) = typed("string", "长" * 5000)
    assert len(field.value) == fields.LONGEST
    (deep,) = typed("", "[" * 1999)
    known, slips = fields.given([deep])
    assert (known["it"].value, slips) == ("[" * 1999, [])


@pytest.mark.parametrize(("type_", "value"), [("date", "2026-02-30"), ("time", "25:00:00")])
def test_a_day_or_time_that_is_not_there_is_refused(typed, type_, value):
    _known, (slip,) = fields.given(typed(type_, value))
    assert slip.words == f'“it”应为 {type_}，不能是 "{value}"。'
