"""What happens to a case on its way: rows, events, audit, notices, timers, and the city's day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.business.applying import OPEN, apply, changed, complete, left_behind, publish, timers
from tests.engines.processes.bpmn_models import (
    boundary,
    declared,
    end,
    extended,
    flow,
    model,
    node,
    path,
    service,
    start,
    tb_output,
    timer,
    user,
)
from tests.known import KNOWN, MONDAY
from tongban.base.audit.models import Event
from tongban.base.notices import queries as notices
from tongban.base.people.models import User
from tongban.business.cases import (
    actions,
    deciding,
    evidence,
    keeping,
    operations,
    previewing,
    running,
)
from tongban.business.cases.models import Case, Decision, Requirement, WorkItem
from tongban.business.certificates import queries as certificates
from tongban.business.certificates.models import Certificate
from tongban.data.exchange import gate
from tongban.errors import Refusal

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 9, 21, 17, tzinfo=UTC)  # 01:00 of the 22nd in the city
REVIEW = extended(tb_output("approved", "approved"))
BOTH_ENDS = (
    service("issue", tb_operation="issue_certificate"),
    service("refuse", tb_operation="notify_refusal"),
    end("issued"),
    end("refused"),
    path("issue", "issued"),
    path("refuse", "refused"),
)


def events(case):
    return list(case.events.order_by("pk").values_list("activity", "transition", "role"))


def audited(case):
    return Event.objects.filter(subject_type="case", subject_id=case.number).order_by("pk")


@pytest.fixture
def run(ground, city, citizen):
    """Applies for an item with this process; its grants are those of the permit."""

    def run(*parts, at=MONDAY, beside="", username="zhou", **known):
        drawn = model(declared(approved="boolean"), *parts, beside=beside).decode()
        version = publish(changed(ground.bundle, "B09", process_text=drawn))
        return apply(version, citizen(username, **known), at=at)

    return run


def test_the_course_of_a_case_that_a_person_decides(permit, citizen, approver):
    case = apply(permit, citizen(insured_months=None))
    complete(case, approver, words="已电话核实", at=MONDAY + timedelta(hours=1))

    assert events(case) == [
        ("collect", "start", "applicant"),
        ("collect", "complete", "applicant"),
        ("decide", "start", "applicant"),
        ("decide", "complete", "applicant"),
        ("review", "start", "applicant"),
        ("review", "schedule", "platform"),
        ("review", "complete", "approver"),
        ("issue", "start", "approver"),
        ("issue", "complete", "approver"),
        ("notify", "start", "approver"),
        ("notify", "complete", "approver"),
    ]
    reviewed = case.events.get(activity="review", transition="complete")
    assert (reviewed.resource, reviewed.office) == (str(approver.pk), "GA")
    assert reviewed.at == MONDAY + timedelta(hours=1)
    assert [each.words for each in case.events.filter(activity="notify")] == ["通知申请人"] * 2


def test_submitting_and_deciding_are_audited_with_whom_they_concern(permit, citizen, approver):
    applicant = citizen(insured_months=None)
    case = apply(permit, applicant)
    complete(case, approver, grant=False, words="未在本市就业")

    submitted, decided = audited(case)
    assert (submitted.kind, submitted.actor, submitted.office, submitted.subjects) == (
        "case.submitted",
        str(applicant.pk),
        "GA",
        [applicant.subject_id],
    )
    assert submitted.details == {"item": "B09", "status": "running"}
    assert (decided.kind, decided.actor, decided.office, decided.post, decided.details) == (
        "case.decided",
        str(approver.pk),
        "GA",
        "approver",
        {"granted": False},
    )
    assert "未在本市就业" not in repr(list(Event.objects.values()))


def test_a_withdrawn_case_says_so_in_its_log_and_in_the_audit(permit, citizen):
    applicant = citizen(insured_months=None)
    case = apply(permit, applicant)
    at = MONDAY + timedelta(days=1)

    actions.withdraw(case_id=case.pk, user=applicant, at=at)

    case.refresh_from_db()
    assert (case.status, case.finished_at, case.automatic) == ("withdrawn", at, False)
    last = case.events.order_by("pk").last()
    assert (last.activity, last.transition, last.at) == ("review", "withdraw", at)
    assert (last.resource, last.role) == (str(applicant.pk), "applicant")
    event = audited(case).last()
    assert (event.kind, event.office, event.subjects) == (
        "case.withdrawn",
        "GA",
        [applicant.subject_id],
    )


@pytest.mark.parametrize(
    ("grant", "zh", "en"),
    [
        (
            True,
            "您申请的居住证申领已批准，电子证照可以下载。",
            "Your application (Application for a residence permit) is granted; "
            "download the certificate.",
        ),
        (
            False,
            "您申请的居住证申领未获准许，请查看理由和救济途径。",
            "Your application (Application for a residence permit) is refused; "
            "see why and what to do.",
        ),
    ],
)
def test_the_applicant_alone_is_told_the_outcome(permit, citizen, approver, grant, zh, en):
    applicant = citizen(insured_months=None)
    case = apply(permit, applicant)
    assert notices.unread(applicant.subject_id) == 0

    complete(case, approver, grant=grant, words="已核实")

    (notice,) = notices.box(applicant.subject_id)
    assert (notice.words_zh, notice.words_en) == (zh, en)
    assert (notice.about_type, notice.about_id, notice.told_at) == ("case", case.number, MONDAY)


def test_the_number_and_the_promise_go_by_the_citys_day(permit, citizen):
    case = apply(permit, citizen(insured_months=None), at=NIGHT)

    assert case.number.startswith("329900-260922-")
    assert case.promised_on == date(2026, 9, 30)  # working days, over Mid-Autumn Day
    assert case.statutory_on == date(2026, 10, 7)  # 15 calendar days
    assert not case.due_is_provisional


def test_a_process_goes_by_the_citys_day(run):
    """At 17:00 UTC it is tomorrow in the city: `today()` must say so."""
    case = run(
        start(),
        node("exclusiveGateway", "day", default="day-refuse"),
        *BOTH_ENDS,
        flow("start", "day"),
        flow("day", "issue", 'today() = date("2026-09-22")'),
        flow("day", "refuse"),
        at=NIGHT,
    )
    assert case.status == Case.Status.GRANTED


def test_a_moment_without_an_offset_is_one_of_the_city(run, approver):
    case = run(
        start(),
        user("review", REVIEW, tb_post="approver"),
        boundary("late", "review", timer("timeDate", "2026-10-01T09:00:00")),
        *BOTH_ENDS,
        path("start", "review", "issue"),
        flow("late", "refuse"),
    )
    assert timers().get(case=case).due == datetime(2026, 10, 1, 1, tzinfo=UTC)


LATE = (
    start(),
    user("review", REVIEW, tb_post="approver"),
    boundary("late", "review", timer("timeDuration", "P2D")),
    *BOTH_ENDS,
    path("start", "review", "issue"),
    flow("late", "refuse"),
)


def test_a_timer_fires_when_it_is_due_and_not_before(run):
    case = run(*LATE)
    due = MONDAY + timedelta(days=2)

    assert actions.fire_timers(at=due - timedelta(microseconds=1)) == 0
    assert actions.fire_timers(at=due) == 1
    assert actions.fire_timers(at=due) == 0

    case.refresh_from_db()
    assert (case.status, case.finished_at) == (Case.Status.REFUSED, due)
    item = case.work_items.get()
    assert (item.status, item.closed_at, item.done_by) == (WorkItem.Status.CANCELLED, due, None)
    assert ("review", "withdraw", "platform") in events(case)


def test_a_timer_goes_with_the_step_it_watches(run, approver):
    case = run(*LATE)
    complete(case, approver)
    assert not timers().exists()
    assert actions.fire_timers(at=MONDAY + timedelta(days=9)) == 0


def test_a_timer_goes_with_the_case_that_is_withdrawn(run):
    case = run(*LATE)
    applicant = User.objects.get(subject_id=case.applicant_id)

    actions.withdraw(case_id=case.pk, user=applicant, at=MONDAY)

    assert actions.fire_timers(at=MONDAY + timedelta(days=9)) == 0


def test_a_timer_that_an_ended_case_left_behind_only_goes_away(run, approver):
    case = run(*LATE)
    complete(case, approver)
    left_behind(case, 1, MONDAY)
    before = events(case)

    assert actions.fire_timers(at=MONDAY) == 1
    assert (events(case), timers().count()) == (before, 0)


def test_a_timer_still_fires_while_what_is_decided_is_served(run, approver):
    case = run(
        *(start(), user("review", REVIEW, tb_post="approver"), *BOTH_ENDS[:1]),
        node("intermediateCatchEvent", "wait", timer("timeDuration", "P1D")),
        *(user("hand", tb_post="clerk"), end("issued")),
        path("start", "review", "issue", "wait", "hand", "issued"),
    )
    complete(case, approver)
    case.refresh_from_db()
    assert (case.status, timers().count()) == (Case.Status.GRANTED, 1)

    assert actions.fire_timers(at=MONDAY + timedelta(days=1)) == 1
    assert case.work_items.get(status="open").node == "hand"
    case.refresh_from_db()
    assert (case.status, case.finished_at) == (Case.Status.GRANTED, MONDAY)


def test_a_case_that_cannot_go_on_holds_up_no_other(run, permit, citizen, caplog):
    """Its process ends, and nothing is decided."""
    stuck = run(
        start(),
        node("intermediateCatchEvent", "wait", timer("timeDuration", "P1D")),
        end(),
        path("start", "wait", "end"),
    )
    other = run(*LATE, username="other")
    before = keeping.load(stuck)

    with pytest.raises(actions.TimersStuck) as raised:
        actions.fire_timers(at=MONDAY + timedelta(days=2))

    number = stuck.number
    assert raised.value.told("zh") == f"办件 {number} 到期，但流程无法继续；原因见日志。"
    assert raised.value.told("en") == (
        f"The time came for cases {number}, and their processes cannot go on; the log says why."
    )
    assert [line.getMessage() for line in caplog.records if "did not fire" in line.message] == [
        f"A timer of case {number} did not fire: {running.EndedUndecided(number=number).told('en')}"
    ]
    other.refresh_from_db()
    assert other.status == Case.Status.REFUSED
    assert keeping.load(stuck) == before
    assert timers().filter(case=stuck).count() == 1


def test_cases_that_cannot_go_on_use_up_nothing_of_the_limit(run):
    """A limit counts what has fired; here of one, and the stuck case comes first."""
    run(
        start(),
        node("intermediateCatchEvent", "wait", timer("timeDuration", "P1D")),
        end(),
        path("start", "wait", "end"),
    )
    other = run(*LATE, username="other")

    with pytest.raises(actions.TimersStuck):
        actions.fire_timers(at=MONDAY + timedelta(days=2), limit=1)

    other.refresh_from_db()
    assert other.status == Case.Status.REFUSED


def test_a_process_that_ends_undecided_is_refused_by_name_and_nothing_is_kept(run):
    before = Case.objects.count()
    with pytest.raises(running.EndedUndecided) as raised:
        run(start(), end(), path("start", "end"))
    assert "在作出决定之前就结束了" in raised.value.told("zh")
    assert "before anything was decided" in raised.value.told("en")
    assert Case.objects.count() == before


def test_no_more_timers_are_fired_than_asked_for_and_the_oldest_come_first(run, approver):
    case = run(*LATE)
    complete(case, approver)
    for number in range(3):
        left_behind(case, 10 - number, MONDAY + timedelta(hours=number))

    assert actions.fire_timers(at=MONDAY + timedelta(days=1), limit=2) == 2
    assert timers().get().number == 8


def test_a_step_without_a_post_falls_to_the_approver_and_brings_its_form(run):
    case = run(
        start(),
        user("review", REVIEW, tb_form="opinion"),
        *BOTH_ENDS,
        path("start", "review", "issue"),
        path("review", "refuse"),
    )
    item = case.work_items.get()
    assert (item.post, item.form, item.name_zh) == ("approver", "opinion", "review")


def test_two_steps_side_by_side_are_both_withdrawn(run):
    case = run(
        start(),
        node("parallelGateway", "split"),
        user("one", REVIEW),
        user("two", REVIEW),
        node("parallelGateway", "join"),
        service("issue", tb_operation="issue_certificate"),
        end("issued"),
        path("start", "split", "one", "join", "issue", "issued"),
        path("split", "two", "join"),
    )
    applicant = User.objects.get(subject_id=case.applicant_id)

    actions.withdraw(case_id=case.pk, user=applicant, at=MONDAY)

    assert set(case.work_items.values_list("status", flat=True)) == {"cancelled"}
    assert [each for each in events(case) if each[1] == "withdraw"] == [
        ("one", "withdraw", "applicant"),
        ("two", "withdraw", "applicant"),
    ]


def test_an_operation_that_the_platform_does_not_offer_is_refused_by_name(permit, citizen):
    case = apply(permit, citizen())
    with pytest.raises(operations.UnknownOperation) as told:
        operations.run("launch_rocket", case, {}, MONDAY)
    assert told.value.told("zh") == "流程调用了平台没有提供的操作 launch_rocket。"
    assert (
        told.value.told("en")
        == "The process calls launch_rocket, which the platform does not offer."
    )
    assert issubclass(operations.UnknownOperation, Refusal)


@pytest.mark.parametrize(
    ("known", "all_known"), [({}, False), ({"holds_valid_permit": False}, True)]
)
def test_a_process_learns_whether_every_fact_was_known(permit, citizen, known, all_known):
    case = apply(permit, citizen(**known))
    assert operations.run("collect_facts", case, {}, MONDAY) == {"facts_known": all_known}


@pytest.mark.parametrize(
    ("day", "years", "until"),
    [
        (date(2026, 9, 21), 1, date(2027, 9, 20)),
        (date(2028, 2, 29), 1, date(2029, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 28)),
        (date(2027, 3, 1), 1, date(2028, 2, 29)),
        (date(2027, 1, 1), 10, date(2036, 12, 31)),
    ],
)
def test_a_year_of_validity_ends_the_day_before_its_return(day, years, until):
    assert operations._years_later(day, years) == until


def test_a_certificate_is_valid_from_the_citys_day_on(permit, citizen):
    case = apply(permit, citizen(), at=NIGHT)
    made = Certificate.objects.get(case_number=case.number)
    assert (made.valid_from, made.valid_until) == (date(2026, 9, 22), date(2027, 9, 21))


def test_what_is_unknown_is_printed_as_a_dash_and_never_as_nothing(permit, citizen):
    answers = {"wants_card": "no", "residence_address": "澄江路1号"}
    case = apply(permit, citizen(residence_address=None), answers)

    made = Certificate.objects.get(case_number=case.number)
    printed = list(certificates.content(made).values())
    assert printed == [KNOWN["name"], KNOWN["citizen_id"], "—"]


def test_a_decision_may_read_the_citys_day(ground, citizen):
    """The condition holds on the 22nd in the city, when it is still the 21st in Greenwich."""
    text = ground.bundle.decision_text.replace(
        "applicant_alive and household_elsewhere and insured_long_enough and has_lawful_reason",
        'applicant_alive and today() = date("2026-09-22")',
    )
    assert text != ground.bundle.decision_text
    version = publish(changed(ground.bundle, "B09", decision_text=text))

    applicant = citizen()
    assert previewing.preview(version, applicant, NIGHT).state == "ok"
    assert previewing.preview(version, applicant, MONDAY).state == "bad"
    case = apply(version, applicant, at=NIGHT)

    decision = case.decisions.get()
    assert decision.result == Decision.Result.TRUE
    trace = deciding.opened(decision.trace_sealed)
    assert trace["inputs"]["today()"] == {
        "value": "2026-09-22",
        "origin": {"source": "platform"},
    }


def test_a_decision_that_reads_no_time_has_none_in_its_trace(permit, citizen):
    case = apply(permit, citizen())
    inputs = deciding.opened(case.decisions.get().trace_sealed)["inputs"]
    assert not {"today()", "now()"} & set(inputs)
    assert inputs["insured_months"] == {
        "value": "14",
        "origin": evidence.origin(case.evidence.get(fact="insured_months")),
    }


def test_what_is_only_answered_decides_where_the_item_names_it_and_nowhere_else(permit, citizen):
    case = apply(permit, citizen(**OPEN), {"wants_card": "no", "residence_basis": "rent"})

    given = evidence.given(case, ["residence_basis", "wants_card", "insured_months"])
    assert given["residence_basis"].value == "rent"
    assert given["residence_basis"].origin == {"source": "applicant"}
    assert given["wants_card"].value.names == frozenset({"wants_card"})
    assert case.status == Case.Status.RUNNING


@pytest.mark.parametrize(
    ("known", "disputed", "proof", "facts"),
    [
        ({}, {}, Requirement.Proof.FACTS, ["home_address", "owns_home_here"]),
        ({"owns_home_here": False, "home_address": None}, {}, Requirement.Proof.OPEN, []),
        ({"owns_home_here": False}, {}, Requirement.Proof.OPEN, []),
        ({}, {"home_address": "已卖"}, Requirement.Proof.OPEN, []),
    ],
    ids=["known", "no home", "a false fact", "disputed"],
)
def test_a_material_is_proven_by_what_is_known_true_and_undisputed(
    permit, citizen, known, disputed, proof, facts
):
    case = apply(permit, citizen(**known), disputed=disputed)
    material = case.requirements.get(material="address_proof")
    assert (material.proof, material.facts) == (proof, facts)


def test_the_facts_that_a_permit_makes_true_are_read_by_the_next_application(
    permit, citizen, approver
):
    applicant = citizen()
    apply(permit, applicant)
    reader = gate.Reader(str(applicant.pk), "item:B09", "GA", applicant.subject_id)
    found = gate.read_facts(
        reader=reader,
        use="item:B09",
        subject_id=applicant.subject_id,
        keys=["holds_valid_permit"],
        at=MONDAY,
    )
    assert found["holds_valid_permit"].value is True
