"""The page of a case lists what it told other cases and what it was told, heard or not yet."""

import pytest

from tests.business.applying import apply, changed, complete, publish
from tests.engines.processes.bpmn_models import (
    declared,
    end,
    extended,
    message,
    model,
    node,
    path,
    service,
    signal,
    start,
    tb_output,
    user,
)
from tests.known import MONDAY
from tests.permits import CITY
from tests.web.reading import in_language, page, said
from tests.web.workbench.pieces import spaced
from tongban import clock
from tongban.business.cases import delivering
from tongban.business.cases.models import Case, CaseMessage
from tongban.business.items import bundle

pytestmark = pytest.mark.django_db
BESIDE = '<message id="m" name="ready"/><signal id="s" name="reviewed"/>'
REVIEW = user("review", extended(tb_output("approved", "approved")), tb_post="approver")
ISSUE = service("issue", tb_operation="issue_certificate")
WAITS = (
    start(),
    node("intermediateCatchEvent", "told", message("m")),
    ISSUE,
    end(),
    path("start", "told", "issue", "end"),
)


def tells(event: str) -> tuple[str, ...]:
    thrown = node("intermediateThrowEvent", "tell", event)
    return (start(), REVIEW, thrown, ISSUE, end(), path("start", "review", "tell", "issue", "end"))


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def run(city, citizen):
    def run(username: str, parts: tuple[str, ...]) -> Case:
        drawn = model(declared(approved="boolean"), *parts, beside=BESIDE).decode()
        read = bundle.read(CITY / "items" / "B09")
        return apply(publish(changed(read, "B09", process_text=drawn)), citizen(username))

    return run


def told(client, case: Case, language: str = "zh") -> list[str]:
    answer = client.get(f"/workbench/cases/{case.number}", **in_language(language))
    return [spaced(line) for line in page(answer).xpath("//section[@id='messages']//li")]


def test_a_message_that_nobody_has_heard_yet_is_said_on_its_senders_page(client, run, approver):
    sender = run("zhou", tells(message("m")))
    client.force_login(approver)
    assert told(client, sender) == []
    complete(sender, approver)
    assert told(client, sender) == ["9-21 10:00 发出消息“ready”，还没有办件接收"]
    assert told(client, sender, "en") == ["9-21 10:00 Message “ready” sent, heard by no case yet"]


def test_whom_it_is_for_sees_that_it_has_come_and_both_that_it_was_heard(client, run, approver):
    receiver, sender = run("wang", WAITS), run("zhou", tells(message("m")))
    complete(sender, approver)
    client.force_login(approver)
    assert told(client, receiver) == [f"9-21 10:00 消息“ready”已发来，正在送达 {sender.number}"]
    delivering.deliver(message=CaseMessage.objects.get().pk, at=MONDAY)
    assert told(client, receiver) == [f"9-21 10:00 收到消息“ready” {sender.number}"]
    assert told(client, sender) == [f"9-21 10:00 发出消息“ready”，已送达 {receiver.number}"]


def test_a_signal_is_for_whoever_hears_it(client, run, approver):
    sender = run("zhou", tells(signal("s")))
    complete(sender, approver)
    client.force_login(approver)
    assert told(client, sender) == ["9-21 10:00 发出信号“reviewed”"]
    assert "办件之间的消息" in said(client.get(f"/workbench/cases/{sender.number}"))
