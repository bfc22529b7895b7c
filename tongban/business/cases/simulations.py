"""A comparison of two ways of working is asked for on a page, and a job carries it out; how far it
is stands in a row."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app

from tongban import clock
from tongban.base.audit import actions as audit
from tongban.base.people.models import Post, User
from tongban.business.cases.models import Simulation
from tongban.errors import Refusal

JOB = "compare by simulation"
MOST = 100_000
LONGEST = 60  # months
LASTS = timedelta(hours=3)  # longer than any comparison takes
MAY_LOOK = (Post.Role.SUPERVISOR, Post.Role.LEAD)
Kind, Status = Simulation.Kind, Simulation.Status


class NotForYou(Refusal):
    """Simulations are for supervisors and heads of offices."""

    zh = "模拟由监督人员和部门负责人使用。"


class SimulatesAlready(Refusal):
    """A simulation is at work already: wait until it has ended."""

    zh = "已有模拟正在进行，请等它结束。"


class NothingToGoBy(Refusal):
    """No simulation was ever made here, so its assumptions are not known. Run
    `tongban simulate --compare CITY_DIR` once."""

    zh = "还没有进行过模拟，不知道参数。请先运行一次 tongban simulate --compare 城市目录。"


class OutOfRange(Refusal):
    """Take 100 to {most} cases and 1 to {longest} months."""

    zh = "件数应为 100 至 {most}，月数应为 1 至 {longest}。"


def check_may_look(user: User) -> None:
    if not user.posts.filter(role__in=MAY_LOOK).exists():
        raise NotForYou


@transaction.atomic
def begin(*, months: int, cases: int, user: User, until: date, at: datetime) -> Simulation:
    """By the assumptions of the latest one; a job does it."""
    check_may_look(user)
    if not (100 <= cases <= MOST and 1 <= months <= LONGEST):
        raise OutOfRange(most=MOST, longest=LONGEST)
    before = Simulation.objects.order_by("pk").last()
    if before is None:
        raise NothingToGoBy
    made = ask(terms=before.terms, months=months, cases=cases, until=until, user=user, at=at)
    app.configure_task(JOB).defer(simulation_id=made.pk)
    return made


@transaction.atomic
def ask(
    *,
    terms: Mapping[str, Any],
    months: int,
    cases: int,
    until: date,
    user: User | None,
    at: datetime,
) -> Simulation:
    """Raises SimulatesAlready."""
    working = Simulation.objects.filter(kind=Kind.COMPARED, status__in=Simulation.WORKING)
    # Of a process that was killed nobody else can tell.
    working.filter(asked_at__lt=at - LASTS).update(status=Status.BROKEN)
    if working.exists():
        raise SimulatesAlready
    made = Simulation.objects.create(
        kind=Kind.COMPARED,
        terms=dict(terms),
        months=months,
        cases=cases,
        until=until,
        asked_at=at,
        asked_by=user,
    )
    actor = str(user.pk) if user else "command"
    audit.record(
        "simulation.asked",
        ("simulation", str(made.pk)),
        actor=actor,
        at=at,
        details={"months": months, "cases": cases},
    )
    return made


@contextmanager
def carried_out(simulation: Simulation) -> Iterator[None]:
    """Whatever breaks it, it does not stand as at work for ever; done, it keeps what was found."""
    _move(simulation, Status.RUNNING)
    try:
        yield
    except BaseException:
        _move(simulation, Status.BROKEN)
        raise
    simulation.ended_at = clock.now()
    _move(simulation, Status.DONE)


def note(simulation: Simulation, done: int, total: int) -> None:
    Simulation.objects.filter(pk=simulation.pk).update(done=done, total=total)


def _move(simulation: Simulation, status: str) -> None:
    kept = () if status != Status.DONE else ("cases", "figures", "applicants_sealed", "ended_at")
    if simulation.status != status:
        assert status in Simulation.TRANSITIONS[Status(simulation.status)]
    simulation.status = status
    # It may have been taken away meanwhile.
    found = {name: getattr(simulation, name) for name in ("status", *kept)}
    Simulation.objects.filter(pk=simulation.pk).update(**found)
