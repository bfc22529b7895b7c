"""Sealing, opening, digests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban import vault

VAULT = vault.SoftwareVault(b"0" * 32)


@given(st.binary(max_size=500), st.text(max_size=20))
def test_what_is_sealed_opens_again_and_is_not_readable(plain, purpose):
    sealed = VAULT.seal(plain, purpose)
    assert VAULT.open(sealed, purpose) == plain
    assert len(sealed) == len(plain) + 28
    assert len(plain) < 8 or plain not in sealed


def test_a_changed_byte_is_noticed():
    sealed = bytearray(VAULT.seal(b"329901199003070020", "facts"))
    sealed[15] ^= 1
    with pytest.raises(vault.Unreadable):
        VAULT.open(bytes(sealed), "facts")


def test_what_was_sealed_for_one_purpose_does_not_open_for_another():
    with pytest.raises(vault.Unreadable):
        VAULT.open(VAULT.seal(b"x", "facts"), "audit")


def test_a_digest_finds_a_value_again_and_differs_by_purpose():
    assert VAULT.digest("a", "p") == VAULT.digest("a", "p")
    assert VAULT.digest("a", "p") != VAULT.digest("a", "q")


def test_a_key_file_is_made_once_and_is_its_owners_alone(tmp_path):
    path = tmp_path / "keys" / "master"
    sealed = vault.from_file(path).seal(b"x", "p")
    assert vault.from_file(path).open(sealed, "p") == b"x"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_short_master_key_is_refused():
    with pytest.raises(ValueError, match="has 5 bytes, not 32"):
        vault.SoftwareVault(b"short")
