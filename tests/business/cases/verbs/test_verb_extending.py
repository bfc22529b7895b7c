"""Ten working days more, once, by the head of the office."""

from datetime import date, timedelta

import pytest

from tests.business.applying import complete
from tests.business.cases.verbs.telling import audited, last, row, told
from tests.business.refusing import refused
from tests.known import MONDAY
from tongban.base.calendar import queries as known
from tongban.business.cases import deadlines, locking, permissions, queries
from tongban.business.cases.verbs import extending, history, suspending

pytestmark = pytest.mark.django_db


def extend(case, user, words="需外地函调", at=MONDAY):
    return extending.extend(case_id=case.pk, user=user, words=words, at=at)


def test_both_days_move_by_ten_working_days_and_everybody_hears_of_it(case, lead, applicant):
    made = extend(case, lead)

    case.refresh_from_db()
    # 5 working days and 10; 15 calendar days, and from their end 10 working days.
    assert (case.promised_on, case.statutory_on) == (date(2026, 10, 19), date(2026, 10, 20))
    assert (made.days, made.granted_at, made.granted_by) == (10, MONDAY, lead)
    assert "函调".encode() not in bytes(made.words_sealed)
    details = {"days": 10, "statutory_on": "2026-10-20"}
    assert row(last(case, "tb:extension")) == (
        *("complete", str(lead.pk), "lead", "GA", "", "需外地函调"),
        details,
    )
    kept = audited(case)
    assert (kept.kind, kept.actor, kept.post, kept.details) == (
        *("case.extended", str(lead.pk), "lead"),
        details,
    )
    assert told(applicant) == [
        (
            f"您申请的居住证申领（{case.number}）经单位负责人批准延长 10 个工作日，"
            "最晚 2026-10-19 答复（法定期限 2026-10-20）。理由：需外地函调",
            f"Your application (Application for a residence permit, {case.number}) takes 10 "
            "working days longer, as the head of the office has approved: it is answered by "
            "2026-10-19, by law by 2026-10-20. 需外地函调",
        )
    ]


def test_the_page_counts_fifteen_days_and_a_recount_changes_nothing(case, lead):
    extend(case, lead)
    case.refresh_from_db()
    found = queries.deadline(case, MONDAY, known.current())
    assert (found.days_total, found.days_left) == (15, 15)
    assert deadlines.recount(by="test", at=MONDAY) == 0


def test_suspended_as_well_the_excluded_days_come_on_top(case, lead):
    extend(case, lead)
    suspending.suspend(
        case_id=case.pk, user=lead, ground="hearing", days=3, words="听证", at=MONDAY
    )
    case.refresh_from_db()
    # The 21st, on which the limit begins, does not count anyway.
    assert case.promised_on == date(2026, 10, 21)


def test_once(case, lead):
    extend(case, lead)
    with refused(
        extending.AlreadyExtended,
        f"办件 {case.number} 已于 2026-09-21 延长过期限，依法只能延长一次。",
        f"Case {case.number} was extended on 2026-09-21: the law allows that once.",
    ):
        extend(case, lead, at=MONDAY + timedelta(days=3))


def test_on_the_last_day_and_not_after_it(case, lead):
    last_day = MONDAY + timedelta(days=15)  # 10-06
    with refused(
        extending.TooLateToExtend,
        f"办件 {case.number} 的法定期限已于 2026-10-06 届满，只能在届满前延长。",
        f"The limit of case {case.number} ended on 2026-10-06: it can only be extended before it "
        "ends.",
    ):
        extend(case, lead, at=last_day + timedelta(days=1))
    assert extend(case, lead, at=last_day).days == 10


@pytest.mark.parametrize(("role", "office"), [("approver", "GA"), ("lead", "RS")])
def test_only_the_head_of_this_office(case, officer, role, office):
    other = officer("何静", role, office)
    with refused(
        permissions.NotForLead,
        f"只有公安局负责人可以对办件 {case.number} 作此处理。",
        f"Only the head of {case.office.short_en} may do this with case {case.number}.",
    ):
        extend(case, other)


def test_not_the_heads_own_case(case, applicant):
    applicant.posts.create(office=case.office, role="lead")
    with refused(
        permissions.YourOwnCase,
        f"办件 {case.number} 是您本人的申请，您应当回避，请由同事办理。",
        f"Case {case.number} is your own application: a colleague has to decide it.",
    ):
        extend(case, applicant)


def test_not_what_is_finished(case, approver, lead):
    complete(case, approver)
    with refused(
        locking.Finished,
        f"办件 {case.number} 已于 2026-09-21 办结，不能再作此处理。",
        f"Case {case.number} was finished on 2026-09-21: this can no longer be done with it.",
    ):
        extend(case, lead)


def test_not_without_a_reason(case, lead):
    with refused(
        history.SayTheReason,
        "请用 1 至 200 个字说明理由，理由将留在办件记录中。",
        "Say in 1 to 200 characters why: it stays in the history of the case.",
    ):
        extend(case, lead, " ")
