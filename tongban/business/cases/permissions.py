"""Who may do what with a case. check_* refuses with the reason; can_* answers."""

from tongban.base.people import queries as people
from tongban.base.people.models import Post, User
from tongban.business.cases.models import Case, WorkItem
from tongban.errors import Refusal

STAFF_WHO_SEE_CASES = (Post.Role.APPROVER, Post.Role.CLERK, Post.Role.SUPERVISOR)


class NotYourCase(Refusal):
    """Case {number} is not yours to see."""

    zh = "您无权查看办件 {number}。"


class NotYourWork(Refusal):
    """This step of case {number} is for {needed_en} at {office_en}."""

    zh = "办件 {number} 的这一步由{office_zh}{needed_zh}办理。"


class YourOwnCase(Refusal):
    """Case {number} is your own application: a colleague has to decide it."""

    zh = "办件 {number} 是您本人的申请，您应当回避，请由同事办理。"


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
    """Applicants see their own; staff those of their office; supervisors all."""
    if user.subject_id and user.subject_id == case.applicant_id:
        return
    posts = list(user.posts.all())
    if any(post.role == Post.Role.SUPERVISOR for post in posts):
        return
    if any(p.office_id == case.office_id and p.role in STAFF_WHO_SEE_CASES for p in posts):
        return
    raise NotYourCase(number=case.number)


def check_can_review(office_code: str, subject_id: str, item_code: str) -> None:
    """Who reviews an item reads the facts of those whose case lies with his office."""
    found = Case.objects.running().of_applicant(subject_id)
    if not found.filter(office__code=office_code, version__item__code=item_code).exists():
        raise NoCaseToReview(office=office_code, item=item_code)


def check_can_complete(user: User, work_item: WorkItem) -> None:
    """Whoever holds the post at the office, and is not the applicant himself."""
    case, office = work_item.case, work_item.office
    if not user.posts.filter(office_id=office.pk, role=work_item.post).exists():
        needed_zh, needed_en = people.role_names(work_item.post)
        raise NotYourWork(
            number=case.number,
            needed_zh=needed_zh,
            needed_en=needed_en,
            office_zh=office.short_zh,
            office_en=office.short_en,
        )
    if user.subject_id and user.subject_id == case.applicant_id:
        raise YourOwnCase(number=case.number)


def can_complete(user: User, work_item: WorkItem) -> bool:
    try:
        check_can_complete(user, work_item)
    except (NotYourWork, YourOwnCase):
        return False
    return True
