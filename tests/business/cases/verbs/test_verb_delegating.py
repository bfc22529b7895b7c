"""A step goes to a colleague of the same post, and comes back."""

import pytest

from tests.business.applying import complete
from tests.business.cases.verbs.telling import audited, last, row, step, told
from tests.business.refusing import refused
from tests.known import MONDAY
from tongban.base.people.models import User
from tongban.business.cases import actions, locking, permissions, queries
from tongban.business.cases.verbs import delegating, history, signing

pytestmark = pytest.mark.django_db


def hand(case, user, to, words="请你看一下"):
    return delegating.delegate(
        work_item_id=step(case, "review").pk, user=user, to=to, words=words, at=MONDAY
    )


def take(case, user, words=""):
    return delegating.take_back(
        work_item_id=step(case, "review").pk, user=user, words=words, at=MONDAY
    )


def test_a_step_that_was_handed_over_is_the_colleagues_alone(case, approver, lin):
    handed = hand(case, approver, lin)

    assert (handed.assignee, handed.status) == (lin, "open")
    assert permissions.can_complete(lin, handed)
    assert not permissions.can_complete(approver, handed)
    with refused(
        permissions.HandedOver,
        f"办件 {case.number} 的这一步已交由林涛办理；如需自己办理，请先收回。",
        f"This step of case {case.number} was handed to 林涛; take it back before you do it "
        "yourself.",
    ):
        complete(case, approver)
    assert complete(case, lin).status == "granted"


def test_the_history_says_who_handed_it_to_whom_and_why(case, approver, lin):
    hand(case, approver, lin)

    event = last(case, "review")
    by, to = str(approver.pk), str(lin.pk)
    assert row(event) == ("assign", by, "approver", "GA", to, "请你看一下", {})
    assert event.instance == str(step(case, "review").task)
    kept = audited(case)
    assert (kept.kind, kept.actor, kept.post) == ("work.delegated", by, "approver")
    assert kept.details == {"task": int(event.instance), "to": to}
    assert told(lin) == [
        (
            f"沈岚把办件 {case.number} 的“人工审查”交给您办理。请你看一下",
            f'沈岚 handed you "Review by a person" of case {case.number}. 请你看一下',
        )
    ]


def test_it_may_be_handed_on_and_then_the_log_says_reassigned(case, approver, lin, officer):
    third = officer("何静")
    hand(case, approver, lin)
    hand(case, lin, third, "")

    assert row(last(case, "review")) == (
        *("reassign", str(lin.pk), "approver", "GA", str(third.pk)),
        *("", {}),
    )
    assert bytes(last(case, "review").words_sealed or b"") == b""
    assert step(case, "review").assignee == third


@pytest.mark.parametrize("words", ["", "我来办"])
def test_the_post_takes_it_back(case, approver, lin, words):
    hand(case, approver, lin)
    taken = take(case, approver, words)

    assert taken.assignee is None
    event = last(case, "review")
    assert row(event) == ("reassign", str(approver.pk), "approver", "GA", "", words, {})
    kept = audited(case)
    assert (kept.kind, kept.details) == (
        "work.taken_back",
        {"task": taken.task, "from": str(lin.pk)},
    )
    assert told(lin)[-1] == (
        f"沈岚收回了办件 {case.number} 的“人工审查”，您不必再办理。{words}",
        f'沈岚 took back "Review by a person" of case {case.number}: you need not do it any more. '
        f"{words}".strip(),
    )
    assert complete(case, approver).status == "granted"


def test_who_cannot_do_it_gives_it_back_and_is_not_told_what_he_did(case, approver, lin):
    hand(case, approver, lin)
    take(case, lin)
    assert len(told(lin)) == 1
    assert step(case, "review").assignee is None


def test_the_list_shows_it_to_both_and_counts_it_for_one(case, approver, lin):
    hand(case, approver, lin)

    assert [one.with_whom for one in queries.to_do(approver, MONDAY)] == ["林涛"]
    assert [one.with_whom for one in queries.to_do(lin, MONDAY)] == [""]
    assert queries.burden(approver, MONDAY).waiting == 0
    assert queries.burden(lin, MONDAY).waiting == 1


@pytest.mark.parametrize(("role", "office"), [("clerk", "GA"), ("approver", "RS"), ("lead", "GA")])
def test_nobody_of_another_post_or_office_gets_it(case, approver, officer, role, office):
    other = officer("何静", role, office)
    with refused(
        delegating.NotOfThisPost,
        f"何静不在公安局担任办理 {case.number} 这一步的岗位。",
        f"何静 does not hold the post that does this step of case {case.number} at "
        f"{case.office.short_en}.",
    ):
        hand(case, approver, other)


def test_nobody_gets_it_who_has_left(case, approver, lin):
    User.objects.filter(pk=lin.pk).update(is_active=False)
    lin.refresh_from_db()
    with refused(
        delegating.NotOfThisPost,
        f"林涛不在公安局担任办理 {case.number} 这一步的岗位。",
        f"林涛 does not hold the post that does this step of case {case.number} at "
        f"{case.office.short_en}.",
    ):
        hand(case, approver, lin)


def test_nobody_hands_it_to_himself(case, approver, lin):
    def himself(user):
        with refused(
            delegating.ToYourself,
            f"办件 {case.number} 的这一步本来就由您办理，请选择一位同事。",
            f"Hand it to a colleague: you have this step of case {case.number} yourself.",
        ):
            hand(case, user, user)

    himself(approver)
    hand(case, approver, lin)
    himself(lin)


def test_what_somebody_has_is_taken_back_before_another_gets_it(case, approver, lin, officer):
    hand(case, approver, lin)
    with refused(
        permissions.HandedOver,
        f"办件 {case.number} 的这一步已交由林涛办理；如需自己办理，请先收回。",
        f"This step of case {case.number} was handed to 林涛; take it back before you do it "
        "yourself.",
    ):
        hand(case, approver, lin)


def test_nobody_gets_his_own_application(case, approver, lin, applicant):
    User.objects.filter(pk=applicant.pk).update(subject_id="")
    User.objects.filter(pk=lin.pk).update(subject_id=case.applicant_id)
    lin.refresh_from_db()
    with refused(
        permissions.YourOwnCase,
        f"办件 {case.number} 是您本人的申请，您应当回避，请由同事办理。",
        f"Case {case.number} is your own application: a colleague has to decide it.",
    ):
        hand(case, approver, lin)


def test_what_is_done_cannot_be_handed_over_nor_taken_back(case, approver, lin):
    work = step(case, "review").pk
    complete(case, approver)
    for verb in (
        lambda: delegating.delegate(work_item_id=work, user=approver, to=lin, words="", at=MONDAY),
        lambda: delegating.take_back(work_item_id=work, user=approver, words="", at=MONDAY),
    ):
        with refused(
            locking.AlreadyDone,
            f"办件 {case.number} 的这一步已于 2026-09-21 10:00 办理。",
            f"This step of case {case.number} was done on 2026-09-21 10:00.",
        ):
            verb()


def test_nothing_is_taken_back_that_nobody_has(case, approver):
    with refused(
        delegating.NotHandedOver,
        f"办件 {case.number} 的这一步没有交给他人，无需收回。",
        f"This step of case {case.number} was handed to nobody: there is nothing to take back.",
    ):
        take(case, approver)


def test_a_signature_is_asked_of_one_person(case, approver, lin, officer):
    third = officer("何静")
    signs = signing.add_signer(
        work_item_id=step(case, "review").pk, user=approver, to=lin, words="", at=MONDAY
    )
    words = (
        f"办件 {case.number} 的会签由指定的人员作出，不能转交。",
        f"A signature beside case {case.number} is asked of one person and cannot be handed on.",
    )
    with refused(delegating.SignersOwn, *words):
        delegating.delegate(work_item_id=signs.pk, user=lin, to=third, words="", at=MONDAY)
    with refused(delegating.SignersOwn, *words):
        delegating.take_back(work_item_id=signs.pk, user=approver, words="", at=MONDAY)


def test_the_head_of_the_office_does_not_hand_over_what_is_not_the_heads(case, lead, lin):
    with refused(
        permissions.NotYourWork,
        f"办件 {case.number} 的这一步由公安局审批人员办理。",
        f"This step of case {case.number} is for Approver at {case.office.short_en}.",
    ):
        hand(case, lead, lin)


def test_more_than_two_hundred_characters_are_too_many(case, approver, lin):
    with refused(
        history.TooManyWords, "请用不超过 200 个字说明。", "Say it in at most 200 characters."
    ):
        hand(case, approver, lin, "长" * 201)
    assert hand(case, approver, lin, " " + "长" * 200 + "\n").assignee == lin


def test_withdrawing_calls_off_what_was_handed_over(case, approver, lin, applicant):
    work = hand(case, approver, lin)
    actions.withdraw(case_id=case.pk, user=applicant, at=MONDAY)
    work.refresh_from_db()
    assert (work.status, work.closed_at) == ("cancelled", MONDAY)


def test_who_has_lost_the_post_since_does_not_do_the_step(case, approver, lin):
    hand(case, approver, lin)
    lin.posts.all().delete()

    with pytest.raises(permissions.NotYourWork):
        complete(case, lin)
    with pytest.raises(permissions.NotHandling):
        permissions.check_can_handle(lin, case)
    take(case, approver)
    assert complete(case, approver).status == "granted"


def test_nobody_decides_what_he_is_asked_to_sign(case, approver, lin):
    signing.add_signer(
        work_item_id=step(case, "review").pk, user=approver, to=lin, words="", at=MONDAY
    )
    with refused(
        signing.SignsAlready,
        f"已请林涛会签办件 {case.number}。",
        f"林涛 was asked to sign case {case.number} already.",
    ):
        hand(case, approver, lin)
