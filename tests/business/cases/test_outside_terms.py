"""outside.toml: what is agreed is read as a whole, what is wrong is named; values have types."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.known import MONDAY
from tests.provinces import terms as agreed
from tongban.business.cases import outside_problems, outside_terms
from tongban.business.cases.outside_terms import Item, Mistyped, TermsInvalid
from tongban.business.items.guide import Words

NAME = Words(zh="值", en="Value")
KINDS = {"a": "string", "b": "boolean", "c": "number", "d": "date"}
AGREED = {name: Item.model_validate({"type": kind, "name": NAME}) for name, kind in KINDS.items()}
WHOLE = {"a": "甲", "b": True, "c": 1.5, "d": "2026-09-21"}
TYPED = {"a": "甲", "b": True, "c": Decimal("1.5"), "d": date(2026, 9, 21)}


def item(kind):
    return {"type": kind, "name": {"zh": "值", "en": "Value"}}


def read(**changes):
    return outside_terms.read({**agreed(), **changes})


def tries(**changes):
    return {"tries": {**agreed()["tries"], **changes}}


def test_the_city_agrees_with_the_province():
    terms = read()
    assert terms.deadline(MONDAY) == MONDAY + timedelta(days=2)
    assert terms.next_poll(MONDAY) == MONDAY + timedelta(minutes=1)
    assert outside_terms.Terms.model_validate(terms.model_dump(mode="json")) == terms


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        ({"code": "X"}, "code：写法不符", "code: String should match pattern"),
        ({"office": 3}, "office：应为文本", "office: Input should be a valid string"),
        ({"wait": 0}, "wait：不能小于 1", "wait: Input should be greater than or equal to 1"),
        ({"wait": 61}, "wait：不能大于 60", "wait: Input should be less than or equal to 60"),
        ({"secret": "hunter2"}, "secret：写法不符", "secret: String should match pattern"),
        ({"outputs": {}}, "outputs：至少 1 项", "outputs: Dictionary should have at least 1 item"),
        (
            {"outputs": {"a": item("list")}},
            "outputs.a.type：只能是",
            "outputs.a.type: Input should",
        ),
        ({"refused": [500]}, "refused：此值不能用", "refused: Value error, every status is from"),
        ({"more": 1}, "more：没有这个键", "more: Extra inputs are not permitted"),
        (tries(most=0), "tries.most：不能小于 1", "tries.most: Input should be greater"),
        ({"limit": "2 days"}, "limit：2 days 不是可用的时长", "limit: 2 days is no duration"),
        ({"limit": "PT0S"}, "limit：PT0S 不是可用的时长", "limit: PT0S is no duration"),
        ({"poll": "soon"}, "poll：soon 不是可用的时长", "poll: soon is no duration"),
        (tries(pause="P1M"), "tries.pause：P1M 不是", "tries.pause: P1M is no duration"),
        ({"address": "ftp://x"}, "address：应为不含口令", "address: an http(s) address"),
        ({"address": "https://x:99999"}, "address：应为不含口令", "address: an http(s) address"),
        ({"address": "https://[x"}, "address：应为不含口令", "address: an http(s) address"),
        ({"address": "https://x/核验"}, "address：应为不含口令", "address: an http(s) address"),
        ({"address": "https://a:b@x"}, "address：应为不含口令", "address: an http(s) address"),
        ({"address": "http://x.cn"}, "address：本机以外只能用 https", "address: https, unless"),
        ({"address": "https://x?y"}, "address：不含 ? 和 #", "address: without ? and #"),
        ({"inputs": {"a b": item("string")}}, "a b：名称应为", "a b: a name of small letters"),
        ({"outputs": {"案": item("date")}}, "案：名称应为", "案: a name of small letters"),
    ],
)
def test_what_is_wrong_is_named_with_its_key(changes, zh, en):
    with pytest.raises(TermsInvalid) as refused:
        read(**changes)
    code = changes.get("code", "residence-check")
    assert refused.value.told("zh").startswith(f"outside.toml 的 {code}：{zh}")
    assert refused.value.told("en").startswith(f"outside.toml, {code}: {en}")


@pytest.mark.parametrize(
    "address", ["https://x.gov.cn/api", "http://localhost:1", "http://[::1]:1"]
)
def test_addresses_with_tls_and_those_of_this_machine_are_taken(address):
    assert read(address=address).address == address


def test_tries_come_further_and_further_apart_up_to_the_longest():
    terms = read(**tries(pause="PT1M", longest="PT10M"))
    after = [terms.next_try(MONDAY, tries) - MONDAY for tries in (0, 1, 2, 3, 4, 5, 50)]
    assert [pause.total_seconds() / 60 for pause in after] == [1, 1, 2, 4, 8, 10, 10]


def test_values_of_an_answer_have_the_types_that_were_agreed():
    assert outside_terms.taken(AGREED, {**WHOLE, "more": "left behind"}) == TYPED
    assert outside_terms.taken(AGREED, TYPED) == TYPED  # from the process


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("value", [None, ""])
def test_what_may_be_empty_is_null(name, value):
    maybe = {
        each: item.model_copy(update={"type": f"{item.type}?"}) for each, item in AGREED.items()
    }
    assert outside_terms.taken(maybe, {**WHOLE, name: value}) == {**TYPED, name: None}
    with pytest.raises(Mistyped) as wrong:
        outside_terms.taken(AGREED, {**WHOLE, name: value})
    assert (wrong.value.name, wrong.value.missing) == (name, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("a", value) for value in (1, True, "\ud800", "\0", "x" * 2001, ["x"])),
        *(("b", value) for value in (1, 0, "true", "是")),
        *(("c", value) for value in (True, "1", float("nan"), float("inf"), 10**15, {})),
        *(("d", value) for value in ("2026-02-30", "20260921", "２０２６-09-21", 20260921, MONDAY)),
    ],
)
def test_a_value_of_another_type_is_named(name, value):
    with pytest.raises(Mistyped) as wrong:
        outside_terms.taken(AGREED, {**WHOLE, name: value})
    assert (wrong.value.name, wrong.value.missing) == (name, False)


def test_what_a_person_types_is_read_by_type():
    given = {"a": "两\n行", "b": "false", "c": " 1.50 ", "d": "2026-09-21"}
    assert outside_terms.typed(AGREED, given) == {**TYPED, "a": "两\n行", "b": False}
    for name, value in (("b", "no"), ("c", "many"), ("c", "NaN"), ("d", "tomorrow"), ("a", "\0")):
        with pytest.raises(Mistyped):
            outside_terms.typed(AGREED, {**given, name: value})


@settings(max_examples=40)
@given(
    st.fixed_dictionaries(
        {
            "a": st.text(st.characters(categories=("L", "N")), min_size=1),
            "b": st.booleans(),
            "c": st.decimals(-1000, 1000, places=2).map(lambda d: d.normalize()),
            "d": st.dates(date(1900, 1, 1)),
        }
    )
)
def test_what_is_written_reads_the_same_and_equal_values_are_written_equally(values):
    plain = outside_terms.plain(values)
    assert outside_terms.taken(AGREED, plain) == values
    turned = dict(reversed(list(values.items())))
    assert outside_terms.canonical(turned) == outside_terms.canonical(values)


@pytest.mark.parametrize("code", outside_problems.PROBLEMS)
def test_every_problem_is_told_in_both_languages_with_what_it_is_about(code):
    problem = outside_problems.PROBLEMS[code]
    zh, en = (outside_problems.told(code, "@7", language) for language in ("zh-hans", "en"))
    assert zh != en and zh.endswith("。") and en.endswith(".")
    assert ("@7" in zh, "@7" in en) == ("{about}" in problem.zh,) * 2
    assert problem.code == code


def test_where_nothing_went_wrong_nothing_is_told():
    assert outside_problems.told("", "", "zh") == ""


def test_what_a_problem_is_about_stays_short():
    assert outside_problems.Stopped("x" * 100).about == "x" * 64


def test_a_moment_is_no_date():
    assert isinstance(MONDAY, datetime)
    with pytest.raises(Mistyped):
        outside_terms.taken({"d": AGREED["d"]}, {"d": MONDAY})
