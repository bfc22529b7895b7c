"""Any verbs in any order on one case: what is refused changes nothing, and the rows stay whole."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.business.applying import apply
from tests.known import MONDAY
from tongban.base.calendar import queries as calendar
from tongban.base.people.models import User
from tongban.business.cases import actions, deadlines
from tongban.business.cases.models import Case, CaseEvent, ProcessRow, WorkItem
from tongban.business.cases.verbs import (
    correcting,
    delegating,
    extending,
    returning,
    revoking,
    signing,
    skipping,
    suspending,
    urging,
)
from tongban.errors import Refusal

pytestmark = pytest.mark.django_db
DAYS = st.integers(0, 6)


class World:
    """One case with two branches, and everybody who may do something with it."""

    def __init__(self, case: Case, **people: Any):
        self.case, self.people, self.at = case, people, MONDAY
        self.events = 0

    def pick(self, number: int) -> WorkItem:
        """One that is open; sometimes one that may be closed."""
        steps = list(self.case.work_items.order_by("task"))
        open_ = [each for each in steps if each.status == WorkItem.Status.OPEN]
        some = open_ if open_ and number else steps
        return some[number % len(some)]

    def who(self, number: int, *fitting: str) -> User:
        """One who may, mostly; sometimes anybody."""
        names = sorted(fitting if fitting and number else self.people)
        return self.people[names[number % len(names)]]

    def doer(self, step: WorkItem, number: int) -> User:
        if step.assignee is not None and number:
            return step.assignee
        return self.who(number, *(("clerk",) if step.post == "clerk" else ("approver", "second")))


def complete(world: World, n: int, m: int, at: datetime):
    step, grant = world.pick(n), m % 5 > 0
    user = world.doer(step, m)
    actions.complete(work_item_id=step.pk, user=user, grant=grant, words="已核实", at=at)


def send_back(world: World, n: int, m: int, at: datetime):
    to = ("collect", "papers", "review", "moon")[m % 4]
    step = world.pick(n)
    user = world.doer(step, m)
    returning.send_back(work_item_id=step.pk, user=user, to=to, words="退回", at=at)


def correct(world: World, n: int, m: int, at: datetime):
    answers = {"wants_card": "yes" if n % 2 else "no"}
    correcting.correct(
        case_id=world.case.pk, user=world.people["applicant"], answers=answers, at=at
    )


def ask(world: World, n: int, m: int, at: datetime):
    user = world.who(m, "lead", "approver")
    correcting.ask(
        case_id=world.case.pk, user=user, questions=["wants_card"], words="请补正", at=at
    )


def of_step(verb: Callable[..., Any], *fitting: str, **rest: Any) -> Callable[..., Any]:
    def act(world: World, n: int, m: int, at: datetime):
        step = world.pick(n)
        user = world.who(m, *fitting) if fitting else world.doer(step, m)
        verb(work_item_id=step.pk, user=user, words="为此", at=at, **rest)

    return act


def sign(world: World, n: int, m: int, at: datetime):
    signers = world.case.work_items.filter(status=WorkItem.Status.OPEN).exclude(beside=None)
    step = signers.first() or world.pick(n)
    user = world.doer(step, m)
    signing.sign(work_item_id=step.pk, user=user, agree=n % 2 > 0, words="看过", at=at)


def to_somebody(verb: Callable[..., Any]) -> Callable[..., Any]:
    def act(world: World, n: int, m: int, at: datetime):
        step, to = world.pick(n), world.who(n, "approver", "second")
        verb(work_item_id=step.pk, user=world.doer(step, m), to=to, words="", at=at)

    return act


def of_case(verb: Callable[..., Any], *fitting: str, **rest: Any) -> Callable[..., Any]:
    def act(world: World, n: int, m: int, at: datetime):
        user = world.who(m, *fitting)
        verb(case_id=world.case.pk, user=user, words="为此", at=at, **rest)

    return act


VERBS: dict[str, Callable[[World, int, int, datetime], Any]] = {
    "complete": complete,
    "send back": send_back,
    "correct": correct,
    "ask": ask,
    "delegate": to_somebody(delegating.delegate),
    "add a signer": to_somebody(signing.add_signer),
    "take back": of_step(delegating.take_back),
    "sign": sign,
    "skip": of_step(skipping.skip, "lead"),
    "suspend": of_case(suspending.suspend, "lead", "approver", ground="testing", days=2),
    "resume": of_case(suspending.resume, "lead"),
    "extend": of_case(extending.extend, "lead"),
    "urge": of_case(urging.urge, "applicant", "lead"),
    "withdraw": of_case(actions.withdraw, "applicant"),
    "revoke": of_case(revoking.revoke, "lead", ground="procedure"),
}
# Withdrawing and revoking end everything: they come seldom.
OFTEN = [*VERBS] * 2 + ["complete"] * 4 + ["sign"] * 2 + ["resume"] * 4
SELDOM = [each for each in OFTEN if each not in ("withdraw", "revoke")] + ["withdraw", "revoke"]
steps_taken = st.lists(
    st.tuples(st.sampled_from(SELDOM), st.integers(0, 5), st.integers(0, 9), DAYS),
    min_size=8,
    max_size=20,
)


def check(world: World) -> None:
    case = world.case
    case.refresh_from_db()
    open_ = case.work_items.filter(status=WorkItem.Status.OPEN)
    events = list(case.events.order_by("pk").values_list("pk", flat=True))
    assert len(events) >= world.events, "history only grows"
    world.events = len(events)
    assert case.suspensions.filter(ended_at=None).count() <= 1
    for signer in open_.exclude(beside=None):
        assert signer.assignee is not None
        assert open_.filter(task=signer.beside).exists(), "nobody signs beside nothing"
    tasks = {row.number for row in case.process_rows.filter(kind=ProcessRow.Kind.TASK)}
    assert {each.task for each in open_} == tasks, "what waits is what the process waits for"
    running = case.status == Case.Status.RUNNING
    assert running == (case.finished_at is None)
    if case.status in (Case.Status.WITHDRAWN, Case.Status.REVOKED):
        assert not open_.exists()
    if not running:
        assert not case.suspensions.filter(ended_at=None).exists()
        return
    assert open_.exists(), "somebody has it in hand"
    plain = deadlines.of(case.version, MONDAY.date(), calendar.current())
    assert case.promised_on >= plain.promised_on
    assert case.statutory_on >= plain.statutory_on
    assert not deadlines.move(case, calendar.current()), "days are those that one would count anew"


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps_taken)
def test_whatever_is_done_in_whatever_order(item, citizen, officer, taken):
    with transaction.atomic():
        applicant = citizen(insured_months=None)
        world = World(
            apply(item, applicant),
            applicant=applicant,
            approver=officer("沈"),
            second=officer("林"),
            clerk=officer("何", "clerk"),
            lead=officer("高", "lead"),
        )
        check(world)
        for verb, n, m, days in taken:
            world.at += timedelta(days=days, minutes=1)
            before = _rows(world.case)
            try:
                with transaction.atomic():
                    VERBS[verb](world, n, m, world.at)
            except Refusal:
                assert _rows(world.case) == before
            check(world)
        transaction.set_rollback(True)


def _rows(case: Case) -> list[Any]:
    return [
        list(Case.objects.filter(pk=case.pk).values_list()),
        *(
            list(each.objects.filter(case=case).order_by("pk").values_list())
            for each in (WorkItem, CaseEvent, ProcessRow)
        ),
    ]
