"""What the engine says no to; then nothing has changed."""

from datetime import datetime

import pytest

from tests.engines.processes.bpmn_cases import MONDAY, Case
from tests.engines.processes.bpmn_models import (
    end,
    flow,
    model,
    node,
    path,
    script,
    service,
    start,
    user,
)
from tongban.engines.processes import (
    Event,
    Message,
    Refused,
    ServiceDone,
    ServiceFailed,
    Start,
    State,
    TaskDone,
    TimerDue,
    advance,
    load,
)
from tongban.engines.processes.running import NoTimeZone, WrongDefinition
from tongban.engines.processes.running.answers import (
    AlreadyOver,
    AlreadyStarted,
    NobodyWaits,
    NotStarted,
    TaskClosed,
    UnknownTask,
    WrongAnswer,
)
from tongban.engines.processes.running.run import STEP_LIMIT, TooManySteps

XML = model(start(), user("a"), service("b"), end(), path("start", "a", "b", "end"))


def refuses(case: Case, refusal: type[Refused], event: Event) -> Refused:
    before, effects = case.state, list(case.effects)
    with pytest.raises(refusal) as refused:
        case.tell(event)
    assert type(refused.value) is refusal
    assert case.state == before
    assert case.effects == effects
    for language in ("zh", "en"):
        assert "{" not in refused.value.told(language)
    return refused.value


def done(task: int) -> TaskDone:
    return TaskDone(task, {}, "officer", MONDAY)


def test_a_task_is_completed_once():
    case = Case(XML)
    case.do("a")

    refusal = refuses(case, TaskClosed, done(1))
    assert refusal.told("zh") == "任务 1 已不再打开：已经完成或已被取消。"


@pytest.mark.parametrize("task", [0, -1, 2, 99])
def test_a_task_that_never_was_is_unknown(task: int):
    refuses(Case(XML), UnknownTask, done(task))


def test_a_task_for_a_person_is_not_answered_by_a_service_nor_the_other_way_round():
    case = Case(XML)
    refuses(case, WrongAnswer, ServiceDone(1, {}, MONDAY))
    refuses(case, WrongAnswer, ServiceFailed(1, "LOST", MONDAY))
    case.do("a")

    refuses(case, WrongAnswer, done(2))
    assert case.open() == ["b"]


def test_a_message_that_nobody_waits_for_is_refused():
    assert "paid" in refuses(Case(XML), NobodyWaits, Message("paid", None, {}, MONDAY)).told("zh")


def test_a_case_starts_once():
    refuses(Case(XML), AlreadyStarted, Start({}, MONDAY))


@pytest.mark.parametrize(
    "event",
    [
        done(1),
        ServiceDone(1, {}, MONDAY),
        ServiceFailed(1, "LOST", MONDAY),
        TimerDue(1, MONDAY),
        Message("paid", None, {}, MONDAY),
    ],
)
def test_nothing_happens_before_the_start_and_after_the_end(event: Event):
    with pytest.raises(NotStarted):
        advance(load(XML), State(), event)

    case = Case(XML)
    case.do("a")
    case.do("b")
    assert refuses(case, AlreadyOver, event).facts == {"outcome": "end"}


def test_a_finished_case_does_not_start_again():
    case = Case(model(start(), end(), path("start", "end")))

    refuses(case, AlreadyStarted, Start({}, MONDAY))


def test_a_case_stays_on_the_version_it_began_with():
    case = Case(XML)
    other = load(XML.replace(b"urn:test", b"urn:next"))

    with pytest.raises(WrongDefinition) as refused:
        advance(other, case.state, done(1))
    assert refused.value.facts["pinned"] == case.definition.version[:12]


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(NoTimeZone):
        advance(load(XML), State(), Start({}, datetime(2026, 3, 2)))  # noqa: DTZ001


def test_a_loop_that_does_not_end_by_itself_is_stopped():
    xml = model(
        start(),
        node("exclusiveGateway", "g", default="g-a"),
        script("a", "n + 1", tb_result="n"),
        end(),
        path("start", "g", "a", "g"),
        flow("g", "end", "n > limit"),
    )
    assert Case(xml, n=0, limit=1000).over == ("finished", "end")

    with pytest.raises(TooManySteps) as refused:
        Case(xml, n=0, limit=STEP_LIMIT)
    assert refused.value.facts["limit"] == STEP_LIMIT


def test_every_refusal_speaks_chinese_about_the_same_facts():
    import string

    def facts(words: str) -> set[str]:
        names = (name for _, name, _, _ in string.Formatter().parse(words) if name)
        return {name.removesuffix("_zh") for name in names}

    refusals = Refused.__subclasses__()
    assert len(refusals) > 20
    for refusal in refusals:
        assert refusal.zh is not Refused.zh, refusal
        assert facts(refusal.zh) == facts(refusal.__doc__ or ""), refusal
