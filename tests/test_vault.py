"""Sealing, opening, digests."""

import base64
import hmac

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


@given(st.binary(max_size=200), st.data())
def test_any_changed_or_missing_byte_is_noticed(plain, data):
    sealed = VAULT.seal(plain, "facts")
    place = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytearray(sealed)
    changed[place] ^= data.draw(st.integers(1, 255))
    for spoilt in (bytes(changed), sealed[:place], sealed[:place] + sealed[place + 1 :]):
        with pytest.raises(vault.Unreadable):
            VAULT.open(spoilt, "facts")


@given(st.binary(max_size=60))
def test_what_nobody_sealed_does_not_open(content):
    with pytest.raises(vault.Unreadable):
        VAULT.open(content, "facts")


def test_another_master_key_opens_nothing_and_digests_otherwise():
    other = vault.SoftwareVault(b"1" * 32)
    with pytest.raises(vault.Unreadable):
        other.open(VAULT.seal(b"x", "facts"), "facts")
    assert other.digest("a", "p") != VAULT.digest("a", "p")


def test_the_same_content_is_sealed_differently_each_time():
    assert len({VAULT.seal(b"x", "facts") for _ in range(50)}) == 50


def test_a_digest_is_hmac_sm3_under_a_key_of_the_purpose():
    key = hmac.new(b"0" * 32, b"audit", "sm3").digest()
    assert VAULT.digest("县", "audit") == hmac.new(key, "县".encode(), "sm3").digest()


def test_a_fingerprint_is_sm3_as_the_standard_shows_it():
    assert vault.fingerprint("abc") == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )


KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.mark.parametrize("written", [KEY, f"{KEY}\n", f" {KEY}\r\n"])
def test_a_key_is_read_with_the_end_of_line_that_an_editor_leaves(written):
    sealed = vault.SoftwareVault(bytes(range(32))).seal(b"x", "p")
    assert vault.from_text(written).open(sealed, "p") == b"x"


@pytest.mark.parametrize("written", ["", "0" * 43, KEY[:-4], KEY + KEY, "密" * 44, f"{KEY[:20]}*"])
def test_what_is_no_key_is_refused(written):
    with pytest.raises(ValueError):
        vault.from_text(written)
