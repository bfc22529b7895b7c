"""What a load's checks found: scores, questions to the office, and who may answer them."""

import pytest
from django.utils import translation

from tests.data import shared
from tests.data.lake import source
from tests.data.lake.source import BY, GOOD, HIS, collect
from tongban.base.audit.models import Event
from tongban.base.people import actions as people
from tongban.base.people.models import User
from tongban.data.lake import quarantine
from tongban.data.lake.models import QuarantinedRow
from tongban.data.standards import actions, permissions, queries
from tongban.data.standards.models import CheckResult, Code, Element, Issue

BAD = f"{HIS},周 三,x,9,1"


@pytest.fixture(scope="module")
def loaded_once(django_db_setup, django_db_blocker, tmp_path_factory):
    home = tmp_path_factory.mktemp("results")
    with django_db_blocker.unblock(), shared.lake(home):
        source.define()
        yield collect(home, GOOD, BAD, f"{HIS[:-1]}X,周雨五,,1,2", f"{HIS},周雨三,,,")


@pytest.fixture
def loaded(loaded_once, db):
    """Four rows: one good, one with a blank in its name, one with a wrong number, one good."""
    return loaded_once


def test_a_score_is_the_share_of_checked_cells_that_are_good(loaded):
    found = queries.score(loaded.load)

    assert (found.rows, found.quarantined) == (4, 2)
    assert found.dimensions == {
        "consistency": 87.5,
        "accuracy": 75.0,
        "completeness": 100.0,
        "conformity": 100 * 10 / 12,
        "uniqueness": 100.0,
    }
    assert found.overall == pytest.approx(100 * (32 - 4) / 32)
    assert queries.latest_score(source.resource()) == found


def test_a_load_without_rows_or_checks_has_nothing_against_it(loaded):
    CheckResult.objects.all().delete()

    assert queries.score(loaded.load) == queries.Score(100.0, {}, 4, 2)


def test_of_a_source_that_was_never_read_there_is_no_score(loaded):
    resource = source.resource()
    assert queries.latest_score(resource) is not None
    resource.loads.update(status="failed")

    assert queries.latest_score(resource) is None


def test_an_office_is_asked_once_per_check_and_sees_its_own_questions(loaded):
    found = queries.open_issues(frozenset({"GA"}))

    assert [(i.check_code, i.rows.count()) for i in found] == [
        ("BLANK", 1),
        ("GA01.number.citizen_id", 1),
    ]
    assert not queries.open_issues(frozenset({"MZ"})).exists()


def test_a_corrected_row_leaves_its_checks_failures_and_closes_its_question(loaded):
    row = QuarantinedRow.objects.get(check_code="BLANK")
    QuarantinedRow.objects.filter(pk=row.pk).update(
        status="corrected", corrected_sealed=quarantine.seal({}), corrected_at=BY["at"]
    )
    actions.settle_rows(resource=source.resource(), rows=[row], at=BY["at"])

    assert source.failures(loaded) == {
        "GA01.number.citizen_id": 1,
        "GA01.born.type": 1,
        "GA01.sex.code": 1,
    }
    closed = Issue.objects.get(status="closed")
    assert (closed.check_code, closed.closed_at) == ("BLANK", BY["at"])
    actions.settle_rows(resource=source.resource(), rows=[row], at=BY["at"])
    assert CheckResult.objects.get(code="BLANK").failed == 0, "never below nothing"


def test_an_accepted_row_keeps_its_question_open_until_it_is_let_in(loaded):
    QuarantinedRow.objects.filter(check_code="BLANK").update(
        status="accepted", corrected_sealed=quarantine.seal({}), corrected_at=BY["at"]
    )
    actions.settle_rows(resource=source.resource(), rows=[], at=BY["at"])

    assert set(Issue.objects.values_list("status", flat=True)) == {"open"}


def test_a_check_is_called_what_it_is_in_the_readers_language(loaded):
    resource = source.resource()

    assert queries.check_name(resource, "BLANK") == "有空格"
    assert queries.check_name(resource, "GONE") == "GONE"
    with translation.override("en"):
        assert queries.check_name(resource, "KEY") == "number repeats an earlier row"


def test_whoever_opens_a_row_in_the_clear_is_written_down(loaded):
    row = QuarantinedRow.objects.get(check_code="BLANK")

    assert queries.opened_row(row, by="17", at=BY["at"]).raw == BAD
    event = Event.objects.get(kind="row.opened")
    assert (event.actor, event.subject_id) == ("17", "GA01")
    assert event.details == {"row": row.pk, "position": 2}


@pytest.mark.parametrize(
    ("office", "role", "may"),
    [("GA", "steward", True), ("GA", "approver", False), ("MZ", "steward", False), ("", "", False)],
)
def test_only_the_steward_of_the_providing_office_corrects(loaded, office, role, may):
    user = User.objects.create(username="shen")
    if office:
        people.appoint(user=user, office_code=office, role=role, **BY)
    resource = source.resource()

    assert permissions.can_correct(user, resource) is may
    if not may:
        with pytest.raises(permissions.NotYourData) as refused:
            permissions.check_can_correct(user, resource)
        assert refused.value.told("zh") == ("GA01 由公安局提供，只有该单位的数据管理员可以更正。")


def test_elements_and_codes_are_replaced_by_their_code_and_others_stay(loaded):
    changed = {"code": "name", "name_zh": "姓名", "name_en": "Name", "type": "string", "grade": 4}
    blank = {"format": "", "codelist": "sex", "check_name": ""}
    assert actions.load_elements([{**changed, **blank}], **BY) == 1
    code = {"code": "1", "name_zh": "男性", "name_en": "Male"}
    assert actions.load_codelist("sex", [code, code | {"code": "9"}], **BY) == 2

    assert Element.objects.get(code="name").grade == 4
    assert Element.objects.count() == len(source.ELEMENTS)
    assert Code.objects.count() == 3
    assert queries.code_names({"name", "sex", "born", "gone"}) == {
        **{(e, "1"): ("男性", "Male") for e in ("name", "sex")},
        **{(e, "2"): ("女", "Female") for e in ("name", "sex")},
        **{(e, "9"): ("男性", "Male") for e in ("name", "sex")},
    }
    assert queries.grades(source.contract()) == {
        "number": 4,
        "name": 4,
        "born": 3,
        "sex": 2,
        "months": 1,
    }


def test_everything_a_contract_is_judged_by_takes_three_queries(loaded, django_assert_num_queries):
    with django_assert_num_queries(3):
        found = queries.standards()

    assert found.codes == {"sex": ["1", "2"]}
    assert set(found.elements) == set(source.ELEMENTS)
    assert found.successors == {}
