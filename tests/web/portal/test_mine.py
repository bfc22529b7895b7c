"""What belongs to a person: cases, notices, papers, facts, and who read them."""

import pytest

from tests.known import KNOWN, MONDAY
from tests.web.reading import in_language, page, said, words
from tongban import clock
from tongban.base.notices import actions as notices
from tongban.base.notices.models import Notice
from tongban.business.cases.models import Case
from tongban.web.portal import mine

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def zhou(client, permit, citizen):
    user = citizen()
    client.force_login(user)
    return user


def tell(user, count: int) -> None:
    for n in range(count):
        notices.tell(
            subject_id=user.subject_id, about=("case", str(n)), zh=f"通知 {n}", en="x", at=MONDAY
        )


@pytest.mark.parametrize(
    ("language", "path", "told"),
    [
        ("zh", "/me", ("还没有办过事", "去看看能办什么", "没有通知。", "查不到：")),
        ("en", "/me", ("No cases yet", "No notices.", "Not found:")),
        ("zh", "/me/papers", ("还没有电子证照", "办好的证照会自动放在这里。")),
        ("en", "/me/papers", ("No electronic certificates yet",)),
        ("zh", "/me/readers", ("近一年没有人查过", "有人查了，会马上出现在这里。")),
        ("en", "/me/readers", ("Nobody looked in the last year",)),
    ],
)
def test_where_nothing_is_the_page_says_so_and_what_comes(language, path, told, client, zhou):
    shown = said(client.get(path, **in_language(language)))
    for one in told:
        assert one in shown


def test_numbers_are_masked_among_the_facts_and_nothing_else_is_lost(client, zhou):
    shown = page(client.get("/me"))
    rows = {
        words(row, "dt"): words(row, "dd[@class='v']")
        for row in shown.xpath("//div[@class='tb-fact']")
    }
    assert rows["公民身份号码"] == "329**************0"
    assert rows["联系电话"] == "138****6021"
    assert rows["居住地址"] == KNOWN["residence_address"]
    assert "持有有效居住证" not in rows
    assert "持有有效居住证" in said(client.get("/me"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_person_finds_password_second_factor_and_the_way_out(language, client, zhou):
    shown = page(client.get("/me", **in_language(language)))
    links = shown.xpath("//main//a/@href")
    assert {"/accounts/password/change/", "/accounts/2fa/"} <= set(links)
    assert shown.xpath("//main//form/@action") == ["/accounts/logout/"]


@pytest.mark.parametrize("count", [3, 14])
def test_every_notice_that_counts_as_read_was_shown(count, client, zhou):
    tell(zhou, count)
    shown = page(client.get("/me"))
    assert len(shown.xpath("//section[@id='notices']//li")) == count
    assert len(shown.xpath("//section[@id='notices']//*[contains(@class, 'teal')]")) == count
    assert not Notice.objects.filter(read_at=None).exists()

    again = page(client.get("/me"))
    assert len(again.xpath("//section[@id='notices']//li")) == min(count, 10)
    assert not again.xpath("//section[@id='notices']//*[contains(@class, 'teal')]")


def test_the_tab_counts_what_is_unread_and_says_it(client, zhou):
    tell(zhou, 2)
    (tab,) = page(client.get("/items")).xpath("//nav[@class='tb-tabbar']/a[@href='/me']")
    assert words(tab) == "我的，2 条未读2"
    assert words(tab, ".//*[@aria-hidden='true'][not(self::svg)]") == "2"


def test_more_cases_than_a_page_holds_are_reached_by_its_pager(client, zhou, permit, monkeypatch):
    monkeypatch.setattr(mine, "CASES", 2)
    for n in range(3):
        Case.objects.create(
            number=f"329900-260921-90000{n}",
            version=permit,
            applicant_id=zhou.subject_id,
            office=permit.item.office,
            status=Case.Status.RUNNING,
            channel=Case.Channel.WEB,
            submitted_at=MONDAY,
            promised_on=MONDAY.date(),
            statutory_on=MONDAY.date(),
            due_is_provisional=False,
        )

    def numbers(path: str) -> list[str]:
        return page(client.get(path)).xpath(
            "//div[@class='tb-items']/a[starts-with(@href, '/cases/')]/@href"
        )

    assert len(numbers("/me")) == 2
    (further,) = page(client.get("/me")).xpath("//nav[@class='tb-pager']/a/@href")
    assert further == "?from=2"
    assert len(numbers(f"/me{further}")) == 1
    assert numbers("/me?from=99") == numbers("/me")


@pytest.mark.parametrize(
    ("language", "office", "purpose", "count"),
    [
        ("zh", "公安局", "居住证申领的核验与自动判定", "看了 16 项"),
        ("en", "Public Security", "Verification and automated decision", "16 facts"),
    ],
)
def test_a_reading_names_office_purpose_basis_and_facts(
    language, office, purpose, count, client, zhou
):
    client.get("/items/B09")
    (reading,) = page(client.get("/me/readers", **in_language(language))).xpath("//article")
    assert words(reading, "h2").startswith(office)
    assert purpose in words(reading, "p")
    assert count in words(reading, "details/summary")
    assert "insured_months" not in words(reading)


def test_of_many_readings_none_is_lost(client, zhou, monkeypatch):
    monkeypatch.setattr(mine, "READS", 2)
    for _ in range(3):
        client.get("/items/B09")
    first = page(client.get("/me/readers"))
    assert "这一天 2 次" in words(first, "//article")
    (older,) = first.xpath("//a[@rel='next']/@href")
    second = page(client.get(f"/me/readers{older}"))
    assert len(second.xpath("//article")) == 1
    assert "次" not in words(second, "//article/h2")
    assert not second.xpath("//a[@rel='next']")


def test_another_persons_readings_are_not_among_mine(client, zhou, citizen):
    client.force_login(citizen("wang"))
    client.get("/items/B09")
    client.force_login(zhou)
    assert not page(client.get("/me/readers")).xpath("//article")
