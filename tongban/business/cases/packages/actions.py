"""Applying for a package, and taking it back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tongban import sql
from tongban.base.audit import actions as audit
from tongban.base.people import queries as people
from tongban.base.people.models import User
from tongban.business.cases import acting, evidence, permissions
from tongban.business.cases import actions as cases
from tongban.business.cases.acting import Party
from tongban.business.cases.actions import Application
from tongban.business.cases.filling import Answers, NotFilledIn
from tongban.business.cases.models import PURPOSE, Case, PackageCase, PackageDraft
from tongban.business.cases.reading import form_of
from tongban.business.items import packages
from tongban.business.items.models import ItemVersion, PackageVersion
from tongban.engines.forms import Problem
from tongban.errors import Refusal

COUNT = "SELECT to_json(nextval(pg_get_serial_sequence('cases_packagecase', 'id')))"


class PackageRunning(Refusal):
    """This package was applied for already: {number}. Follow it instead of applying again."""

    zh = "这件事已经申请过，编号 {number}，请查看进度，不必重复申请。"


class ItemGone(Refusal):
    """{items_en} can no longer be applied for, so the package cannot be handed in. What you have
    filled in is kept; the lead office says what to do."""

    zh = "{items_zh}已停止受理，这件事暂时不能提交。已填的内容都还在，请向牵头部门咨询。"


class ItemsChanged(Refusal):
    """{items_en} was changed while you were filling in the form. Look at the questions once more;
    nothing you have filled in is lost."""

    zh = "您填写期间，{items_zh}的办理要求有更新。请再看一遍问题，已填的内容都还在。"


class NothingToWithdraw(Refusal):
    """Every part of {number} is finished: there is nothing to withdraw."""

    zh = "{number} 的各项都已办结，没有可以撤回的。"


@dataclass(frozen=True)
class PackageApplication:
    """`situation`: answers that say which items are needed; `seen`: the item versions whose
    questions were answered, by code."""

    situation: Mapping[str, str]
    application: Application
    seen: Mapping[str, int]


@transaction.atomic
def save_draft(
    *, version: PackageVersion, user: User, answers: Answers, about: Party, at: datetime
) -> PackageDraft:
    permissions.check_can_apply(user)
    for code in packages.terms_of(version).codes:
        acting.check(user, about.subject_id, code, at)
    draft, _ = PackageDraft.objects.update_or_create(
        package=version.package,
        applicant_id=about.subject_id,
        defaults={"answers_sealed": evidence.seal_answers(answers), "saved_at": at},
    )
    return draft


@transaction.atomic
def submit(
    *,
    version: PackageVersion,
    user: User,
    about: Party,
    handed_in: PackageApplication,
    at: datetime,
) -> PackageCase:
    """One case for each item that the situation needs, all of them or none. Raises NotFilledIn with
    the problems of all forms together."""
    permissions.check_can_apply(user)
    terms = packages.terms_of(version)
    open_questions = terms.unanswered(handed_in.situation)
    if open_questions:
        raise NotFilledIn({each.key: _unanswered() for each in open_questions})
    wanted = _wanted(version, handed_in)
    _refuse_a_second(version, about)
    made = PackageCase.objects.create(
        number=_number(at),
        version=version,
        lead=version.package.lead,
        applicant_id=about.subject_id,
        applicant_sealed=settings.VAULT.seal(about.name.encode(), PURPOSE),
        acted_by=None if about.subject_id == user.subject_id else user,
        situation_sealed=evidence.seal_answers(handed_in.situation),
        submitted_at=at,
    )
    _submit_each(made, list(wanted.values()), user, about, handed_in.application, at)
    PackageDraft.objects.filter(package=version.package, applicant_id=about.subject_id).delete()
    audit.record(
        "package.submitted",
        ("package", made.number),
        actor=str(user.pk),
        at=at,
        office=made.lead.code,
        subjects=list(dict.fromkeys([about.subject_id, user.subject_id])),
        details={"package": version.package.code, "items": list(wanted)},
    )
    return made


@transaction.atomic
def withdraw(*, package_id: int, user: User, at: datetime, words: str = "") -> PackageCase:
    """Every case of it that still runs, or none. Raises what keeps one of them from it."""
    found = PackageCase.objects.select_for_update().get(pk=package_id)
    standing = list(found.cases.filter(status=Case.Status.RUNNING).order_by("pk"))
    for case in found.cases.order_by("pk"):
        permissions.check_is_applicant(user, case, at)
    if not standing:
        raise NothingToWithdraw(number=found.number)
    for case in standing:
        cases.withdraw(case_id=case.pk, user=user, at=at, words=words)
    audit.record(
        "package.withdrawn",
        ("package", found.number),
        actor=str(user.pk),
        at=at,
        office=found.lead.code,
        subjects=[found.applicant_id],
        details={"cases": [case.number for case in standing]},
    )
    return found


def part_of(version: ItemVersion, application: Application) -> Application:
    """What of an application for several items this item's form asks."""
    keys = {field.key for field in form_of(version).fields}
    return replace(
        application,
        answers={key: said for key, said in application.answers.items() if key in keys},
        disputed={key: said for key, said in application.disputed.items() if key in keys},
        uploads={key: files for key, files in application.uploads.items() if key in keys},
    )


def _submit_each(
    made: PackageCase,
    versions: list[ItemVersion],
    user: User,
    about: Party,
    application: Application,
    at: datetime,
) -> None:
    problems: dict[str, Problem] = {}
    for version in versions:
        try:
            case = cases.submit(
                version=version,
                user=user,
                application=part_of(version, application),
                at=at,
                about=about,
            )
        except NotFilledIn as refusal:
            problems.update(refusal.problems)
            continue
        Case.objects.filter(pk=case.pk).update(package=made)
    if problems:
        raise NotFilledIn(problems)


def _wanted(version: PackageVersion, handed_in: PackageApplication) -> dict[str, ItemVersion]:
    """The versions that are live now, if they are the ones whose questions were answered."""
    terms = packages.terms_of(version)
    live = packages.members(version)
    codes = terms.needed(handed_in.situation)
    gone = [code for code in codes if code not in live]
    if gone:
        raise ItemGone(items_zh="、".join(gone), items_en=", ".join(gone))
    wanted = {code: live[code] for code in codes}
    changed = [each.item for code, each in wanted.items() if handed_in.seen.get(code) != each.pk]
    if changed:
        raise ItemsChanged(
            items_zh="、".join(item.name_zh for item in changed),
            items_en=", ".join(item.name_en for item in changed),
        )
    return wanted


def _unanswered() -> Problem:
    return Problem(en="Choose one of these", zh="请选择一项")


def _refuse_a_second(version: PackageVersion, about: Party) -> None:
    """Two tabs, two clicks: the second waits for the first, and then hears its number."""
    sql.prepared(cases.ALONE, f"package:{version.package_id}:{about.subject_id}")
    before = PackageCase.objects.filter(
        version__package_id=version.package_id,
        applicant_id=about.subject_id,
        cases__status=Case.Status.RUNNING,
    ).first()
    if before is not None:
        raise PackageRunning(number=before.number)


def _number(at: datetime) -> str:
    """Region, day, and the database's own count: never given twice, and never a case's."""
    count = sql.prepared(COUNT)
    return f"{people.region_code()}-{timezone.localdate(at):%y%m%d}-P{count:05d}"
