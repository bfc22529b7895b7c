"""What is live can be written as a folder, which brings nothing new when it is loaded."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.forms.models import model_to_dict

from tests.commands.folders import CITY
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.base.calendar import actions as calendar
from tongban.business.cases.models import Case
from tongban.business.items.models import ItemVersion
from tongban.commands import city
from tongban.commands.city.dumping import FolderNotEmpty, NothingLive
from tongban.data.exchange import actions as exchange
from tongban.data.lake.models import ContractVersion, Resource

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def adopted(django_db_setup, django_db_blocker):
    """The demo city; taken out of the database after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        read = city.read_checked(CITY, TODAY)
        city.adopt(read, by="test", at=MONDAY)
        yield read
        transaction.set_rollback(True)


@pytest.fixture
def yunze(adopted, db) -> city.Folder:
    """As its folder was read; what the test changes in the database is rolled back."""
    return adopted


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def everything() -> dict[str, list]:
    """All rows of our own tables."""
    return {
        model.__name__: [model_to_dict(row) for row in model._default_manager.order_by("pk")]
        for model in apps.get_models()
        if model.__module__.startswith("tongban.")
    }


def test_loading_a_dump_changes_no_row_and_a_dump_after_it_has_the_same_bytes(yunze, tmp_path):
    before = everything()
    city.dump(city.live(), tmp_path / "one")

    adopted = city.adopt(city.read_checked(tmp_path / "one", TODAY), by="test", at=MONDAY)
    city.dump(city.live(), tmp_path / "two")

    assert adopted == city.Adopted((), ())
    assert everything() == before
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_dump_loaded_into_an_empty_database_is_the_same_city(yunze, tmp_path):
    """Without the first load: the folder alone must be enough."""
    city.dump(city.live(), tmp_path / "one")

    read = city.read_checked(tmp_path / "one", TODAY)

    assert not city.compare(city.of_folder(read), city.of_folder(yunze))


def test_a_dump_is_written_by_kind_with_items_to_the_byte(yunze, tmp_path):
    city.dump(city.live(), tmp_path / "one")

    written = contents(tmp_path / "one")
    ours = {name for name in contents(CITY) if not name.startswith("synthesis/")}
    assert ours - written.keys() <= {
        "README.md",
        "accounts.toml",
        "dirt.csv",
        "registers/facts.toml",
        "simulation.toml",
    } | {name for name in ours if name.endswith((".py", ".pyc"))}
    for name in ("form.json", "process.bpmn", "decision.dmn"):
        assert written[f"items/B09/{name}"] == (CITY / "items" / "B09" / name).read_bytes()
    assert written["models/dwd/death.sql"] == (CITY / "models/dwd/death.sql").read_bytes()
    assert not any(b"\r" in content for content in written.values())


def test_a_provisional_year_is_not_written(yunze, tmp_path):
    calendar.seed_year(2031, by="test", at=MONDAY)

    city.dump(city.live(), tmp_path / "one")

    assert "2031" not in (tmp_path / "one" / "calendar.csv").read_text()


def test_a_draft_is_not_written(yunze, tmp_path):
    live = ItemVersion.objects.get(item__code="B09")
    ItemVersion.objects.create(
        item=live.item,
        number=0,
        status="draft",
        based_on=live,
        guide={},
        form="draft",
        made_at=MONDAY,
    )

    city.dump(city.live(), tmp_path / "one")

    assert b"draft" not in (tmp_path / "one/items/B09/form.json").read_bytes()


def test_a_folder_that_is_not_empty_is_refused_and_stays(yunze, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(FolderNotEmpty):
        city.dump(city.live(), tmp_path)

    assert contents(tmp_path) == {"notes.txt": b"mine"}


def test_nothing_live_is_refused(tmp_path):
    with pytest.raises(NothingLive):
        city.dump({}, tmp_path / "one")

    assert not (tmp_path / "one").exists()


def test_the_facts_of_each_register_have_a_file_of_their_own(yunze, tmp_path):
    city.dump(city.live(), tmp_path / "one")

    written = {path.name: path.read_text() for path in (tmp_path / "one/registers").iterdir()}
    assert set(written) == {
        *("enterprise.toml", "person.toml"),
        *("enterprise_facts.toml", "person_facts.toml"),
    }
    assert 'register = "enterprise"' in written["enterprise_facts.toml"]
    assert 'key = "insured_months"' in written["person_facts.toml"]
    assert 'key = "insured_months"' not in written["enterprise_facts.toml"]


def test_a_changed_contract_alone_becomes_a_new_version(yunze, tmp_path):
    city.dump(city.live(), tmp_path / "one")
    path = tmp_path / "one" / "sources" / "GA01.toml"
    path.write_text(path.read_text().replace("人口基本信息", "人口信息"))
    events = set(Event.objects.values_list("pk", flat=True))

    adopted = city.adopt(city.read_checked(tmp_path / "one", TODAY), by="test", at=MONDAY)

    assert [str(key) for key in adopted.changed] == ["contract GA01"]
    versions = dict(Resource.objects.values_list("code", "version"))
    assert versions.keys() == {path.stem for path in (tmp_path / "one/sources").iterdir()}
    assert {code: version for code, version in versions.items() if version > 1} == {"GA01": 2}
    assert ContractVersion.objects.filter(resource__code="GA01").count() == 2
    new = Event.objects.exclude(pk__in=events).order_by("pk")
    assert [event.kind for event in new] == [
        *("contract.adopted", "models.adopted", "city.loaded"),
    ]


def test_a_changed_calendar_moves_the_days_of_what_runs(yunze, tmp_path):
    version = ItemVersion.objects.get(item__code="B09")
    case = Case.objects.create(
        number="1",
        version=version,
        office=version.item.office,
        applicant_id="P1",
        applicant_sealed=b"",
        channel="web",
        submitted_at=MONDAY,
        accepted_at=MONDAY,
        promised_on=date(2026, 9, 29),
        statutory_on=date(2026, 10, 6),
        due_is_provisional=False,
        answers_sealed=b"",
    )
    city.dump(city.live(), tmp_path / "one")
    path = tmp_path / "one" / "calendar.csv"
    path.write_text(path.read_text().replace("2026-10-01", "2026-09-22,false,,\n2026-10-01"))

    adopted = city.adopt(city.read_checked(tmp_path / "one", TODAY), by="test", at=MONDAY)

    assert [str(key) for key in adopted.changed] == ["calendar 2026"]
    case.refresh_from_db()
    assert case.promised_on == date(2026, 9, 30)


def test_diff_tells_what_is_only_here_only_there_or_different(yunze, tmp_path, capsys):
    folder = Path(shutil.copytree(CITY, tmp_path / "yunze"))
    exchange.withdraw(code="G-SELF", by="test", at=MONDAY)
    contract = folder / "sources" / "WJ02.toml"
    contract.write_text(contract.read_text().replace("open = false", "open = true"))
    lines = (folder / "offices.csv").read_text().splitlines(keepends=True)
    used = {"SJ", "GA", "RS", "ZR", "WJ"}
    last = next(line for line in reversed(lines) if line.partition(",")[0] not in used)
    (folder / "offices.csv").write_text("".join(line for line in lines if line != last))

    with pytest.raises(SystemExit) as ended:
        call_command("diff", str(folder), "--json")

    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out) == {
        "only_in_folder": ["grant G-SELF"],
        "only_live": [f"office {last.partition(',')[0]}"],
        "different": ["contract WJ02"],
    }


def test_diff_of_what_was_loaded_is_empty(yunze, capsys):
    call_command("diff", str(CITY))

    assert capsys.readouterr().out == ""


def test_what_the_folder_does_not_have_stays_and_is_told(yunze, tmp_path, capsys):
    call_command("dump", str(tmp_path / "one"))
    (tmp_path / "one" / "grants.toml").write_text("version = 1\n")
    (tmp_path / "one" / "offers" / "D02.toml").unlink()  # it rests on grants
    capsys.readouterr()

    call_command("load", str(tmp_path / "one"))

    told = capsys.readouterr().out.splitlines()
    assert told[0] == "one: nothing to change"
    assert "not in the folder, stays live: grant G-SELF" in told
