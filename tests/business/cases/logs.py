"""Cases with a log that the test writes itself, for a process that it draws."""

from datetime import datetime, timedelta
from itertools import count

from tests.engines.processes.bpmn_models import (
    boundary,
    declared,
    end,
    extended,
    flow,
    model,
    node,
    path,
    start,
    tb_output,
    timer,
    user,
)
from tests.known import MONDAY
from tongban.business.cases.models import Case, CaseEvent
from tongban.business.items.models import ItemVersion
from tongban.engines import processes

NUMBERS = count(1)
# a, then b beside c until both are done; then d, which goes back to a, or late to e, or ends.
DRAWN = model(
    declared(again="boolean"),
    *(start(), user("a"), node("parallelGateway", "fork"), user("b"), user("c")),
    *(node("parallelGateway", "join"), user("d", extended(tb_output("again", "again")))),
    *(node("exclusiveGateway", "x", default="x-done"), user("e"), end("done"), end("late")),
    *(path("start", "a", "fork", "b", "join", "d", "x", "done"), path("fork", "c", "join")),
    flow("x", "a", "again", "back"),
    *(boundary("timeout", "d", timer("timeDuration", "P1D")), path("timeout", "e", "late")),
)
DEFINITION = processes.load(DRAWN)
# The same before there was a step d.
EARLIER = processes.load(
    model(
        declared(again="boolean"),
        *(start(), user("a"), node("parallelGateway", "fork"), user("b"), user("c")),
        *(node("parallelGateway", "join"), node("exclusiveGateway", "x", default="x-done")),
        *(end("done"), path("start", "a", "fork", "b", "join", "x", "done")),
        *(path("fork", "c", "join"), flow("x", "a", "again", "back")),
    )
)
STEPS = ("a", "b", "c", "d", "e")


def case(version: ItemVersion, at: datetime = MONDAY, **given) -> Case:
    office = version.item.office
    return Case.objects.create(
        **{
            "number": f"log-{next(NUMBERS)}",
            "version": version,
            "office": office,
            "applicant_id": "P",
            "applicant_sealed": b"",
            "channel": "web",
            "submitted_at": at,
            "accepted_at": at,
            "promised_on": at.date(),
            "statutory_on": at.date(),
            "due_is_provisional": False,
            "answers_sealed": b"",
            **given,
        }
    )


def log(of: Case, *happened: tuple[str, str, float]) -> None:
    """(step, transition, hours after the case was submitted), in this order."""
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case=of,
            activity=step,
            activity_zh=f"步骤 {step}",
            activity_en=f"Step {step}",
            transition=transition,
            at=of.submitted_at + timedelta(hours=hours),
            role="approver",
        )
        for step, transition, hours in happened
    )
