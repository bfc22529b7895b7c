"""What an applicant says is wrong goes to the office that holds it, which checks and answers."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.business.applying import apply
from tests.business.refusing import everything, refused
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.base.calendar import queries as calendar
from tongban.base.notices.models import Notice
from tongban.business.cases import actions, erasing, objections
from tongban.business.cases.models import Case, Objection
from tongban.engines.clocks import Light
from tongban.engines.forms.words import Problem

pytestmark = pytest.mark.django_db
SAID = {"insured_months": "我交了 20 个月", "owns_home_here": "房子已经卖了"}
THURSDAY = MONDAY + timedelta(days=3)


@pytest.fixture
def raised(permit, citizen) -> list[Objection]:
    apply(permit, citizen(), disputed=SAID)
    return list(Objection.objects.select_related("evidence", "office").order_by("evidence__fact"))


@pytest.fixture
def steward(staff):
    return staff("steward", "RS")


def answer(found, user, status="upheld", words="2024 年 3 月至 11 月漏记，已补", at=THURSDAY):
    return objections.answer(objection_id=found.pk, user=user, status=status, words=words, at=at)


def test_each_objection_goes_to_the_office_of_its_source_with_ten_working_days(raised):
    told = [(one.evidence.fact, one.office.code, one.due_on, one.status) for one in raised]
    # 25 September and 1 to 7 October 2026 are holidays; Saturday 10 October is worked for them
    assert told == [
        ("insured_months", "RS", date(2026, 10, 12), "open"),
        ("owns_home_here", "ZR", date(2026, 10, 12), "open"),
    ]


def test_what_was_said_is_not_readable_in_the_database(raised):
    sealed = bytes(raised[0].words_sealed)
    assert SAID["insured_months"].encode() not in sealed
    assert objections.said(raised[0]) == SAID["insured_months"]


def test_a_case_without_objections_makes_none(permit, citizen):
    apply(permit, citizen())
    assert not Objection.objects.exists()


def test_a_steward_sees_what_his_office_has_to_answer_and_a_supervisor_all(raised, staff, steward):
    assert [one.evidence.fact for one in objections.waiting(steward)] == ["insured_months"]
    assert list(objections.waiting(staff("steward", "GA"))) == []
    assert list(objections.waiting(staff("approver", "RS"))) == []
    watched = objections.waiting(staff("supervisor", "SJ"))
    assert {one.evidence.fact for one in watched} == set(SAID)


@pytest.mark.parametrize(
    ("status", "zh", "en"),
    [
        ("upheld", "属实，将由来源更正", "it is wrong and will be corrected at its source"),
        ("rejected", "与来源一致，未作更正", "it agrees with its source"),
    ],
)
def test_the_answer_is_kept_sealed_and_the_applicant_is_told(raised, steward, status, zh, en):
    answer(raised[0], steward, status, " 已核对缴费明细 ")

    found = Objection.objects.get(pk=raised[0].pk)
    number = found.evidence.case.number
    assert (found.status, found.answered_at, found.answered_by) == (status, THURSDAY, steward)
    assert objections.answered(found) == "已核对缴费明细"
    assert "已核对".encode() not in bytes(found.answer_sealed or b"")
    notice = Notice.objects.get(told_at=THURSDAY)
    label = found.evidence.label_en
    assert notice.words_zh == (
        f"您对“{found.evidence.label_zh}”提出的异议，人社局已核实：{zh}。说明在办件 {number} 里。"
    )
    assert notice.words_en == (
        f"{found.office.short_en} has checked what you said of “{label}”: {en}. "
        f"Case {number} says more."
    )


def test_answering_and_opening_are_audited_without_what_was_said(raised, steward):
    objections.opened(objection_id=raised[0].pk, user=steward, at=THURSDAY)
    answer(raised[0], steward)
    case = raised[0].evidence.case
    told = Event.objects.filter(kind__startswith="objection.").order_by("pk")
    assert [(one.kind, one.actor, one.office, one.subjects, one.details) for one in told] == [
        (
            "objection.opened",
            str(steward.pk),
            "RS",
            [case.applicant_id],
            {"facts": ["insured_months"]},
        ),
        (
            "objection.answered",
            str(steward.pk),
            "RS",
            [case.applicant_id],
            {"facts": ["insured_months"], "status": "upheld"},
        ),
    ]


@pytest.mark.parametrize(
    ("role", "office"), [("steward", "GA"), ("approver", "RS"), ("supervisor", "SJ")]
)
def test_nobody_else_opens_or_answers_it(raised, staff, role, office):
    other = staff(role, office)
    words = {
        "zh": "该事实由人社局提供，只有该单位的数据管理员可以答复异议。",
        "en": f"The fact comes from {raised[0].office.short_en}; only its data steward may answer "
        "the objection.",
    }
    with refused(objections.NotYourOfficesFact, **words):
        answer(raised[0], other)
    with refused(objections.NotYourOfficesFact, **words):
        objections.opened(objection_id=raised[0].pk, user=other, at=THURSDAY)


def test_an_objection_is_answered_once(raised, steward):
    answer(raised[0], steward)
    with refused(
        objections.AlreadyAnswered,
        "该异议已于 2026-09-24 答复。",
        "The objection was answered on 2026-09-24.",
    ):
        answer(raised[0], steward, "rejected", at=THURSDAY + timedelta(days=1))


@pytest.mark.parametrize("status", ["", "open", "maybe"])
def test_an_answer_says_whether_the_applicant_is_right(raised, steward, status):
    with refused(
        objections.NotAnswered,
        "请说明异议是否属实：点两个按钮中的一个。",
        "Say whether the applicant is right: press one of the two buttons.",
    ):
        answer(raised[0], steward, status)


@pytest.mark.parametrize("words", ["", "  \n ", "字" * 2_001])
def test_an_answer_says_what_was_found(raised, steward, words):
    with refused(
        objections.SayWhatWasFound,
        "请用 1 至 2000 个字说明核实的情况，申请人会看到。",
        "Say in 1 to 2000 characters what was found; the applicant will read it.",
    ):
        answer(raised[0], steward, words=words)


def test_an_answer_has_a_person_a_time_and_words_or_none_of_them(raised, steward):
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=raised[0].pk).update(status="upheld")


@pytest.mark.parametrize(
    ("day", "light", "left"),
    [
        (MONDAY, Light.NONE, 10),
        (datetime.fromisoformat("2026-10-12T09:00+08:00"), Light.YELLOW, 0),
        (datetime.fromisoformat("2026-10-13T09:00+08:00"), Light.PURPLE, -1),
    ],
)
def test_its_clock_runs_on_working_days(raised, day, light, left):
    clock = objections.deadline(raised[0], day, calendar.current())
    assert (clock.light, clock.days_left, clock.statutory_on) == (light, left, date(2026, 10, 12))


def test_the_pages_of_the_case_tell_both_sides(raised, steward):
    answer(raised[0], steward, words="已补记")
    case = Case.objects.get()
    told = {
        one.objection.evidence.fact: (one.words, one.answer) for one in objections.of_case(case)
    }
    assert told == {
        "insured_months": ("我交了 20 个月", "已补记"),
        "owns_home_here": ("房子已经卖了", ""),
    }


def test_an_objection_is_no_longer_than_anybody_reads(permit, citizen):
    user = citizen()
    before = everything()
    with pytest.raises(actions.NotFilledIn) as told:
        apply(permit, user, disputed={"name": "错" * 501})
    words = Problem("Say it in at most 500 characters.", "请用不超过 500 个字说明。")
    assert told.value.problems == {"name": words}
    assert everything() == before


def test_a_person_who_is_erased_takes_the_objections_along(raised, steward):
    answer(raised[0], steward)
    subject = Case.objects.get().applicant_id
    erasing.erase(subject, MONDAY + timedelta(days=400))
    assert not Objection.objects.exists()
