"""Cases with a history that nobody handled: made up, drawn from a seed, and written as rows."""

import random
from datetime import datetime, timedelta

from tests.known import MONDAY
from tongban.base.people.models import Office
from tongban.business.cases.models import Case, CaseEvent
from tongban.business.items.models import ItemVersion

STEPS = ("accept", "review", "decide")
NAMES = {
    "accept": ("受理", "Acceptance"),
    "review": ("书面审查", "Review"),
    "decide": ("决定", "Decision"),
    "supplement": ("补正", "Supplement"),
}
CHANNELS = ("web", "phone", "counter")


def make(version: ItemVersion, count: int, *, seed: int = 7, prefix: str = "3299") -> list[Case]:
    draw = random.Random(seed)
    offices = list(Office.objects.filter(code__in=["GA", "MZ"]).order_by("code"))
    return [_case(version, f"{prefix}{n:06}", draw, offices) for n in range(count)]


def _case(version: ItemVersion, number: str, draw: random.Random, offices: list[Office]) -> Case:
    at = began = MONDAY - timedelta(days=draw.randrange(90), hours=draw.randrange(9))
    office = draw.choice(offices)
    events = []
    for step in _course(draw):
        for transition in ("start", "complete"):
            at += timedelta(minutes=draw.randrange(1, 3_000))
            events.append((step, transition, at, draw.choice(offices).code))
    ended = draw.random() < 0.8
    withdrawn = ended and draw.random() < 0.1
    case = Case.objects.create(
        number=number,
        version=version,
        office=office,
        applicant_id="P1",
        applicant_sealed=b"",
        channel=draw.choice(CHANNELS),
        status="withdrawn" if withdrawn else "granted" if ended else "running",
        submitted_at=began,
        accepted_at=began + timedelta(minutes=1),
        finished_at=at if ended else None,
        promised_on=(began + timedelta(days=draw.choice([3, 5, 9]))).date(),
        statutory_on=(began + timedelta(days=20)).date(),
        due_is_provisional=False,
        answers_sealed=b"",
    )
    for step, transition, moment, code in events:
        add(case, step, transition, moment, code)
    return case


def add(case: Case, step: str, transition: str, at: datetime, office: str) -> CaseEvent:
    zh, en = NAMES[step]
    return CaseEvent.objects.create(
        case=case,
        activity=step,
        activity_zh=zh,
        activity_en=en,
        transition=transition,
        at=at,
        resource="41",
        role="approver",
        office=office,
    )


def _course(draw: random.Random) -> list[str]:
    course: list[str] = []
    for step in STEPS:
        course.append(step)
        if draw.random() < 0.25:
            course += ["supplement", step]
    return course
