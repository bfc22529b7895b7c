"""A story through the real actions: what the database holds then is what was told, and nothing
else."""

import json
from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.commands.simulating.small import CITY, terms
from tests.known import MONDAY
from tongban import clock
from tongban.base.audit.models import Event
from tongban.base.notices.models import Notice
from tongban.base.people import actions as offices
from tongban.base.people.models import Post, User
from tongban.business.cases import (
    actions,
    erasing,
    listing,
    messages,
    objections,
    outside_models,
    simulated,
    todo,
)
from tongban.business.cases.actions import Application
from tongban.business.cases.models import (
    Case,
    CaseEvent,
    Draft,
    Objection,
    SimulatedCase,
    Simulation,
    Suspension,
    WorkItem,
)
from tongban.business.cases.simulated import OnlySimulated
from tongban.business.certificates.models import Certificate
from tongban.commands.erasing import proving
from tongban.commands.simulating import applicants, player, runs, scene, ways
from tongban.commands.simulating.applicants import NobodyLikeThat
from tongban.commands.simulating.player import AnotherPlays, CannotGoOn, Diverged
from tongban.commands.simulating.runs import PlayedAlready
from tongban.commands.simulating.story import Story
from tongban.commands.simulating.terms import BadTerms
from tongban.data.exchange.models import GrantUse
from tongban.data.lake.models import CurrentEdition, Edition
from tongban.data.registers.models import LiveFact

CASES, MONTHS, UNTIL = 20, 1, date(2026, 9, 21)
ITEM = {
    **terms().items[0].model_dump(mode="json"),
    "outcomes": {"true": 0.3, "false": 0.1, "unknown": 0.6},
    "correction": {"share": 0.4, "question": "wants_card", "answer": "yes"},
    "dispute": {"share": 0.2, "question": "sex"},
    "withdrawn": 0.3,
}
TERMS = terms(items=[ITEM], answer_days={"median": 4, "p90": 20})
TABLES = (
    Case,
    CaseEvent,
    WorkItem,
    Notice,
    Certificate,
    LiveFact,
    User,
    Post,
    Objection,
    Suspension,
)


def silent(step: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def people(permit, citizen, monkeypatch):
    """Three people, of whom the rules say true, false and unknown, and a day to look at them."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    citizen("true")
    citizen("false", household_region="329906")
    citizen("unknown", insured_months=None)
    return permit


def play(**changes) -> Simulation:
    asked = {"months": MONTHS, "cases": CASES, "until": UNTIL, "at": MONDAY, **changes}
    return runs.play(TERMS, told=silent, **asked)


def told() -> Story:
    scenery = scene.of(TERMS, until=UNTIL, months=MONTHS, cases=CASES)
    return scenery.told(ways.by_facts, lambda arrived: None)


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in TABLES}


def by_number() -> dict[int, Case]:
    rows = SimulatedCase.objects.select_related("case")
    return {row.number: row.case for row in rows}


def test_what_the_actions_made_is_what_was_told(people):
    play()
    story, made = told(), by_number()
    assert len(made) == CASES
    for case in story.cases:
        there = made[case.arrival.number]
        assert there.status == case.result
        assert there.finished_at == case.finished
        assert there.promised_on == case.promised_on
        assert (there.automatic, there.channel) == (case.automatic, case.arrival.channel)
        corrected = there.corrections.filter(corrected_at__isnull=False)
        assert corrected.count() == case.corrections
    done = {
        (step.case.simulated.number, step.closed_at)
        for step in WorkItem.objects.filter(status="done").select_related("case__simulated")
    }
    assert done == {(move.case, move.at) for move in story.moves if move.kind == "complete"}
    assert {move.kind for move in story.moves} == {
        *("submit", "complete", "ask", "correct", "withdraw"),
    }


def test_nothing_leaves_a_simulated_case(people):
    before = counts()
    play()
    after = counts()
    assert [after[name] - before[name] for name in ("Notice", "Certificate", "LiveFact")] == [0] * 3
    assert not Case.objects.of_applicant(f"P{'TRUE':0>26}").exists()
    assert not User.objects.filter(username__startswith="simulation", is_active=True).exists()


def test_facts_are_read_once_for_a_use_of_their_own_and_when_it_happens(people):
    play()
    reads = Event.objects.filter(kind="facts.read")
    # Whom to take is found out first, then each is read once more, however often he applies.
    who = {f"P{name:0>26}" for name in ("TRUE", "FALSE", "UNKNOWN")}
    assert sorted(reads.values_list("subject_id", flat=True)) == sorted([*who, *who])
    assert set(reads.values_list("at", "purpose", "post")) == {
        (MONDAY, "simulate:B09", "simulate:B09")
    }
    used = GrantUse.objects.values_list("grant__code", flat=True)
    assert set(used) == {"G-B09-SIMULATE"}


def test_what_happens_then_bears_a_pseudonym_in_the_log(people):
    made = play()
    rest = Event.objects.exclude(kind="facts.read")
    named = {
        subject for subjects in rest.values_list("subjects", flat=True) for subject in subjects
    }
    assert named == {f"SIM{made.pk}-{number}" for number in range(1, CASES + 1)}
    submitted = rest.filter(kind="case.submitted").order_by("at")
    assert timezone.localdate(submitted[0].at) < UNTIL


def test_the_drafts_of_real_people_are_left_alone(people):
    for user in User.objects.exclude(subject_id=""):
        actions.save_draft(version=people, user=user, answers={"wants_card": "no"}, at=MONDAY)
    drafts = list(Draft.objects.order_by("pk").values())
    assert len(drafts) == 3
    assert play().status == "done"
    assert list(Draft.objects.order_by("pk").values()) == drafts


def test_who_has_really_applied_is_taken_all_the_same(people):
    user = User.objects.get(username="unknown")
    mine = actions.submit(
        version=people,
        user=user,
        application=Application({"wants_card": "no"}, {}, "web"),
        at=MONDAY,
    )
    assert mine.status == "running"
    assert play().status == "done"
    taken = SimulatedCase.objects.filter(subject_id=user.subject_id)
    assert taken.filter(case__submitted_at__lt=MONDAY).exists()


def test_people_are_found_where_an_edition_goes_by_the_facts_of_another(people, city):
    changed = Edition.objects.create(
        number=city.number + 1, status="published", opened_at=MONDAY, facts_of=city.number
    )
    CurrentEdition.objects.update(edition=changed)
    assert set(applicants._people(1)) == {f"P{name:0>26}" for name in ("TRUE", "FALSE", "UNKNOWN")}


def test_to_clear_takes_all_of_it_away_and_nothing_else(people, citizen, approver):
    mine = actions.submit(
        version=people,
        user=citizen("wang", insured_months=None),
        application=Application({"wants_card": "no"}, {}, "web"),
        at=MONDAY,
    )
    before = counts()
    play()
    assert counts()["Case"] == before["Case"] + CASES

    assert runs.clear(at=MONDAY) == CASES
    assert counts() == before
    assert Case.objects.get() == mine
    assert not Simulation.objects.exists()
    assert Event.objects.filter(kind="simulation.cleared").get().details == {"cases": CASES}


@pytest.mark.parametrize("left_as", ["broken", "running"])  # interrupted, killed
def test_what_is_broken_off_goes_on_and_doubles_nothing(people, monkeypatch, left_as):
    make = player._Player.make
    made: list[int] = []

    def broken(self, move):
        made.append(move.case)
        if len(made) == 15:
            raise KeyboardInterrupt
        return make(self, move)

    with monkeypatch.context() as patch:
        patch.setattr(player._Player, "make", broken)
        with pytest.raises(KeyboardInterrupt):
            play()
    halfway = Simulation.objects.get()
    assert (halfway.status, halfway.done) == ("broken", 14)
    Simulation.objects.update(status=left_as)

    # On another day, and asked without a count, it is the same one that goes on.
    again = play(cases=None, until=date(2026, 9, 25))
    assert (again.status, again.until, again.done) == ("done", UNTIL, again.total)
    assert {n: case.status for n, case in by_number().items()} == {
        case.arrival.number: case.result for case in told().cases
    }
    assert play() == again
    assert Case.objects.count() == CASES


def test_two_processes_do_not_play_one_simulation(people):
    made = play()
    scenery = scene.of(TERMS, until=UNTIL, months=MONTHS, cases=CASES)
    made.applicants_sealed, made.done = applicants.sealed({}), 5  # as another sees it
    with pytest.raises(AnotherPlays) as refused:
        player.play(made, scenery, told(), lambda done, total: None)
    assert refused.value.told("en") == "Another process plays this simulation at the moment."
    assert refused.value.told("zh") == "另一个进程正在进行这次模拟。"
    assert Case.objects.count() == CASES


def test_another_one_waits_until_the_first_is_cleared(people):
    play()
    with pytest.raises(PlayedAlready) as refused:
        play(months=2)
    assert refused.value.told("en") == (
        "A simulation of 20 cases is there already. Take it away with `tongban simulate --clear` "
        "before another one is played."
    )
    assert refused.value.told("zh") == (
        "已有一次 20 件的模拟。请先用 tongban simulate --clear 清除，再进行新的模拟。"
    )
    assert Simulation.objects.count() == 1


def test_a_city_that_changed_meanwhile_is_noticed(people, monkeypatch):
    monkeypatch.setattr(player._Player, "_complete", lambda self, move: self._case(move))
    with pytest.raises(Diverged) as refused:
        play()
    assert "is running and should be" in refused.value.told("en")
    assert "重新开始" in refused.value.told("zh")
    assert Simulation.objects.get().status == "broken"


def test_nobody_like_that_is_said_with_the_item_and_the_outcome(permit, citizen, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    citizen("true")
    before = counts()
    with pytest.raises(NobodyLikeThat) as refused:
        play()
    assert refused.value.told("en") == (
        "Of 1 people nobody is such that B09 is decided as “false”, which simulation.toml expects "
        "of 10%. Load a larger city, or set that share to 0."
    )
    assert refused.value.told("zh") == (
        "在 1 人中没有一人的 B09 判定结果为“false”，而 simulation.toml 预期有 10%。"
        "请装载更大的城市，或把该比例设为 0。"
    )
    assert counts() == before


def test_an_item_that_is_not_in_force_is_named(city):
    with pytest.raises(BadTerms) as refused:
        play()
    assert refused.value.told("en") == (
        "simulation.toml is not valid: items: no version of B09 is in force"
    )
    assert refused.value.told("zh") == "simulation.toml 有误：items：事项 B09 没有生效的版本"


@pytest.fixture
def waiting(people) -> Case:
    """A simulated case that waits for an officer."""
    play()
    case = next(case for case in by_number().values() if case.work_items.exists())
    return case


def test_an_officer_sees_it_and_cannot_work_on_it(waiting, approver):
    assert waiting in listing.of(approver, listing.Asked(), MONDAY)
    assert not any(todo.counts(approver, MONDAY).values())
    step = waiting.work_items.earliest("pk")
    before = (waiting.status, CaseEvent.objects.count())
    with pytest.raises(OnlySimulated) as refused:
        actions.complete(work_item_id=step.pk, user=approver, grant=True, words="", at=MONDAY)
    assert refused.value.told("en") == (
        f"Case {waiting.number} is simulated: it can be looked at, and nobody works on it."
    )
    assert refused.value.told("zh") == f"{waiting.number} 是模拟办件，只能查看，不能办理。"
    waiting.refresh_from_db()
    assert (waiting.status, CaseEvent.objects.count()) == before


def test_its_objections_wait_for_no_steward(waiting, approver):
    offices.appoint(user=approver, office_code="GA", role="steward", by="test", at=MONDAY)
    assert Objection.objects.exists()
    assert not objections.waiting(approver).exists()


def test_whoever_is_erased_leaves_no_simulated_case_behind(people):
    play()
    subject = f"P{'TRUE':0>26}"
    his = SimulatedCase.objects.filter(subject_id=subject).count()
    assert his
    erasing.erase(subject, MONDAY)
    assert not SimulatedCase.objects.filter(subject_id=subject).exists()
    assert Case.objects.count() == CASES - his


def stopped_at(monkeypatch, move: int, stop) -> pytest.ExceptionInfo[CannotGoOn]:
    """What is said to the player where something else happens between two of its moves."""
    with monkeypatch.context() as patch:
        patch.setattr(player, "play", interrupted(player.play, move, stop))
        with pytest.raises(CannotGoOn) as refused:
            play()
    return refused


def interrupted(played, move: int, stop):
    def playing(simulation, scenery, story, told):
        played(simulation, scenery, story, lambda done, total: stop() if done == move else None)

    return playing


def test_whoever_plays_what_is_cleared_meanwhile_is_told_and_leaves_nothing(people, monkeypatch):
    before = counts()
    refused = stopped_at(monkeypatch, 15, lambda: runs.clear(at=MONDAY))
    number = refused.value.facts["number"]
    assert refused.value.told("en") == (
        f"Simulation {number} was taken away, or somebody was erased while it was under way: it "
        "cannot go on. Take away what is left with `tongban simulate --clear` and begin anew."
    )
    assert refused.value.told("zh") == (
        f"第 {number} 次模拟已被清除，或其间有人依法被删除，不能继续。"
        "请用 tongban simulate --clear 清除后重新开始。"
    )
    assert counts() == before
    assert not Simulation.objects.exists()


def test_to_clear_holds_the_simulations_before_it_takes_anything(people):
    play(cases=2)
    with CaptureQueriesContext(connection) as asked:
        runs.clear(at=MONDAY)
    said = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]
    assert "cases_simulation" in said[0]
    assert said[0].endswith("FOR UPDATE")


def test_a_simulation_that_was_not_finished_ends_when_somebody_is_erased(people, monkeypatch):
    subject = f"P{'TRUE':0>26}"
    stopped_at(monkeypatch, 15, lambda: erasing.erase(subject, MONDAY))
    left = Simulation.objects.get()
    assert (left.status, left.done, left.applicants_sealed) == ("broken", 15, None)
    assert not SimulatedCase.objects.filter(subject_id=subject).exists()
    # Nor does it go on later: nobody knows any more whom it took.
    with pytest.raises(CannotGoOn):
        play()
    assert Simulation.objects.get().done == 15
    left_over = SimulatedCase.objects.count()
    assert left_over
    assert runs.clear(at=MONDAY) == left_over
    assert not Case.objects.exists()


def test_the_proof_opens_what_is_sealed_of_a_simulation(people):
    sealed = applicants.sealed({"B09": {"true": ["P1"]}})
    assert proving._opened(sealed, [*proving.PURPOSES]) is not None
    for purpose in (messages.PURPOSE, outside_models.PURPOSE):
        assert proving._opened(settings.VAULT.seal(b"P1", purpose), [*proving.PURPOSES]) == b"P1"


def test_the_command_says_what_came_of_it_and_takes_it_away(people, tmp_path, capsys):
    text = first_item_alone()
    (tmp_path / "simulation.toml").write_text(text, encoding="utf-8")
    call_command("simulate", tmp_path, months=1, cases=5, json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["cases"], told["facts"]["arrived"], told["until"]) == (5, 5, "2026-09-21")
    call_command("simulate", tmp_path, months=1, cases=5, compare=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "模拟结果，均为假设参数下的推算。"
    assert lines[1].split() == ["数据证明、规则判定", "材料、人工"]
    assert lines[2].split() == ["5", "5", "申请"]
    call_command("simulate", clear=True)
    assert capsys.readouterr().out == "已清除模拟办件 5 件。\n"


def first_item_alone() -> str:
    """The demo city's file with its first item alone."""
    text = (CITY / "simulation.toml").read_text(encoding="utf-8")
    head, first, _ = text.split("[[items]]")
    return f"{head}[[items]]{first}"


def test_playing_is_over_with_its_block():
    with pytest.raises(RuntimeError), simulated.playing():
        assert simulated.is_playing()
        raise RuntimeError
    assert not simulated.is_playing()
    with pytest.raises(RuntimeError), simulated.handing({}):
        assert simulated.handed() == {}
        raise RuntimeError
    assert simulated.handed() is None
