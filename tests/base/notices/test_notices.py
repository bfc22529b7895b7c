"""A person's box of notices: newest first, his alone, seen at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import translation

from tongban.base.notices import actions, queries
from tongban.base.notices.models import Notice
from tongban.base.people.models import User

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 9, 21, 2, tzinfo=UTC)


def tell(subject, number, hours=0):
    actions.tell(
        subject_id=subject,
        about=("case", f"T-{number}"),
        zh=f"办件 {number}",
        en=f"Case {number}",
        at=MONDAY + timedelta(hours=hours),
    )
    return Notice.objects.latest("pk")


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


@pytest.mark.parametrize("for_whom", [{}, {"subject_id": "P1", "both": True}])
def test_a_notice_is_for_one_person_or_for_one_account(for_whom):
    user = User.objects.create(username="shen")
    told = {"about_type": "case", "about_id": "T-1", "words_zh": "一", "words_en": "one"}
    if for_whom.pop("both", False):
        told["account"] = user
    with pytest.raises(IntegrityError, match="notice_for_one"):
        Notice.objects.create(**for_whom, **told, told_at=MONDAY)


def test_a_member_of_staff_has_a_box_by_account_and_what_it_is_about_can_be_forgotten():
    shen, lin = (User.objects.create(username=name) for name in ("shen", "lin"))
    about = ("case", "T-9")
    told = [
        actions.tell_account(account=shen, about=about, zh="催办", en="Urged", at=MONDAY),
        actions.tell_account(
            account=shen, about=about, zh="再催", en="Again", at=MONDAY + timedelta(hours=1)
        ),
    ]
    tell("P1", 1)
    assert list(queries.box_of_account(shen)) == told[::-1]
    assert (queries.unread_by_account(shen), queries.unread_by_account(lin)) == (2, 0)
    assert actions.mark_read_by_account(account=shen, at=MONDAY) == 2
    assert queries.unread_by_account(shen) == 0

    assert actions.forget(about=about) == 2
    assert [each.about_id for each in Notice.objects.all()] == ["T-1"]


def test_what_was_told_of_something_is_found_by_an_index():
    tell("P1", 1)
    told = Notice.objects.filter(about_type="case", about_id="T-1")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "notice_by_about" in told.explain()
