"""What business holds of an erased person, and a backup that was made before he was erased."""

import json
import subprocess

import psycopg
import pytest
from django.core.management import call_command

from tests.business.cases.test_permit import ANSWERS
from tests.commands.processes import TONGBAN, empty_database
from tests.commands.tiny import BASIS, HE, SHE, environment, identify, places, silent, state
from tests.known import MONDAY
from tongban.base.notices.models import Notice
from tongban.base.people.models import User
from tongban.business.cases import actions as cases
from tongban.business.cases import queries as case_queries
from tongban.business.cases.actions import Application
from tongban.business.cases.erasing import CaseRunning
from tongban.business.cases.models import Case, Evidence
from tongban.business.certificates import actions as certificates
from tongban.business.certificates.erasing import CertificateInForce
from tongban.business.certificates.models import Certificate
from tongban.commands import backing, erasing
from tongban.commands.erasing import ledger
from tongban.data.registers.models import SubjectFacts

__all__ = ["environment", "places", "state"]
pytestmark = pytest.mark.usefixtures("places")


def erase(target, at=MONDAY) -> None:
    erasing.erase(target, basis=BASIS, by="7", at=at, told=silent)


def apply(permit, user: User) -> Case:
    application = Application(ANSWERS, {}, Case.Channel.WEB)
    return cases.submit(version=permit, user=user, application=application, at=MONDAY)


@pytest.fixture
def granted(permit, citizen):
    """A permit that was granted at once: case, evidence, decision, certificate, notice."""
    user = citizen()
    return identify(user, HE), apply(permit, user), user


def test_a_certificate_in_force_refuses_and_nothing_changes(granted):
    target, case, user = granted
    assert case.status == Case.Status.GRANTED

    with pytest.raises(CertificateInForce):
        erase(target)

    user.refresh_from_db()
    assert user.is_active
    assert Evidence.objects.filter(case=case).exists()
    assert not ledger.place().exists()


def test_a_running_case_refuses_and_nothing_changes(permit, citizen):
    user = citizen("wang", insured_months=None)
    case = apply(permit, user)
    assert case.status == Case.Status.RUNNING

    with pytest.raises(CaseRunning, match=case.number):
        erase(identify(user, SHE))

    assert SubjectFacts.objects.filter(subject_id=user.subject_id).exists()


def test_a_case_keeps_its_course_and_nothing_of_the_person(granted, approver):
    target, case, user = granted
    (made,) = Certificate.objects.all()
    certificates.revoke(certificate_id=made.pk, reason="本人申请", user=approver, at=MONDAY)
    assert not erasing.prove(target, silent).is_clean

    erase(target)

    proof = erasing.prove(target, silent)
    assert proof.found == {}
    assert set(proof.kept) == {"audit_event"}  # by subject id, which now leads nowhere
    assert erasing.held(target).cases.cases == 0
    case.refresh_from_db()
    assert (case.status, case.applicant_id) == (Case.Status.GRANTED, "erased")
    assert case.events.exists() and case.decisions.exists()
    assert not Notice.objects.filter(subject_id=user.subject_id).exists()
    user.refresh_from_db()
    assert (user.is_active, user.username, user.subject_id) == (False, f"erased-{user.pk}", "")
    assert case_queries.applicant(case) == ""


def test_restoring_an_older_backup_does_not_bring_the_person_back(state, capfd):
    file = state / "backup.tar"
    backing.take(file, at=MONDAY, told=silent)
    erase(erasing.of_key("person", HE))

    capfd.readouterr()
    with pytest.raises(SystemExit, match="0"):
        call_command("restore", str(file), verify=True, json=True)

    proof = json.loads(capfd.readouterr().out)
    assert [(t["table"], t["expected"], t["found"]) for t in proof["tables"]] == [
        *(("ods.homes", 5, 5), ("ods.people", 5, 5)),
    ]
    (again,) = proof["erased_again"]
    assert (again["found"], again["lake_rows"]) == ({}, 8)


def test_without_the_list_a_restore_says_so_and_it_can_be_replayed_later(state, environment):
    file, moved, home = state / "backup.tar", state / "elsewhere", state / "restored"
    backing.take(file, at=MONDAY, told=silent)
    erase(erasing.of_key("person", HE))
    ledger.place().rename(moved)

    with empty_database("tongban_restored") as url:
        env = environment | {"DATABASE_URL": url, "TONGBAN_STATE": str(home)}

        def tongban(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [*TONGBAN, *arguments], env=env, capture_output=True, text=True, check=False
            )

        restored = tongban("restore", str(file))
        assert restored.returncode == 0 and "tongban erase --replay" in restored.stderr
        assert facts_in(url) == 1

        replayed = tongban("erase", "--replay", str(moved), "--basis", "1", "--by", "qin", "--json")
        assert replayed.returncode == 0
        proof = json.loads(replayed.stdout)["proof"]
        assert (proof["found"], proof["lake_rows"]) == ({}, 8)
        assert facts_in(url) == 0
    assert ledger.read(home / "audit" / "erasures") == ledger.read(moved)


def facts_in(url: str) -> int:
    with psycopg.connect(url) as outside:
        return outside.execute("SELECT count(*) FROM registers_subjectfacts").fetchone()[0]
