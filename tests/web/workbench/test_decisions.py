"""The pages of a decision: who sees them, what they show, in both languages."""

import pytest
from django.urls import reverse

from tests.business.items import drafts
from tests.web.reading import in_language, page, said, words
from tests.web.workbench.pieces import part, spaced
from tongban.base.people.models import Post
from tongban.business.items.models import ServiceItem

pytestmark = pytest.mark.django_db
LIST = "/workbench/decisions"
ONE = "/workbench/decisions/B09"
PAGES = ("", "/trial", "/findings", "/draft", "/live.dmn")
POSTED = ("save", "upload", "discard", "compare", "publish")
LOOKING = ("item_manager", "approver", "clerk", "supervisor")
NOBODY = sorted(set(Post.Role.values) - set(LOOKING))


@pytest.fixture
def manager(staff, client):
    user = staff("item_manager")
    client.force_login(user)
    return user


@pytest.mark.parametrize("role", LOOKING)
def test_these_of_the_office_open_every_page(client, staff, permit, role):
    client.force_login(staff(role))
    pages = PAGES if role == "clerk" else PAGES[-2:]
    assert {client.get(f"{ONE}{path}").status_code for path in pages} == {200}


def test_another_office_is_told_whose_it_is(client, staff, permit):
    client.force_login(staff("item_manager", "SJ"))
    for path in PAGES:
        answer = client.get(f"{ONE}{path}")
        assert answer.status_code == 409
        assert "事项 B09 由公安局实施，这里只供该单位的" in said(answer)


@pytest.mark.parametrize("role", NOBODY)
def test_other_posts_are_told_whose_the_pages_are(client, staff, permit, role):
    client.force_login(staff(role))
    rest = PAGES if role == "steward" else PAGES[:1]
    for path in (LIST, *(f"{ONE}{path}" for path in rest)):
        answer = client.get(path)
        assert (answer.status_code, "这里只供事项管理员、审批人员" in said(answer)) == (409, True)


@pytest.mark.parametrize("role", [*LOOKING[1:], *NOBODY])
def test_only_an_item_manager_sends_anything(client, staff, permit, role):
    client.force_login(staff(role))
    for verb in POSTED if role == "approver" else POSTED[-1:]:
        answer = client.post(f"{ONE}/draft/{verb}")
        assert (answer.status_code, "这里只供事项管理员使用" in said(answer)) == (409, True)


def test_an_item_manager_begins_on_the_list(client, manager, permit):
    answer = client.get("/workbench/")
    assert (answer.status_code, answer["Location"]) == (302, LIST)


def test_an_item_that_is_not_there_is_not_found(client, manager, city):
    assert client.get("/workbench/decisions/none").status_code == 404


def test_an_item_that_is_only_listed_says_so(client, manager, permit):
    ServiceItem.objects.create(
        code="X1", name_zh="安葬证", office=permit.item.office, office_name="公安局"
    )
    answer = client.get("/workbench/decisions/X1")
    assert answer.status_code == 409
    assert "事项 X1 只列入清单，没有现行的判定规则。" in said(answer)


def test_the_list_tells_version_decisions_findings_and_draft(client, manager, permit):
    drafts.save(permit, manager)
    (row,) = page(client.get(LIST)).xpath("//tbody/tr")
    cells = [spaced(cell) for cell in row.xpath("td")]
    assert cells == ["居住证申领 B09", "公安局", "第 1 版 9-21 10:00", "5", "8 处提示", "有草稿"]
    english = part(client.get(LIST, **in_language("en")), "//tbody/tr")
    assert english.startswith("Application for a residence permit B09 Public Security Version 1")
    assert english.endswith("5 8 warnings Draft")


def test_a_decision_with_errors_stands_out_in_the_list(client, manager, permit):
    text = drafts.text_of(permit, drafts.AGAINST_ITSELF)
    type(permit).objects.filter(pk=permit.pk).update(decision=text, content_hash="x")
    assert "1 处错误" in said(client.get(LIST), "//tbody/tr")


def test_an_empty_list_says_what_belongs_here(client, staff, permit):
    client.force_login(staff("supervisor", "SJ"))
    assert "没有可看的判定规则" in said(client.get(LIST))
    assert "There are no decision rules" in said(client.get(LIST, **in_language("en")))


def test_the_drawing_is_told_the_labels_in_the_readers_language(client, manager, permit):
    answer = client.get(ONE)
    chinese = answer.context["drawing"]
    assert chinese["url"] == f"{ONE}/live.dmn"
    assert (chinese["labels"]["alive"], chinese["words"]["When"]) == ("在世", "条件")
    english = client.get(ONE, **in_language("en")).context["drawing"]
    assert (english["labels"]["alive"], english["words"]) == ("Alive", {})
    assert page(answer).xpath("//script[@id='tb-drawing']/@type") == ["application/json"]


def test_the_list_beside_the_drawing_leads_to_every_decision(client, manager, permit):
    links = page(client.get(ONE)).xpath("//nav[@id='tb-decisions']//a")
    assert [link.get("data-tb-decision") for link in links] == [
        "eligible",
        "applicant_alive",
        "household_elsewhere",
        "insured_long_enough",
        "has_lawful_reason",
    ]
    assert [link.get("aria-current") for link in links] == ["true", None, None, None, None]
    assert "决策表，4 条规则" in links[-1].text_content()


def test_a_table_is_readable_without_the_drawing(client, manager, permit):
    shown = page(client.get(f"{ONE}?decision=has_lawful_reason"))
    heads = [th.text_content() for th in shown.xpath("//section[@id='tb-sheet']//th")]
    assert heads == [
        "规则",
        "在本市有自有住房",
        "在本市就业",
        "申请人说明的居住事由",
        "结果：有合法稳定住所、就业或就读",
        "依据",
    ]
    first = spaced(shown.xpath("//section[@id='tb-sheet']//tbody/tr[1]")[0])
    assert (
        first == "第 1 条 是 true 不限 不限 是 true 《居住证暂行条例》第二条、第九条：合法稳定住所"
    )
    assert "任意：同时成立的规则结果相同" in words(shown, "//section[@id='tb-sheet']")


def test_in_english_rules_and_law_are_english(client, manager, permit):
    answer = client.get(f"{ONE}?decision=insured_long_enough", **in_language("en"))
    first = part(answer, "//section[@id='tb-sheet']//tbody/tr[1]")
    assert first == (
        "Rule 1 at least 6 >= 6 yes true Interim Regulations on Residence Permits, Article 2"
    )


@pytest.mark.parametrize("asked", ["", "?decision=eligible", "?decision=nothing", "?decision="])
def test_an_expression_is_shown_as_it_is_and_so_is_it_for_a_name_unknown(
    client, manager, permit, asked
):
    shown = said(client.get(ONE + asked), "//section[@id='tb-sheet']")
    assert "applicant_alive and household_elsewhere and insured_long_enough" in shown
    assert "用到：申请人在世、户籍不在现居住的区" in shown


def test_the_file_is_what_was_handed_in(client, manager, permit):
    answer = client.get(f"{ONE}/live.dmn")
    assert answer.content.decode() == permit.decision
    assert answer["Content-Type"] == "application/xml"
    assert answer["Content-Disposition"] == 'attachment; filename="B09-1.dmn"'


def test_a_file_of_a_draft_that_is_not_there_is_not_found(client, manager, permit):
    assert client.get(f"{ONE}/draft.dmn").status_code == 404
    draft = drafts.save(permit, manager)
    answer = client.get(f"{ONE}/draft.dmn")
    assert answer.content.decode() == draft.decision
    assert 'filename="B09-draft.dmn"' in answer["Content-Disposition"]


def test_a_finding_has_place_example_and_way_out(client, manager, permit):
    found = page(client.get(f"{ONE}/findings")).xpath("//ul[@class='tb-found']/li")
    assert len(found) == 8
    assert spaced(found[0]) == (
        "提示 申请人在世 没有规定“alive”为空时的结果：alive = null，没有规则成立。"
        " 反例 在世 空 查不到时本来就要转人工的，可以保留；否则补一条写 null 的规则。"
    )
    english = said(client.get(f"{ONE}/findings", **in_language("en")))
    assert "Nothing is said about a missing insured_months" in english
    assert "Leave it if a person is to decide where nothing is found" in english


def test_errors_come_first_with_the_rules_that_contradict_each_other(client, manager, permit):
    text = drafts.text_of(permit, drafts.AGAINST_ITSELF)
    type(permit).objects.filter(pk=permit.pk).update(decision=text, content_hash="y")
    answer = client.get(f"{ONE}/findings")
    (error,) = page(answer).xpath("//ul/li[@class='is-error']")
    assert spaced(error).startswith("错误 在本市连续参保满 6 个月 第 1 条、第 2 条")
    assert "反例 连续参保月数 6" in spaced(error)
    assert "1 处错误，改正前不能发布" in said(answer)


def test_a_contradiction_between_the_parts_names_its_file(client, manager, permit):
    guide = {**permit.guide, "facts": {**permit.guide["facts"], "used": ["alive"]}}
    type(permit).objects.filter(pk=permit.pk).update(guide=guide, content_hash="z")
    shown = said(client.get(f"{ONE}/findings"))
    assert "decision.dmn 输入 insured_months 既不是 facts.used 中的事实" in shown


def test_a_decision_without_findings_says_so(client, manager, permit):
    text = drafts.text_of(permit)
    for table in ("applicant_alive", "household_elsewhere", "insured_long_enough"):
        text = text.replace(
            f'<output id="{table}_output" name="{table}" typeRef="boolean"/>',
            f'<output id="{table}_output" name="{table}" typeRef="boolean">'
            "<defaultOutputEntry><text>null</text></defaultOutputEntry></output>",
        )
    text = text.replace(
        '<output id="has_lawful_reason_output" name="has_lawful_reason" typeRef="boolean"/>',
        '<output id="has_lawful_reason_output" name="has_lawful_reason" typeRef="boolean">'
        "<defaultOutputEntry><text>null</text></defaultOutputEntry></output>",
    )
    type(permit).objects.filter(pk=permit.pk).update(decision=text, content_hash="w")
    assert "没有发现问题" in said(client.get(f"{ONE}/findings"))
    assert "没有问题" in part(client.get(LIST), "//tbody/tr")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_tabs_say_where_the_reader_is(client, manager, permit, language):
    tabs = {"zh": ["图与表", "试算", "检查 8", "草稿"]}
    tabs["en"] = ["Graph and tables", "Try", "Findings 8", "Draft"]
    for place, name in enumerate(
        ("decision", "decision_trial", "decision_findings", "decision_draft")
    ):
        answer = client.get(reverse(f"workbench:{name}", args=["B09"]), **in_language(language))
        links = page(answer).xpath("//nav[@class='tb-tabs']/a")
        assert [" ".join(link.text_content().split()) for link in links] == tabs[language]
        assert [link.get("aria-current") for link in links].index("page") == place
