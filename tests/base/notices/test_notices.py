"""A person's box of notices: newest first, his alone, seen at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from tongban.base.notices import actions, queries
from tongban.base.notices.models import Notice

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 9, 21, 2, tzinfo=UTC)


def tell(subject, number, hours=0):
    return actions.tell(
        subject_id=subject,
        about=("case", f"T-{number}"),
        zh=f"办件 {number}",
        en=f"Case {number}",
        at=MONDAY + timedelta(hours=hours),
    )


def test_the_newest_comes_first_and_of_one_moment_the_later_told():
    old, new, newer = tell("P1", 1), tell("P1", 2, 1), tell("P1", 3, 1)
    tell("P2", 4, 2)
    assert list(queries.box("P1")) == [newer, new, old]
    assert list(queries.box("P3")) == []


def test_seeing_the_box_counts_for_what_lies_in_it_then_and_for_nobody_else():
    tell("P1", 1)
    tell("P1", 2)
    tell("P2", 3)
    assert (queries.unread("P1"), queries.unread("P2")) == (2, 1)

    assert actions.mark_read(subject_id="P1", at=MONDAY + timedelta(hours=1)) == 2
    tell("P1", 4, 2)

    assert (queries.unread("P1"), queries.unread("P2")) == (1, 1)
    assert actions.mark_read(subject_id="P1", at=MONDAY + timedelta(hours=3)) == 1
    assert actions.mark_read(subject_id="P1", at=MONDAY + timedelta(hours=4)) == 0
    seen = Notice.objects.filter(subject_id="P1").order_by("pk").values_list("read_at", flat=True)
    assert list(seen) == [MONDAY + timedelta(hours=h) for h in (1, 1, 3)]


def test_a_notice_is_read_in_the_language_of_the_reader():
    notice = tell("P1", 1)
    assert (notice.words, str(notice)) == ("办件 1", "case T-1")
    with translation.override("en"):
        assert notice.words == "Case 1"
