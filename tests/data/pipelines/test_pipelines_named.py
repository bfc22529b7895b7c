"""Columns that only name a person: erasing him empties these cells, and the row, which is somebody
else's, stays."""

import pytest

from tests.data.lake import source
from tongban.data.lake import actions as lake
from tongban.data.pipelines import queries

pytestmark = pytest.mark.django_db


def test_a_source_says_which_of_its_columns_name_somebody():
    source.define()
    assert queries.named_in("ods.people") == ()

    resource = {**source.content()["resource"], "key": ["name"]}
    named = {"number": "number", "others": ["born"]}
    contract = source.contract(resource=resource, named=named)
    lake.adopt_contract(contract=contract, **source.BY)

    assert queries.named_in("ods.people") == ("number", "born")
    assert queries.named_in("people") == queries.named_in("ods.nothing") == ()
