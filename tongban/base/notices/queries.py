"""A person's box of notices."""

from tongban.base.notices.models import Notice
from tongban.base.people.models import User


def box(subject_id: str):
    """Newest first."""
    return Notice.objects.filter(subject_id=subject_id).order_by("-told_at", "-pk")


def unread(subject_id: str) -> int:
    return Notice.objects.filter(subject_id=subject_id, read_at=None).count()


def box_of_account(account: User):
    """What a member of staff was told, newest first."""
    return Notice.objects.filter(account=account).order_by("-told_at", "-pk")


def unread_by_account(account: User) -> int:
    return Notice.objects.filter(account=account, read_at=None).count()
