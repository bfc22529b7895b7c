"""A person's box of notices."""

from tongban.base.notices.models import Notice


def box(subject_id: str):
    """Newest first."""
    return Notice.objects.filter(subject_id=subject_id).order_by("-told_at", "-pk")


def unread(subject_id: str) -> int:
    return Notice.objects.filter(subject_id=subject_id, read_at=None).count()
