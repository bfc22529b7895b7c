"""Lists of any bytes and rows of any text: read as a whole or refused, no row lost on the way."""

from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.business.items.lists import HEADER, OFFICE, code, row
from tongban.business.items import credit_codes, judging, listing
from tongban.business.items.judging import Row
from tongban.errors import Refusal

anything = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
cells = st.sampled_from(
    ["", " ", "公安局", "0", "99", code(1), code(1)[:-1], OFFICE, OFFICE.lower()]
)
words = cells | st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=4
)
columns = list(row(1))


@st.composite
def lists(draw: st.DrawFn) -> list[dict[str, str]]:
    """Rows that are sound but for some cells; some are there twice."""
    rows = [
        row(draw(st.integers(1, 3)), **draw(st.dictionaries(st.sampled_from(columns), words)))
        for _ in range(draw(st.integers(1, 6)))
    ]
    return draw(st.permutations(rows + rows[: draw(st.integers(0, 2))]))


def written(rows: list[dict[str, str]]) -> str:
    """As a spreadsheet writes it: every cell in quotes."""
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in r.values()) for r in rows]
    return "\r\n".join([HEADER, *lines, ""])


@anything
@given(lists())
def test_each_row_is_an_item_or_kept_out_with_a_reason(tmp_path, rows):
    path = tmp_path / "清单.csv"
    path.write_bytes(written(rows).encode())

    read = listing.read(path)

    assert read.count == len(rows) == len(read.items) + len(read.kept_out)
    taken = [each.number for each in read.items.values()]
    assert len(set(taken)) == len(taken) and not set(taken) & read.kept_out
    assert [each.cells for each in read.rows] == [tuple(each.values()) for each in rows]
    numbers = {each.number for each in read.rows}
    assert {each.row for each in read.findings} <= numbers
    assert list(read.findings) == sorted(read.findings, key=lambda finding: finding.row)


@anything
@given(lists())
def test_the_figures_of_a_list_add_up(rows):
    read = [Row(number, *each.values()) for number, each in enumerate(rows, 2)]
    told = judging.tally(read)

    classes = {k: v for k, v in told["item_code"].items() if k != "valid_by_segment"}
    assert sum(classes.values()) == len(rows)
    assert sum(told["item_code"]["valid_by_segment"].values()) == classes["valid"]
    assert sum(told["dept_code"].values()) == len(rows)
    assert sum(office["rows"] for office in told["offices"].values()) == len(rows)
    assert told["brackets"]["both"] <= min(told["brackets"]["full"], told["brackets"]["half"])


@anything
@given(st.binary(max_size=40), st.integers(0, 200), st.booleans())
def test_any_bytes_in_a_list_are_read_or_refused_by_name(tmp_path, junk, at, replace):
    sound = written([row(1), row(2)]).encode()
    path = tmp_path / "list.csv"
    path.write_bytes(sound[:at] + junk + sound[at + len(junk) * replace :])
    try:
        read = listing.read(path)
    except Refusal as refusal:
        assert str(path) in refusal.told("zh") and str(path) in refusal.told("en")
    else:
        assert read.count == len(read.items) + len(read.kept_out)


@given(st.text(max_size=22) | st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=16, max_size=19))
@settings(max_examples=60, deadline=None)
def test_a_code_is_valid_or_has_one_fault_that_its_hint_respects(text):
    fault = credit_codes.fault(text)
    assert (fault is None) == credit_codes.is_valid(text)
    assert credit_codes.perhaps(text, []) == []
    if fault is None:
        assert credit_codes.perhaps(text, [text]) == [text]


@pytest.mark.parametrize("at", range(18))
def test_a_code_that_lost_a_sign_is_hinted_at_wherever_it_was_lost(at):
    damaged = OFFICE[:at] + OFFICE[at + 1 :]
    assert credit_codes.fault(damaged) is credit_codes.Fault.ONE_SHORT
    assert credit_codes.perhaps(damaged, ["12329900400000012P", OFFICE]) == [OFFICE]


def test_every_finding_that_keeps_a_row_out_shows_the_whole_row(tmp_path):
    rows = [row(1, item_name=""), row(2, department=" "), row(3), row(3)]
    path = tmp_path / "清单.csv"
    path.write_bytes(written(rows).encode())
    read = listing.read(path)
    out = [each for each in read.findings if each.kind in judging.KEPT_OUT]
    assert [each.row for each in out] == [2, 3, 5]
    texts = {each.number: each.text for each in read.rows}
    assert all(each.value == texts[each.row] for each in out)
    assert set(chain(read.kept_out, (each.number for each in read.items.values()))) == {2, 3, 4, 5}
