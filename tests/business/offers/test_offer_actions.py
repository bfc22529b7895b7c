"""What an officer does with whom a round found, and what is refused him."""

import pytest

from tests.business.offers.conftest import account, of, staff, states
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.base.notices.models import Notice
from tongban.base.people import mandates
from tongban.business.cases.verbs import history
from tongban.business.offers import actions, moving, permissions, sealing
from tongban.business.offers.models import Candidate, CandidateStep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("found")]
WHY = "与街道核对过，重复登记"


def number(subject: str) -> str:
    return of(subject).number


def confirm(subject: str, user) -> None:
    actions.confirm(number=number(subject), user=user, at=MONDAY)


def steps(subject: str) -> list[tuple[str, str]]:
    found = CandidateStep.objects.filter(candidate=of(subject)).order_by("pk")
    return [(each.status, each.by.username if each.by else "") for each in found]


def test_one_is_confirmed_with_who_and_when(officer):
    confirm("P3", officer)

    assert of("P3").status == "confirmed"
    assert steps("P3") == [("found", ""), ("confirmed", "shen")]
    event = Event.objects.get(kind="offer.confirmed")
    assert (event.actor, event.subjects) == (str(officer.pk), ["P3"])


def test_a_confirmation_can_be_taken_back_until_the_person_is_told(offer, officer):
    confirm("P1", officer)
    actions.take_back(number=number("P1"), user=officer, at=MONDAY)
    assert of("P1").status == "found"

    confirm("P1", officer)
    actions.tell(offer=offer, kind="due", shown=1, user=officer, at=MONDAY)
    with pytest.raises(moving.NotInThatState) as refused:
        actions.take_back(number=number("P1"), user=officer, at=MONDAY)

    assert of("P1").status == "told"
    assert refused.value.told("zh") == (
        f"{number('P1')} 现为“已告知”，不能变为“待核对”。可能已有同事处理，请刷新页面。"
    )
    assert refused.value.told("en") == (
        f"{number('P1')} is “told” and cannot become “found”. Somebody else may have been at it:"
        " look at the page again."
    )


def test_two_officers_confirm_one_only_once(officer):
    confirm("P1", officer)

    with pytest.raises(moving.NotInThatState):
        confirm("P1", staff("second"))

    assert steps("P1") == [("found", ""), ("confirmed", "shen")]


def test_to_set_aside_needs_a_reason_which_is_sealed(officer):
    with pytest.raises(history.SayTheReason):
        actions.set_aside(number=number("P1"), user=officer, words=" ", at=MONDAY)
    assert of("P1").status == "found"

    actions.set_aside(number=number("P1"), user=officer, words=WHY, at=MONDAY)

    last = CandidateStep.objects.filter(candidate=of("P1")).order_by("-pk")[0]
    assert (of("P1").status, sealing.words(last)) == ("set_aside", WHY)
    assert WHY.encode() not in bytes(last.words_sealed)


def test_all_the_sure_ones_are_confirmed_together_and_no_other(offer, officer):
    assert actions.confirm_sure(offer=offer, kind="due", shown=3, user=officer, at=MONDAY) == 3

    assert {subject: state for subject, (_, state) in states().items()} == {
        **dict.fromkeys(("P1", "P2", "P10"), "confirmed"),
        **dict.fromkeys(("P3", "P4", "P6", "P7"), "found"),
    }
    assert steps("P10") == [("found", ""), ("confirmed", "shen")]
    assert Event.objects.get(kind="offer.all_confirmed").details == {"kind": "due", "count": 3}


@pytest.mark.parametrize("shown", [0, 2, 4])
def test_another_count_than_was_shown_is_refused(offer, officer, shown):
    with pytest.raises(actions.CountMoved) as refused:
        actions.confirm_sure(offer=offer, kind="due", shown=shown, user=officer, at=MONDAY)

    assert refused.value.told("zh") == (
        f"页面上是 {shown} 人，现在是 3 人。请刷新页面，看清楚再继续。"
    )
    assert {state for _, state in states().values()} == {"found"}


def test_the_confirmed_are_told_what_is_due_and_until_when_to_answer(offer, officer):
    actions.confirm_sure(offer=offer, kind="due", shown=3, user=officer, at=MONDAY)

    assert actions.tell(offer=offer, kind="due", shown=3, user=officer, at=MONDAY) == 3

    assert str(of("P2").lapses_on) == "2026-11-20"
    told = Notice.objects.get(subject_id="P2")
    assert (told.about_type, told.about_id) == ("offer", number("P2"))
    assert told.words_zh == (
        "您已年满 80 周岁，户籍在本市，从 2025-04-01 起每月可以领取 200 元高龄津贴。"
        "不用申请，不用交材料，请在 2026-11-20 前点“接受”。"
    )
    assert told.words_en == (
        "You are 80 years or older and your household is in the city: 200 yuan a month are due to"
        " you from 2025-04-01 on. Nothing is to be applied for or handed in; please accept by"
        " 2026-11-20."
    )
    assert of("P3").status == "found" and not Notice.objects.filter(subject_id="P3")


def test_nobody_is_told_who_was_not_confirmed(offer, officer):
    assert actions.tell(offer=offer, kind="due", shown=0, user=officer, at=MONDAY) == 0

    assert not Notice.objects.exists()


def test_who_was_paid_wrongly_is_notified_with_how_and_it_is_recovered(officer):
    confirm("P7", officer)
    actions.notify(number=number("P7"), user=officer, words="挂号信 12 号", at=MONDAY)
    assert of("P7").status == "notified"
    assert Notice.objects.get(subject_id="P7").words_zh.startswith("经核对，该月以后的高龄津贴")

    actions.recover(number=number("P7"), user=officer, words="缴款单 2026-118", at=MONDAY)

    assert [status for status, _ in steps("P7")] == [
        *("found", "confirmed", "notified", "recovered"),
    ]


def test_a_dead_person_is_not_written_to_but_his_household(officer):
    confirm("P6", officer)
    actions.notify(number=number("P6"), user=officer, words="送达同户家属", at=MONDAY)

    assert of("P6").status == "notified"
    assert not Notice.objects.exists()


def test_what_was_paid_wrongly_is_never_told_as_an_offer(offer, officer):
    confirm("P6", officer)

    with pytest.raises(actions.CountMoved):
        actions.tell(offer=offer, kind="wrong", shown=1, user=officer, at=MONDAY)

    assert of("P6").status == "confirmed"


def test_what_is_due_is_not_recovered(officer):
    confirm("P1", officer)

    for do in (actions.notify, actions.recover):
        with pytest.raises(actions.NothingWrong) as refused:
            do(number=number("P1"), user=officer, words=WHY, at=MONDAY)
    assert refused.value.told("zh") == f"{number('P1')} 不是错发，只需告知，不涉及追回。"
    assert of("P1").status == "confirmed"


def test_notices_and_vouchers_need_words(officer):
    confirm("P6", officer)

    with pytest.raises(history.SayTheReason):
        actions.notify(number=number("P6"), user=officer, words="", at=MONDAY)

    assert of("P6").status == "confirmed"


@pytest.mark.parametrize(
    ("office", "role"), [("GA", "approver"), ("MZ", "steward"), ("MZ", "lead")]
)
def test_nobody_but_an_approver_of_the_office_touches_it(offer, office, role):
    user = staff("other", office=office, role=role)
    about = {"user": user, "at": MONDAY}
    many = {**about, "offer": offer, "kind": "due", "shown": 3}
    one = {**about, "number": number("P1")}
    tried = [
        lambda: actions.confirm(**one),
        lambda: actions.take_back(**one),
        lambda: actions.set_aside(**one, words=WHY),
        lambda: actions.notify(**one, words=WHY),
        lambda: actions.recover(**one, words=WHY),
        lambda: actions.confirm_sure(**many),
        lambda: actions.tell(**many),
    ]

    for do in tried:
        with pytest.raises(permissions.NotYourOffer):
            do()

    assert {state for _, state in states().values()} == {"found"}


def test_an_officer_does_not_confirm_himself_nor_whom_he_acts_for(offer):
    himself = staff("self", subject="P1")
    with pytest.raises(permissions.YourOwn) as refused:
        confirm("P1", himself)
    assert refused.value.told("zh") == f"{number('P1')} 是您本人，您应当回避，请由同事办理。"

    today = MONDAY.date()
    mandates.grant(
        principal=("P2", "ninety"),
        agent=("self", "due"),
        items=[],
        period=(today, today),
        by=account("u-P2", "P2"),
        at=MONDAY,
    )
    with pytest.raises(permissions.YourOwn):
        confirm("P2", himself)

    actions.confirm_sure(offer=offer, kind="due", shown=2, user=himself, at=MONDAY)
    assert of("P1").status == "found"


def test_a_number_that_nobody_has_is_refused(officer):
    with pytest.raises(moving.NoSuchCandidate):
        actions.confirm(number="D02-009-000001", user=officer, at=MONDAY)


def test_every_state_is_reached_by_the_table_alone():
    states_ = set(Candidate.Status)
    assert set(Candidate.TRANSITIONS) == states_ == set(moving.WORDS)
    assert {to for reached in Candidate.TRANSITIONS.values() for to in reached} == states_


@pytest.mark.parametrize("begin", list(Candidate.Status))
@pytest.mark.parametrize("to", list(Candidate.Status))
def test_what_the_table_does_not_name_is_refused(begin, to):
    candidate = Candidate(number="X", status=begin)

    if to in Candidate.TRANSITIONS[begin]:
        moving.check(candidate, to)
    else:
        with pytest.raises(moving.NotInThatState):
            moving.check(candidate, to)
