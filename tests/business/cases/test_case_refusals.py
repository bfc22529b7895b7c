"""What every action on a case refuses: in which words, and that no row of the platform changes."""

from datetime import timedelta

import pytest
from django.utils import translation

from tests.business.applying import ANSWERS, OPEN, apply, complete
from tests.business.refusing import everything, refused
from tests.known import MONDAY
from tongban.business.cases import actions, attachments, locking, permissions, queries
from tongban.business.cases.attachments import Upload
from tongban.business.cases.models import Case, Draft
from tongban.engines.forms.words import Problem

pytestmark = pytest.mark.django_db
LATE = MONDAY + timedelta(hours=15)  # 01:00 of the next day in the city
PDF = b"%PDF-1.7 "


@pytest.fixture
def waiting(permit, citizen):
    """A case that waits for the approver, and its applicant."""
    user = citizen(insured_months=None)
    return apply(permit, user), user


def test_an_account_that_belongs_to_nobody_cannot_apply_nor_keep_a_draft(permit, approver):
    words = {
        "zh": "这个账号不属于任何自然人或企业，不能申请办事；请用本人账号登录。",
        "en": (
            "This account belongs to no person or company that could apply; log in with your own."
        ),
    }
    with refused(permissions.NotAnApplicant, **words):
        apply(permit, approver)
    with refused(permissions.NotAnApplicant, **words):
        actions.save_draft(version=permit, user=approver, answers=ANSWERS, at=MONDAY)


@pytest.mark.parametrize(
    ("answers", "disputed", "zh", "en", "problems"),
    [
        (
            {},
            {},
            "还有 1 个问题需要回答。",
            "1 questions still need an answer.",
            {"wants_card": Problem("Choose one.", "请选一项。")},
        ),
        (
            {"wants_card": "maybe", "favourite": "1"},
            {"name": " "},
            "还有 3 个问题需要回答。",
            "3 questions still need an answer.",
            {
                "wants_card": Problem(
                    "Choose one of the options offered.", "请在列出的选项中选择。"
                ),
                "favourite": Problem(
                    "This form does not ask this; leave it out.", "本表没有这一项，请去掉。"
                ),
                "name": Problem("Say what is wrong.", "请说明哪里不对。"),
            },
        ),
    ],
)
def test_each_open_question_is_named_and_nothing_is_handed_in(
    permit, citizen, answers, disputed, zh, en, problems
):
    user = citizen()
    before = everything()

    with pytest.raises(actions.NotFilledIn) as told:
        apply(permit, user, answers, disputed)

    assert (told.value.told("zh"), told.value.told("en")) == (zh, en)
    assert told.value.problems == problems
    assert everything() == before


def test_who_has_a_case_at_work_is_led_to_it(permit, waiting):
    case, user = waiting
    with refused(
        actions.AlreadyRunning,
        f"您已有在办的 {case.number}，请查看进度，不必重复申请。",
        f"You already have case {case.number} for this item; follow it instead of applying again.",
    ):
        apply(permit, user)


def test_after_a_decision_one_may_apply_again(permit, waiting, approver):
    case, user = waiting
    complete(case, approver, grant=False, words="材料不足")

    again = apply(permit, user)

    assert (again.pk != case.pk, again.status) == (True, Case.Status.RUNNING)


@pytest.mark.parametrize(
    ("files", "refusal", "zh", "en"),
    [
        (
            [Upload("房产证.docx", b"PK\x03\x04")],
            attachments.NotAFileWeTake,
            "房产证.docx 不是 PDF、JPEG 或 PNG 文件，请另存为其中一种再上传。",
            "房产证.docx is no PDF, JPEG or PNG; save it as one of these and hand it in again.",
        ),
        (
            [Upload("empty.pdf", b"")],
            attachments.NotAFileWeTake,
            "empty.pdf 不是 PDF、JPEG 或 PNG 文件，请另存为其中一种再上传。",
            "empty.pdf is no PDF, JPEG or PNG; save it as one of these and hand it in again.",
        ),
        (
            [Upload("lease.pdf", PDF.ljust(attachments.MOST_BYTES + 1))],
            attachments.FileTooLarge,
            "lease.pdf 超过 10 MB，请压缩后再上传。",
            "lease.pdf is larger than 10 MB; make it smaller and hand it in again.",
        ),
        (
            [Upload(f"{n}.pdf", PDF) for n in range(11)],
            attachments.TooManyFiles,
            "最多上传 10 个文件。",
            "At most 10 files can be handed in.",
        ),
    ],
    ids=["another kind", "empty", "too large", "too many"],
)
def test_a_file_that_is_not_taken_keeps_the_whole_application_out(
    permit, citizen, files, refusal, zh, en
):
    user = citizen(**OPEN)
    answers = {**ANSWERS, "residence_basis": "rent"}
    with refused(refusal, zh, en):
        apply(permit, user, answers, uploads={"residence_evidence": files})


def test_a_refusal_needs_words_that_say_something(waiting, approver):
    case, _ = waiting
    for words in ("", " \n\t\u3000"):
        with refused(
            actions.SayWhy,
            "不予许可必须写明理由，申请人会看到。",
            "A refusal needs a reason that the applicant can read.",
        ):
            complete(case, approver, grant=False, words=words)


def test_what_is_done_is_not_done_again_and_the_time_told_is_the_citys(waiting, approver):
    case, _ = waiting
    complete(case, approver, at=LATE)

    for grant in (True, False):
        with refused(
            locking.AlreadyDone,
            f"办件 {case.number} 的这一步已于 2026-09-22 01:00 办理。",
            f"This step of case {case.number} was done on 2026-09-22 01:00.",
        ):
            complete(case, approver, grant=grant, words="再想想")


def test_a_step_of_a_withdrawn_case_is_told_as_called_off_and_not_as_done(waiting, approver):
    case, user = waiting
    actions.withdraw(case_id=case.pk, user=user, at=LATE)

    with refused(
        locking.CalledOff,
        f"办件 {case.number} 的这一步已于 2026-09-22 01:00 取消，无需再办。",
        f"This step of case {case.number} was called off on 2026-09-22 01:00: "
        "nothing is left to do.",
    ):
        complete(case, approver)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_who_does_not_hold_the_post_is_told_whose_step_it_is_in_either_language(
    waiting, staff, language
):
    case, _ = waiting
    clerk = staff("clerk")
    with (
        translation.override(language),
        refused(
            permissions.NotYourWork,
            f"办件 {case.number} 的这一步由公安局审批人员办理。",
            f"This step of case {case.number} is for Approver at Public Security.",
        ),
    ):
        complete(case, clerk)


def test_nobody_decides_his_own_application(permit, waiting, staff):
    case, user = waiting
    user.subject_id = ""
    user.save()
    officer = staff("approver", subject_id=case.applicant_id)

    assert not permissions.can_complete(officer, case.work_items.get())
    with refused(
        permissions.YourOwnCase,
        f"办件 {case.number} 是您本人的申请，您应当回避，请由同事办理。",
        f"Case {case.number} is your own application: a colleague has to decide it.",
    ):
        complete(case, officer)


@pytest.mark.parametrize("grant", [True, False])
def test_a_finished_case_cannot_be_withdrawn(waiting, approver, grant):
    case, user = waiting
    complete(case, approver, grant=grant, words="已核实")
    with refused(
        actions.CannotWithdraw,
        f"办件 {case.number} 已办结，不能再撤回。",
        f"Case {case.number} is finished and can no longer be withdrawn.",
    ):
        actions.withdraw(case_id=case.pk, user=user, at=MONDAY)


def test_nobody_else_withdraws_a_case(waiting, citizen, approver, staff):
    case, _ = waiting
    for other in (citizen("wang"), approver, staff("supervisor")):
        with refused(
            permissions.NotYourCase,
            f"您无权查看办件 {case.number}。",
            f"Case {case.number} is not yours to see.",
        ):
            actions.withdraw(case_id=case.pk, user=other, at=MONDAY)


def test_a_draft_is_kept_once_sealed_and_gone_with_the_application(permit, citizen):
    user = citizen()
    for answer in ("yes", "no"):
        actions.save_draft(
            version=permit, user=user, answers={"wants_card": answer, "phone": "1"}, at=LATE
        )

    (draft,) = Draft.objects.all()
    assert (draft.applicant_id, draft.saved_at) == (user.subject_id, LATE)
    assert b"wants_card" not in bytes(draft.answers_sealed)
    assert queries.draft(permit, user) == {"wants_card": "no", "phone": "1"}
    assert queries.draft(permit, citizen("wang")) == {}

    apply(permit, user)
    assert queries.draft(permit, user) == {}
