"""Values as evidence keeps them: sealed, and the same when they are opened."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from tests.business.applying import apply
from tongban.business.cases import deciding, evidence
from tongban.business.items import guide as guides
from tongban.engines.feel import Months, Scope, Unknown, compile


@pytest.mark.parametrize(
    "value",
    [
        Decimal("14.50"),
        date(2026, 11, 22),
        datetime(2026, 11, 22, 8, 30, tzinfo=UTC),
        time(8, 30),
        timedelta(days=15, hours=2),
        Months(18),
        compile('date("-2021-01-01")', Scope({}))({}),
        compile('date and time("12021-01-01T00:00:00Z")', Scope({}))({}),
        Unknown(frozenset({"insured_months"})),
        [None, True, "字", {"日期": date(2026, 11, 22)}],
    ],
)
def test_a_value_of_any_kind_is_kept_as_it_is(value):
    found = evidence._unseal(evidence._seal({"value": value}))["value"]
    assert found == value
    assert type(found) is type(value)


def test_what_is_no_value_is_not_kept():
    with pytest.raises(TypeError):
        deciding.seal({"value": object()})


@pytest.mark.django_db
def test_a_material_that_the_new_version_does_not_ask_for_stays_as_it_was(permit, citizen):
    case = apply(permit, citizen(insured_months=None))
    guide = guides.of(permit)
    gone, *others = guide.materials
    before = case.requirements.get(material=gone.code).proof

    evidence.require_again(case, guide.model_copy(update={"materials": tuple(others)}), ())

    assert case.requirements.get(material=gone.code).proof == before
    assert case.requirements.count() == len(guide.materials)
