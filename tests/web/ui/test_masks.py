"""A mask shows what it promises and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.web.ui import masks


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("张三", "张*"),
        ("周雨桐", "周**"),
        ("买买提·吐尔逊", "买**·***"),
        ("Ann Lee", "A** ***"),
        ("", ""),
    ],
)
def test_a_name_keeps_its_first_character(value, shown):
    assert masks.name(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("329901199203070027", "329**************7"),
        ("32990119920307002x", "329**************x"),
        ("329901920307002", "329***********2"),
        ("3.29906E+17", "***********"),
        ("", ""),
    ],
)
def test_an_identity_number_keeps_three_characters_and_the_last(value, shown):
    assert masks.citizen_id(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13912341234", "139****1234"),
        ("0329-5550100", "**********00"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_a_mobile_number_keeps_three_and_four_digits(value, shown):
    assert masks.phone(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [("6222 0202 0011 2235 127", "***************5127"), ("5127", "****"), ("", "")],
)
def test_an_account_keeps_its_last_four_digits(value, shown):
    assert masks.account(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("江城区清荷路 66 号云泽花园 3 幢 502 室", "江城区清荷路****"),
        ("江城区水巷路21号", "江城区水巷路****"),
        ("江城区学府街道文昌社区 9 号", "江城区学府街道****"),
        ("临泽县河口镇芦荡村 7 组", "临泽县河口镇****"),
        ("江城区清荷路", "江城区清荷路"),
        ("云泽市江城区某小区 3 幢", "云泽市江城区****"),
        ("云泽市文昌社区 9 号", "云泽市****"),
        ("某小区 3 幢", "*******"),
        ("", ""),
    ],
)
def test_an_address_ends_at_its_street(value, shown):
    assert masks.address(value) == shown


@given(st.text())
def test_whatever_the_value_a_number_shows_few_of_its_characters(value):
    for mask, most in ((masks.citizen_id, 4), (masks.phone, 7), (masks.account, 4)):
        assert sum(character != "*" for character in mask(value.replace("*", "x"))) <= most


@given(st.from_regex(r"\d{17}[\dX]", fullmatch=True))
def test_the_birthday_in_an_identity_number_is_never_shown(value):
    assert masks.citizen_id(value)[3:17] == "*" * 14
