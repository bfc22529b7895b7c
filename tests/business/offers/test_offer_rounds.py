"""A round finds everybody whom the decisions found, once, and nobody else."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.business.offers.conftest import (
    PEOPLE,
    decide,
    look,
    of,
    publish,
    read_terms,
    staff,
    states,
)
from tests.known import MONDAY
from tests.permits import CITY
from tongban.base.audit.models import Event
from tongban.business.items import actions as items
from tongban.business.items import bundle
from tongban.business.offers import actions, adopting, decisions, permissions, rounds, sealing
from tongban.business.offers.models import Candidate, CandidateStep, Offer, Round
from tongban.data.exchange import gate
from tongban.data.exchange.models import Grant
from tongban.data.lake import actions as lake

pytestmark = pytest.mark.django_db
FOUND = {
    "P1": ("due", "found"),
    "P2": ("due", "found"),
    "P3": ("due", "found"),
    "P4": ("change", "found"),
    "P6": ("wrong", "found"),
    "P7": ("wrong", "found"),
    "P10": ("due", "found"),
}


def test_who_is_due_or_was_paid_wrongly_becomes_a_candidate(offer):
    found = look(offer)

    assert states() == FOUND
    assert (found.status, found.found, found.again, found.gone, found.unclear) == (
        *("done", 7, 0, 0, 1),
    )
    assert (found.done, found.total, found.edition) == (7, 7, 2)
    assert {each.number for each in Candidate.objects.all()} == {
        f"D02-001-{n:06d}" for n in range(1, 8)
    }


def test_what_was_decided_is_kept_sealed_with_each(found):
    told = {subject: sealing.answer(of(subject)) for subject in ("P2", "P4", "P6", "P7")}

    assert {k: v["amount"] for k, v in told.items()} == {
        "P2": 200,
        "P4": 200,
        "P6": 300,
        "P7": None,
    }
    assert told["P4"]["before"] == 100
    assert (told["P6"]["reason"], str(told["P6"]["since"])) == ("dead", "2026-05-01")
    assert told["P7"]["reason"] == "elsewhere"
    assert all(b"amount" not in bytes(each.answer_sealed) for each in Candidate.objects.all())


def test_only_those_are_sure_of_whom_nothing_is_unknown_and_who_can_be_paid(found):
    assert {each.subject_id for each in Candidate.objects.filter(is_sure=False)} == {"P3"}


def test_the_reading_is_audited_and_whoever_was_in_it_can_be_told(found):
    reads = Event.objects.filter(kind="subjects.read", details__grant="G-D02-OFFER-DUE")
    from tests.data.exchange.tiny import bulk_read

    first = bulk_read(reads.order_by("pk")[0])
    assert {each.actor for each in reads} == {"platform"}
    assert {each.post for each in reads} == {"item:D02"}
    assert gate.was_included(first, "P1") is True
    assert gate.was_included(first, "P8") is False


def test_a_second_round_makes_no_second_candidate(offer, found):
    again = look(offer)

    assert states() == FOUND and Candidate.objects.count() == 7
    assert (again.number, again.found, again.again, again.changed) == (2, 0, 7, 0)


def test_who_is_no_longer_found_is_marked_and_comes_back_when_he_is(offer, found, officer):
    actions.confirm(number=of("P1").number, user=officer, at=MONDAY)
    publish({**PEOPLE, "P1": {**PEOPLE["P1"], "alive": False, "age": None}})
    decide()

    second = look(offer)

    assert second.gone == 1 and of("P1").gone_in == second
    assert of("P1").status == "confirmed"
    with pytest.raises(actions.CountMoved):
        actions.tell(offer=offer, kind="due", shown=1, user=officer, at=MONDAY)

    publish(PEOPLE)
    decide()
    third = look(offer)

    assert third.gone == 0 and of("P1").gone_in is None


def test_what_was_confirmed_and_is_not_what_it_was_is_looked_at_again(offer, found, officer):
    actions.confirm(number=of("P1").number, user=officer, at=MONDAY)
    actions.confirm(number=of("P2").number, user=officer, at=MONDAY)
    publish({**PEOPLE, "P1": PEOPLE["P2"], "P3": {"name": "now with one"}})
    decide()

    second = look(offer)

    assert (second.changed, second.again, second.found) == (2, 5, 0)
    assert sealing.answer(of("P1"))["amount"] == 200
    assert (of("P1").status, of("P2").status) == ("found", "confirmed")
    assert of("P3").is_sure
    assert CandidateStep.objects.filter(candidate=of("P1")).count() == 3


def test_who_was_set_aside_is_not_found_again_for_the_same(offer, found, officer):
    actions.set_aside(number=of("P1").number, user=officer, words="重复登记", at=MONDAY)

    assert look(offer).found == 0

    publish({**PEOPLE, "P1": PEOPLE["P2"]})
    decide()
    third = look(offer)

    assert third.found == 1
    assert (of("P1").status, of("P1").round) == ("found", third)


def test_what_lapsed_is_offered_anew(offer, found, officer):
    from tongban.business.offers import answering

    actions.confirm(number=of("P1").number, user=officer, at=MONDAY)
    actions.tell(offer=offer, kind="due", shown=1, user=officer, at=MONDAY)
    late = MONDAY + timedelta(days=61)
    assert answering.lapse_due(at=MONDAY + timedelta(days=60)) == 0
    assert answering.lapse_due(at=late) == 1

    assert look(offer, at=late).found == 1
    assert [each.status for each in Candidate.objects.filter(subject_id="P1").order_by("pk")] == [
        *("lapsed", "found"),
    ]


def test_a_round_that_died_goes_on_and_finds_nobody_twice(offer, monkeypatch):
    made = rounds.ask(offer=offer, user=None, at=MONDAY)
    monkeypatch.setattr(rounds, "AT_ONCE", 2)
    take, taken = rounds._take, []

    def dies(*given):
        if len(taken) == 1:
            raise KeyboardInterrupt
        taken.append(take(*given))

    with monkeypatch.context() as patch:
        patch.setattr(rounds, "_take", dies)
        patch.setattr(rounds, "_end", lambda *_, **__: None)  # nothing runs in a dead process
        with pytest.raises(KeyboardInterrupt):
            rounds.work(round_id=made.pk, at=MONDAY)
    assert Candidate.objects.count() == 2

    rounds.work(round_id=made.pk, at=MONDAY)

    made.refresh_from_db()
    assert states() == FOUND and Candidate.objects.count() == 7
    assert made.status == "done"
    assert made.candidates.count() == 7


def test_what_ended_is_not_done_again(offer, found):
    rounds.work(round_id=found.pk, at=MONDAY)

    assert Event.objects.filter(kind="offer.round_done").count() == 1


def test_a_second_round_at_once_is_refused(offer):
    rounds.ask(offer=offer, user=None, at=MONDAY)

    with pytest.raises(rounds.AtWork) as refused:
        rounds.ask(offer=offer, user=None, at=MONDAY)

    assert refused.value.told("zh") == "D02 正在核对，请等它结束。"
    assert refused.value.told("en") == (
        "A round of D02 is at work already: wait until it has ended."
    )
    assert Round.objects.count() == 1


def test_only_an_approver_of_the_office_asks_for_a_round(offer):
    for user in (staff("other", office="GA"), staff("lead", role="lead")):
        with pytest.raises(permissions.NotYourOffer) as refused:
            rounds.ask(offer=offer, user=user, at=MONDAY)

    assert refused.value.told("zh") == "D02 由民政局的审批人员办理。"
    assert not Round.objects.exists()


def test_answers_about_facts_of_yesterday_are_refused(offer):
    publish(PEOPLE)

    with pytest.raises(decisions.OutOfDate) as refused:
        rounds.ask(offer=offer, user=None, at=MONDAY)

    assert refused.value.told("zh") == (
        "D02 的 entitlement 是 2026-09-21 按第 2 版决策的，事实已有更新。"
        "请先重新运行 tongban decide D02.entitlement --population person。"
    )
    assert refused.value.told("en") == (
        "entitlement of D02 was decided on 2026-09-21 over edition 2, whose facts are not those of"
        " today. First run `tongban decide D02.entitlement --population person` again."
    )
    assert not Round.objects.exists()


def test_one_decision_that_is_out_of_date_is_enough(offer):
    publish(PEOPLE)
    decide("entitlement")

    with pytest.raises(decisions.OutOfDate, match="wrongly_paid"):
        rounds.ask(offer=offer, user=None, at=MONDAY)


def test_answers_by_a_rule_that_was_changed_are_refused(offer):
    read = bundle.read(CITY / "items/D02")
    text = read.decision_text.replace("&gt;= 80", "&gt;= 79").replace("&lt; 80", "&lt; 79")
    changed = bundle.Bundle(read.guide, read.form_text, read.process_text, text)
    items.publish(bundle=changed, by="test", at=MONDAY)

    with pytest.raises(decisions.RuleChanged) as refused:
        rounds.ask(offer=offer, user=None, at=MONDAY)

    assert "不再有效的规则" in refused.value.told("zh")
    assert not Round.objects.exists()


def test_what_nobody_decided_is_refused(offer):
    edition = lake.open_edition(by="test", at=MONDAY)
    edition.tables.all().delete()
    lake.publish(edition=edition, by="test", at=MONDAY)

    with pytest.raises(decisions.NotDecided) as refused:
        rounds.ask(offer=offer, user=None, at=MONDAY)

    assert refused.value.told("zh") == (
        "D02 的 entitlement 还没有对全库决策。"
        "请先运行 tongban decide D02.entitlement --population person。"
    )


@pytest.mark.parametrize("change", [{"withdrawn_at": MONDAY}, {"valid_until": "2026-09-20"}])
def test_without_a_grant_the_round_breaks_off_and_says_so(offer, change):
    Grant.objects.filter(code="G-D02-OFFER-DUE").update(**change)
    from tongban.data.lake.models import DefinitionsStamp

    DefinitionsStamp.objects.all().delete()

    broken = look(offer)

    assert broken.status == "broken"
    assert "G-D02-OFFER-DUE" in broken.problem_zh and "G-D02-OFFER-DUE" in broken.problem_en
    assert not Candidate.objects.exists()


def test_the_schedule_asks_once_on_its_day(offer):
    day = datetime(2026, 10, 5, 2, tzinfo=UTC)

    assert rounds.ask_due(at=MONDAY) == []
    assert rounds.ask_due(at=day) == ["D02"]
    rounds.work(round_id=Round.objects.get().pk, at=day)
    assert rounds.ask_due(at=day + timedelta(hours=1)) == []
    assert Round.objects.get().asked_by is None


def test_new_terms_count_and_a_round_remembers_by_which_it_looked(offer, found):
    adopting.adopt(terms=read_terms(days_to_answer=30), by="test", at=MONDAY)

    changed = Offer.objects.get(code="D02")
    second = look(changed)

    assert (changed.number, found.terms_number, second.terms_number) == (2, 1, 2)
    assert adopting.terms_of(changed).days_to_answer == 30
