"""An item manager looks at rules, tries them, changes one, sees whom it touches, publishes."""

from collections import Counter

import pytest
from lxml import etree

from tests.business.items import drafts
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_every_page import screen, visit
from tests.known import MONDAY
from tests.residents import months, settle
from tongban.base.people import actions as people
from tongban.business.items import bundle, queries
from tongban.business.items.models import ItemVersion

__all__ = ["screen"]
JOURNEY = "decisions"
pytestmark = pytest.mark.django_db
ONE = "/workbench/decisions/B09"
INSURED = "在本市连续参保满 6 个月"
LAW = "《云泽市居住证实施办法》第三条"


@pytest.fixture
def manager(city):
    user = people.open_account(
        username="lu", password="correct horse battery", display_name="陆遥", by="t", at=MONDAY
    )
    people.appoint(user=user, office_code="GA", role="item_manager", by="t", at=MONDAY)
    return user


def elements(xml: str) -> Counter:
    """Every element with where it stands, its attributes and its text."""
    found = Counter()
    for element in etree.fromstring(xml.encode()).iter():
        way = [(each.tag, each.get("id")) for each in element.iterancestors()]
        found[
            (
                *map(str, way),
                str(element.tag),
                *map(str, sorted(element.attrib.items())),
                (element.text or "").strip(),
            )
        ] += 1
    return found


def opened(visitor, size) -> tuple:
    one = visitor(size)
    one.enter("lu", f"{ONE}/draft")
    one.page.locator("[data-tb-ready]").wait_for()
    return one, one.page


def write(page, row: int, column: str, text: str) -> None:
    """Put a text into a cell of the table that is open, in place of what is there."""
    cell = page.locator(f"tbody tr:nth-child({row}) td.{column}").first
    held = cell.inner_text().strip()
    cell.click()
    page.keyboard.press("End")
    for _ in held:
        page.keyboard.press("Backspace")
    page.keyboard.type(text)


def save(page) -> None:
    with page.expect_navigation():
        page.locator("[data-tb-save]").click()
    page.locator("[data-tb-ready]").wait_for()


def test_a_rule_is_changed_compared_and_published(visitor, manager, permit):
    settle(months((14, 12), (5, 3), (None, 5)))
    lu, page = opened(visitor, DESKTOP)
    page.select_option("[data-tb-views]", label=INSURED)
    write(page, 1, "input-cell", ">= 5")
    write(page, 2, "input-cell", "< 5")
    lu.look("1-edited")
    save(page)

    draft = queries.draft(permit.item)
    gone, came = (elements(a) - elements(b) for a, b in (
        (permit.decision, draft.decision), (draft.decision, permit.decision)
    ))  # fmt: skip
    assert sorted(each[-1] for each in gone) == ["< 6", ">= 6"]
    assert sorted(each[-1] for each in came) == ["< 5", ">= 5"]
    decision = bundle.of(draft).decision.find("insured_long_enough")
    assert decision.decide({"insured_months": 5}) is True

    page.get_by_role("button", name="在基础库上比对").click()
    page.get_by_text("3 人的结果会不同").wait_for()
    assert page.locator(".tb-matrix .is-changed b").inner_text() == "3"
    lu.look("2-compared")
    page.get_by_label("为什么修改").fill("按新条例放宽到五个月")
    page.get_by_label("我已看过").check()
    page.get_by_role("button", name="发布草稿").click()
    page.get_by_text("按新条例放宽到五个月").wait_for()
    assert queries.live_version(permit.item).number == 2
    lu.look("3-published")


def test_the_law_of_a_rule_is_changed_where_it_stands(visitor, manager, permit):
    _lu, page = opened(visitor, DESKTOP)
    page.select_option("[data-tb-views]", label=INSURED)
    write(page, 2, "annotation", LAW)
    save(page)
    draft = queries.draft(permit.item)
    gone = elements(permit.decision) - elements(draft.decision)
    came = elements(draft.decision) - elements(permit.decision)
    assert ([each[-1] for each in gone], [each[-1] for each in came]) == (
        ["《居住证暂行条例》第二条"],
        [LAW],
    )
    assert any("annotationEntry" in part for part in next(iter(came)))


def test_what_does_not_load_is_said_and_stays_in_the_editor(visitor, manager, permit):
    lu, page = opened(visitor, DESKTOP)
    page.select_option("[data-tb-views]", label=INSURED)
    write(page, 1, "input-cell", ">= ")
    page.locator("[data-tb-save]").click()
    page.locator("#tb-alert", has_text="第 1 条规则第 1 个输入“连续参保月数”").wait_for()
    assert page.locator("tbody tr:nth-child(1) td.input-cell").inner_text().strip() == ">="
    assert queries.draft(permit.item) is None
    (heard,) = lu.complaints  # htmx says in the console what the page says in words
    assert "Status Error Code 409" in heard
    lu.complaints.clear()
    lu.look("4-refused")


def test_a_model_that_the_editor_does_not_know_whole_is_not_edited_in_it(visitor, manager, permit):
    """A conditional came with DMN 1.4; the editor knows 1.3."""
    text = drafts.text_of(permit, (
        "<text>applicant_alive and household_elsewhere and insured_long_enough"
        " and has_lawful_reason</text>", "<text>applicant_alive</text>",
    ))  # fmt: skip
    old = text[text.index("<literalExpression") : text.index("</literalExpression>") + 20]
    word = "<{0}><literalExpression><text>{1}</text></literalExpression></{0}>"
    new = "".join(
        word.format(*each)
        for each in (("if", "applicant_alive"), ("then", "true"), ("else", "false"))
    )
    text = text.replace(old, f"<conditional>{new}</conditional>")
    ItemVersion.objects.filter(pk=permit.pk).update(decision=text, content_hash="c")
    lu = visitor(PHONE)
    lu.enter("lu", f"{ONE}/draft")
    lu.page.get_by_text("含有编辑器不认识的内容").wait_for()
    lu.page.locator("[data-tb-save]").click()
    assert queries.draft(permit.item) is None
    lu.look("5-unsupported")


def test_on_a_phone_rules_are_read_and_tried_and_a_draft_handed_in(
    visitor, manager, permit, tmp_path
):
    settle(months((14, 12), (5, 3)))
    lu = visitor(PHONE)
    lu.enter("lu", ONE)
    page = lu.page
    page.locator("[data-tb-ready]").wait_for()
    page.locator(f"#tb-decisions a:has-text('{INSURED}')").click()
    page.locator("#tb-sheet", has_text="不小于 6").wait_for()
    assert page.locator("#tb-decisions [aria-current]").inner_text().startswith(INSURED)
    lu.look("6-read")

    page.get_by_role("link", name="试算").click()
    page.get_by_label("连续参保月数").first.fill("5")
    page.get_by_role("button", name="试算").click()
    page.locator("#tb-result .tb-answer").wait_for()
    lu.look("7-tried")

    file = tmp_path / "b09.dmn"
    file.write_text(drafts.five_months(permit), encoding="utf-8")
    page.get_by_role("link", name="草稿").click()
    page.locator("[data-tb-ready]").wait_for()
    with page.expect_navigation():
        page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="在基础库上比对").click()
    page.get_by_text("3 人的结果会不同").wait_for()
    lu.look("8-compared")
    page.get_by_label("为什么修改").fill("放宽")
    page.get_by_label("我已看过").check()
    page.get_by_role("button", name="发布草稿").click()
    page.get_by_text("现行第 2 版").wait_for()


def test_a_click_in_the_drawing_shows_the_rules(visitor, manager, permit):
    lu = visitor(DESKTOP)
    lu.enter("lu", ONE)
    lu.page.locator("[data-tb-ready]").wait_for()
    lu.page.locator("[data-element-id=insured_long_enough] .djs-hit").click()
    lu.page.locator("#tb-sheet", has_text="不小于 6").wait_for()
    assert lu.page.locator("g.tb-chosen").get_attribute("data-element-id") == "insured_long_enough"
    lu.look("9-chosen")


@pytest.mark.usefixtures("framed")
def test_every_page_of_a_decision(screen, manager, permit):
    settle(months((14, 12), (5, 3)))
    draft = drafts.save(permit, manager)
    drafts.compare(draft, manager)
    visit(
        screen,
        "lu",
        {
            "decisions": "/workbench/decisions",
            "decision": f"{ONE}?decision=has_lawful_reason",
            "decision-trial": f"{ONE}/trial",
            "decision-findings": f"{ONE}/findings",
            "decision-draft": f"{ONE}/draft",
        },
    )
