"""Publishing an item's bundle: one live version, what ran keeps its own, every step audited."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.business.applying import apply, changed, publish
from tests.business.refusing import everything, refused
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.base.people import queries as people
from tongban.business.items import actions, bundle, guide, queries
from tongban.business.items.models import ItemVersion, ServiceItem

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=1)


@pytest.fixture
def another(ground):
    """The permit's bundle with one character of its form changed."""
    return changed(ground.bundle, "B09", form_text=ground.bundle.form_text + "\n")


def test_a_published_item_belongs_to_its_office_and_is_found(permit):
    item = permit.item
    assert (item.code, item.name_zh, item.office.code, item.kind) == (
        "B09",
        "居住证申领",
        "GA",
        "01",
    )
    assert (permit.number, permit.status, permit.made_by) == (1, "live", "test")
    assert queries.find("暂住证").first() == item
    assert queries.live_version(item) == permit
    assert guide.of(permit).item.code == "B09"
    event = Event.objects.get(kind="item.published")
    assert (event.subject_id, event.office, event.details) == ("B09", "GA", {"version": 1})


def test_the_same_content_again_makes_no_version(ground, permit):
    before = everything()
    assert publish(changed(ground.bundle, "B09"), at=LATER) == permit
    assert everything() == before


def test_another_content_retires_the_live_version(permit, another):
    made = publish(another, at=LATER)

    permit.refresh_from_db()
    assert (permit.status, made.status, made.number, made.made_at) == ("retired", "live", 2, LATER)
    assert queries.live_version(made.item) == made
    assert str(made) == "B09 v2"
    events = Event.objects.filter(kind="item.published").order_by("pk")
    assert [each.details for each in events] == [{"version": 1}, {"version": 2}]


def test_going_back_to_an_earlier_content_is_a_version_of_its_own(ground, permit, another):
    publish(another, at=LATER)
    back = publish(changed(ground.bundle, "B09"), at=LATER)
    assert (back.number, back.content_hash) == (3, permit.content_hash)
    assert ItemVersion.objects.filter(status="live").get() == back


def test_a_case_that_runs_keeps_the_version_it_began_with(ground, permit, citizen):
    case = apply(permit, citizen(insured_months=None))
    result = ground.bundle.guide.result.model_copy(
        update={"valid": ground.bundle.guide.result.valid.model_copy(update={"years": 10})}
    )
    longer = ground.bundle.guide.model_copy(update={"result": result})
    publish(replace(changed(ground.bundle, "B09"), guide=longer), at=LATER)

    case.refresh_from_db()
    assert case.version == permit
    assert guide.of(case.version).result.valid.years == 1


@pytest.mark.parametrize("part", ["form_text", "process_text", "decision_text"])
def test_every_part_counts_for_the_content(ground, part):
    read = changed(ground.bundle, "B09")
    other = changed(ground.bundle, "B09", **{part: getattr(read, part) + " "})
    assert actions.content_hash(read) != actions.content_hash(other)
    assert actions.content_hash(read) == actions.content_hash(changed(ground.bundle, "B09"))


def test_what_moves_from_one_part_to_the_next_is_another_content(ground):
    one = changed(ground.bundle, "B09", form_text="ab", process_text="c")
    two = changed(ground.bundle, "B09", form_text="a", process_text="bc")
    assert actions.content_hash(one) != actions.content_hash(two)


def test_what_the_database_gives_back_has_the_same_content(ground, permit):
    permit.refresh_from_db()
    assert actions.content_hash(bundle.of(permit)) == permit.content_hash


def test_an_item_of_an_office_that_is_not_there_is_refused(ground, permit):
    part = ground.bundle.guide.item.model_copy(update={"code": "B10", "office": "XX"})
    guide_of_xx = ground.bundle.guide.model_copy(update={"item": part})
    wrong = replace(changed(ground.bundle, "B10"), guide=guide_of_xx)
    with refused(
        people.UnknownOffice,
        "没有部门 XX，请先从 offices.csv 装载。",
        "There is no office XX; load it from offices.csv first.",
    ):
        publish(wrong)
    assert not ServiceItem.objects.filter(code="B10").exists()


def test_the_database_keeps_to_one_live_version(permit):
    with pytest.raises(IntegrityError, match="one_live_version_per_item"), transaction.atomic():
        ItemVersion.objects.create(
            item=permit.item, number=9, status="live", guide={}, made_at=MONDAY, made_by="t"
        )


def test_what_can_be_applied_for_comes_first_in_the_list_of_all(permit):
    ServiceItem.objects.create(code="x", name_zh="安葬证", office_name="民政局", listed_in="清单")
    assert [item.code for item in queries.all_items()] == ["B09", "x"]
    assert queries.count() == 2
    assert list(queries.live_versions()) == [permit]
    assert queries.live_version(ServiceItem.objects.get(code="x")) is None
