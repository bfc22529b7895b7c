"""Two at once: the first one counts, the other is told; nobody is confirmed or registered twice.

The city is committed once for this module and swept away after it.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction

from tests import permits
from tests.business.meeting import Others, sweep
from tests.business.offers.conftest import OLD, read_terms
from tests.known import MONDAY
from tongban.base.people import actions as people
from tongban.base.people.models import User
from tongban.business.cases.models import Case
from tongban.business.items import actions as items
from tongban.business.items import bundle
from tongban.business.offers import actions, adopting, answering, moving, sealing
from tongban.business.offers.models import Candidate, CandidateStep, Offer, Round
from tongban.data.registers import rows
from tongban.data.registers.models import SubjectFacts


@pytest.fixture(scope="module")
def committed(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    with django_db_blocker.unblock():
        edition = permits.load_city()
        items.publish(bundle=bundle.read(permits.CITY / "items/D02"), by="test", at=MONDAY)
        offer = adopting.adopt(terms=read_terms(), by="test", at=MONDAY)
        round_ = Round.objects.create(
            offer=offer,
            number=1,
            terms_number=1,
            status="done",
            asked_at=MONDAY,
            ended_at=MONDAY,
        )
        yield SimpleNamespace(edition=edition, offer=offer, round=round_)
        sweep()


@pytest.fixture
def others() -> Iterator[Others]:
    made = Others()
    yield made
    made.join()


@pytest.fixture
def candidate(committed, django_db_blocker) -> Iterator[Callable[..., Candidate]]:
    def make(subject: str, status: str) -> Candidate:
        held = {key: (value, "GA01:1:7") for key, value in OLD.items()}
        SubjectFacts.objects.create(
            edition_number=committed.edition.number, subject_id=subject, sealed=rows.seal(held)
        )
        return Candidate.objects.create(
            number=f"D02-001-{subject}",
            offer=committed.offer,
            round=committed.round,
            subject_id=subject,
            kind="due",
            status=status,
            is_sure=True,
            answer_sealed=sealing.seal({"amount": 100}),
            lapses_on=MONDAY.date() + timedelta(days=60) if status == "told" else None,
            changed_at=MONDAY,
        )

    with django_db_blocker.unblock():
        yield make


def officer(username: str) -> User:
    made = User.objects.create(username=username)
    people.appoint(user=made, office_code="MZ", role="approver", by="test", at=MONDAY)
    return made


def test_two_officers_confirm_one_at_once_and_the_first_one_counts(candidate, others):
    found = candidate("M1", "found")
    one, two = officer("one"), officer("two")

    with transaction.atomic():
        actions.confirm(number=found.number, user=one, at=MONDAY)
        others.start(lambda: actions.confirm(number=found.number, user=two, at=MONDAY))
        others.wait_until_blocked()
    (told,) = others.join()

    assert isinstance(told, moving.NotInThatState)
    assert [step.by for step in CandidateStep.objects.filter(candidate=found)] == [one]


def test_one_is_confirmed_while_all_are_and_the_count_has_moved(candidate, others):
    found = candidate("M2", "found")
    one, two = officer("three"), officer("four")
    offer = Offer.objects.get(code="D02")
    shown = actions.sure(offer, "due").count()

    with transaction.atomic():
        actions.confirm(number=found.number, user=one, at=MONDAY)
        others.start(
            lambda: actions.confirm_sure(offer=offer, kind="due", shown=shown, user=two, at=MONDAY)
        )
        others.wait_until_blocked()
    (told,) = others.join()

    assert isinstance(told, actions.CountMoved)
    assert [step.by for step in CandidateStep.objects.filter(candidate=found)] == [one]


def test_who_accepts_in_two_tabs_at_once_has_one_case(candidate, others):
    found = candidate("M3", "told")
    user = User.objects.create(username="m3", subject_id="M3", display_name="周")

    with transaction.atomic():
        case = answering.accept(number=found.number, user=user, at=MONDAY)
        others.start(lambda: answering.accept(number=found.number, user=user, at=MONDAY))
        others.wait_until_blocked()
    (told,) = others.join()

    assert isinstance(told, answering.AcceptedAlready)
    assert case.number in told.told("en")
    assert Case.objects.get(applicant_id="M3").status == "granted"
