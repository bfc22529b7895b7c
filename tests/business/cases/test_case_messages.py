"""What one case tells another: sent in its own step, heard in a step of the other, once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import InterfaceError, OperationalError
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from tests.business.applying import apply, changed, complete, publish
from tests.business.refusing import refused
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
    tb_input,
    tb_output,
    user,
)
from tests.known import MONDAY
from tongban.business.cases import actions, delivering, erasing, jobs, keeping, messages
from tongban.business.cases.models import Case, CaseMessage

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)
BESIDE = '<message id="m" name="ready"/><signal id="s" name="reviewed"/>'
REVIEW = user("review", extended(tb_output("approved", "approved")), tb_post="approver")
ISSUE = service("issue", tb_operation="issue_certificate")
SAYS = extended(tb_input("verdict", '"checked by hand"'))


def waiting(*events: str, output: str = "") -> tuple[str, ...]:
    return (
        start(),
        node("intermediateCatchEvent", "told", output + "".join(events)),
        ISSUE,
        end(),
        path("start", "told", "issue", "end"),
    )


def telling(event: str) -> tuple[str, ...]:
    thrown = node("intermediateThrowEvent", "tell", SAYS + event)
    return (start(), REVIEW, thrown, ISSUE, end(), path("start", "review", "tell", "issue", "end"))


@pytest.fixture
def run(ground, city, citizen):
    def run(username: str, parts: tuple[str, ...]) -> Case:
        held = declared(approved="boolean", heard="string")
        drawn = model(held, *parts, beside=BESIDE).decode()
        version = publish(changed(ground.bundle, "B09", process_text=drawn))
        return apply(version, citizen(username), at=MONDAY)

    return run


def work() -> int:
    """Do what waits in the queue, as a worker would; returns how many cases heard something."""
    found = ProcrastinateJob.objects.filter(task_name=messages.DELIVER, status="todo")
    todo = list(found.order_by("pk").values_list("args", flat=True))
    return sum(delivering.deliver(message=each["message"], at=LATER) for each in todo)


def status(case: Case) -> str:
    return Case.objects.get(pk=case.pk).status


def test_a_message_moves_the_case_that_waits_for_it(run, approver):
    receiver = run("wang", waiting(message("m")))
    sender = run("zhou", telling(message("m")))
    complete(sender, approver)
    assert status(receiver) == "running"

    assert work() == 1

    assert (status(receiver), status(sender)) == ("granted", "granted")
    told = CaseMessage.objects.get()
    assert (told.name, told.sender, told.heard_by) == ("ready", sender, receiver)
    assert (told.sent_at, told.heard_at) == (MONDAY, LATER)


def test_what_it_says_reaches_the_variables_of_the_other_and_is_sealed_on_the_way(run, approver):
    hears = extended(tb_output("heard", "verdict"))
    begin, catch, *rest = waiting(message("m"), output=hears)
    way = path("start", "told", "review", "issue", "end")
    receiver = run("wang", (begin, catch, REVIEW, *rest[:2], way))
    complete(run("zhou", telling(message("m"))), approver)
    told = CaseMessage.objects.get()
    assert messages.opened(told) == (None, {"verdict": "checked by hand"})
    assert b"checked" not in bytes(told.sealed)

    work()

    assert keeping.load(receiver).variables["heard"] == "checked by hand"


def test_a_job_names_a_message_and_nothing_of_what_it_says(run, approver):
    complete(run("zhou", telling(message("m", '"A"'))), approver)
    job = ProcrastinateJob.objects.get(task_name="cases.deliver")
    assert job.args == {"message": CaseMessage.objects.get().pk}


@pytest.mark.parametrize(
    ("error", "again"),
    [(OperationalError(), True), (InterfaceError(), True), (RuntimeError(), False)],
)
def test_what_the_database_kept_from_being_heard_is_tried_again(error, again):
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name=messages.DELIVER)
    assert bool(jobs.deliver.get_retry_exception(error, job)) is again


def test_a_message_that_comes_twice_is_heard_once(run, approver):
    run("wang", waiting(message("m")))
    complete(run("zhou", telling(message("m"))), approver)
    told = CaseMessage.objects.get().pk

    assert delivering.deliver(message=told, at=LATER) == 1
    assert delivering.deliver(message=told, at=LATER + timedelta(hours=1)) == 0
    assert CaseMessage.objects.get().heard_at == LATER


@pytest.mark.parametrize(("sent", "heard_by"), [('"A"', "wang"), ("1.0", "li"), ('"C"', None)])
def test_the_case_with_the_same_correlation_hears_it_and_no_other(run, approver, sent, heard_by):
    cases = {
        "wang": run("wang", waiting(message("m", '"A"'))),
        "li": run("li", waiting(message("m", "1"))),
    }
    complete(run("zhou", telling(message("m", sent))), approver)

    assert work() == (heard_by is not None)

    granted = [name for name, case in cases.items() if status(case) == "granted"]
    assert granted == ([heard_by] if heard_by else [])


def test_a_message_waits_for_the_case_that_will_wait_for_it(run, approver):
    complete(run("zhou", telling(message("m", '"A"'))), approver)
    assert work() == 0
    assert CaseMessage.objects.get().heard_at is None

    other = run("li", waiting(message("m", '"B"')))
    receiver = run("wang", waiting(message("m", '"A"')))

    assert work() == 1
    assert (status(receiver), status(other)) == ("granted", "running")


def test_whoever_takes_any_message_takes_one_that_was_sent_before(run, approver):
    complete(run("zhou", telling(message("m", '"A"'))), approver)
    receiver = run("wang", waiting(message("m")))

    assert work() == 1
    assert status(receiver) == "granted"


def test_a_message_for_one_of_several_is_refused_by_name_and_waits(run, approver):
    cases = [run(name, waiting(message("m"))) for name in ("wang", "li")]
    sender = run("zhou", telling(message("m")))
    complete(sender, approver)
    told = CaseMessage.objects.get().pk
    numbers = ", ".join(each.number for each in cases)

    with refused(
        delivering.SeveralWait,
        f"办件 {numbers} 都在等待办件 {sender.number} 的消息 ready，而消息只能由其中一件接收。"
        "请为消息和等待它的事件设置能够区分办件的关联值。",
        f"Cases {numbers} all wait for the message ready of case {sender.number}, which is for "
        "one of them. Give the message and the event that waits for it a correlation that tells "
        "them apart.",
    ):
        delivering.deliver(message=told, at=LATER)


def test_the_one_that_waits_for_exactly_this_message_comes_before_one_that_takes_any(run, approver):
    loose = run("li", waiting(message("m")))
    exact = run("wang", waiting(message("m", '"A"')))
    complete(run("zhou", telling(message("m", '"A"'))), approver)

    assert work() == 1
    assert (status(exact), status(loose)) == ("granted", "running")


def test_a_case_that_was_withdrawn_hears_nothing(run, approver, citizen):
    receiver = run("wang", waiting(message("m")))
    applicant = receiver.applicant_id
    user_of = type(approver).objects.get(subject_id=applicant)
    actions.withdraw(case_id=receiver.pk, user=user_of, at=MONDAY)
    complete(run("zhou", telling(message("m"))), approver)

    assert work() == 0
    assert status(receiver) == "withdrawn"


def test_a_signal_is_heard_by_every_other_case_that_waits_for_it(run, approver):
    waits = [run(name, waiting(signal("s"))) for name in ("wang", "li")]
    deaf = run("sun", waiting(message("m")))
    complete(run("zhou", telling(signal("s"))), approver)
    told = CaseMessage.objects.get()

    assert delivering.deliver(message=told.pk, at=LATER) == 2
    assert delivering.deliver(message=told.pk, at=LATER) == 0

    assert [status(each) for each in waits] == ["granted", "granted"]
    assert status(deaf) == "running"


def test_a_signal_does_not_wait_for_who_comes_later(run, approver):
    complete(run("zhou", telling(signal("s"))), approver)
    assert work() == 0
    late = run("wang", waiting(signal("s")))

    assert work() == 0
    assert status(late) == "running"


def test_a_case_that_cannot_go_on_keeps_no_other_from_hearing_a_signal(run, approver, caplog):
    catches = node("intermediateCatchEvent", "told", signal("s"))
    stuck = run("wang", (start(), catches, end(), path("start", "told", "end")))
    before = keeping.load(stuck)
    other = run("li", waiting(signal("s")))
    complete(run("zhou", telling(signal("s"))), approver)

    assert work() == 1

    assert (status(stuck), status(other)) == ("running", "granted")
    assert keeping.load(stuck) == before
    (line,) = [each.getMessage() for each in caplog.records if "signal" in each.message]
    assert line.startswith(f"Case {stuck.number} did not hear a signal: The process of case")


def test_what_is_refused_sends_nothing(run, approver):
    """The end comes before anything is decided, behind the message."""
    thrown = node("endEvent", "tell", message("m"))
    sender = run("zhou", (start(), REVIEW, thrown, path("start", "review", "tell")))
    before = ProcrastinateJob.objects.count()

    with pytest.raises(Exception, match=sender.number):
        complete(sender, approver)

    assert not CaseMessage.objects.exists()
    assert ProcrastinateJob.objects.count() == before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal("1.0"), Decimal(1)),
        ([Decimal("2.50"), "a"], [Decimal("2.5"), "a"]),
        ({"b": Decimal(1), "a": MONDAY}, {"a": MONDAY.astimezone(), "b": Decimal("1.00")}),
    ],
)
def test_equal_correlations_are_found_by_one_digest(one, other):
    assert keeping.digest(one) == keeping.digest(other) != keeping.digest("1")


def test_no_correlation_has_no_digest():
    assert keeping.digest(None) is None


@pytest.mark.parametrize("erased", ["sender", "receiver"])
def test_what_a_message_said_goes_with_either_of_the_two(run, approver, erased):
    receiver = run("wang", waiting(message("m", '"A"')))
    sender = run("zhou", telling(message("m", '"A"')))
    complete(sender, approver)
    work()

    erasing.erase({"sender": sender, "receiver": receiver}[erased].applicant_id, LATER)

    told = CaseMessage.objects.get()
    assert (messages.opened(told), told.digest) == ((None, {}), None)
    assert (told.name, told.sender, told.heard_by) == ("ready", sender, receiver)
