"""Who may do what with a case. check_* refuses with the reason; can_* answers."""

from tongban.base.people.models import Post, User
from tongban.business.cases.models import Case, WorkItem
from tongban.errors import Refusal

STAFF_WHO_SEE_CASES = (Post.Role.APPROVER, Post.Role.CLERK, Post.Role.SUPERVISOR)


class NotYourCase(Refusal):
    """Case {number} is not yours to see."""

    zh = "您无权查看办件 {number}。"


class NotYourWork(Refusal):
    """This step of case {number} is for {needed} at {office}."""

    zh = "办件 {number} 的这一步由{office}{needed}办理。"


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


def check_can_complete(user: User, work_item: WorkItem) -> None:
    held = user.posts.filter(office_id=work_item.office_id, role=work_item.post)
    if not held.exists():
        raise NotYourWork(
            number=work_item.case.number,
            needed=str(Post.Role(work_item.post).label),
            office=work_item.office.short,
        )


def can_complete(user: User, work_item: WorkItem) -> bool:
    try:
        check_can_complete(user, work_item)
    except NotYourWork:
        return False
    return True
