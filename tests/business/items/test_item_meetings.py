"""Two who import or publish at once: what is the same is there once, and nobody is thrown out."""

import pytest
from django.db import transaction

from tests.business.items.lists import MONDAY, row, write
from tests.permits import CITY
from tongban.base.audit.models import Event
from tongban.base.people.models import Office
from tongban.business.items import actions, bundle, listing
from tongban.business.items.models import ItemVersion, ListImport, ServiceItem

pytestmark = pytest.mark.django_db(transaction=True)


def take(path):
    return listing.import_list(listing.read(path), by="t", at=MONDAY)


def test_the_same_list_at_once_is_imported_once(tmp_path, others):
    path = write(tmp_path, row(1), row(2))
    with transaction.atomic():
        first = take(path)
        others.start(lambda: take(path))
        others.wait_until_blocked()
    assert others.join() == [first]
    assert ListImport.objects.get() == first
    assert ServiceItem.objects.count() == 2
    assert Event.objects.filter(kind="items.listed").count() == 1


def test_two_lists_that_share_items_in_another_order_both_end(tmp_path, others):
    rows = [row(n) for n in range(1, 40)]
    one = write(tmp_path, *rows, name="甲.csv")
    two = write(tmp_path, *reversed(rows), name="乙.csv")

    for path in (one, two, one, two):
        others.start(lambda path=path: take(path))
    done = others.join()

    assert sorted({each.name for each in done}) == ["乙", "甲"]
    assert ServiceItem.objects.count() == 39
    assert len({each.listed_in for each in ServiceItem.objects.all()}) == 1


def test_one_bundle_published_twice_at_once_is_one_version(others):
    names = {"name_zh": "云泽市公安局", "name_en": "P", "short_zh": "公安局", "short_en": "P"}
    Office.objects.create(code="GA", uscc="11329900MB0000001E", **names)
    read = bundle.read(CITY / "items" / "B09")

    def publish():
        return actions.publish(bundle=read, by="t", at=MONDAY)

    with transaction.atomic():
        first = publish()
        others.start(publish)
        others.wait_until_blocked()
    assert others.join() == [first]
    assert ItemVersion.objects.get() == first
    assert Event.objects.filter(kind="item.published").count() == 1
