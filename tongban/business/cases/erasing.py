"""What stays of a case when its applicant is erased under law: its course, and nothing of him."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from tongban.base.notices import actions as notices
from tongban.business.cases import (
    deciding,
    evidence,
    messages,
    migrating,
    outside_calls,
    running,
    simulated,
)
from tongban.business.cases.models import (
    PURPOSE,
    Attachment,
    Case,
    CaseEvent,
    CaseMessage,
    Correction,
    Decision,
    Draft,
    Evidence,
    Extension,
    PackageCase,
    PackageDraft,
    ProcessHead,
    Revocation,
    SimulatedCase,
    Simulation,
    Suspension,
)
from tongban.errors import Refusal

ERASED = "erased"


class CaseRunning(Refusal):
    """Case {number} is not finished. Decide it, or have it withdrawn; until then nobody can be
    erased who applied for it."""

    zh = "办件 {number} 尚未办结。请先办结或由申请人撤回，在此之前不能删除申请人。"


@dataclass(frozen=True)
class Held:
    cases: int
    drafts: int
    evidence: int
    attachments: int
    decisions: int


def check_can_erase(subject_id: str) -> None:
    unfinished = Case.objects.running().of_applicant(subject_id).first()
    if unfinished is not None:
        raise CaseRunning(number=unfinished.number)


def held(subject_id: str) -> Held:
    about = {"case__applicant_id": subject_id}
    return Held(
        cases=Case.objects.of_applicant(subject_id).count(),
        drafts=Draft.objects.filter(applicant_id=subject_id).count(),
        evidence=Evidence.objects.filter(**about).count(),
        attachments=Attachment.objects.filter(**about).count(),
        decisions=Decision.objects.filter(**about).count(),
    )


@transaction.atomic
def erase(subject_id: str, at: datetime) -> None:
    """Number, item, office, days, events and results stay. A case that an older backup has brought
    back as running ends as withdrawn; nothing that is still being served goes on."""
    _end_simulations()
    simulated.remove(SimulatedCase.objects.filter(subject_id=subject_id))
    for case in Case.objects.select_for_update().of_applicant(subject_id).order_by("pk"):
        if case.status == Case.Status.RUNNING:
            running.end_unfinished(case, by=running.PLATFORM, at=at)
        elif case.process_rows.exists():  # what was decided is still being served
            running.call_off(case, by=running.PLATFORM, at=at)
        notices.forget(about=("case", case.number))
    about = {"case__applicant_id": subject_id}
    Evidence.objects.filter(**about).delete()
    Attachment.objects.filter(**about).delete()
    Draft.objects.filter(applicant_id=subject_id).delete()
    PackageDraft.objects.filter(applicant_id=subject_id).delete()
    PackageCase.objects.filter(applicant_id=subject_id).update(
        applicant_id=ERASED,
        applicant_sealed=settings.VAULT.seal(b"", PURPOSE),
        acted_by=None,
        situation_sealed=evidence.seal_answers({}),
    )
    decisions = Decision.objects.filter(**about)
    decisions.filter(words_sealed__isnull=False).update(words_sealed=deciding.seal(""))
    decisions.update(
        reasons_sealed=deciding.seal({"zh": [], "en": []}), trace_sealed=deciding.seal({})
    )
    ProcessHead.objects.filter(**about).update(variables_sealed=b"")
    outside_calls.forget(subject_id)
    migrating.forget(subject_id)
    _erase_words(about)
    told = Q(sender__applicant_id=subject_id) | Q(heard_by__applicant_id=subject_id)
    of_his = CaseMessage.objects.filter(told)
    of_his.filter(heard_at=None).update(name="")  # nobody waits for that
    of_his.update(sealed=messages.nothing(), digest=None)
    Case.objects.of_applicant(subject_id).update(
        applicant_id=ERASED,
        acted_by=None,
        applicant_sealed=settings.VAULT.seal(b"", PURPOSE),
        answers_sealed=evidence.seal_answers({}),
    )


def _end_simulations() -> None:
    """Whom one that is not done takes facts of stands there sealed, all in one, and he may be among
    them. First of all: whoever plays it makes no further move."""
    unfinished = Simulation.objects.filter(applicants_sealed__isnull=False)
    unfinished.update(status=Simulation.Status.BROKEN, applicants_sealed=None)


def _erase_words(about: Mapping[str, str]) -> None:
    """What anybody wrote about the person, and what he had answered before he corrected it."""
    nothing = evidence.seal_words("")
    for each in (Suspension, Extension, Revocation):
        each.objects.filter(**about).update(words_sealed=nothing)
    corrections = Correction.objects.filter(**about)
    corrections.filter(asked_at__isnull=False).update(words_sealed=nothing)
    corrected = corrections.filter(corrected_at__isnull=False)
    corrected.update(before_sealed=evidence.seal_answers({}))
    CaseEvent.objects.filter(**about).update(words_sealed=None)
