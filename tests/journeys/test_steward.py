"""A data steward corrects a row of his office, and the score of the source rises."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils.module_loading import autodiscover_modules
from procrastinate.contrib.django import app

from tests import permits
from tests.journeys import lakes
from tests.journeys.conftest import DESKTOP
from tests.permits import CITY
from tongban.data.lake.models import Load, QuarantinedRow
from tongban.data.standards import queries as standards

JOURNEY = "steward"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city(transactional_db):
    """The worker sees only what is committed."""
    return permits.load_city()


def work_off_the_queue() -> None:
    """The worker, until no job is left; in a thread, because a process starts for seconds."""

    async def work() -> None:
        threads = ThreadPoolExecutor(1)
        asyncio.get_running_loop().set_default_executor(threads)
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False)
        threads.submit(connections.close_all).result()

    autodiscover_modules("jobs")
    with app.replace_connector(app.connector.get_worker_connector()):
        ThreadPoolExecutor(1).submit(asyncio.run, work()).result()


def test_a_corrected_row_comes_back_and_the_score_rises(visitor, city, tmp_path):
    lakes.bring_standards(CITY)
    load, _edition = lakes.collect(tmp_path)
    assert (load.rows_read, load.rows_kept, load.rows_quarantined) == (4, 2, 2)
    before = standards.score(load).overall
    row = QuarantinedRow.objects.get(position=3)
    lakes.steward()

    he = visitor(DESKTOP)
    page = he.page
    he.enter("he", "/workbench/")
    he.look("1-sources")
    he.goto("/workbench/sources/GA01")
    assert page.get_by_text("2 行待更正").is_visible()
    he.look("2-source")

    page.locator(f"a[href$='/quarantine/{row.pk}']").click()
    page.wait_for_url("**/quarantine/*")
    he.look("3-row")
    page.locator("[name=cell-gmsfhm]").fill("329901197607020017")
    he.reach("#tb-correct")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sources/GA01")
    assert page.get_by_text("1 行待更正").is_visible()
    assert page.get_by_text("1 行已更正，等待入库").is_visible()
    assert Load.objects.get(pk=load.pk).rows_quarantined == 2
    he.look("4-corrected")

    work_off_the_queue()
    page.get_by_text("1 行已更正，等待入库").wait_for(state="detached")
    he.look("5-let-in")

    after = Load.objects.get(pk=load.pk)
    assert (after.rows_read, after.rows_kept, after.rows_quarantined) == (4, 3, 1)
    assert standards.score(after).overall > before
