"""Of whoever is erased the course stays and nothing of him."""

from datetime import date

import pytest

from tests.business.offers.conftest import account, of, states
from tests.known import MONDAY
from tongban.base.notices.models import Notice
from tongban.business.offers import actions, answering, erasing, payments, sealing
from tongban.business.offers.models import Candidate, CandidateStep, PaymentLine

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("found")]


def test_what_is_held_is_counted(offer, officer):
    assert erasing.held("P1") == erasing.Held(1, 0)
    assert erasing.held("P8") == erasing.Held(0, 0)
    payments.make(offer=offer, month=date(2026, 9, 1), user=officer, at=MONDAY)
    assert erasing.held("P5") == erasing.Held(0, 1)


def test_nothing_of_him_stays_and_what_waits_ends(offer, officer):
    actions.confirm_sure(offer=offer, kind="due", shown=3, user=officer, at=MONDAY)
    actions.tell(offer=offer, kind="due", shown=3, user=officer, at=MONDAY)
    answering.decline(number=of("P2").number, user=account("u-P2", "P2"), words="不要", at=MONDAY)
    for subject in ("P1", "P2", "P3", "P6"):
        erasing.check_can_erase(subject)
        erasing.erase(subject, MONDAY)

    gone = Candidate.objects.filter(subject_id="erased")
    assert sorted(each.status for each in gone) == ["declined", "lapsed", "set_aside", "set_aside"]
    assert {tuple(sealing.answer(each)) for each in gone} == {()}
    assert not CandidateStep.objects.filter(candidate__in=gone, words_sealed__isnull=False)
    assert {each.subject_id for each in Notice.objects.all()} == {"P10"}
    assert set(states()) == {"erased", "P4", "P7", "P10"}
    assert erasing.held("P1") == erasing.Held(0, 0)


def test_two_of_one_list_can_be_erased_and_its_sum_stays(offer, officer):
    made = payments.make(offer=offer, month=date(2026, 9, 1), user=officer, at=MONDAY)
    payments.close(list_id=made.pk, shown=2, user=officer, at=MONDAY)

    for subject in ("P4", "P5"):
        erasing.check_can_erase(subject)
        erasing.erase(subject, MONDAY)

    made.refresh_from_db()
    assert (made.count, made.total) == (2, 200)
    assert {(x.subject_id, tuple(sealing.paid(x))) for x in PaymentLine.objects.all()} == {
        ("erased", ())
    }


def test_whoever_owes_something_back_or_stands_in_an_open_list_is_not_erased(offer, officer):
    actions.confirm(number=of("P7").number, user=officer, at=MONDAY)
    actions.notify(number=of("P7").number, user=officer, words="挂号信", at=MONDAY)
    payments.make(offer=offer, month=date(2026, 9, 1), user=officer, at=MONDAY)

    with pytest.raises(erasing.RecoveryOpen) as refused:
        erasing.check_can_erase("P7")
    assert refused.value.told("zh") == (
        f"{of('P7').number} 已通知退还错发款。请先办结追回或搁置，在此之前不能删除本人。"
    )
    with pytest.raises(erasing.ListNotClosed) as refused:
        erasing.check_can_erase("P5")
    assert refused.value.told("en") == (
        "The list of payments of 2026-09 is not closed. Close it first."
    )
