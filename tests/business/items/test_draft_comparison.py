"""What a draft would change on a whole register: the gate counts, nobody is named."""

from datetime import timedelta

import pytest

from tests.business.items import drafts
from tests.business.items.drafts import LATER, save, text_of
from tests.residents import SETTLED, months, settle
from tongban.base.audit.models import Event
from tongban.business.items import actions, queries
from tongban.business.items.models import DraftComparison
from tongban.data.exchange import gate
from tongban.data.exchange.models import Grant

pytestmark = pytest.mark.django_db
YES, NO = {"zh": "是", "en": "yes"}, {"zh": "否", "en": "no"}
UNKNOWN = {"zh": "未知", "en": "unknown"}


@pytest.fixture
def manager(staff):
    return staff("item_manager")


@pytest.fixture
def draft(permit, manager):
    return save(permit, manager)


@pytest.fixture
def residents(city):
    """Twelve who stay granted, three whom five months would help, two refused, four unknown."""
    return settle(months((14, 12), (5, 3), (2, 2), (None, 4)))


def pairs(comparison):
    return {
        (each["before"]["zh"], each["after"]["zh"], each["kind"]): each["rows"]
        for each in comparison.changes
    }


def test_every_pair_of_answers_is_counted_and_kept_with_the_draft(residents, draft, manager):
    made = drafts.compare(draft, manager)

    made.refresh_from_db()
    assert (made.edition, made.rows, made.differently) == (residents.number, 21, 3)
    assert pairs(made) == {
        ("是", "是", "same"): 12,
        ("否", "是", "differs"): 3,
        ("否", "否", "same"): 2,
        ("未知", "未知", "same"): 4,
    }
    assert made.changes[0] == {"before": YES, "after": YES, "kind": "same", "rows": 12}
    assert queries.comparison(draft) == made
    assert str(made) == f"B09 v0 on edition {residents.number}"
    assert drafts.told("item.draft_compared") == [
        {"edition": residents.number, "of": 21, "differently": 3}
    ]


def test_the_gate_audits_the_reading_with_its_grant(residents, draft, manager):
    drafts.compare(draft, manager)
    event = Event.objects.get(kind="register.compared")
    assert (event.actor, event.office, event.purpose) == (str(manager.pk), "GA", "register:B09")
    assert (event.rows, event.details["grant"]) == (21, "G-B09-POPULATION")


def test_what_is_kept_names_nobody(residents, draft, manager):
    kept = str(DraftComparison.objects.filter(pk=drafts.compare(draft, manager).pk).values().get())
    assert "P0000" not in kept
    assert SETTLED["household_region"] not in kept


def test_what_an_applicant_would_have_to_tell_is_unknown_for_all(city, permit, manager):
    """Neither home nor work here: the reason for living here decides, and nobody was asked."""
    settle([{"owns_home_here": False, "employed_here": False} for _ in range(11)])
    draft = save(permit, manager)
    assert pairs(drafts.compare(draft, manager)) == {("未知", "未知", "same"): 11}


def test_compared_again_on_a_newer_edition_it_is_the_newer_that_counts(residents, draft, manager):
    drafts.compare(draft, manager)
    newer = settle(months((5, 7)))
    made = drafts.compare(draft, manager, at=LATER + timedelta(minutes=5))
    assert DraftComparison.objects.get() == made
    assert (made.edition, made.rows, made.differently) == (newer.number, 7, 7)


def test_another_text_of_the_draft_has_no_comparison_yet(residents, draft, permit, manager):
    drafts.compare(draft, manager)
    text = text_of(permit, ("&gt;= 6", "&gt;= 3"), ("&lt; 6", "&lt; 3"))
    other = save(permit, manager, text, based_on=draft.content_hash)
    assert queries.comparison(other) is None
    drafts.compare(other, manager)
    assert queries.comparison(other).differently == 3


def test_what_was_seen_stays_with_the_published_version(residents, draft, manager):
    drafts.compare(draft, manager)
    published = drafts.publish(draft, manager)
    assert drafts.told("item.published")[-1] == {
        "version": 2,
        "of": 21,
        "edition": residents.number,
        "differently": 3,
    }
    assert [each.comparison.differently for each in queries.history(published.item)[:1]] == [3]


def test_a_refusal_of_the_gate_reaches_the_officer_and_keeps_nothing(residents, draft, manager):
    Grant.objects.filter(code="G-B09-POPULATION").update(withdrawn_at=LATER)
    with pytest.raises(gate.GrantWithdrawn) as raised:
        drafts.compare(draft, manager)
    assert "G-B09-POPULATION" in raised.value.told("zh")
    assert not DraftComparison.objects.exists()
    assert drafts.told("item.draft_compared") == []


def test_somebody_else_s_newer_draft_is_not_compared_unseen(residents, draft, permit, manager):
    text = text_of(permit, ("&gt;= 6", "&gt;= 3"), ("&lt; 6", "&lt; 3"))
    save(permit, manager, text, based_on=draft.content_hash)
    with pytest.raises(actions.SomebodySaved):
        actions.compare_draft(item=permit.item, based_on=draft.content_hash, by=manager, at=LATER)
    assert not DraftComparison.objects.exists()
