import pytest

from tongban.engines.tables.connectors import UnknownKind, open_connector
from tongban.engines.tables.connectors.options import BadOption, MissingOption, UnknownOption


def test_an_unknown_kind_is_named_with_those_there_are(base):
    with pytest.raises(UnknownKind) as refused:
        open_connector("oracle", {}, base)
    assert refused.value.facts == {
        "kind": "oracle",
        "known": "csv, excel, json_api, platform, postgres, sqlite, xml",
    }


def test_an_unknown_option_is_named_and_its_value_is_not(base):
    with pytest.raises(UnknownOption) as refused:
        open_connector("postgres", {"dsn": "postgresql://a:s3cret@b/c", "table": "t"}, base)
    assert refused.value.facts["option"] == "dsn"
    assert refused.value.facts["known"] == "dsn_env, table, schema"
    assert "s3cret" not in str(refused.value)


def test_base_is_no_option(base):
    with pytest.raises(UnknownOption):
        open_connector("csv", {"path": "t.csv", "base": "/"}, base)


def test_a_missing_option_is_named(base):
    with pytest.raises(MissingOption) as refused:
        open_connector("sqlite", {"path": "t.db"}, base)
    assert refused.value.facts == {"kind": "sqlite", "option": "table"}


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("csv", {"path": 1}, "a text that is not empty"),
        ("csv", {"path": ""}, "a text that is not empty"),
        (
            "csv",
            {"path": "t", "encoding": "latin-1"},
            "one of: utf-8, utf-8-sig, gb18030, gbk",
        ),
        ("csv", {"path": "t", "delimiter": ",,"}, "one ASCII sign or a tab"),
        ("csv", {"path": "t", "delimiter": '"'}, "one ASCII sign or a tab"),
        ("csv", {"path": "t", "delimiter": "a"}, "one ASCII sign or a tab"),
        ("excel", {"path": "t", "header": True}, "a whole number, not negative"),
        ("excel", {"path": "t", "header": -1}, "a whole number, not negative"),
        ("json_api", {"url": "http://h", "hosts": "h"}, "a list of texts"),
        ("json_api", {"url": "http://h", "hosts": [1]}, "a list of texts"),
        ("json_api", {"url": "http://h", "timeout_seconds": "1"}, "a number, not negative"),
        ("json_api", {"url": "http://h", "backoff_seconds": -0.5}, "a number, not negative"),
    ],
)
def test_an_option_of_the_wrong_form_is_named_with_what_fits(base, kind, options, expected):
    with pytest.raises(BadOption) as refused:
        open_connector(kind, options, base)
    assert (refused.value.facts["kind"], refused.value.facts["expected"]) == (kind, expected)
