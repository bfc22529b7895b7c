"""Two runs that meet people for the first time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.known import MONDAY
from tongban.data.registers import identities
from tongban.data.registers.models import Identity


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_mint_the_same_ids():
    keys, together = [str(n) for n in range(20000)], Barrier(2, timeout=20)

    def mint(step):
        together.wait()
        try:
            return identities.subject_ids("person", keys[::step], MONDAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(mint, (1, -1))

    assert one == other
    assert Identity.objects.count() == 20000
