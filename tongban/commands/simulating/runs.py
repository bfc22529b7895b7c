"""Simulations as rows: begun, carried on after a stop, taken away."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.base.people.models import User
from tongban.business.cases import simulated, simulations
from tongban.business.cases.models import SimulatedCase, Simulation
from tongban.commands.simulating import applicants, figures, player, scene, ways
from tongban.commands.simulating import terms as told_terms
from tongban.commands.simulating.player import ACCOUNT
from tongban.commands.simulating.scene import Scene
from tongban.commands.simulating.story import Story
from tongban.commands.simulating.terms import Terms
from tongban.errors import Refusal

Told = Callable[[str, int, int], object]
Kind, Status = Simulation.Kind, Simulation.Status


class PlayedAlready(Refusal):
    """A simulation of {cases} cases is there already. Take it away with `tongban simulate --clear`
    before another one is played."""

    zh = "已有一次 {cases} 件的模拟。请先用 tongban simulate --clear 清除，再进行新的模拟。"


def play(
    terms: Terms, *, months: int, cases: int | None, until: date, at: datetime, told: Told
) -> Simulation:
    """Begin, or go on with what was broken off; one that is done stays. Raises PlayedAlready where
    the one that is there is another."""
    there = Simulation.objects.filter(kind=Kind.PLAYED).order_by("pk").last()
    if there is None:
        there = _begin(terms, months=months, cases=cases, until=until, at=at)
    elif (there.months, there.terms) != (months, terms.model_dump(mode="json")) or cases not in (
        None,
        there.cases,
    ):
        raise PlayedAlready(cases=there.cases)
    if there.status != Status.DONE:
        _play(there, told)
        there.refresh_from_db()
    return there


def compare(
    terms: Terms, *, months: int, cases: int | None, until: date, at: datetime, told: Told
) -> Simulation:
    asked = simulations.ask(
        terms=terms.model_dump(mode="json"),
        months=months,
        cases=cases or 0,
        until=until,
        user=None,
        at=at,
    )
    work(asked, told)
    return asked


def work(simulation: Simulation, told: Told) -> None:
    """The two ways of working, in memory."""
    with simulations.carried_out(simulation):
        scenery = _scene(simulation)
        simulation.cases = len(scenery.plan)
        _compare(simulation, scenery, told)


@transaction.atomic
def clear(*, at: datetime) -> int:
    """Every simulation with its cases and the accounts that acted in it; returns how many cases.
    Whoever plays one meanwhile makes no further move."""
    list(Simulation.objects.select_for_update().order_by("pk").values_list("pk"))
    gone = simulated.remove(SimulatedCase.objects.all())
    Simulation.objects.all().delete()
    for user in User.objects.filter(username__startswith=ACCOUNT, is_active=False):
        if user.username == ACCOUNT or user.username.startswith(f"{ACCOUNT}-"):
            user.delete()
    audit.record(
        "simulation.cleared", ("simulation", "all"), actor="command", at=at, details={"cases": gone}
    )
    return gone


@transaction.atomic
def _begin(
    terms: Terms, *, months: int, cases: int | None, until: date, at: datetime
) -> Simulation:
    scenery = scene.of(terms, until=until, months=months, cases=cases)
    pools = applicants.find(scenery, player.simulator(at))
    made = Simulation.objects.create(
        kind=Kind.PLAYED,
        terms=terms.model_dump(mode="json"),
        months=months,
        cases=len(scenery.plan),
        until=until,
        applicants_sealed=applicants.sealed(pools),
        asked_at=at,
    )
    audit.record(
        "simulation.begun",
        ("simulation", str(made.pk)),
        actor="command",
        at=at,
        details={"months": months, "cases": made.cases},
    )
    return made


def _play(simulation: Simulation, told: Told) -> None:
    """What will come of it is settled, and is shown, before the first move is made."""
    with simulations.carried_out(simulation):
        scenery = _scene(simulation)
        if simulation.figures is None:
            story = _compare(simulation, scenery, told)
            Simulation.objects.filter(pk=simulation.pk).update(
                figures=simulation.figures, done=0, total=len(story.moves)
            )
        else:
            story = scenery.told(ways.by_facts, lambda arrived: None)
        player.play(simulation, scenery, story, lambda done, total: told("moves", done, total))
        simulation.applicants_sealed = None


def _compare(simulation: Simulation, scenery: Scene, told: Told) -> Story:
    """Gives the figures to the simulation, and returns the story of the way by facts."""
    count, cost = len(scenery.plan), scenery.terms.cost

    def noted(name: str, before: int) -> Callable[[int], None]:
        def note(arrived: int) -> None:
            told(name, arrived, count)
            if simulation.kind == Kind.COMPARED:
                simulations.note(simulation, before + arrived, 2 * count)

        note(0)
        return note

    facts = scenery.told(ways.by_facts, noted("facts", 0))
    paper = scenery.told(ways.on_paper, noted("paper", count))
    simulation.figures = {
        "facts": figures.of(facts, cost),
        "paper": figures.of(paper, cost),
        "paired": figures.paired(facts, paper),
    }
    return facts


def _scene(simulation: Simulation) -> Scene:
    return scene.of(
        told_terms.of(simulation.terms),
        until=simulation.until,
        months=simulation.months,
        cases=simulation.cases or None,
    )
