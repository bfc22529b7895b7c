"""What several offices ask an applicant to correct is one list: answered once, and each case gets
its part (一次告知)."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.base.people.models import User
from tongban.business.cases import attachments, permissions
from tongban.business.cases.filling import Answers, NotFilledIn
from tongban.business.cases.models import Case, Correction, PackageCase
from tongban.business.cases.verbs import correcting
from tongban.business.cases.verbs.correcting import Filled, NobodyReads, NothingCorrected
from tongban.business.items import packages
from tongban.engines.forms import Field, Problem
from tongban.errors import Refusal


class NoList(Refusal):
    """No office asks for a correction of {number} at the moment."""

    zh = "目前没有部门要求补正 {number}。"


class Asked:
    """One question of the list: by which offices, in which cases, and what it says now."""

    def __init__(self, field: Field, said: str | list[str]):
        self.field, self.said = field, said
        self.cases: list[Case] = []

    @property
    def key(self) -> str:
        return self.field.key


def open_requests(package: PackageCase) -> list[Correction]:
    """Oldest first."""
    found = Correction.objects.filter(
        case__package=package,
        case__status=Case.Status.RUNNING,
        asked_at__isnull=False,
        corrected_at=None,
    )
    return list(
        found.select_related("case__office", "case__version__item", "suspension").order_by("pk")
    )


def until(requests: list[Correction]) -> date | None:
    """The first day on which one of them is over; None where none stops a clock."""
    days = [each.suspension.authorised_until for each in requests if each.suspension]
    return min(days, default=None)


def asked(package: PackageCase) -> list[Asked]:
    """Every question once, in the order of the forms."""
    found: dict[str, Asked] = {}
    for request in open_requests(package):
        held = correcting.filled(request.case)
        for field in held.form.fields:
            if field.key in request.questions:
                one = found.setdefault(field.key, Asked(field, held.typed.get(field.key, "")))
                one.cases.append(request.case)
    return list(found.values())


def asked_with(package: PackageCase, typed: Answers) -> list[Field]:
    """The questions of the list, and those that an answer opens anew."""
    keys = {each.key for each in asked(package)}
    found: dict[str, Field] = {}
    for request in open_requests(package):
        for field in _shown(correcting.filled(request.case), typed, keys):
            found.setdefault(field.key, field)
    return list(found.values())


@transaction.atomic
def correct(
    *,
    package_id: int,
    user: User,
    answers: Answers,
    uploads: attachments.Uploads,
    at: datetime,
) -> list[Case]:
    """Returns the cases that got something new: those that were asked, and those of which a shared
    question says something else now. Raises NotFilledIn with the problems of all of them."""
    package = PackageCase.objects.select_for_update().get(pk=package_id)
    running = list(package.cases.filter(status=Case.Status.RUNNING).order_by("pk"))
    for case in running:
        permissions.check_is_applicant(user, case, at)
    requests = {request.case_id: request for request in open_requests(package)}
    if not requests:
        raise NoList(number=package.number)
    keys = {key for request in requests.values() for key in request.questions}
    shared = keys & set(packages.terms_of(package.version).package.shared)
    told, problems = [], dict[str, Problem]()
    for case in running:
        mine = keys if case.pk in requests else shared
        try:
            if _correct_one(case, user, mine, answers, uploads, at):
                told.append(case)
        except NotFilledIn as refusal:
            problems.update(refusal.problems)
    if problems:
        raise NotFilledIn(problems)
    if not told:
        raise NothingCorrected(number=package.number)
    audit.record(
        "package.corrected",
        ("package", package.number),
        actor=str(user.pk),
        at=at,
        office=package.lead.code,
        subjects=[package.applicant_id],
        details={"cases": [case.number for case in told]},
    )
    return told


def _correct_one(
    case: Case,
    user: User,
    keys: set[str],
    answers: Answers,
    uploads: attachments.Uploads,
    at: datetime,
) -> bool:
    """Did it get anything? A sister case that nobody reads at the moment rests on what it had."""
    held = correcting.filled(case)
    fields = {field.key for field in _shown(held, answers, keys)}
    part = {key: said for key, said in answers.items() if key in fields}
    files = {key: each for key, each in uploads.items() if key in fields}
    try:
        correcting.correct(
            case_id=case.pk, user=user, answers=part, at=at, uploads=files, beyond=keys
        )
    except (NothingCorrected, NobodyReads):
        return False
    return True


def _shown(held: Filled, typed: Answers, keys: set[str]) -> Iterator[Field]:
    own = {field.key for field in held.own()}
    mine = {key: said for key, said in typed.items() if key in {f.key for f in held.form.fields}}
    before, now = held.again({}, {}).shown, held.again(mine, {}).shown
    known = held.known.known.keys() - held.disputed.keys()
    for field in held.form.fields:
        if field.path not in now or field.key in known:
            continue
        if field.key in keys & own or field.path not in before:
            yield field
