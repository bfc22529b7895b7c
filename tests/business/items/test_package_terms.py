"""packages/<code>.toml: what it may say, and how it is held against its items."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.permits import CITY
from tongban.business.items import bundle, package_terms
from tongban.business.items.guide import Limit
from tongban.business.items.package_terms import Member, PackageInvalid

TEXT = (CITY / "packages" / "P2.toml").read_text()
TERMS = package_terms.parse(TEXT, "P2.toml")


@pytest.fixture(scope="module")
def items():
    return {code: bundle.read(CITY / "items" / code) for code in ("A05", "A07")}


def refused(text: str) -> tuple[str, str]:
    with pytest.raises(PackageInvalid) as raised:
        package_terms.parse(text, "P2.toml")
    return raised.value.told("zh"), raised.value.told("en")


def problems(terms, items) -> list[tuple[str, str, str]]:
    return [(p.file, p.zh, p.en) for p in package_terms.problems(terms, items)]


def with_shared(*keys):
    return TERMS.model_copy(update={"package": TERMS.package.model_copy(update={"shared": keys})})


def test_the_city_s_package_has_no_problem(items):
    assert problems(TERMS, items) == []
    assert TERMS.codes == ("A05", "A07")


@pytest.mark.parametrize(
    ("answers", "needed"),
    [({"dine_in": "yes"}, ("A05", "A07")), ({"dine_in": "no"}, ("A05",)), ({}, ("A05", "A07"))],
)
def test_the_situation_picks_the_items(answers, needed):
    assert TERMS.needed(answers) == needed


@pytest.mark.parametrize(
    ("answers", "open_ones"), [({}, 1), ({"dine_in": "perhaps"}, 1), ({"dine_in": "no"}, 0)]
)
def test_what_is_not_answered_is_known(answers, open_ones):
    assert len(TERMS.unanswered(answers)) == open_ones


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        (('code = "A07"', 'code = "A05"'), "items：A05 出现了 2 次", "items: A05 is there 2 times"),
        (
            ('code = "A07"', 'code = "A07"\nafter = ["A09"]'),
            "items：A09 不在其中",
            "items: A09 is not among them",
        ),
        (
            ('code = "A07"', 'code = "A07"\nafter = ["A05"]'),
            "items：after 尚不支持，各事项只能同时开始",
            "items: after is not supported yet; the items begin side by side",
        ),
        (
            ('items = ["A05"]', 'items = ["A08"]'),
            "situations.dine_in：A08 不在事项中",
            "situations.dine_in: A08 is not among the items",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(change, zh, en):
    assert refused(TEXT.replace(*change, 1)) == (
        f"P2.toml 有误：{zh}",
        f"P2.toml is not valid: {en}",
    )


@pytest.mark.parametrize("text", ["version = 2", "not toml", TEXT.replace("lead", "leader")])
def test_what_cannot_be_read_is_refused(text):
    assert refused(text)[0].startswith("P2.toml 有误：")


def test_an_item_that_the_city_has_not_is_named(items):
    assert problems(TERMS, {"A05": items["A05"]}) == [
        ("packages/P2.toml", "没有事项 A07", "there is no item A07")
    ]


def test_a_question_of_two_forms_is_shared_or_called_otherwise(items):
    assert problems(with_shared("contact_phone", "floor_plan"), items) == [
        (
            "packages/P2.toml",
            "问题 lease 在几个表单中都有，请写入 shared 或改名",
            "several forms ask lease: put it into shared, or give it another name",
        )
    ]


def test_what_one_form_alone_asks_is_not_shared(items):
    terms = with_shared("contact_phone", "floor_plan", "lease", "food_rules")
    assert problems(terms, items) == [
        (
            "packages/P2.toml",
            "shared：只有不到两个表单问 food_rules",
            "shared: fewer than two forms ask food_rules",
        )
    ]


def test_one_key_for_two_questions_is_refused(items):
    form = json.loads(items["A07"].form_text)
    phone = form["components"][0]["components"][0]
    assert phone["key"] == "contact_phone"
    phone["type"] = "textarea"
    del phone["validate"]["pattern"]
    other = replace(items["A07"], form_text=json.dumps(form))
    assert problems(TERMS, {**items, "A07": other}) == [
        (
            "packages/P2.toml",
            "问题 contact_phone 在各事项的表单中不是同一个问题",
            "question contact_phone is not the same in the forms of the items",
        )
    ]


def test_a_situation_is_not_called_as_a_question(items):
    renamed = TERMS.situations[0].model_copy(update={"key": "fire_promise"})
    terms = TERMS.model_copy(update={"situations": (renamed,)})
    assert [en for _file, _zh, en in problems(terms, items)] == [
        "situations.fire_promise: a form has a question of that name"
    ]


def guided(one, **parts):
    return replace(one, guide=one.guide.model_copy(update=parts))


def test_limits_of_two_units_are_not_added_up(items):
    limits = items["A07"].guide.limits
    other = limits.model_copy(update={"promised": Limit(days=5, unit="calendar")})
    changed = {**items, "A07": guided(items["A07"], limits=other)}
    assert [en for _file, _zh, en in problems(TERMS, changed)] == [
        "the promised limits of the items have different units and cannot be added up"
    ]


def test_somebody_must_be_able_to_apply_for_all_of_it(items):
    part = items["A07"].guide.item.model_copy(update={"served": ("1",)})
    changed = {**items, "A07": guided(items["A07"], item=part)}
    assert [en for _file, _zh, en in problems(TERMS, changed)] == [
        "no kind of applicant can apply for all of the items"
    ]


CHAIN = TERMS.model_copy(
    update={
        "items": (
            Member(code="A"),
            Member(code="B", after=("A",)),
            Member(code="C", after=("A",)),
            Member(code="D", after=("B", "C")),
        )
    }
)


@given(st.lists(st.integers(0, 60), min_size=4, max_size=4))
def test_it_takes_as_long_as_its_longest_way(days):
    a, b, c, d = days
    limits = {
        code: Limit(days=each, unit="working") for code, each in zip("ABCD", days, strict=True)
    }
    whole = package_terms.longest(CHAIN, ("A", "B", "C", "D"), limits)
    assert whole == Limit(days=a + max(b, c) + d, unit="working")
    assert package_terms.longest(CHAIN, ("B", "C"), limits).days == max(b, c)
