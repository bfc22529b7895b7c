"""Credit codes are judged as written: nothing is trimmed, folded or repaired."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from tongban.business.items import credit_codes
from tongban.business.items.credit_codes import Fault

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALID = ("91350100M000100Y43", "11320000MB151840XJ", "91110000600037341L", "91329900MA7K000161")

digits = st.text("0123456789", min_size=8, max_size=8)
bodies = st.tuples(digits, st.text(ALPHABET, min_size=9, max_size=9)).map("".join)
near = st.text(ALPHABET + "IOZSVabz -", min_size=16, max_size=19)


@pytest.mark.parametrize("code", VALID)
def test_a_code_of_the_standard_is_valid(code):
    assert credit_codes.is_valid(code)
    assert credit_codes.fault(code) is None


def test_a_collective_registered_under_a_letter_is_valid_though_the_library_refuses_it():
    code = "N2320602MF1234567"
    code += uscc.calc_check_digit(code)

    assert credit_codes.is_valid(code)
    assert not uscc.is_valid(code)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("91110000600037341M", Fault.CHECK_CHARACTER),
        ("91110000600037341l", Fault.LOWER_CASE),
        (" 91110000600037341L", Fault.OTHER),
        ("9111000060003734IL", Fault.CHARACTERS),
        ("9111000060003734L", Fault.ONE_SHORT),
        ("TE5116020105116050", Fault.TE_PREFIX),
        ("600037341", Fault.ORGANISATION),
        ("60003734-1", Fault.ORGANISATION),
        ("60003734-2", Fault.OTHER),
        ("MB151840-X", Fault.ORGANISATION),
        ("2222222222222", Fault.FILLER),
        ("9111000060003734L_6918", Fault.SUFFIX),
        ("4148481895459659776", Fault.SYSTEM_NUMBER),
        ("11736", Fault.OTHER),
        ("９１１１００００６０００３７３４１Ｌ", Fault.CHARACTERS),
        ("", Fault.MISSING),
        (" ", Fault.MISSING),
    ],
)
def test_a_damaged_code_is_of_one_kind(text, fault):
    assert credit_codes.fault(text) is fault


@given(bodies)
def test_the_check_character_is_that_of_the_library_and_no_other(body):
    valid = [body + last for last in ALPHABET if credit_codes.is_valid(body + last)]

    assert valid == [body + uscc.calc_check_digit(body)]


@given(st.one_of(near, bodies.map(lambda body: body + "0"), st.text(max_size=20)))
def test_nothing_is_valid_that_the_library_refuses_or_would_first_clean(text):
    if text[:8].isascii() and text[:8].isdigit():
        assert credit_codes.is_valid(text) == (uscc.is_valid(text) and uscc.compact(text) == text)
    assert credit_codes.is_valid(text) == (credit_codes.fault(text) is None)


@given(bodies, st.integers(0, 17))
def test_a_lost_character_is_damage_and_its_code_is_among_the_hints(body, at):
    code = body + uscc.calc_check_digit(body)
    damaged = code[:at] + code[at + 1 :]

    assert credit_codes.fault(damaged)
    assert code in credit_codes.perhaps(damaged, ["91110000600037341L", code])


@pytest.mark.parametrize(
    "damaged",
    ["91110000600037341l", "600037341", "60003734-1", "9111000060003734L", "9111000060003734L_69"],
)
def test_a_hint_is_given_for_capitals_old_codes_and_a_lost_character(damaged):
    assert credit_codes.perhaps(damaged, VALID) == ["91110000600037341L"]


def test_no_hint_is_given_where_more_is_lost():
    assert credit_codes.perhaps("911100006000373", VALID) == []
    assert credit_codes.perhaps("2222222222222", VALID) == []


@pytest.mark.parametrize(
    ("item_code", "part"),
    [
        ("511A0138000000-511602000000-000-91110000600037341L-1-00", "91110000600037341L"),
        ("G-000007-001-511602000000-000-91110000600037341L-1-00", "91110000600037341L"),
        ("512C0107400001-511602000000-000-60003734-1-1-00", "60003734-1"),
        ("H-000185-001-4444444444", "4444444444"),
        ("B09", ""),
        ("", ""),
    ],
)
def test_the_office_stands_behind_division_and_part_or_at_the_end(item_code, part):
    assert credit_codes.office_part(item_code) == part
