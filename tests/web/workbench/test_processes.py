"""The pages of a process: who sees them, what they show, in both languages."""

import re
from datetime import timedelta

import pytest
from django.conf import settings

from tests.business.applying import apply, complete
from tests.business.items import drafts
from tests.engines.processes.bpmn_models import end, flow, model, node, start, user
from tests.engines.processes.bpmn_models import path as way
from tests.known import MONDAY
from tests.web.reading import in_language, page, said
from tests.web.workbench.pieces import part, spaced
from tongban import clock
from tongban.base.people.models import Post
from tongban.business.cases.heat import Heat
from tongban.business.items.models import ServiceItem
from tongban.engines import processes
from tongban.engines.processes.reading import vocabulary
from tongban.web.workbench.processes import durations, extension, fields, toolkit, warmth

pytestmark = pytest.mark.django_db
LIST = "/workbench/processes"
ONE = "/workbench/processes/B09"
PAGES = ("", "/heat", "/findings", "/draft", "/1.bpmn")
POSTED = ("check", "save", "upload", "discard", "publish")
LOOKING = ("item_manager", "approver", "clerk", "supervisor")
NOBODY = sorted(set(Post.Role.values) - set(LOOKING))
HOUR = timedelta(hours=1)


@pytest.fixture
def manager(staff, client):
    user = staff("item_manager")
    client.force_login(user)
    return user


@pytest.fixture
def busy(permit, citizen, approver, monkeypatch):
    apply(permit, citizen())
    asked = apply(permit, citizen("wang", insured_months=None))
    complete(asked, approver, at=MONDAY + 30 * HOUR)
    waiting = apply(permit, citizen("chen", insured_months=None))
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 72 * HOUR)
    return waiting


@pytest.mark.parametrize("role", LOOKING)
def test_these_of_the_office_open_every_page(client, staff, permit, role):
    client.force_login(staff(role))
    pages = PAGES if role == "clerk" else PAGES[-2:]
    assert {client.get(f"{ONE}{path}").status_code for path in pages} == {200}


def test_another_office_is_told_whose_it_is(client, staff, permit):
    client.force_login(staff("item_manager", "SJ"))
    for path in PAGES:
        answer = client.get(f"{ONE}{path}")
        assert (answer.status_code, "事项 B09 由公安局实施" in said(answer)) == (409, True)


@pytest.mark.parametrize("role", NOBODY)
def test_other_posts_are_told_whose_the_pages_are(client, staff, permit, role):
    client.force_login(staff(role))
    for path in (LIST, ONE):
        answer = client.get(path)
        assert (answer.status_code, "这里只供事项管理员、审批人员" in said(answer)) == (409, True)


@pytest.mark.parametrize("role", [*LOOKING[1:], *NOBODY])
def test_only_an_item_manager_sends_anything(client, staff, permit, role):
    client.force_login(staff(role))
    for verb in POSTED if role == "approver" else POSTED[-1:]:
        answer = client.post(f"{ONE}/draft/{verb}")
        assert (answer.status_code, "这里只供事项管理员使用" in said(answer)) == (409, True)


def test_what_is_not_there_is_not_found(client, manager, permit):
    for path in (f"{LIST}/none", f"{ONE}/7.bpmn", f"{ONE}/draft.bpmn"):
        assert client.get(path).status_code == 404


def test_an_item_that_is_only_listed_says_so(client, manager, permit):
    ServiceItem.objects.create(
        code="X1", name_zh="安葬证", office=permit.item.office, office_name="公安局"
    )
    assert "事项 X1 只列入清单" in said(client.get(f"{LIST}/X1"))


def test_the_list_tells_version_steps_running_cases_findings_and_draft(
    client, manager, permit, busy
):
    drafts.save(permit, manager)
    (row,) = page(client.get(LIST)).xpath("//tbody/tr")
    cells = [spaced(cell) for cell in row.xpath("td")]
    assert cells == [
        *("居住证申领 B09", "公安局", "第 1 版 9-21 10:00", "6", "1", "没有问题", "有草稿"),
    ]
    english = part(client.get(LIST, **in_language("en")), "//tbody/tr")
    assert english.endswith("6 1 Nothing found Draft")


def test_an_empty_list_says_what_belongs_here(client, staff, permit):
    client.force_login(staff("supervisor", "SJ"))
    assert "没有可看的办事流程" in said(client.get(LIST))
    assert "There are no processes" in said(client.get(LIST, **in_language("en")))


def test_the_page_lists_every_step_with_who_does_it_and_what_it_uses(client, manager, permit, busy):
    answer = client.get(ONE)
    rows = [spaced(row) for row in page(answer).xpath("//tbody/tr")]
    assert rows == [
        "取得事实 collect 服务任务 collect_facts",
        "按规则判定 decide 业务规则任务 eligible",
        "人工审查 review 用户任务 审批人员",
        "签发居住证 issue 服务任务 issue_certificate",
        "通知申请人 notify 发送任务 notify_approval",
        "送达不予许可决定书 refuse 发送任务 notify_refusal",
    ]
    assert "第 1 版在办 1 件" in said(answer)
    english = part(client.get(ONE, **in_language("en")), "//main")
    assert "Review by a person review user task" in english
    assert "Version 1: 1 case running" in english


def test_the_diagram_is_told_where_its_file_is_and_what_things_are_called(client, manager, permit):
    chinese = client.get(ONE).context["drawing"]
    assert (chinese["url"], chinese["labels"], chinese["marks"]) == (f"{ONE}/1.bpmn", {}, [])
    assert chinese["words"]["Create task"] == "新建任务"
    assert chinese["words"]["Timer boundary event (non-interrupting)"] == "定时边界事件（不中断）"
    english = client.get(ONE, **in_language("en")).context["drawing"]
    assert (english["labels"]["review"], english["words"]) == ("Review by a person", {})
    file = client.get(chinese["url"])
    assert file.content == permit.process.encode()
    assert file["Content-Disposition"] == 'attachment; filename="B09-1.bpmn"'


def test_findings_name_rule_element_and_way_out_and_are_marked(client, manager, permit):
    text = permit.process.replace('tb:operation="notify_refusal"', 'tb:operation="sing"')
    type(permit).objects.filter(pk=permit.pk).update(process=text, content_hash="process")
    answer = client.get(f"{ONE}/findings")
    found = [spaced(each) for each in page(answer).xpath("//ul[@class='tb-found']/li")]
    assert found == [
        "错误 送达不予许可决定书 unknown-operation 平台没有操作 sing 从列表中选择平台提供的操作。",
        "错误 不予许可 ends-undecided 办件可能尚未作出决定就在“不予许可”结束。"
        "请使通往结束的每条路径都经过准予或不予的步骤。",
    ]
    assert [(each["element"], each["look"]) for each in answer.context["drawing"]["marks"]] == [
        ("refuse", "is-bad"),
        ("refused", "is-bad"),
    ]
    assert page(answer).xpath("//button[@data-tb-show]/@data-tb-show") == ["refuse", "refused"]
    english = said(client.get(f"{ONE}/findings", **in_language("en")))
    assert "there is no" not in english
    assert "the platform has no operation sing Choose one of the operations" in english


def test_without_findings_the_page_says_what_was_looked_at(client, manager, permit):
    assert "没有发现问题 每条路径都能走到结束" in part(client.get(f"{ONE}/findings"), "//main")


def test_the_heat_map_has_figures_for_every_step(client, staff, permit, busy):
    client.force_login(staff("clerk"))
    answer = client.get(f"{ONE}/heat")
    assert "3 件办件走过的路 其中在办 1 件" in part(answer, "//main")
    rows = [spaced(row) for row in page(answer).xpath("//section[@id='tb-table']//tbody/tr")]
    assert rows == [
        "取得事实 3 不到 1 分 不到 1 分 0 0 0",
        "按规则判定 3 不到 1 分 不到 1 分 0 0 0",
        "人工审查 2 1 天 6 小时 1 天 6 小时 1 最久 3 天 0 0",
        "签发居住证 2 不到 1 分 不到 1 分 0 0 0",
        "通知申请人 2 不到 1 分 不到 1 分 0 0 0",
    ]
    marks = {each["element"]: each for each in answer.context["drawing"]["marks"]}
    assert [badge["says"] for badge in marks["review"]["badges"]] == ["经过 2 次", "1 件正在等"]
    assert (marks["collect"]["look"], marks["unknown"]["badges"][0]["text"]) == ("is-heat-3", "2")
    assert "判定结果：有一项查不到 2 67%" in part(answer, "//main")
    english = part(client.get(f"{ONE}/heat", **in_language("en")), "//main")
    assert "Review by a person 2 1 day 6 hours" in english


def test_it_can_be_coloured_by_time_and_sorted(client, manager, permit, busy):
    answer = client.get(f"{ONE}/heat?show=time&sort=median")
    shown = page(answer)
    assert "1 小时以内 1 天以内 3 天以内 7 天以内 7 天以上" in spaced(shown)
    first = shown.xpath("//section[@id='tb-table']//tbody/tr")[0]
    assert spaced(first).startswith("人工审查")
    assert shown.xpath("//th[@aria-sort='descending']/a/text()") == ["用时中位 ↓"]
    marks = {each["element"]: each for each in answer.context["drawing"]["marks"]}
    assert (marks["review"]["look"], marks["review"]["badges"][0]["text"]) == ("is-heat-3", "1 天")


def test_a_number_opens_its_cases_for_those_who_may_see_them(client, staff, permit, busy):
    client.force_login(staff("supervisor"))
    asked = f"{ONE}/heat?step=review&what=waiting"
    shown = page(client.get(asked)).xpath("//section[@id='behind']")[0]
    assert spaced(shown).startswith("人工审查：正在这一步等的办件")
    assert shown.xpath(".//a/@href")[1] == f"/workbench/cases/{busy.number}"
    assert "3 天" in spaced(shown)
    client.force_login(staff("item_manager"))
    shown = page(client.get(asked)).xpath("//section[@id='behind']")[0]
    assert (shown.xpath(".//tbody/tr"), "1 件不列出" in spaced(shown)) == ([], True)


def test_nobody_behind_a_number_is_said(client, manager, permit, busy):
    shown = said(client.get(f"{ONE}/heat?step=review&what=repeated"))
    assert "没有这样的办件。" in shown


@pytest.mark.parametrize(
    "asked",
    ["", "?version=9&months=5&office=x&show=all&sort=name", "?version=all&what=visits&step="],
)
def test_a_heat_map_without_cases_and_odd_addresses_is_no_error(client, manager, permit, asked):
    assert "还没有办件走过这个流程" in said(client.get(f"{ONE}/heat{asked}"))


def test_another_version_or_time_counts_other_cases(client, manager, permit, busy):
    later = drafts.save(permit, manager)
    drafts.seen(later)
    drafts.publish(later, manager)
    assert "0 件办件走过的路" in said(client.get(f"{ONE}/heat"))
    for asked in ("?version=1", "?version=all", "?version=1&months=1"):
        assert "3 件办件走过的路" in said(client.get(f"{ONE}/heat{asked}"))


def test_a_case_shows_where_it_stands_and_its_way(client, approver, permit, busy):
    client.force_login(approver)
    answer = client.get(f"/workbench/cases/{busy.number}")
    rows = [spaced(row) for row in page(answer).xpath("//section[@id='process']//tbody/tr")]
    assert rows == [
        "取得事实 已办 9-21 10:00 9-21 10:00 不到 1 分 平台",
        "按规则判定 已办 9-21 10:00 9-21 10:00 不到 1 分 平台",
        "人工审查 在等 9-21 10:00 – 3 天 审批人员",
    ]
    drawing = answer.context["living"].drawing
    marks = {each["element"]: each for each in drawing["marks"]}
    assert (marks["review"]["look"], marks["collect"]["look"]) == ("is-now", "is-passed")
    assert [badge["says"] for badge in marks["review"]["badges"]] == [
        "用时 3 天",
        "办件现在停在这里",
    ]
    assert marks["unknown"] == {"element": "unknown", "look": "is-taken", "badges": ()}
    assert client.get(drawing["url"]).content == permit.process.encode()


def test_the_diagram_of_a_case_holds_nothing_of_a_person(client, approver, permit, busy):
    client.force_login(approver)
    (block,) = page(client.get(f"/workbench/cases/{busy.number}")).xpath(
        "//script[@id='tb-diagram']/text()"
    )
    for personal in ("王芳", "329901", "周雨桐", "清荷路"):
        assert personal not in block


def test_the_file_of_a_case_opens_to_those_who_see_the_case(client, staff, busy):
    url = f"/workbench/cases/{busy.number}/process.bpmn"
    client.force_login(staff("approver", "RS"))
    assert "您无权查看办件" in said(client.get(url))
    client.force_login(staff("item_manager"))
    assert client.get(url).status_code == 409


@pytest.mark.parametrize(
    ("lasted", "words", "short"),
    [
        (None, "–", "–"),
        (timedelta(seconds=59), "不到 1 分", "<1 分"),
        (timedelta(minutes=7), "7 分", "7 分"),
        (timedelta(hours=2), "2 小时", "2 小时"),
        (timedelta(hours=2, minutes=5), "2 小时 5 分", "2 小时"),
        (timedelta(days=3, hours=4, minutes=9), "3 天 4 小时", "3 天"),
    ],
)
def test_a_duration_is_told_in_the_units_that_matter(lasted, words, short):
    assert (durations.words(lasted), durations.short(lasted)) == (words, short)


@pytest.mark.parametrize(
    ("part_", "whole", "words"), [(0, 9, ""), (1, 1000, "< 1%"), (1, 3, "33%"), (3, 3, "100%")]
)
def test_a_share_is_never_rounded_to_nothing(part_, whole, words):
    assert warmth.share(part_, whole) == words


def test_our_own_words_of_a_model_are_described_once_for_every_kind():
    described = {each["name"]: each for each in extension.described()["types"]}
    own = {name: {each["name"] for each in kind["properties"]} for name, kind in described.items()}
    assert own["FlowNode"] == {"labelEn"}
    for tag in (*vocabulary.NODES, *extension.OTHERS):
        kind = f"{tag[0].upper()}{tag[1:]}"
        inherited = own["FlowNode"] if tag in vocabulary.NODES else set()
        assert own.get(kind, set()) | inherited == vocabulary.attributes(tag)
        assert not own.get(kind, set()) & inherited
    for tag in ("process", "userTask", "endEvent"):
        names = {f"{name[0].upper()}{name[1:]}" for name in vocabulary.elements(tag)}
        assert names <= set(extension.ELEMENTS)


def test_the_panel_offers_what_exists(permit):
    from tongban.business.items import bundle

    panel = fields.panel(bundle.of(permit))
    task = {each["name"]: each for each in panel["bpmn:UserTask"]}
    assert list(task)[:3] == ["name", "tb:labelEn", "tb:post"]
    assert ("approver", "审批人员") in task["tb:post"]["options"]
    decided = {each["name"]: each for each in panel["bpmn:BusinessRuleTask"]}
    assert [value for value, _label in decided["tb:decision"]["options"]][0] == "eligible"
    assert [each["name"] for each in panel["bpmn:SequenceFlow"]] == [
        *("name", "condition", "tb:labelEn"),
    ]
    operations = [value for value, _ in panel["bpmn:ServiceTask"][2]["options"]]
    assert operations == [
        *("collect_facts", "issue_certificate", "notify_approval", "notify_refusal"),
    ]


def test_every_word_of_the_modeller_stands_once_in_chinese():
    words = toolkit.words()
    assert len(words) > 120
    assert all(words.values())


def test_only_gateways_that_choose_have_branches():
    read = processes.load(
        model(
            start(),
            node("parallelGateway", "both"),
            node("parallelGateway", "met"),
            node("exclusiveGateway", "which", default="else"),
            *(user("a", tb_post="clerk"), user("b", tb_post="clerk"), end("x"), end("y")),
            *(way("start", "both", "a", "met", "which"), way("both", "b", "met")),
            *(flow("which", "x", "1 = 1"), flow("which", "y", id="else")),
        )
    )
    times = dict.fromkeys(read.flows, 3)
    found = warmth.flows(Heat(3, 0, {}, times), read, {})
    assert [(each.element, each.label, each.share) for each in found] == [
        ("which-x", "which → x", "50%"),
        ("else", "which → y", "50%"),
    ]


def test_every_way_of_the_heat_map_has_one_width():
    """A rule of two lengths is no rule: browsers drop it without a word."""
    styles = (settings.ROOT / "frontend" / "styles" / "process.css").read_text()
    widths = re.findall(r"stroke-width: ([^;]*);", styles)
    assert len(widths) > 5
    assert [
        each for each in widths if not re.fullmatch(r"[\d.]+px !important|[\d.]+px", each)
    ] == []
