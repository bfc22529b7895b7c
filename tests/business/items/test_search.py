"""People find an item by its name, a part of it, another name, pinyin, initials, or nearly so."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.business.items.lists import MONDAY
from tongban.business.items import search
from tongban.business.items.models import ItemVersion, ServiceItem

pytestmark = pytest.mark.django_db

LISTED = {
    "居住证办理": "公安局",
    "居民身份证办理（包括临时）": "公安局",
    "户口迁移": "公安局",
    "最低生活保障": "民政局",
    "结婚登记预约": "民政局",
    "失业登记": "人力资源和社会保障局",
    "失业保险金申领": "人力资源和社会保障局",
    "社会保障卡挂失": "人力资源和社会保障局",
    "城乡居民基本养老保险参保登记": "人力资源和社会保障局",
    "食品经营许可证核发（新办）": "市场监督管理局",
    "个体工商户注销登记": "市场监督管理局",
    "个体工商户设立登记": "市场监督管理局",
    "拖拉机/联合收割机驾驶证转入": "农业农村局",
    "C1类机动车驾驶培训备案": "交通运输局",
    "居民政策咨询": "政府办公室",
    "创业补贴申请": "人力资源和社会保障局",
    "民政救助": "民政局",
    "城市绿化工程方案审批（据省政府令第349号，成都等８市）": "园林局",
}


@pytest.fixture
def items():
    for name, office in LISTED.items():
        listed(name, office)
    permit = listed("居住证申领", "公安局", "Application for a residence permit")
    make_live(permit)
    about = ["给离开户籍地、居住半年以上的人，可以在本市上学、提取公积金。"]
    search.index(permit, ["居住证", "暂住证", "流动人口登记", "外地人办证", "permit"], about)


def listed(name: str, office: str = "公安局", name_en: str = "") -> ServiceItem:
    item = ServiceItem(code=name, name_zh=name, name_en=name_en, office_name=office, kind="01")
    item.search = search.lexemes(item, [])
    item.save()
    return item


def make_live(item: ServiceItem) -> None:
    ItemVersion.objects.create(
        item=item,
        number=item.versions.count() + 1,
        status=ItemVersion.Status.LIVE,
        guide={},
        made_at=MONDAY,
        made_by="test",
    )


def names(text: str) -> list[str]:
    return [item.name_zh for item in search.find(text)]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("居住证", "居住证申领"),
        ("居住证申领", "居住证申领"),
        ("居住证办理", "居住证办理"),
        ("暂住证", "居住证申领"),
        ("外地人办证", "居住证申领"),
        ("我要办居住证，怎么办？", "居住证申领"),
        ("jzz", "居住证申领"),
        ("JZZ", "居住证申领"),
        ("ｊｚｚｓｌ", "居住证申领"),
        ("juzhuzheng", "居住证申领"),
        ("ju zhu zheng", "居住证申领"),
        ("juzhuzhengb", "居住证办理"),
        ("具住证", "居住证申领"),
        ("住证", "居住证申领"),
        ("Residence Permit", "居住证申领"),
        ("how do I apply for a residence permit", "居住证申领"),
        ("公积金", "居住证申领"),
        ("户口", "户口迁移"),
        ("身份证", "居民身份证办理（包括临时）"),
        ("居民身份证办理(包括临时)", "居民身份证办理（包括临时）"),
        ("低保", "最低生活保障"),
        ("社保卡挂失", "社会保障卡挂失"),
        ("失业了怎么领钱", "失业登记"),
        ("失业金", "失业保险金申领"),
        ("养老金", "城乡居民基本养老保险参保登记"),
        ("jiehun", "结婚登记预约"),
        ("食品经营许可证", "食品经营许可证核发（新办）"),
        ("新办食品", "食品经营许可证核发（新办）"),
        ("新办", "食品经营许可证核发（新办）"),
        ("申请", "创业补贴申请"),
        ("个体户注销 工商", "个体工商户注销登记"),
        ("个体 注销", "个体工商户注销登记"),
        ("gtgshzx", "个体工商户注销登记"),
        ("驾照转入", "拖拉机/联合收割机驾驶证转入"),
        ("c1驾驶", "C1类机动车驾驶培训备案"),
        ("349号", "城市绿化工程方案审批（据省政府令第349号，成都等８市）"),
        ("8市", "城市绿化工程方案审批（据省政府令第349号，成都等８市）"),
        ("民政", "民政救助"),
        ("园林局", "城市绿化工程方案审批（据省政府令第349号，成都等８市）"),
    ],
)
def test_a_question_is_answered_first_with_the_right_item(items, question, first):
    assert names(question)[:1] == [first]


@pytest.mark.parametrize(
    "text",
    ["", " ", "　", "？！…", "。", "j", "8", "%", "'", "\\", "\0", "\ud800", "🙂", "_", "&|!():*"],
)
def test_what_says_nothing_finds_nothing(items, text):
    assert names(text) == []


def test_one_chinese_character_is_enough(items):
    assert names("卡") == ["社会保障卡挂失"]


def test_every_word_must_be_held_where_any_item_holds_them_all(items):
    assert names("个体工商户 登记") == ["个体工商户注销登记", "个体工商户设立登记"]
    assert names("民政局 登记") == ["结婚登记预约"]


def test_where_none_holds_all_words_the_first_word_weighs_most(items):
    assert names("失业 结婚") == ["失业登记", "失业保险金申领", "结婚登记预约"]


def test_a_word_comes_before_the_same_characters_across_two_words(items):
    assert names("民政")[:1] == ["民政救助"]
    assert "居民政策咨询" in names("民政")


def test_among_equals_an_item_that_can_be_applied_for_comes_first(items):
    for name in ("排污许可甲", "排污许可乙", "排污许可丙"):
        listed(name)

    assert names("排污许可") == ["排污许可丙", "排污许可乙", "排污许可甲"]

    make_live(ServiceItem.objects.get(code="排污许可甲"))

    assert names("排污许可") == ["排污许可甲", "排污许可丙", "排污许可乙"]


def test_the_very_name_comes_before_an_item_that_can_be_applied_for(items):
    listed("申领")

    assert names("申领")[0] == "申领"


def test_a_phrase_never_reaches_over_punctuation_or_from_one_name_into_the_next(items):
    item = listed("甲乙，丙丁")
    search.index(item, ["戊己", "庚辛"])

    assert names("乙丙") == names("己庚") == names("丁戊") == []
    assert names("丙丁") == names("戊己") == ["甲乙，丙丁"]


def test_the_answer_can_be_counted_cut_into_pages_and_filtered(items):
    found = search.find("登记")

    assert found.count() == len(found) == 6
    assert [*found[:2], *found[2:4], *found[4:]] == list(found)
    assert found.filter(office_name="民政局").get().name_zh == "结婚登记预约"


def test_of_too_many_items_the_named_and_the_live_are_never_lost(items, monkeypatch):
    monkeypatch.setattr(search, "MOST", 2)
    listed("登记")
    make_live(listed("登记甲"))

    ranked = ["失业登记", "结婚登记预约"]
    assert names("登记") == ["登记", "登记甲", *ranked, "居住证申领"]


def test_a_search_takes_two_queries_and_a_third_where_words_are_left_out(
    items, django_assert_num_queries
):
    with django_assert_num_queries(2):
        list(search.find("暂住证"))
    with django_assert_num_queries(3):
        list(search.find("失业 结婚"))
    with django_assert_num_queries(0):
        list(search.find("？"))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=12) | st.text("居住证jzz 8,'\\:*&|!()<->①Ａ２ıßﬁ々〇𠀀", max_size=12))
def test_no_text_is_an_error_and_every_name_with_a_word_finds_itself(db, text):
    name = text.replace("\0", "").encode(errors="ignore").decode()
    item = ServiceItem(code="made up", name_zh=name, office_name=name)
    item.search = search.lexemes(item, [name], [name])
    ServiceItem.objects.filter(code="made up").delete()
    item.save()

    found = list(search.find(text))

    folded = "".join(search._runs(text))
    enough = len(folded) > 1 or bool(search.CHINESE.match(folded))
    assert found == ([item] if enough else [])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text("居住证申领养老保险参保登记", min_size=2, max_size=12), st.data())
def test_every_part_of_a_chinese_name_finds_it(db, name, data):
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    ServiceItem.objects.all().delete()
    item = listed(name)

    assert list(search.find(name[start:end])) == [item]
