"""A case goes back to a step that it has passed, and a step is left out with authority."""

from datetime import timedelta

import pytest

from tests.business.applying import apply, close_step, complete
from tests.business.cases.verbs.telling import audited, last, row, step, told
from tests.business.refusing import refused
from tests.known import MONDAY
from tests.web import steps
from tongban.business.cases import actions, locking, permissions
from tongban.business.cases.models import WorkItem
from tongban.business.cases.verbs import (
    delegating,
    history,
    returning,
    signing,
    skipping,
    suspending,
)
from tongban.engines import processes

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=2)


@pytest.fixture
def clerk(officer):
    return officer("何静", "clerk")


def do(case, node, user, at=MONDAY):
    return close_step(step(case, node), user, at=at)


def back(case, node, user, to, words="缺一页", at=LATER):
    return returning.send_back(
        work_item_id=step(case, node).pk, user=user, to=to, words=words, at=at
    )


def open_nodes(case):
    return sorted(
        case.work_items.filter(status=WorkItem.Status.OPEN).values_list("node", flat=True)
    )


@pytest.fixture
def reviewed(branched, clerk, approver):
    """Both branches are through; the review waits."""
    do(branched, "papers", clerk, MONDAY)
    do(branched, "home", approver, MONDAY + timedelta(hours=1))
    return branched


def test_targets_say_when_and_by_whom_they_were_passed(reviewed):
    found = returning.targets(step(reviewed, "review"))
    assert found == (returning.Target("collect", "collect", "collect", MONDAY, "applicant"),), (
        "a branch alone would leave the other waiting for ever"
    )


def test_out_of_one_of_two_branches_to_before_both(branched, approver, clerk):
    home, papers = step(branched, "home"), step(branched, "papers")
    assert [each.node for each in returning.targets(home)] == ["collect"]

    back(branched, "home", approver, "collect")

    for old in (home, papers):
        old.refresh_from_db()
        assert (old.status, old.closed_at) == ("cancelled", LATER)
    assert open_nodes(branched) == ["home", "papers"]
    assert step(branched, "papers").task > papers.task
    do(branched, "papers", clerk)
    do(branched, "home", approver)
    assert open_nodes(branched) == ["review"]


def test_out_of_a_branch_the_sister_that_is_done_is_done_again(branched, approver, clerk):
    do(branched, "papers", clerk)
    back(branched, "home", approver, "collect")
    assert open_nodes(branched) == ["home", "papers"]


def test_the_history_says_who_sent_it_back_where_and_why(permit, case, approver, lin):
    work = step(case, "review")
    returning.send_back(work_item_id=work.pk, user=approver, to="collect", words="缺一页", at=LATER)
    event = case.events.get(transition="ate_abort")
    assert row(event) == (
        *("ate_abort", str(approver.pk), "approver", "GA", "", "缺一页"),
        {"to": "collect"},
    )
    assert (event.activity, event.instance) == ("review", str(work.task))
    assert (audited(case).kind, audited(case).details) == (
        "work.sent_back",
        {"task": work.task, "to": "collect"},
    )
    assert case.decisions.count() == 2, "the rules were asked again"


def test_who_did_the_step_the_last_time_hears_why(city, applicant, approver, clerk):
    case = apply(steps.two_people(), applicant)
    do(case, "check", clerk)
    back(case, "review", approver, "check", "页码有误")

    assert told(clerk)[-1] == (
        f"沈岚把办件 {case.number} 退回到“受理核对”：页码有误",
        f'沈岚 sent case {case.number} back to "Intake check": 页码有误',
    )


@pytest.mark.parametrize(
    ("to", "zh", "en"), [("review", "审查", "Review"), ("issue", "issue", "issue")]
)
def test_what_is_decided_is_not_sent_back_behind_the_decision(
    reviewed, approver, clerk, to, zh, en
):
    """It could not be decided once more: it is revoked."""
    do(reviewed, "review", approver)
    reviewed.refresh_from_db()
    assert returning.targets(step(reviewed, "hand")) == ()
    with refused(
        returning.NeverPassed,
        f"办件 {reviewed.number} 不能退回到{zh}。可以退回到：—。",
        f"Case {reviewed.number} cannot go back to {en}. It can go back to: —.",
    ):
        back(reviewed, "hand", clerk, to)


def test_nobody_is_told_what_he_did_himself(branched, approver, lin, clerk):
    do(branched, "papers", clerk)
    back(branched, "home", approver, "collect")
    assert told(approver) == told(clerk) == []


@pytest.mark.parametrize(
    ("to", "zh", "en"),
    [
        ("hand", "送达", "Hand over"),
        ("home", "查住址", "Home"),
        ("fork", "fork", "fork"),
        ("moon", "moon", "moon"),
    ],
)
def test_not_to_what_lies_ahead_beside_or_nowhere(branched, clerk, to, zh, en):
    with refused(
        returning.NeverPassed,
        f"办件 {branched.number} 不能退回到{zh}。可以退回到：collect。",
        f"Case {branched.number} cannot go back to {en}. It can go back to: collect.",
    ):
        back(branched, "papers", clerk, to)


def test_nothing_can_be_sent_back_from_what_is_closed_or_only_signed(
    branched, approver, lin, clerk
):
    home = step(branched, "home")
    signs = signing.add_signer(work_item_id=home.pk, user=approver, to=lin, words="", at=MONDAY)
    assert returning.targets(signs) == ()
    with refused(
        signing.SignInstead,
        f"办件 {branched.number} 的这一步请您会签，不由您作出决定：请选择同意或不同意。",
        f"You are asked to sign this step of case {branched.number}, not to decide it: agree or "
        "disagree.",
    ):
        returning.send_back(work_item_id=signs.pk, user=lin, to="collect", words="退", at=LATER)
    back(branched, "home", approver, "collect")
    signs.refresh_from_db()
    home.refresh_from_db()
    assert (signs.status, returning.targets(home)) == ("cancelled", ())
    with refused(
        locking.CalledOff,
        f"办件 {branched.number} 的这一步已于 2026-09-21 12:00 取消，无需再办。",
        f"This step of case {branched.number} was called off on 2026-09-21 12:00: nothing is left "
        "to do.",
    ):
        returning.send_back(work_item_id=home.pk, user=approver, to="collect", words="退", at=LATER)


def test_not_without_a_reason_nor_by_another_nor_while_the_clock_stands(
    branched, approver, clerk, lin
):
    with refused(
        history.SayTheReason,
        "请用 1 至 200 个字说明理由，理由将留在办件记录中。",
        "Say in 1 to 200 characters why: it stays in the history of the case.",
    ):
        back(branched, "home", approver, "collect", " ")
    with refused(
        permissions.NotYourWork,
        f"办件 {branched.number} 的这一步由公安局审批人员办理。",
        f"This step of case {branched.number} is for Approver at {branched.office.short_en}.",
    ):
        back(branched, "home", clerk, "collect")
    suspending.suspend(
        case_id=branched.pk, user=clerk, ground="auction", days=2, words="拍卖", at=MONDAY
    )
    with refused(
        locking.ClockStands,
        f"办件 {branched.number} 因拍卖停止计时至 2026-09-22，须先恢复计时，才能办理下一步。",
        f"The clock of case {branched.number} stands until 2026-09-22 (auction): it goes on before "
        "the next step is done.",
    ):
        back(branched, "home", approver, "collect")


def test_what_was_handed_over_opens_for_the_whole_post_again(branched, approver, lin):
    home = step(branched, "home")
    delegating.delegate(work_item_id=home.pk, user=approver, to=lin, words="", at=MONDAY)
    back(branched, "home", lin, "collect")
    assert step(branched, "home").assignee is None


def test_twelve_returns_leave_one_step_open_and_all_of_them_in_the_history(case, approver):
    for _ in range(12):
        back(case, "review", approver, "collect")
    assert open_nodes(case) == ["review"]
    assert case.events.filter(transition="ate_abort").count() == 12
    assert case.process_rows.count() <= 4
    complete_open(case, approver)


def complete_open(case, user):
    done = do(case, "review", user)
    assert done.status == "granted"


def skip(case, node, user, words="已现场核实"):
    return skipping.skip(work_item_id=step(case, node).pk, user=user, words=words, at=LATER)


def test_a_step_is_skipped_by_the_post_that_the_process_names(branched, lead, clerk):
    home = step(branched, "home")
    skip(branched, "home", lead)

    home.refresh_from_db()
    assert (home.status, home.done_by, home.closed_at) == ("skipped", lead, LATER)
    event = branched.events.get(transition="manualskip")
    assert (event.activity, event.instance) == ("home", str(home.task))
    assert row(event) == (
        *("manualskip", str(lead.pk), "lead", "GA", "", "已现场核实"),
        {},
    )
    assert (audited(branched).kind, audited(branched).post) == ("work.skipped", "lead")
    do(branched, "papers", clerk)
    assert open_nodes(branched) == ["review"]


def test_nobody_else_skips_it(branched, approver, officer):
    other = officer("江河", "lead", "RS")
    for user in (approver, other):
        with refused(
            permissions.NotYourWork,
            f"办件 {branched.number} 的这一步由公安局部门负责人办理。",
            f"This step of case {branched.number} is for Head of office at "
            f"{branched.office.short_en}.",
        ):
            skip(branched, "home", user)


def test_what_the_process_lets_nobody_skip_is_done_or_sent_back(branched, clerk, lead):
    with refused(
        permissions.NotYourWork,
        f"办件 {branched.number} 的这一步由公安局窗口人员办理。",
        f"This step of case {branched.number} is for Counter clerk at {branched.office.short_en}.",
    ):
        skip(branched, "papers", lead)
    with pytest.raises(processes.Refused) as told_:
        skip(branched, "papers", clerk)
    assert told_.value.told("zh").startswith(
        "查材料（papers）不能跳过：流程没有规定可以跳过它的岗位。"
    )
    assert told_.value.told("en").startswith(
        "查材料 (papers) cannot be skipped: the process names no"
    )
    assert step(branched, "papers").status == "open"


def test_not_before_those_who_were_asked_to_sign(branched, approver, lin, lead):
    home = step(branched, "home")
    signing.add_signer(work_item_id=home.pk, user=approver, to=lin, words="", at=MONDAY)
    with refused(
        signing.SignersFirst,
        f"办件 {branched.number} 还在等待林涛会签。",
        f"Case {branched.number} still waits for the signatures of 林涛.",
    ):
        skip(branched, "home", lead)


def test_what_was_skipped_is_closed_and_a_reason_is_given(branched, lead, approver):
    with refused(
        history.SayTheReason,
        "请用 1 至 200 个字说明理由，理由将留在办件记录中。",
        "Say in 1 to 200 characters why: it stays in the history of the case.",
    ):
        skip(branched, "home", lead, "")
    home = step(branched, "home")
    skip(branched, "home", lead)
    with refused(
        locking.Skipped,
        f"办件 {branched.number} 的这一步已于 2026-09-21 12:00 依权限跳过。",
        f"This step of case {branched.number} was skipped with authority on 2026-09-21 12:00.",
    ):
        actions.complete(work_item_id=home.pk, user=approver, grant=True, words="", at=LATER)


def test_one_goes_back_behind_a_step_that_was_skipped(branched, lead, clerk, approver):
    skip(branched, "home", lead)
    do(branched, "papers", clerk)
    back(branched, "review", approver, "collect")
    assert open_nodes(branched) == ["home", "papers"]
    assert last(branched, "review").transition in {"withdraw", "ate_abort"}


def test_nobody_skips_a_step_of_his_own_case(branched, applicant):
    applicant.posts.create(office=branched.office, role="lead")
    with refused(
        permissions.YourOwnCase,
        f"办件 {branched.number} 是您本人的申请，您应当回避，请由同事办理。",
        f"Case {branched.number} is your own application: a colleague has to decide it.",
    ):
        skip(branched, "home", applicant)


def test_a_case_that_nobody_sent_back_is_decided_as_ever(case, approver):
    assert complete(case, approver).status == "granted"
