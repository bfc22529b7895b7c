"""A steward's quarantined rows; the lake they lie in is really loaded, so these tests commit."""

import pytest

from tests import permits
from tests.journeys import lakes
from tongban.base.audit.models import Event
from tongban.data.lake.models import QuarantinedRow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city(transactional_db):
    return permits.load_city()


@pytest.fixture
def quarantine(city, tmp_path):
    lakes.bring_standards(permits.CITY)
    lakes.collect(tmp_path)
    return QuarantinedRow.objects.order_by("position")


def test_a_steward_sees_his_rows_and_another_offices_steward_cannot_open_them(
    client, quarantine, staff
):
    row = quarantine.first()
    client.force_login(staff("steward"))
    page = client.get("/workbench/sources/GA01").content.decode()
    assert "2 行待更正" in page
    opened = client.get(f"/workbench/quarantine/{row.pk}").content.decode()
    assert "3.29901E+17" in opened
    assert Event.objects.filter(kind="row.opened").count() == 1

    client.force_login(staff("steward", "RS"))
    refused = client.get(f"/workbench/quarantine/{row.pk}")
    assert refused.status_code == 409
    assert "3.29901E+17" not in refused.content.decode()
    assert Event.objects.filter(kind="row.opened").count() == 1


def test_a_correction_that_is_still_wrong_changes_nothing(client, quarantine, staff):
    row = quarantine.first()
    client.force_login(staff("steward"))
    response = client.post(f"/workbench/quarantine/{row.pk}", {"cell-gmsfhm": "1"})
    assert response.status_code == 409
    assert "更正后仍未通过" in response.content.decode()
    row.refresh_from_db()
    assert row.status == QuarantinedRow.Status.OPEN
