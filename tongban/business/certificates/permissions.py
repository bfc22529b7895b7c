"""Who may do what with a certificate."""

from tongban.base.people.models import Post, User
from tongban.business.certificates.models import Certificate
from tongban.errors import Refusal


class NotYourOfficesCertificate(Refusal):
    """Only an approver or the head of {office_en}, which issued it, may revoke this certificate."""

    zh = "该证照由{office_zh}签发，只有该单位的审批人员或负责人可以注销。"


class YourOwnCertificate(Refusal):
    """This certificate is your own: a colleague has to revoke it."""

    zh = "这是您本人的证照，您应当回避，请由同事办理。"


REVOKING = (Post.Role.APPROVER, Post.Role.LEAD)


def revoking_post(user: User, certificate: Certificate) -> str:
    """The post by which an account revokes; empty where it has none."""
    held = user.posts.filter(office=certificate.office, role__in=REVOKING).order_by("role")
    return held.values_list("role", flat=True).first() or ""


def check_can_revoke(user: User, certificate: Certificate) -> None:
    office = certificate.office
    if not revoking_post(user, certificate):
        raise NotYourOfficesCertificate(office_zh=office.short_zh, office_en=office.short_en)
    if user.subject_id and user.subject_id == certificate.holder_id:
        raise YourOwnCertificate


def can_revoke(user: User, certificate: Certificate) -> bool:
    try:
        check_can_revoke(user, certificate)
    except (NotYourOfficesCertificate, YourOwnCertificate):
        return False
    return True
