"""The page that moves running cases to the version in force: who sees it, asks and shows what."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.business.applying import apply, changed, publish
from tests.known import MONDAY
from tests.permits import CITY
from tests.web.reading import in_language, page, said
from tests.web.workbench.pieces import part, spaced
from tongban import clock
from tongban.base.people.models import Post
from tongban.business.cases import jobs, migrating
from tongban.business.cases.models import Case, CaseMigration
from tongban.business.items import bundle
from tongban.web.workbench.processes import migrating as pages

pytestmark = pytest.mark.django_db
ONE = "/workbench/processes/B09/migration"
WHY = "流程简化，统一按新版办理"
FRAGMENT = {"HX-Request": "true"}
OTHERS = sorted(set(Post.Role.values) - {"item_manager"})


@pytest.fixture
def manager(staff, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(hours=1))
    user = staff("item_manager")
    client.force_login(user)
    return user


@pytest.fixture
def version(permit):
    """Puts B09 in force with another text of its process."""

    def put(old: str, new: str):
        read = bundle.read(CITY / "items" / "B09")
        return publish(changed(read, "B09", process_text=read.process_text.replace(old, new)))

    return put


@pytest.fixture
def waiting(permit, citizen):
    def make(*names: str) -> list[Case]:
        return [apply(permit, citizen(name, insured_months=None)) for name in names]

    return make


def work() -> None:
    """What a worker does with the job."""
    job = ProcrastinateJob.objects.filter(task_name=migrating.JOB).order_by("pk").last()
    jobs.migrate_cases(**job.args)


def rows(answer) -> list[str]:
    return [spaced(row) for row in page(answer).xpath("//tbody/tr")]


@pytest.mark.parametrize("role", OTHERS)
def test_only_an_item_manager_opens_it_or_sends_anything(client, staff, permit, role):
    client.force_login(staff(role))
    for answer in (
        *(client.get(ONE), client.get(f"{ONE}/progress", headers=FRAGMENT)),
        *(client.post(f"{ONE}/check"), client.post(f"{ONE}/1/confirm", {"words": WHY})),
    ):
        told = answer.content.decode()
        assert (answer.status_code, "这里只供事项管理员使用" in told) == (409, True)
    assert not CaseMigration.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name=migrating.JOB).exists()


def test_a_manager_of_another_office_is_told_whose_it_is(client, staff, permit):
    client.force_login(staff("item_manager", "SJ"))
    for answer in (client.get(ONE), client.post(f"{ONE}/check")):
        assert (answer.status_code, "事项 B09 由公安局实施" in said(answer)) == (409, True)
    assert not CaseMigration.objects.exists()


def test_the_tab_is_there_for_whoever_may_use_it(client, staff, manager, permit):
    assert "在办迁移" in said(client.get("/workbench/processes/B09"))
    assert "Move cases" in said(client.get("/workbench/processes/B09", **in_language("en")))
    client.force_login(staff("approver"))
    assert "在办迁移" not in said(client.get("/workbench/processes/B09"))


def test_without_an_earlier_case_there_is_nothing_to_do(client, manager, permit, waiting):
    waiting("wang")
    answer = client.get(ONE)
    assert "没有按以前版本在办的办件，不需要迁移。" in said(answer)
    assert page(answer).xpath("//main//form") == []


def test_the_versions_are_offered_with_their_running_cases(client, manager, version, waiting):
    waiting("wang", "li")
    version("人工审查", "审批人员审查")
    options = [spaced(each) for each in page(client.get(ONE)).xpath("//select/option")]
    assert options == ["以前的各版，在办 2 件", "第 1 版（9-21 10:00 发布），在办 2 件"]
    english = page(client.get(ONE, **in_language("en"))).xpath("//select/option")
    assert [spaced(each) for each in english] == [
        "All earlier versions: 2 cases running",
        "Version 1 (published 9-21 10:00): 2 cases running",
    ]


def test_a_check_runs_as_a_job_and_the_page_shows_how_far_it_is(client, manager, version, waiting):
    waiting("wang")
    version("人工审查", "审批人员审查")
    assert client.post(f"{ONE}/check", {"earlier": ""}).url == ONE

    assert "马上开始；完成后本页自动更新，不必守着。" in said(client.get(ONE))
    CaseMigration.objects.update(done=3, total=8)
    fragment = client.get(f"{ONE}/progress", headers=FRAGMENT)
    assert spaced(page(fragment)) == "正在核对在办的办件 已完成 3 / 8 件。"
    assert page(fragment).xpath("//progress/@value") == ["3"]
    assert client.get(f"{ONE}/progress").url == ONE
    assert "disabled" in client.get(ONE).content.decode().split("核对办件")[0][-40:]

    work()
    assert client.get(f"{ONE}/progress", headers=FRAGMENT)["HX-Refresh"] == "true"


def test_what_can_move_and_what_cannot_stands_with_its_reason(
    client, manager, version, permit, waiting, citizen
):
    (able,) = waiting("wang")
    version("review", "look_at")
    client.post(f"{ONE}/check", {"earlier": "1"})
    work()

    answer = client.get(ONE)
    assert "核对结果 不能迁移 1" in part(answer, "//section[@aria-labelledby='tb-outcome']")
    (row,) = rows(answer)
    assert row.startswith(f"{able.number} 新版本中没有用户任务")
    assert row.endswith("1 人工审查 不能迁移")
    assert "Cannot move" in rows(client.get(ONE, **in_language("en")))[0]
    assert page(answer).xpath("//textarea") == []


def test_those_that_can_are_moved_with_the_reason_and_the_result_stands(
    client, manager, version, waiting
):
    first, second = waiting("wang", "li")
    to = version("人工审查", "审批人员审查")
    client.post(f"{ONE}/check", {"earlier": ""})
    work()
    found = CaseMigration.objects.get()
    answer = client.get(ONE)
    assert "迁移 2 件" in said(answer)
    assert [row.split(" ", 1)[1] for row in rows(answer)] == ["1 人工审查 可以迁移"] * 2
    english = said(client.get(ONE, **in_language("en")))
    assert "Move 2 cases" in english
    assert "Can move 2" in english

    client.post(f"{ONE}/{found.pk}/confirm", {"words": f" {WHY} "})
    assert "正在迁移办件" in said(client.get(ONE))
    work()

    answer = client.get(ONE)
    outcome = part(answer, "//section[@aria-labelledby='tb-outcome']")
    assert outcome.startswith(
        "迁移结果 已迁移 2 9-21 11:00 · 到第 2 版 · item_manager 理由 流程简化"
    )
    assert [row.split(" ", 1)[1] for row in rows(answer)] == ["1 审批人员审查 已迁移"] * 2
    assert {Case.objects.get(pk=each.pk).version for each in (first, second)} == {to}
    assert "没有按以前版本在办的办件" in said(answer)


def test_a_reason_is_needed(client, manager, version, waiting):
    waiting("wang")
    version("人工审查", "审批人员审查")
    client.post(f"{ONE}/check")
    work()
    found = CaseMigration.objects.get()
    answer = client.post(f"{ONE}/{found.pk}/confirm", {"words": "  "})
    assert (answer.status_code, "写明理由" in said(answer) or "说明理由" in said(answer)) == (
        409,
        True,
    )
    assert CaseMigration.objects.get().status == "checked"


def test_what_is_not_there_is_not_found(client, manager, permit):
    assert client.get("/workbench/processes/none/migration").status_code == 404
    assert client.post(f"{ONE}/77/confirm", {"words": WHY}).status_code == 404


def test_a_version_that_is_none_is_refused(client, manager, version, waiting):
    waiting("wang")
    version("人工审查", "审批人员审查")
    for odd in ("2", "9", "x"):
        answer = client.post(f"{ONE}/check", {"earlier": odd})
        assert "B09 没有更早的第 2 版。" in said(answer)
    assert not CaseMigration.objects.exists()


def test_a_check_of_a_version_that_was_replaced_says_so(client, manager, version, waiting):
    waiting("wang")
    version("人工审查", "审批人员审查")
    client.post(f"{ONE}/check")
    work()
    version("人工审查", "人员审查")
    answer = client.get(ONE)
    assert "核对以后又发布了新版，请重新核对。" in said(answer)
    assert page(answer).xpath("//textarea") == []


def test_a_broken_one_and_an_empty_one_say_what_to_do(client, manager, version, waiting):
    waiting("wang")
    to = version("人工审查", "审批人员审查")
    broken = migrating.check(to=to, earlier=None, user=manager, at=MONDAY)
    CaseMigration.objects.filter(pk=broken.pk).update(status="broken", ended_at=MONDAY)
    assert "中断了已经迁移的办件按新版办理，其余的没有改动。请重新核对。" in said(client.get(ONE))
    CaseMigration.objects.filter(pk=broken.pk).update(status="checked")
    assert "核对时没有按所选版本在办的办件。" in said(client.get(ONE))


def test_a_long_list_is_cut_and_says_so(client, manager, version, waiting, monkeypatch):
    waiting("wang", "li", "chen")
    version("人工审查", "审批人员审查")
    monkeypatch.setattr(pages, "SHOWN", 2)
    client.post(f"{ONE}/check")
    work()
    answer = client.get(ONE)
    assert (len(rows(answer)), "只列出 2 件，不能迁移的在前。" in said(answer)) == (2, True)
    assert "迁移 3 件" in said(answer)
