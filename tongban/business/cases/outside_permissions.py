"""Who sees what another system was asked, and who may retry or take over."""

from tongban.base.people.models import Post, User
from tongban.business.cases import permissions
from tongban.business.cases.outside_models import OutsideCall
from tongban.errors import Refusal

ACTING = (Post.Role.APPROVER, Post.Role.SUPERVISOR)


class NotYourService(Refusal):
    """What the outside service {service_en} does is looked after by {office_en}."""

    zh = "外部服务“{service_zh}”由{office_zh}负责。"


def check_can_see(user: User, call: OutsideCall) -> None:
    """Approvers and supervisors of the responsible office, and supervisors of all."""
    if any(post.role == Post.Role.SUPERVISOR for post in user.posts.all()):
        return
    check_can_act(user, call)


def check_can_act(user: User, call: OutsideCall) -> None:
    """Approvers and supervisors of the responsible office, but nobody in his own case."""
    service = call.service
    if not user.posts.filter(office_id=service.office_id, role__in=ACTING).exists():
        raise NotYourService(
            service_zh=service.name_zh,
            service_en=service.name_en,
            office_zh=service.office.short_zh,
            office_en=service.office.short_en,
        )
    if user.subject_id and user.subject_id == call.case.applicant_id:
        raise permissions.YourOwnCase(number=call.case.number)


def can_act(user: User, call: OutsideCall) -> bool:
    try:
        check_can_act(user, call)
    except (NotYourService, permissions.YourOwnCase):
        return False
    return True
