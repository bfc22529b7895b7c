"""The list of erasures outlives crashes and slips, and notices every change."""

import json
import threading
from dataclasses import asdict, fields, replace

import pytest
from django.conf import settings as ours
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban import vault
from tongban.commands.erasing import ledger
from tongban.commands.erasing.ledger import Line, ListDamaged, ListMissing

LINES = [
    Line("person", f"{number:064x}", "a1f", "申请 12 号", "7", "2026-09-21T02:00:00+00:00")
    for number in range(4)
]


@pytest.fixture
def place(settings, tmp_path):
    settings.AUDIT_ANCHOR = tmp_path / "audit" / "anchors"
    return tmp_path / "audit" / "erasures"


@pytest.fixture
def whole(place) -> bytes:
    """A list of three lines."""
    ledger.keep(LINES[:3])
    return place.read_bytes()


def test_what_is_kept_is_read_again_and_belongs_to_its_owner_alone(place):
    ledger.keep(LINES[:2])
    ledger.keep(LINES[1:3])

    assert ledger.read(place) == LINES[:3]
    assert place.stat().st_mode & 0o777 == 0o600


def test_a_person_stands_there_once_and_the_first_erasure_counts(place):
    ledger.keep(LINES[:1])
    ledger.keep([replace(LINES[0], basis="申请 13 号")])
    assert ledger.read(place) == LINES[:1]


@pytest.mark.parametrize("name", [field.name for field in fields(Line)])
def test_a_changed_word_is_found_by_its_line(whole, place, name):
    lines = place.read_text("utf-8").splitlines()
    content = json.loads(lines[1])
    lines[1] = json.dumps(content | {name: f"{content[name]}0"})
    place.write_text("\n".join(lines) + "\n", "utf-8")

    with pytest.raises(ListDamaged) as refused:
        ledger.read(place)

    assert refused.value.told("en").startswith(f"Line 2 of {place} was changed")
    assert refused.value.told("zh").startswith(f"{place} 第 2 行被改动")


NONSENSE = [
    b"",
    b"{}",
    b"5",
    b"null",
    b'"x"',
    b"[]",
    b'[["proof", "1"]]',
    b"{",
    b"\xff\xfe",
    b"{}{}",
]


@pytest.mark.parametrize("line", NONSENSE)
def test_what_is_no_line_is_found_by_its_number_and_nothing_is_written(whole, place, line):
    place.write_bytes(whole + line + b"\n")
    before = place.read_bytes()

    for use in (lambda: ledger.read(place), lambda: ledger.keep(LINES)):
        with pytest.raises(ListDamaged, match="Line 4"):
            use()

    assert place.read_bytes() == before


def test_an_unknown_word_in_a_line_is_a_change(whole, place):
    content = {**asdict(LINES[3]), "proof": LINES[3].proof, "note": "x"}
    place.write_bytes(whole + json.dumps(content).encode() + b"\n")
    with pytest.raises(ListDamaged, match="Line 4"):
        ledger.read(place)


def test_a_list_under_another_master_key_is_refused(whole, place, settings):
    settings.VAULT = vault.SoftwareVault(b"k" * 32)
    with pytest.raises(ListDamaged, match="Line 1"):
        ledger.read(place)


def test_a_list_that_is_not_there_is_named(place):
    with pytest.raises(ListMissing) as refused:
        ledger.read(place)
    assert refused.value.told("en").startswith(f"There is no list of erasures {place}. Nothing was")


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_wherever_a_crash_cuts_the_list_the_next_line_stands_on_its_own(data, tmp_path_factory):
    kept = ours.AUDIT_ANCHOR
    ours.AUDIT_ANCHOR = tmp_path_factory.mktemp("cut") / "anchors"
    try:
        ledger.keep(LINES[:3])
        file = ledger.place()
        content = file.read_bytes()
        cut = content[: data.draw(st.integers(0, len(content)))]
        file.write_bytes(cut)

        left = ledger.read(file)
        assert left == LINES[: cut.count(b"\n")]
        ledger.keep([LINES[3]])
        assert ledger.read(file) == [*left, LINES[3]]
    finally:
        ours.AUDIT_ANCHOR = kept


def test_many_who_write_at_once_lose_no_line(place):
    place.parent.mkdir()
    many = [replace(LINES[0], digest=f"{number:064x}") for number in range(40)]
    start = threading.Barrier(8)

    def write(own: list[Line]) -> None:
        start.wait()
        for line in own:
            ledger.keep([line])

    threads = [threading.Thread(target=write, args=(many[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ledger.read(place), key=lambda line: line.digest) == many
