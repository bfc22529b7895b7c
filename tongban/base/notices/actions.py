"""Telling a person something."""

from datetime import datetime

from django.db import transaction

from tongban import records
from tongban.base.notices.models import Notice
from tongban.base.people.models import User


def tell(*, subject_id: str, about: tuple[str, str], zh: str, en: str, at: datetime) -> None:
    """Put a notice into the person's box, in the transaction of what it tells."""
    made = {"about_type": about[0], "about_id": about[1], "words_zh": zh, "words_en": en}
    records.insert([Notice(subject_id=subject_id, told_at=at, **made)])


@transaction.atomic
def tell_account(
    *, account: User, about: tuple[str, str], zh: str, en: str, at: datetime
) -> Notice:
    """The same for a member of staff."""
    return Notice.objects.create(
        account=account,
        about_type=about[0],
        about_id=about[1],
        words_zh=zh,
        words_en=en,
        told_at=at,
    )


@transaction.atomic
def mark_read(*, subject_id: str, at: datetime) -> int:
    """Everything the person has not seen yet counts as seen now."""
    return Notice.objects.filter(subject_id=subject_id, read_at=None).update(read_at=at)


@transaction.atomic
def mark_read_by_account(*, account: User, at: datetime) -> int:
    return Notice.objects.filter(account=account, read_at=None).update(read_at=at)


@transaction.atomic
def forget(*, about: tuple[str, str]) -> int:
    """What anybody was told of it may hold what is to be erased."""
    gone, _ = Notice.objects.filter(about_type=about[0], about_id=about[1]).delete()
    return gone
