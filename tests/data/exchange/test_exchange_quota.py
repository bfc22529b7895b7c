"""Quotas under load."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests.data.exchange import tiny
from tests.data.exchange.tiny import MONDAY, give
from tongban.data.exchange import gate
from tongban.data.exchange.models import GrantUse
from tongban.data.exchange.terms import count_use


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_time_never_exceed_the_quota():
    made = give("G1", quota=tiny.quota(requests=10))

    def ask(_):
        try:
            with transaction.atomic():
                count_use(made, MONDAY)
        except gate.QuotaUsedUp:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(40)))

    assert (answers.count(True), GrantUse.objects.get().count) == (10, 10)
