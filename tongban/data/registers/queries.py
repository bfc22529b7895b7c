"""Definitions of registers and facts, and how far the next edition is; no values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from procrastinate.contrib.django.models import ProcrastinateJob

from tongban.data.lake import queries as lake
from tongban.data.lake.models import Edition, Resource
from tongban.data.pipelines import queries as pipelines
from tongban.data.registers import deriving
from tongban.data.registers.definitions import RegisterFile
from tongban.data.registers.models import FactDefinition, Register, SubjectFacts

LET_IN = "let in corrections"  # the job
WORKER = "worker"  # who opens the editions of that job


@dataclass(frozen=True)
class LettingIn:
    """Corrected rows of a source on their way into an edition."""

    rows: int
    steps: int  # models that hang on what was corrected
    edition: int | None  # the draft in work
    done: int  # steps of it
    is_asked_for: bool  # a job waits or works
    failed: Edition | None  # the last draft, where it was given up


def registers() -> list[RegisterFile]:
    return [RegisterFile.model_validate(row.content) for row in Register.objects.order_by("code")]


def register_of(subject_id: str) -> str:
    """The code of the register that the subject stands in: a person's, where none knows it."""
    held = SubjectFacts.objects.filter(subject_id=subject_id).order_by("-edition_number")
    return held.values_list("register", flat=True).first() or "person"


def definitions(keys: Iterable[str]) -> Mapping[str, FactDefinition]:
    return {fact.key: fact for fact in FactDefinition.objects.filter(key__in=list(keys))}


def all_facts() -> list[FactDefinition]:
    return list(FactDefinition.objects.order_by("register", "source", "key"))


def letting_in(resource: Resource) -> LettingIn | None:
    """None where no corrected row of the source waits."""
    waiting = lake.accepted_rows(resource).count()
    if not waiting:
        return None
    live = pipelines.live_models()
    tables = [each.table for each in lake.resources_with_corrections()]
    hanging = deriving.hanging_on(tables, live, registers())
    last = Edition.objects.filter(opened_by=WORKER).order_by("-number").first()
    draft = last if last and last.status == Edition.Status.DRAFT else None
    jobs = ProcrastinateJob.objects.filter(task_name=LET_IN, status__in=("todo", "doing"))
    return LettingIn(
        rows=waiting,
        steps=sum(model.name in hanging for model, _ in live),
        edition=draft.number if draft else None,
        done=draft.steps.count() if draft else 0,
        is_asked_for=jobs.exists(),
        failed=last if last and last.status == Edition.Status.FAILED else None,
    )
