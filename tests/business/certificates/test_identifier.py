"""Identifiers of certificates (GB/T 36904): a slip in any place is noticed."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.business.certificates import identifier

SIGNS = string.digits + string.ascii_uppercase
codes = st.text(SIGNS, min_size=3, max_size=21)


def built(kind="11329900MB0C7K215M021", issuer="11329900MB0C7K215M", serial="1", version=1):
    return identifier.build(kind=kind, issuer=issuer, serial=serial, version=version)


def slowly_checked(text: str) -> str:
    """ISO 7064 MOD 37,36, step by step as the standard tells it."""
    carry = 36
    for sign in text:
        carry = (carry + SIGNS.index(sign)) % 36 or 36
        carry = carry * 2 % 37
    return SIGNS[(37 - carry) % 36]


def test_an_identifier_has_its_parts_in_order():
    made = built(serial="202609210000001", version=12)
    assert made.startswith(
        "1.2.156.3005.2.11329900MB0C7K215M021.11329900MB0C7K215M.202609210000001.012."
    )
    assert identifier.is_valid(made)


@given(codes, codes, codes, st.integers(1, 999))
@settings(max_examples=40, deadline=None)
def test_the_check_character_is_that_of_the_standard(kind, issuer, serial, version):
    made = built(kind, issuer, serial, version)
    assert made[-1] == slowly_checked(f"{kind}{issuer}{serial}{version:03d}")
    assert identifier.is_valid(made)


@given(codes, codes, codes, st.data())
@settings(max_examples=40, deadline=None)
def test_one_wrong_sign_in_any_place_is_noticed(kind, issuer, serial, data):
    made = built(kind, issuer, serial)
    start = len(identifier.ROOT) + 1
    places = [at for at in range(start, len(made)) if made[at] != "."]
    at = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([s for s in SIGNS if s != made[at]]))
    assert not identifier.is_valid(made[:at] + other + made[at + 1 :])


@pytest.mark.parametrize(
    "written",
    [
        lambda made: "",
        lambda made: identifier.ROOT,
        lambda made: made.replace("1.2.156.3005.2", "1.2.156.3005.3"),
        lambda made: made.removeprefix("1.2.156.3005.2."),
        lambda made: made.lower(),
        lambda made: f" {made}",
        lambda made: f"{made}\n",
        lambda made: made.replace(".", "", 1),
        lambda made: made.replace("11329900MB0C7K215M.", "11329900-MB0C7K215M."),
        lambda made: made.replace("11329900MB0C7K215M.", "11329900MB0C7K215M.x"),
        lambda made: made[: -len(".001.X")] + made[-len(".001.X") :].replace(".", ""),
        lambda made: made.replace("0", "０", 1),
    ],
)
def test_what_is_written_otherwise_is_none(written):
    """The check character does not see what is left out or put between, so the form is held too."""
    assert not identifier.is_valid(written(built()))
