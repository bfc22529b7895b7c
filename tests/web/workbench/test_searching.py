"""The search box: what each account may find, and how much of it."""

import pytest

from tests.known import MONDAY
from tests.web.reading import in_language, page, said, words
from tongban import clock
from tongban.web.workbench import searching

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


def hits(client, asked: str) -> dict[str, list[str]]:
    found = page(client.get("/workbench/search", {"q": asked})).xpath("//main//section[.//li]")
    return {words(kind, ".//h2"): kind.xpath(".//li/a/@href") for kind in found}


HINTS = {
    "approver": ("办件编号、申请人、事项", "Case number, applicant, service item"),
    "clerk": ("办件编号、申请人、事项", "Case number, applicant, service item"),
    "supervisor": ("办件编号、数据源、事实、事项", "Case number, source, fact, service item"),
    "steward": ("数据源、事实、事项", "Source, fact, service item"),
    "system_admin": ("事项、页面", "Service item, page"),
}


@pytest.mark.parametrize("role", HINTS)
def test_the_box_says_what_this_account_may_find(role, client, city, staff):
    client.force_login(staff(role))
    for language, hint in zip(("zh", "en"), HINTS[role], strict=True):
        shown = page(client.get("/workbench/search", **in_language(language)))
        (box,) = shown.xpath("//input[@type='search']")
        assert box.get("placeholder") == box.get("aria-label") == hint


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("approver", {"页面": ["/workbench/cases"]}),
        ("steward", {"数据源": ["/workbench/sources/SJ05"]}),
        ("supervisor", {"数据源": ["/workbench/sources/SJ05"], "页面": ["/workbench/cases"]}),
        ("security_admin", {}),
    ],
)
def test_a_page_is_found_only_by_whom_it_opens_to(role, kinds, client, city, staff):
    client.force_login(staff(role))
    assert hits(client, "办件") == kinds


@pytest.mark.parametrize("asked", ["INSURED_months", "连续参保"])
def test_a_fact_is_found_by_its_key_in_any_case_and_by_its_name(asked, client, city, staff):
    client.force_login(staff("steward"))
    column = "registers.person_facts.insured_months"
    assert hits(client, asked) == {"事实": [f"/workbench/lineage?column={column}"]}


@pytest.mark.parametrize("asked", ["ga01", "rk_jbxx", "人口基本"])
def test_a_source_is_found_by_code_table_and_name(asked, client, city, staff):
    client.force_login(staff("steward"))
    assert "/workbench/sources/GA01" in hits(client, asked)["数据源"]


def test_of_many_hits_of_a_kind_the_first_are_shown(client, city, staff, monkeypatch):
    monkeypatch.setattr(searching, "EACH", 2)
    client.force_login(staff("steward"))
    assert len(hits(client, "0")["数据源"]) == 2


def test_nothing_asked_finds_nothing_and_says_what_can_be_asked(client, city, staff):
    client.force_login(staff("steward"))
    for asked in ("", "   "):
        answer = client.get("/workbench/search", {"q": asked})
        assert "要找什么？" in said(answer)
        assert "可以查：数据源、事实、事项。" in said(answer)


def test_the_count_is_that_of_all_kinds(client, city, staff):
    client.force_login(staff("steward"))
    found = hits(client, "GA0")
    answer = client.get("/workbench/search", {"q": "GA0"})
    count = sum(len(urls) for urls in found.values())
    assert f"“GA0”找到 {count} 条" in said(answer)


def test_a_citizen_cannot_search_here(client, citizen):
    client.force_login(citizen())
    assert client.get("/workbench/search", {"q": "GA01"}).status_code == 409
