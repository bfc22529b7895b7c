"""`tongban collect` and `tongban run`: a run that cannot be done leaves no draft behind."""

import pytest
from django.core.management import call_command

from tests.known import MONDAY
from tests.permits import city
from tongban.commands import loop
from tongban.data.lake import queries
from tongban.data.lake.models import Edition, Load
from tongban.data.lake.queries import UnknownResource
from tongban.errors import Refusal

__all__ = ["city"]


@pytest.fixture
def lake(city, settings, tmp_path):
    """The demo city's contracts, an edition without a table, and no source that could be read."""
    settings.LAKE_URL, settings.SCRATCH = str(tmp_path / "lake"), tmp_path / "scratch"
    return city


def collect(*codes: str, data) -> None:
    loop.collect(codes, data=data, by="test", at=MONDAY, told=lambda *_: None)


@pytest.mark.parametrize("do", [loop.collect, loop.run])
def test_an_unknown_source_is_refused_before_there_is_a_draft(lake, tmp_path, do):
    with pytest.raises(UnknownResource, match="XX99"):
        do(["GA01", "XX99"], data=tmp_path, by="test", at=MONDAY, told=lambda *_: None)

    assert list(Edition.objects.all()) == [lake]
    assert not Load.objects.exists()


@pytest.mark.parametrize("command", ["collect", "run"])
def test_a_source_that_cannot_be_read_closes_the_draft_and_says_why(
    lake, tmp_path, capsys, command
):
    with pytest.raises(SystemExit) as ended:
        call_command(command, "GA01", data=tmp_path)

    said = capsys.readouterr().err.strip()
    draft = Edition.objects.latest("number")
    assert ended.value.code == 1
    assert (draft.number, draft.status) == (lake.number + 1, Edition.Status.FAILED)
    assert draft.reason == said != ""
    assert queries.current_edition() == lake


def test_a_source_that_is_named_twice_is_collected_once(lake, tmp_path):
    """The second would find the first's key in the draft."""
    with pytest.raises(Refusal):
        collect("GA01", "GA01", data=tmp_path)
    assert Edition.objects.count() == 2


def test_all_sources_are_those_of_the_live_contracts(lake):
    of_persons = {"GA01", "GA02", "MZ03", "MZ04", "RS01", "RS05", "SJ04", "WJ02", "ZR01"}
    of_companies = {"FG02", "SCJ01", "SCJ02", "WJ06"}
    # not SJ05: what the platform itself hands in is not collected
    assert sorted(loop.all_sources()) == sorted(of_persons | of_companies)
