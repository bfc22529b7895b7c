"""Texts that share one frame, as the cells of a decision table do."""

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from tongban.engines import feel
from tongban.engines.feel import NUMBER, STRING, ListOf, Scope, Sheet, Variable, proleptic, tree
from tongban.engines.feel.frames import NOTES, STEPS, again
from tongban.engines.feel.refusals import Place


def test_texts_of_a_sheet_read_the_same_places():
    sheet = Sheet(Scope({"a": NUMBER, "b": NUMBER, "c": NUMBER}))
    twice, sum_ = sheet.expression("a * 2"), sheet.expression("a + b")
    frame = sheet.blank()
    for name, given_value in {"a": D(3), "b": D(4)}.items():
        frame[sheet.filled()[name]] = given_value

    assert (twice.code(frame), sum_.code(frame)) == (6, 7)
    assert (twice.reads, sum_.reads) == ({"a"}, {"a", "b"})
    assert sheet.filled().keys() == {"a", "b"}


def test_a_name_that_a_part_brings_in_is_known_inside_alone():
    sheet = Sheet(Scope({"a": NUMBER}))
    own = Variable("b", NUMBER)
    with sheet.within([own]):
        inside = sheet.expression("a + b")
    outside = sheet.expression("a + b")
    frame = sheet.blank()
    frame[sheet.filled()["a"]], frame[sheet.place(own)] = D(1), D(2)

    assert inside.code(frame) == 3
    assert outside.code(frame) is None
    assert [finding.message for finding in sheet.findings] == [
        "Line 1, column 5: The name “b” is not known here."
    ]


def test_what_another_language_computes_is_part_of_an_expression():
    sheet = Sheet(Scope({"a": NUMBER}))
    inner = sheet.read("a + 1", None)
    run = sheet.code(inner)
    place = Place(1, 1)
    embedded = tree.Embedded(place, NUMBER, (inner,), lambda frame: run(frame) * 10, "a table")
    entry = sheet.entry("", embedded)
    frame = sheet.blank()
    frame[sheet.filled()["a"]] = D(4)

    assert entry.reads == {"a"}
    assert entry.code(frame) == 50


def test_a_frame_can_be_looked_at_again_without_leaving_notes():
    sheet = Sheet(Scope({}))
    entry = sheet.expression("for x in 1..3 return x / 0")
    frame = sheet.blank()
    frame[NOTES] = []
    assert entry.code(frame) == [None] * 3
    assert (len(frame[NOTES]), frame[STEPS]) == (3, 3)

    again(frame)
    assert entry.code(frame) == [None] * 3
    assert (frame[NOTES], frame[STEPS]) == (None, 3)


def test_what_runs_too_deep_is_null_and_says_so():
    program = feel.compile("{f: function(n) f(n + 1)}.f(1)", Scope({}))
    assert program({}) is None
    (note,) = program.explain({}).notes
    assert note.told("en").startswith("These data cannot be computed: they are nested too deeply")


WORDS = st.lists(st.text("ab云 .*", max_size=4), min_size=1, max_size=5)
JOINED = feel.compile('split(string join(words, ";"), ";")', Scope({"words": ListOf(STRING)}))
DAY = feel.compile(
    "date(string(date(year, month, 28)))", Scope(dict.fromkeys(("year", "month"), NUMBER))
)


@given(WORDS)
def test_what_is_joined_can_be_split_again(words):
    assert JOINED({"words": words}) == words


@given(st.integers(-proleptic.LAST_YEAR, proleptic.LAST_YEAR), st.integers(1, 12))
def test_a_day_of_any_year_is_read_as_it_was_written(year, month):
    day = DAY({"year": D(year), "month": D(month)})
    assert (day.year, day.month, day.day) == (year, month, 28)
