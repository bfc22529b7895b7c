"""A story carried out through the actions that the pages call, each move in a transaction with the
note that it was made: whoever is stopped goes on with the next one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from tongban import clock
from tongban.base.notices import actions as notices
from tongban.base.people import actions as people
from tongban.base.people.models import User
from tongban.business.cases import actions, reading, simulated
from tongban.business.cases.actions import Application
from tongban.business.cases.models import Case, SimulatedCase, Simulation, WorkItem
from tongban.business.cases.verbs import correcting
from tongban.business.items.models import ItemVersion
from tongban.commands.simulating import applicants
from tongban.commands.simulating.applicants import Pools
from tongban.commands.simulating.scene import Scene
from tongban.commands.simulating.story import Desk, Move, Story, Told
from tongban.commands.simulating.terms import Item
from tongban.data.exchange.gate import Fact
from tongban.engines import forms
from tongban.errors import Refusal

ACCOUNT = "simulation"
NAME = "模拟申请人 · Simulated"
WORDS = "模拟办件"
Progress = Callable[[int, int], object]


class Diverged(Refusal):
    """Case {case} of the simulation is {found} and should be {expected}: items, facts or calendar
    were changed since it began. Take it away with `tongban simulate --clear` and begin anew."""

    zh = (
        "模拟的第 {case} 件现为 {found}，应为 {expected}：开始以后事项、事实或日历有改动。"
        "请用 tongban simulate --clear 清除后重新开始。"
    )


class AnotherPlays(Refusal):
    """Another process plays this simulation at the moment."""

    zh = "另一个进程正在进行这次模拟。"


class CannotGoOn(Refusal):
    """Simulation {number} was taken away, or somebody was erased while it was under way: it cannot
    go on. Take away what is left with `tongban simulate --clear` and begin anew."""

    zh = (
        "第 {number} 次模拟已被清除，或其间有人依法被删除，不能继续。"
        "请用 tongban simulate --clear 清除后重新开始。"
    )


def simulator(at: datetime) -> User:
    """One account for all applicants."""
    return people.open_without_log_in(username=ACCOUNT, display_name=NAME, by=ACCOUNT, at=at)


def play(simulation: Simulation, scene: Scene, story: Story, told: Progress) -> None:
    """What is left of it. Raises Diverged where the city no longer does what was told, CannotGoOn
    and AnotherPlays."""
    if simulation.applicants_sealed is None:
        raise CannotGoOn(number=simulation.pk)
    pools = applicants.opened(simulation.applicants_sealed)
    cases = {one.arrival.number: one for one in story.cases}
    player = _Player(simulation, scene, simulator(clock.now()), pools, cases)
    for number, move in enumerate(story.moves[simulation.done :], simulation.done):
        with transaction.atomic(), simulated.playing():
            with connection.cursor() as cursor:
                # What a crash loses of it is played again: the note goes with the move.
                cursor.execute("SET LOCAL synchronous_commit = off")
            whole = Simulation.objects.filter(pk=simulation.pk, applicants_sealed__isnull=False)
            if not whole.filter(done=number).update(done=number + 1):
                raise _stopped(simulation)
            player.make(move)
        told(number + 1, len(story.moves))


def _stopped(simulation: Simulation) -> Refusal:
    there = Simulation.objects.filter(pk=simulation.pk).first()
    if there is None or (there.applicants_sealed is None and there.status != there.Status.DONE):
        return CannotGoOn(number=simulation.pk)
    return AnotherPlays()


@dataclass(frozen=True)
class _Player:
    simulation: Simulation
    scene: Scene
    simulator: User
    pools: Pools
    story: Mapping[int, Told]
    officers: dict[tuple[Desk, int], User] = field(default_factory=dict)
    known: dict[tuple[str, str], Mapping[str, Fact]] = field(default_factory=dict)

    def make(self, move: Move) -> None:
        kinds: Mapping[str, Callable[[Move], Case]] = {
            "submit": self._submit,
            "complete": self._complete,
            "ask": self._ask,
            "correct": self._correct,
            "withdraw": self._withdraw,
            "timer": self._ring,
        }
        case = kinds[move.kind](move)
        notices.forget(about=("case", case.number))
        self._check(move, case)

    def _submit(self, move: Move) -> Case:
        told, item = self.story[move.case], self._item(move)
        luck, version = told.arrival.luck, self.scene.versions[item.code]
        pool = self.pools[item.code][luck.outcome]
        subject = pool[move.case % len(pool)]
        facts = self._facts(version, subject)
        known = forms.prefill(reading.form_of(version), reading.known(facts))
        disputed = {item.dispute.question: WORDS} if item.dispute and luck.disputes else {}
        application = Application(applicants.answers(item, known), disputed, told.arrival.channel)
        person = self._applicant(move)
        with simulated.handing(facts):
            case = actions.submit(version=version, user=person, application=application, at=move.at)
        SimulatedCase.objects.create(
            simulation=self.simulation, case=case, number=move.case, subject_id=subject
        )
        return case

    def _facts(self, version: ItemVersion, subject: str) -> Mapping[str, Fact]:
        """Read once, and audited then in the name of whom they are about: what is done with them
        bears a pseudonym."""
        key = (version.item.code, subject)
        if key not in self.known:
            now = clock.now()
            found = reading.facts_to_simulate(version, self.simulator, subject, now)
            self.known[key] = found
        return self.known[key]

    def _complete(self, move: Move) -> Case:
        case = self._case(move)
        open_steps = case.work_items.filter(node=move.node, status=WorkItem.Status.OPEN)
        step = open_steps.order_by("task").first()
        if step is None:
            raise Diverged(case=move.case, found=case.status, expected=move.node)
        words = "" if move.grant else WORDS
        user = self._officer(move)
        return actions.complete(
            work_item_id=step.pk, user=user, grant=move.grant, words=words, at=move.at
        )

    def _ask(self, move: Move) -> Case:
        case, correction = self._case(move), self._item(move).correction
        assert correction is not None
        asked = [correction.question]
        correcting.ask(
            case_id=case.pk, user=self._officer(move), questions=asked, words=WORDS, at=move.at
        )
        return Case.objects.get(pk=case.pk)

    def _correct(self, move: Move) -> Case:
        correction = self._item(move).correction
        assert correction is not None
        answer = {correction.question: correction.answer}
        case, user = self._case(move), self._applicant(move)
        return correcting.correct(case_id=case.pk, user=user, answers=answer, at=move.at)

    def _withdraw(self, move: Move) -> Case:
        return actions.withdraw(case_id=self._case(move).pk, user=self._applicant(move), at=move.at)

    def _ring(self, move: Move) -> Case:
        actions.fire_timers(at=move.at, limit=1)
        return self._case(move)

    def _check(self, move: Move, case: Case) -> None:
        """Where the story says that it is over with this move, it is; else it is not."""
        told = self.story[move.case]
        over = told.finished is not None and told.finished <= move.at
        expected = told.result if over else Case.Status.RUNNING
        if case.status != expected:
            raise Diverged(case=move.case, found=case.status, expected=expected)

    def _case(self, move: Move) -> Case:
        return (
            SimulatedCase.objects.select_related("case")
            .get(simulation=self.simulation, number=move.case)
            .case
        )

    def _item(self, move: Move) -> Item:
        code = self.story[move.case].arrival.item
        return next(item for item in self.scene.terms.items if item.code == code)

    def _applicant(self, move: Move) -> User:
        """Nobody: under this name no draft is kept and no other case runs."""
        return applicants.posing(self.simulator, f"SIM{self.simulation.pk}-{move.case}")

    def _officer(self, move: Move) -> User:
        assert move.desk is not None
        key = (move.desk, move.officer)
        if key not in self.officers:
            (office, post), number = key
            user = people.open_without_log_in(
                username=f"{ACCOUNT}-{office}-{post}-{number}".lower(),
                display_name=f"模拟 {office}-{number}",
                by=ACCOUNT,
                at=clock.now(),
            )
            people.appoint(user=user, office_code=office, role=post, by=ACCOUNT, at=clock.now())
            self.officers[key] = user
        return self.officers[key]
