"""The clock stands on a ground of law, by whole days, and never longer than authorised."""

from datetime import date, timedelta

import pytest

from tests.business.applying import apply, complete
from tests.business.cases.verbs.telling import audited, last, row, step, told
from tests.business.refusing import refused
from tests.known import MONDAY
from tongban.base.calendar import actions as calendar
from tongban.base.calendar import queries as known
from tongban.base.calendar.models import CalendarDay
from tongban.business.cases import actions, deadlines, locking, permissions, queries
from tongban.business.cases.models import Case, Suspension
from tongban.business.cases.verbs import correcting, history, suspending
from tongban.engines.clocks import Ground, Light, NotAGround

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
AFTER = MONDAY + timedelta(days=8)  # the 29th


def stop(case, user, ground="testing", days=3, words="送省检测中心", at=TUESDAY):
    return suspending.suspend(
        case_id=case.pk, user=user, ground=ground, days=days, words=words, at=at
    )


def go_on(case, user, words="报告已到", at=WEDNESDAY):
    return suspending.resume(case_id=case.pk, user=user, words=words, at=at)


def days_of(case):
    case.refresh_from_db()
    return case.promised_on, case.statutory_on


def lamp(case, at):
    case.refresh_from_db()
    return queries.deadline(case, at, known.current()).light


def test_the_days_move_by_the_whole_of_what_was_authorised(case, approver):
    assert days_of(case) == (date(2026, 9, 29), date(2026, 10, 6))

    made = stop(case, approver)

    assert (made.authorised_until, made.ended_at) == (date(2026, 9, 24), None)
    # Tuesday to Thursday do not count; over Mid-Autumn and the national holidays.
    assert days_of(case) == (date(2026, 10, 9), date(2026, 10, 9))


def test_the_vector_of_the_domain(case, approver):
    """From 2026-03-02 with a procedure from 03-05 to 03-11: here 5 working and 15 calendar days."""
    begun = MONDAY.replace(month=3, day=2)
    Case.objects.update(submitted_at=begun, accepted_at=begun)

    made = stop(case, approver, days=5, at=begun + timedelta(days=3))

    assert made.authorised_until == date(2026, 3, 11)
    assert days_of(case) == (date(2026, 3, 16), date(2026, 3, 24))


def test_resumed_earlier_only_the_days_that_passed_are_excluded(case, approver):
    stop(case, approver)
    resumed = go_on(case, approver)

    assert (resumed.ended_at, resumed.ended_by) == (WEDNESDAY, approver)
    assert deadlines.excluded_until(resumed) == date(2026, 9, 23)
    assert days_of(case) == (date(2026, 10, 8), date(2026, 10, 8))


def test_stopped_and_resumed_on_one_day_that_day_is_excluded(case, approver):
    stop(case, approver)
    go_on(case, approver, at=TUESDAY + timedelta(hours=5))
    assert days_of(case) == (date(2026, 9, 30), date(2026, 10, 7))
    stop(case, approver, at=TUESDAY + timedelta(hours=6), days=1)
    assert days_of(case) == (date(2026, 9, 30), date(2026, 10, 7)), "not excluded twice"


def test_after_the_authorised_days_the_clock_runs_on_though_nobody_has_resumed_it(case, approver):
    stop(case, approver)
    moved = days_of(case)
    found = suspending.standing(case, AFTER)
    assert found is not None
    assert (found.until, found.over) == (date(2026, 9, 24), 2)  # the 28th and 29th

    go_on(case, approver, at=AFTER)

    assert days_of(case) == moved, "not a day more than was authorised"
    assert last(case, "tb:clock").details == {
        "ground": "testing",
        "excluded_until": "2026-09-24",
        "over": 2,
    }
    assert suspending.standing(case, AFTER) is None


def test_the_lamp_says_that_it_stands_and_later_that_it_stands_too_long(case, approver):
    assert lamp(case, MONDAY) is Light.NONE
    stop(case, approver)
    assert lamp(case, TUESDAY) is Light.PAUSED
    assert lamp(case, TUESDAY + timedelta(days=2)) is Light.PAUSED  # the last authorised day
    assert lamp(case, TUESDAY + timedelta(days=3)) is Light.YELLOW
    go_on(case, approver, at=AFTER)
    assert lamp(case, AFTER) is Light.NONE


def test_the_page_counts_without_the_days_that_were_excluded(case, approver):
    stop(case, approver)
    go_on(case, approver, at=WEDNESDAY)
    case.refresh_from_db()
    found = queries.deadline(case, MONDAY + timedelta(days=3), known.current())
    assert (found.days_left, found.days_total) == (4, 5)


def test_the_history_the_audit_and_the_applicant_hear_of_both(case, approver, applicant):
    by = (str(approver.pk), "approver", "GA", "")
    stop(case, approver)
    assert row(last(case, "tb:clock")) == (
        *("suspend", *by, "送省检测中心"),
        {"ground": "testing", "days": 3, "until": "2026-09-24"},
    )
    assert (audited(case).kind, audited(case).post) == ("case.suspended", "approver")
    assert audited(case).details == {"ground": "testing", "days": 3, "until": "2026-09-24"}

    go_on(case, approver)
    assert row(last(case, "tb:clock")) == (
        *("resume", *by, "报告已到"),
        {"ground": "testing", "excluded_until": "2026-09-23", "over": 0},
    )
    assert audited(case).kind == "case.resumed"
    number = case.number
    assert told(applicant) == [
        (
            f"您申请的居住证申领（{number}）自 2026-09-22 起因检测停止计时，最多 3 个工作日"
            "（至 2026-09-24），最晚 2026-10-09 答复（法定期限 2026-10-09）。说明：送省检测中心",
            f"Your application (Application for a residence permit, {number}) does not count days "
            "from 2026-09-22 (testing), for at most 3 working days (until 2026-09-24). It is "
            "answered by 2026-10-09, by law by 2026-10-09. 送省检测中心",
        ),
        (
            f"您申请的居住证申领（{number}）已恢复计时，最晚 2026-10-08 答复"
            "（法定期限 2026-10-08）。",
            f"Your application (Application for a residence permit, {number}) counts days again: "
            "it is answered by 2026-10-08, by law by 2026-10-08.",
        ),
    ]


def test_what_was_said_lies_sealed(case, approver):
    made = stop(case, approver)
    for sealed in (made.words_sealed, last(case, "tb:clock").words_sealed):
        assert "送省".encode() not in bytes(sealed)


@pytest.mark.parametrize("lawful", [each for each in Ground if each is not Ground.CORRECTION])
def test_every_ground_of_the_law_stops_it_by_code_and_by_name(case, approver, lawful):
    assert stop(case, approver, lawful.zh).ground == lawful.value
    go_on(case, approver)
    assert stop(case, approver, lawful.value, at=AFTER).ground == lawful.value


def test_the_table_knows_the_grounds_of_the_engine():
    assert [(str(g.value), str(g.label)) for g in Suspension.Ground] == [
        (each.value, each.zh) for each in Ground
    ]


def test_a_site_visit_stops_no_clock(case, approver):
    with refused(
        NotAGround,
        "“现场核查”不是停止计时的法定事由。"
        "法律只列明：听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审、补正。",
        'The clock does not stop for "现场核查". The law names only: hearing, tender, auction, '
        "inspection of goods or equipment, testing, quarantine, appraisal, expert review, "
        "correction by the applicant.",
    ):
        stop(case, approver, "现场核查")


def test_for_a_correction_one_asks_the_applicant(case, approver):
    with refused(
        suspending.CorrectionIsAskedFor,
        "补正不单独停止计时：请改为一次告知申请人补正。",
        "For a correction the clock stops by itself: ask the applicant for the correction instead.",
    ):
        stop(case, approver, "补正")


def test_one_suspension_at_a_time_even_where_its_days_are_over(case, approver):
    stop(case, approver)
    for at in (WEDNESDAY, AFTER):
        with refused(
            suspending.AlreadySuspended,
            f"办件 {case.number} 自 2026-09-22 起已因检测停止计时，请先恢复计时。",
            f"The clock of case {case.number} has been stopped since 2026-09-22 (testing): resume "
            "it first.",
        ):
            stop(case, approver, "hearing", at=at)


@pytest.mark.parametrize("days", [0, -1, 251])
def test_nobody_authorises_no_days_or_more_than_a_year(case, approver, days):
    with refused(
        suspending.AuthoriseDays,
        f"停止计时应批准 1 至 250 个工作日，不能是 {days} 个。",
        f"The clock is stopped for 1 to 250 working days, not for {days}.",
    ):
        stop(case, approver, days=days)


@pytest.mark.parametrize("words", ["", " \n", "长" * 201])
def test_a_reason_is_given(case, approver, words):
    with refused(
        history.SayTheReason,
        "请用 1 至 200 个字说明理由，理由将留在办件记录中。",
        "Say in 1 to 200 characters why: it stays in the history of the case.",
    ):
        stop(case, approver, words=words)


def test_what_runs_cannot_be_resumed(case, approver):
    with refused(
        suspending.NotSuspended,
        f"办件 {case.number} 正在计时，无需恢复。",
        f"The clock of case {case.number} runs: there is nothing to resume.",
    ):
        go_on(case, approver)


def test_the_office_does_not_end_the_applicants_time_to_correct(case, approver):
    correcting.ask(
        case_id=case.pk, user=approver, questions=["wants_card"], words="请确认", at=TUESDAY
    )
    with refused(
        suspending.WaitsForCorrection,
        f"办件 {case.number} 因等待申请人补正停止计时：补正后恢复，或在 2026-10-19 之后自动恢复。",
        f"The clock of case {case.number} stands for the applicant's correction: it goes on with "
        "that, or by itself after 2026-10-19.",
    ):
        go_on(case, approver)


def test_once_the_applicants_time_is_over_the_clock_can_stand_for_something_else(case, approver):
    correcting.ask(
        case_id=case.pk, user=approver, questions=["wants_card"], words="请确认", at=TUESDAY
    )
    over = MONDAY.replace(month=10, day=20)

    before = go_on(case, approver, at=over)
    made = stop(case, approver, at=over)

    assert (before.ended_at, deadlines.excluded_until(before)) == (over, date(2026, 10, 19))
    assert (made.ended_at, case.suspensions.count()) == (None, 2)


def test_what_is_finished_has_no_clock(case, approver, lead):
    complete(case, approver)
    for verb, user in ((stop, lead), (go_on, lead), (stop, approver)):
        with refused(
            locking.Finished,
            f"办件 {case.number} 已于 2026-09-21 办结，不能再作此处理。",
            f"Case {case.number} was finished on 2026-09-21: this can no longer be done with it.",
        ):
            verb(case, user)


@pytest.mark.parametrize(
    ("role", "office"), [("clerk", "GA"), ("approver", "RS"), ("supervisor", "SJ"), ("lead", "RS")]
)
def test_only_who_has_the_case_in_hand_or_the_head_stops_its_clock(case, officer, role, office):
    words = (
        "只有公安局正在办理 " + case.number + " 的人员或该单位负责人可以作此处理。",
        f"Only whoever has case {case.number} in hand at {case.office.short_en}, or the head of "
        "that office, may do this.",
    )
    other = officer("何静", role, office)
    for verb in (stop, go_on):
        with refused(permissions.NotHandling, *words):
            verb(case, other)


def test_the_applicant_does_not_stop_his_own_clock(case, applicant):
    applicant.posts.create(office=case.office, role="approver")
    with refused(
        permissions.YourOwnCase,
        f"办件 {case.number} 是您本人的申请，您应当回避，请由同事办理。",
        f"Case {case.number} is your own application: a colleague has to decide it.",
    ):
        stop(case, applicant)


def test_the_head_of_the_office_stops_it_as_such(case, lead):
    stop(case, lead)
    assert last(case, "tb:clock").role == "lead"


def test_nobody_decides_while_the_clock_stands(case, approver):
    stop(case, approver)
    with refused(
        locking.ClockStands,
        f"办件 {case.number} 因检测停止计时至 2026-09-24，须先恢复计时，才能办理下一步。",
        f"The clock of case {case.number} stands until 2026-09-24 (testing): it goes on before the "
        "next step is done.",
    ):
        complete(case, approver, at=WEDNESDAY)
    go_on(case, approver)
    assert complete(case, approver, at=WEDNESDAY).status == "granted"


def test_after_the_authorised_days_one_decides_and_the_suspension_ends_with_the_case(
    case, approver
):
    stop(case, approver)
    complete(case, approver, at=AFTER)
    ended = case.suspensions.get()
    assert (ended.ended_at, ended.ended_by) == (AFTER, None)


def test_a_withdrawn_case_leaves_no_clock_standing(case, approver, applicant):
    stop(case, approver)
    actions.withdraw(case_id=case.pk, user=applicant, at=WEDNESDAY)
    assert case.suspensions.get().ended_at == WEDNESDAY


def test_a_step_moves_with_the_case(branched, officer):
    clerk = officer("何静", "clerk")
    work = step(branched, "papers")
    assert (work.due_on, work.limit_days, work.limit_unit) == (date(2026, 9, 23), 2, "working")

    stop(branched, clerk, days=2)
    work.refresh_from_db()
    assert work.due_on == date(2026, 9, 28)  # Tuesday and Wednesday out; 24th, then the 28th

    go_on(branched, clerk, at=TUESDAY)
    work.refresh_from_db()
    assert work.due_on == date(2026, 9, 24)


def test_a_changed_calendar_moves_the_authorised_days_and_the_limits(
    permit, item, citizen, approver
):
    """The 23rd becomes a day off."""
    case = apply(permit, citizen("wang", insured_months=None))
    branched = apply(item, citizen(insured_months=None))
    stop(case, approver)
    rows = [
        {**row, "announced": True, "working": row["working"] and row["day"] != date(2026, 9, 23)}
        for row in CalendarDay.objects.filter(day__year=2026).values("day", "working", "note_zh")
    ]
    calendar.load_days(rows, by="test", at=TUESDAY)

    assert deadlines.recount(by="test", at=TUESDAY) == 2

    assert case.suspensions.get().authorised_until == date(2026, 9, 28)
    assert days_of(case) == (date(2026, 10, 10), date(2026, 10, 13))
    assert step(branched, "papers").due_on == date(2026, 9, 24)
    assert deadlines.recount(by="test", at=TUESDAY) == 0
