"""Home, search and guide: what each reader meets, at each hour, in both languages."""

from datetime import UTC, datetime

import pytest

from tests.known import MONDAY
from tests.web.reading import in_language, page, said, words
from tongban import clock
from tongban.base.people import actions as people
from tongban.business.items.models import ItemVersion, ServiceItem
from tongban.web.portal import home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def listed(city):
    """Five items that are only listed."""
    office = ServiceItem.objects.first().office
    return [
        ServiceItem.objects.create(
            code=f"L{n}",
            name_zh=f"清单事项{n}",
            office=office,
            office_name="云泽市公安局",
            listed_in="省级目录",
            search="",
        )
        for n in range(5)
    ]


@pytest.mark.parametrize(
    ("hour", "zh", "en"),
    [
        (0, "上午好", "Good morning"),
        (10, "上午好", "Good morning"),
        (11, "中午好", "Good afternoon"),
        (13, "下午好", "Good afternoon"),
        (17, "下午好", "Good afternoon"),
        (18, "晚上好", "Good evening"),
        (23, "晚上好", "Good evening"),
    ],
)
def test_the_greeting_is_that_of_the_hour_in_the_city(hour, zh, en, client, city, monkeypatch):
    shanghai = datetime(2026, 9, 21, (hour - 8) % 24, 59, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: shanghai)
    assert said(client.get("/"), "//h1") == f"云泽通办，{zh}"
    assert said(client.get("/", **in_language("en")), "//h1") == f"{en}, Yunze Tongban"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", "登录以后，我们已掌握的信息不用您再填。"),
        ("en", "Log in, and you need not enter what we already know."),
    ],
)
def test_a_visitor_is_told_what_a_log_in_is_good_for(language, told, client, permit):
    answer = client.get("/", **in_language(language))
    assert told in said(answer)
    assert page(answer).xpath("//header//a[@href='/accounts/login/']")
    assert not page(answer).xpath("//section[@aria-labelledby='mine']")


def test_an_account_without_a_person_or_a_post_finds_the_public_pages(client, permit):
    user = people.open_account(
        username="empty", password="correct horse battery", display_name="", by="t", at=MONDAY
    )
    client.force_login(user)
    answer = client.get("/")
    assert answer.status_code == 200
    assert not page(answer).xpath("//section[@aria-labelledby='mine']")


def test_a_name_is_shown_as_text(client, citizen):
    user = citizen()
    user.display_name = "<b>周</b>"
    user.save()
    client.force_login(user)
    shown = page(client.get("/"))
    assert not shown.xpath("//h1/b")
    assert words(shown, "//h1") == "<b>周</b>，上午好"


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "还没有可以办的事项"), ("en", "No services yet")]
)
def test_before_anything_is_offered_home_says_so(language, told, client, city):
    ItemVersion.objects.all().delete()
    assert told in said(client.get("/", **in_language(language)))


def test_the_search_is_paged_and_begins_anew_beyond_its_end(client, permit, listed, monkeypatch):
    monkeypatch.setattr(home, "PER_PAGE", 4)

    def found(path: str) -> list[str]:
        return page(client.get(path)).xpath("//div[@class='tb-items']/a/@href")

    first = client.get("/items")
    assert said(first, "//nav[@class='tb-pager']") == "第 1–4 条，共 6 条 下一页"
    (further,) = page(first).xpath("//a[@rel='next']/@href")
    assert further == "?q=&from=4"
    assert len(set(found("/items") + found(f"/items{further}"))) == 6
    assert found("/items?from=600") == found("/items")


def test_the_pager_keeps_what_was_asked(client, permit, monkeypatch):
    monkeypatch.setattr(home, "PER_PAGE", 1)
    ServiceItem.objects.create(
        code="L1",
        name_zh="居住证补领",
        office=permit.item.office,
        office_name="云泽市公安局",
        listed_in="省级目录",
        search=permit.item.search,
    )
    (further,) = page(client.get("/items", {"q": "居住证"})).xpath("//a[@rel='next']/@href")
    assert further == "?q=%E5%B1%85%E4%BD%8F%E8%AF%81&from=1"


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh", "这个事项暂不能在线办"), ("en", "Not online yet")],
)
def test_an_item_that_is_only_listed_says_where_to_go(language, told, client, listed):
    answer = client.get("/items/L1", **in_language(language))
    assert told in said(answer)
    assert not page(answer).xpath("//main//a[contains(@href, '/apply')]")


@pytest.mark.parametrize("action", ["apply", "questions", "draft", "known/name"])
def test_what_is_only_listed_cannot_be_applied_for(action, client, listed, citizen):
    client.force_login(citizen())
    ask = client.get if action in ("apply", "known/name") else client.post
    answer = ask(f"/items/L1/{action}")
    assert (answer.status_code, "清单事项1" in said(answer)) == (409, True)


@pytest.mark.parametrize("path", ["", "/apply", "/known/name"])
def test_an_item_that_is_not_there_is_not_found(path, client, permit, citizen):
    client.force_login(citizen())
    assert client.get(f"/items/X99{path}").status_code == 404


@pytest.mark.parametrize(
    ("known", "kind", "zh", "en"),
    [
        ({}, "ok", "符合条件，可以当场办好。", "You qualify"),
        ({"insured_months": 3}, "bad", "有一项事实与条件不符。", "does not"),
        ({"insured_months": None}, "unknown", "有的条件还查不到，由工作人员看。", "not found"),
    ],
)
def test_the_guide_judges_by_what_is_known(known, kind, zh, en, client, permit, citizen):
    client.force_login(citizen(**known))
    answer = client.get("/items/B09")
    note = page(answer).xpath(f"//div[@class='tb-note {kind}']")[0]
    assert words(note, "b") == zh
    english = page(client.get("/items/B09", **in_language("en")))
    assert english.xpath(f"//div[@class='tb-note {kind}']")


def test_the_guide_asks_only_a_visitor_to_log_in(client, permit, approver):
    told = "登录以后，我们按已掌握的数据替您核对。"
    assert told in said(client.get("/items/B09"))
    client.force_login(approver)
    assert told not in said(client.get("/items/B09"))
