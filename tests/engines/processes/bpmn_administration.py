"""Sending cases back and moving them to another version, and small models to try that on."""

from collections.abc import Mapping

import pytest

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    end,
    model,
    node,
    path,
    start,
    sub,
    user,
)
from tongban.engines.processes import (
    CannotMigrate,
    Effect,
    Refused,
    Return,
    State,
    load,
    migrate,
    returnable,
)

BESIDE = (
    '<message id="m" name="paid"/><message id="n" name="settled"/>'
    '<signal id="alarm" name="alarm"/><signal id="calm" name="calm"/>'
)
Mapped = Mapping[str, str]


def line(*nodes: str, beside: str = BESIDE) -> bytes:
    """Nodes, or the ids of tasks of persons, one after the other."""
    drawn = [each if "<" in each else user(each) for each in nodes]
    ids = [each.split('id="')[1].split('"')[0] for each in drawn]
    return model(start(), *drawn, end(), path("start", *ids, "end"), beside=beside)


def move(case: Case, xml: bytes, mapping: Mapped | None = None) -> tuple[Effect, ...]:
    """The case goes on by the other version; its state goes through JSON."""
    new = load(xml)
    state, case.last = migrate(case.definition, new, case.state, case.at, mapping or {})
    case.definition, case.state = new, State.from_json(state.to_json())
    assert case.state == state
    case.effects += case.last
    return case.last


def obstacles(case: Case, xml: bytes, mapping: Mapped | None = None) -> list[tuple[str, str]]:
    """What speaks against it; nothing has changed."""
    before = case.state
    with pytest.raises(CannotMigrate) as why:
        move(case, xml, mapping)
    assert case.state == before
    return [(each.rule, each.element) for each in why.value.obstacles]


def told(case: Case, xml: bytes, mapping: Mapped | None = None) -> tuple[str, str]:
    """The words of the only obstacle."""
    with pytest.raises(CannotMigrate) as why:
        move(case, xml, mapping)
    (obstacle,) = why.value.obstacles
    return obstacle.told("en"), obstacle.told("zh")


def targets(case: Case, task: str | None) -> tuple[str, ...]:
    return returnable(case.definition, case.state, case.task(task) if task else None)


def send_back(case: Case, task: str | None, to: str):
    return case.tell(Return(case.task(task) if task else None, to, "officer", case.at))


def refused(case: Case, task: str | None, to: str, kind: type[Refused]) -> Refused:
    """The refusal; nothing has changed."""
    before = case.state
    with pytest.raises(kind) as why:
        send_back(case, task, to)
    assert case.state == before
    return why.value


def fork(*before: str, a: tuple[str, ...], b: tuple[str, ...], after: tuple[str, ...]) -> bytes:
    """Tasks, two parallel branches of tasks, tasks."""
    return model(
        start(),
        *(user(each) for each in (*before, *a, *b, *after)),
        node("parallelGateway", "split"),
        node("parallelGateway", "join"),
        end(),
        path("start", *before, "split", *a, "join", *after, "end"),
        path("split", *b, "join"),
    )


def inside(*nodes: str, loop: str = "", id: str = "s", tag: str = "subProcess") -> str:
    begin, last = f"{id}_begin", f"{id}_end"
    drawn = [user(each) for each in nodes]
    return sub(loop, start(begin), *drawn, end(last), path(begin, *nodes, last), id=id, tag=tag)


def race(*events: str) -> bytes:
    ids = [each.split('id="')[1].split('"')[0] for each in events]
    return model(
        start(),
        node("eventBasedGateway", "g"),
        *events,
        end(),
        path("start", "g"),
        *(path("g", each, "end") for each in ids),
        beside=BESIDE,
    )


def catch(id: str, what: str) -> str:
    return node("intermediateCatchEvent", id, what)
