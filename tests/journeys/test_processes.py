"""An item manager looks at a process and at what its cases did, changes it, and publishes."""

from collections import Counter
from datetime import timedelta

import pytest
from lxml import etree

from tests.business.applying import apply, complete
from tests.business.items import drafts
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_every_page import screen, visit
from tests.known import MONDAY
from tongban.base.people import actions as people
from tongban.business.items import queries

__all__ = ["screen"]
JOURNEY = "processes"
pytestmark = pytest.mark.django_db
ONE = "/workbench/processes/B09"
HOUR = timedelta(hours=1)
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@pytest.fixture
def manager(city):
    user = people.open_account(
        username="lu", password="correct horse battery", display_name="陆遥", by="t", at=MONDAY
    )
    people.appoint(user=user, office_code="GA", role="item_manager", by="t", at=MONDAY)
    return user


@pytest.fixture
def busy(permit, citizen, approver, time):
    """One decided at once, one by a person, one that waits."""
    apply(permit, citizen())
    asked = apply(permit, citizen("wang", insured_months=None))
    complete(asked, approver, at=MONDAY + 30 * HOUR)
    waiting = apply(permit, citizen("chen", insured_months=None))
    time.later(days=3)
    return waiting


def ready(visitor, size, username: str, path: str) -> tuple:
    one = visitor(size)
    one.enter(username, path)
    one.page.locator("[data-tb-ready]").wait_for()
    return one, one.page


def elements(xml: str) -> Counter:
    """Every element with where it stands, its attributes and its text; of a type only its name,
    which each tool writes with another prefix."""
    found = Counter()
    for element in etree.fromstring(xml.encode()).iter():
        way = [(each.tag, each.get("id")) for each in element.iterancestors()]
        given = {
            name: value.rpartition(":")[2] if name == XSI_TYPE else value
            for name, value in element.attrib.items()
        }
        text = " ".join((element.text or "").split())
        found[(str(way), str(element.tag), str(sorted(given.items())), text)] += 1
    return found


def save(page) -> None:
    with page.expect_navigation():
        page.locator("[data-tb-save]").click()
    page.locator("[data-tb-ready]").wait_for()


def choose(page, element: str) -> None:
    page.locator(f".djs-shape[data-element-id={element}] .djs-hit").first.click()
    page.locator("[data-tb-panel] label").first.wait_for()


def moved(page, fingers: int) -> list[float]:
    """How far the drawing goes, and how much larger it becomes, by fingers that go apart."""
    return page.evaluate(
        """(fingers) => {
          const place = document.querySelector(".tb-canvas");
          const drawn = place.querySelector("g.viewport").transform;
          const touch = (kind, pointerId, clientX, clientY) => place.dispatchEvent(
            new PointerEvent(kind,
              { pointerType: "touch", bubbles: true, pointerId, clientX, clientY }));
          const { a, e, f } = drawn.baseVal.consolidate().matrix;
          const was = [a, e, f];
          for (let id = 0; id < fingers; id += 1) touch("pointerdown", id, 100 - 20 * id, 100);
          touch("pointermove", 0, 160, 70);
          for (let id = 0; id < fingers; id += 1) touch("pointerup", id, 160, 70);
          touch("pointermove", 0, 300, 300);
          const now = drawn.baseVal.consolidate().matrix;
          return [now.e - was[1], now.f - was[2], now.a / was[0]]
            .map((each) => Math.round(each * 10) / 10);
        }""",
        fingers,
    )


def test_a_step_is_renamed_and_nothing_else_and_published(visitor, manager, permit, busy):
    lu, page = ready(visitor, DESKTOP, "lu", f"{ONE}/draft")
    choose(page, "review")
    page.locator("[data-tb-panel] [name=name]").fill("人工复核")
    page.locator("[data-tb-panel] [name='tb:labelEn']").focus()
    page.get_by_text("没有发现问题").wait_for()
    lu.look("1-edited")
    save(page)

    draft = queries.draft(permit.item)
    gone = elements(permit.process) - elements(draft.process)
    came = elements(draft.process) - elements(permit.process)
    drawn = [each for each in came if each[1].endswith("}BPMNLabel")]  # of the new name
    (was,), (now,) = gone, [each for each in came if each not in drawn]
    assert was[1].endswith("}userTask")
    assert len(drawn) <= 1
    assert [each.replace("人工审查", "人工复核") for each in was] == list(now)

    page.get_by_text("1 件在办，仍按第 1 版").wait_for()
    page.get_by_label("为什么修改").fill("同一科室已改称复核")
    page.get_by_label("我已看过").check()
    lu.look("2-changes")
    page.get_by_role("button", name="发布草稿").click()
    page.get_by_text("现行第 2 版").wait_for()
    lu.look("3-published")


def test_an_error_is_shown_on_the_diagram_as_it_is_drawn(visitor, manager, permit):
    lu, page = ready(visitor, DESKTOP, "lu", f"{ONE}/draft")
    choose(page, "issue")
    page.locator("[data-tb-panel] [name='tb:operation']").select_option("")
    page.locator(".tb-badge.bad").wait_for()
    assert "is-bad" in page.locator("g[data-element-id=issue]").first.get_attribute("class")
    page.locator("[data-tb-found] li.is-error", has_text="签发居住证").first.wait_for()
    lu.look("4-error")
    page.locator("[data-tb-found] [data-tb-show=issue]").first.click()
    assert page.locator("[data-tb-panel] .tb-mono").first.inner_text() == "issue"
    save(page)
    page.get_by_text("有错误的流程不能发布。").wait_for()


def test_on_a_phone_the_case_and_the_heat_are_read(visitor, manager, permit, busy):
    shen, page = ready(visitor, PHONE, "shen", f"/workbench/cases/{busy.number}")
    assert page.locator(".tb-badge.now").is_visible()
    page.locator("#process [data-tb-show=review]").click()
    assert page.locator("g.tb-chosen").get_attribute("data-element-id") == "review"
    assert moved(page, fingers=1) == [60, -30, 1]
    assert moved(page, fingers=2)[2] > 1
    shen.look("5-case")
    lu, page = ready(visitor, PHONE, "lu", f"{ONE}/heat?show=time")
    assert page.locator("g.is-heat-3").first.get_attribute("data-element-id") == "review"
    lu.look("6-heat")


@pytest.mark.usefixtures("framed")
def test_every_page_of_a_process(screen, manager, permit, busy):
    drafts.save(permit, manager)
    visit(
        screen,
        "lu",
        {
            "processes": "/workbench/processes",
            "process": ONE,
            "process-heat": f"{ONE}/heat?step=review&what=waiting",
            "process-findings": f"{ONE}/findings",
            "process-draft": f"{ONE}/draft",
        },
    )
