"""Who may do what with a case. check_* refuses with the reason; can_* answers."""

from datetime import datetime

from tongban import clock, sql
from tongban.base.people import mandates
from tongban.base.people import queries as people
from tongban.base.people.models import Post, User
from tongban.business.cases import acting
from tongban.business.cases.models import Case, WorkItem
from tongban.errors import Refusal

HELD = """
    SELECT to_json(id) FROM people_post WHERE user_id = $1 AND office_id = $2 AND role = $3
"""
STAFF_WHO_SEE_CASES = (
    Post.Role.APPROVER,
    Post.Role.CLERK,
    Post.Role.LEAD,
    Post.Role.SUPERVISOR,
)


class NotYourCase(Refusal):
    """Case {number} is not yours to see."""

    zh = "您无权查看办件 {number}。"


class NotYourWork(Refusal):
    """This step of case {number} is for {needed_en} at {office_en}."""

    zh = "办件 {number} 的这一步由{office_zh}{needed_zh}办理。"


class YourOwnCase(Refusal):
    """Case {number} is your own application: a colleague has to decide it."""

    zh = "办件 {number} 是您本人的申请，您应当回避，请由同事办理。"


class YouActFor(YourOwnCase):
    """Case {number} is about somebody for whom you act: a colleague has to decide it."""

    zh = "办件 {number} 的申请人由您代办或代表，您应当回避，请由同事办理。"


class HandedOver(Refusal):
    """This step of case {number} was handed to {name}; take it back before you do it yourself."""

    zh = "办件 {number} 的这一步已交由{name}办理；如需自己办理，请先收回。"


class NotForLead(Refusal):
    """Only the head of {office_en} may do this with case {number}."""

    zh = "只有{office_zh}负责人可以对办件 {number} 作此处理。"


class NotHandling(Refusal):
    """Only whoever has case {number} in hand at {office_en}, or the head of that office, may do
    this."""

    zh = "只有{office_zh}正在办理 {number} 的人员或该单位负责人可以作此处理。"


class MayNotUrge(Refusal):
    """Case {number} can be urged by its applicant, a supervisor or the head of {office_en}."""

    zh = "只有申请人、监督人员或{office_zh}负责人可以催办 {number}。"


class NoCaseToReview(Refusal):
    """{office} has no running case of this person for {item}; facts are read for a case alone."""

    zh = "{office} 没有此人正在办理的 {item} 办件；事实只能为办件读取。"


class NotAnApplicant(Refusal):
    """This account belongs to no person or company that could apply; log in with your own."""

    zh = "这个账号不属于任何自然人或企业，不能申请办事；请用本人账号登录。"


def check_can_apply(user: User) -> None:
    if not user.subject_id:
        raise NotAnApplicant


def check_can_see(user: User, case: Case) -> None:
    """Applicants see their own, and so do those who act for them; staff those of their office;
    supervisors all."""
    if user.subject_id and user.subject_id == case.applicant_id:
        return
    posts = list(user.posts.all())
    if any(post.role == Post.Role.SUPERVISOR for post in posts):
        return
    if any(p.office_id == case.office_id and p.role in STAFF_WHO_SEE_CASES for p in posts):
        return
    if not _acts_for(user, case, clock.now()):
        raise NotYourCase(number=case.number)


def check_can_review(office_code: str, subject_id: str, item_code: str) -> None:
    """Who reviews an item reads the facts of those whose case lies with his office."""
    found = Case.objects.running().of_applicant(subject_id)
    if not found.filter(office__code=office_code, version__item__code=item_code).exists():
        raise NoCaseToReview(office=office_code, item=item_code)


def check_can_complete(user: User, work_item: WorkItem) -> None:
    """Whoever it was handed to; else whoever holds the post at the office. Never the applicant
    himself, and nobody who has lost the post since: but a signer may hold another one."""
    assignee = work_item.assignee
    if work_item.beside is None or assignee != user:
        check_holds_post(user, work_item)
    if assignee is not None and assignee != user:
        raise HandedOver(number=work_item.case.number, name=assignee.display_name)
    check_not_own(user, work_item.case)


def check_holds_post(user: User, work_item: WorkItem) -> None:
    held = sql.prepared(HELD, str(user.pk), str(work_item.office_id), work_item.post)
    if held is None:
        raise _needs(work_item, work_item.post)


def _needs(step: WorkItem, post: str) -> NotYourWork:
    office = step.office
    needed_zh, needed_en = people.role_names(post)
    return NotYourWork(
        number=step.case.number,
        needed_zh=needed_zh,
        needed_en=needed_en,
        office_zh=office.short_zh,
        office_en=office.short_en,
    )


def check_not_own(user: User, case: Case) -> None:
    if user.subject_id and user.subject_id == case.applicant_id:
        raise YourOwnCase(number=case.number)
    if user.subject_id and (case.acted_by_id == user.pk or _acts_for(user, case, clock.now())):
        raise YouActFor(number=case.number)


def can_complete(user: User, work_item: WorkItem) -> bool:
    try:
        check_can_complete(user, work_item)
    except (NotYourWork, HandedOver, YourOwnCase):
        return False
    return True


def check_can_skip(user: User, step: WorkItem, post: str | None) -> None:
    """`post` is the one with authority; without any nobody may, which is for the process to say."""
    if post is None:
        check_can_complete(user, step)
    elif not user.posts.filter(office_id=step.office_id, role=post).exists():
        raise _needs(step, post)
    check_not_own(user, step.case)


def check_can_lead(user: User, case: Case) -> None:
    """The head of the office that the case lies with."""
    if not _leads(user, case):
        raise NotForLead(number=case.number, **_of(case))
    check_not_own(user, case)


def check_can_handle(user: User, case: Case) -> None:
    """Whoever may do one of the steps that wait, and the head of the office. Of a case that is
    finished whoever had it in hand: that it is, is for the verb to say."""
    steps = case.work_items.filter(beside=None).select_related("office", "assignee")
    if case.status == Case.Status.RUNNING:
        steps = steps.filter(status=WorkItem.Status.OPEN)
    if not _leads(user, case) and not any(_does(user, step) for step in steps):
        raise NotHandling(number=case.number, **_of(case))
    check_not_own(user, case)


def check_is_applicant(user: User, case: Case, at: datetime) -> None:
    """The applicant, or whoever may act for him in this matter now. Raises NotYourCase for a
    stranger, and what is wrong with the mandate for whoever had one."""
    if user.subject_id and user.subject_id == case.applicant_id:
        return
    if not user.subject_id:
        raise NotYourCase(number=case.number)
    try:
        acting.check(user, case.applicant_id, case.version.item.code, at)
    except (mandates.NoMandate, acting.NotRepresentative) as stranger:
        if case.acted_by_id == user.pk:
            raise
        raise NotYourCase(number=case.number) from stranger


def _acts_for(user: User, case: Case, at: datetime) -> bool:
    return bool(user.subject_id) and acting.may(user, case.applicant_id, case.version.item.code, at)


def check_can_urge(user: User, case: Case) -> None:
    if user.subject_id and user.subject_id == case.applicant_id:
        return
    if _acts_for(user, case, clock.now()):
        return
    if user.posts.filter(role=Post.Role.SUPERVISOR).exists() or _leads(user, case):
        return
    raise MayNotUrge(number=case.number, **_of(case))


def _leads(user: User, case: Case) -> bool:
    return user.posts.filter(office_id=case.office_id, role=Post.Role.LEAD).exists()


def _does(user: User, step: WorkItem) -> bool:
    if step.assignee not in (None, user):
        return False
    return user.posts.filter(office_id=step.office_id, role=step.post).exists()


def _of(case: Case) -> dict[str, str]:
    return {"office_zh": case.office.short_zh, "office_en": case.office.short_en}
