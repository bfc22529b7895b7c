"""A supervisor looks at how cases went, chooses some of them, and takes them along as a file."""

import re

import pytest
from lxml import etree

from tests.business.supervision import history
from tests.known import MONDAY
from tongban.business.supervision import actions

JOURNEY = "mining"
pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(permit):
    made = history.make(permit, 40)
    actions.hand_in_events(by="test", at=MONDAY)
    return made


def test_from_a_number_to_its_cases_and_out_as_a_file(visitor, supervisor, cases, tmp_path):
    gao = visitor()
    gao.enter("gao", "/workbench/mining")
    page = gao.page
    by_phone = {case.number for case in cases if case.channel == "phone"}
    assert how_many(page) == len(cases)

    gao.reach("[name=channel]")
    page.locator("[name=channel]").select_option("phone")
    page.wait_for_url(re.compile(r"\?.*channel=phone"))
    assert how_many(page) == len(by_phone) < len(cases)
    assert page.locator("[name=channel]").input_value() == "phone"
    gao.look("1-chosen")

    page.locator(".tb-kpi a").first.click()
    shown = page.locator("#behind tbody td.is-first").all_inner_texts()
    assert {each.strip() for each in shown} == by_phone
    gao.look("2-cases")

    gao.reach(".tb-dfg a[href*='what=step']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("what=step"))
    assert "channel=phone" in page.url
    assert re.match("经过“.+”的办件", page.locator("#behind h2").inner_text())

    with page.expect_download() as coming:
        page.get_by_role("button", name="导出 XES").click()
    coming.value.save_as(tmp_path / "log.xes")
    log = etree.parse(tmp_path / "log.xes")
    names = log.xpath("//*[local-name()='trace']/*[@key='concept:name']/@value")
    assert (coming.value.suggested_filename, set(names)) == (
        *("tongban-cases-20260921.xes", by_phone),
    )


def how_many(page) -> int:
    return int(page.locator(".tb-kpi .v").first.inner_text())
