"""What boxes leave free, against all points one by one."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.engines.decisions.verification.boxes import (
    Budget,
    Exhausted,
    common,
    first,
    free,
    free_beside,
    meeting,
    near,
    volume,
    widened,
)

SIZES = (4, 3, 5)
SPACE = tuple((1 << size) - 1 for size in SIZES)
BOXES = st.lists(st.tuples(*(st.integers(0, each) for each in SPACE)), max_size=7)
SOLID = st.lists(st.tuples(*(st.integers(1, each) for each in SPACE)), max_size=7)
PLENTY = 100_000


def points(box):
    return set(product(*([at for at in range(6) if places >> at & 1] for places in box)))


def apart(boxes):
    """Those of the boxes that meet none before them."""
    kept = []
    for box in boxes:
        if all(common(box, each) is None for each in kept):
            kept.append(box)
    return kept


@settings(max_examples=150, deadline=None)
@given(BOXES, SOLID, st.booleans())
def test_what_is_found_free_one_after_another_is_all_that_is_free(boxes, spaces, disjoint):
    space = spaces[0] if spaces else SPACE
    boxes = apart(boxes) if disjoint else boxes
    left = points(space) - {point for box in boxes for point in points(box)}
    search, found = free_beside if disjoint else free, set()

    while (gap := search(space, boxes, Budget(PLENTY))) is not None:
        gap = widened(gap, space, boxes)
        assert points(gap) and points(gap) <= left - found
        found |= points(gap)
        boxes = [*boxes, gap]

    assert found == left


@settings(max_examples=100, deadline=None)
@given(BOXES, SOLID)
def test_a_widened_box_can_grow_no_further(boxes, spaces):
    space = spaces[0] if spaces else SPACE
    gap = free(space, boxes, Budget(PLENTY))
    if gap is None:
        return
    gap = widened(gap, space, boxes)
    taken = {point for box in boxes for point in points(box)}
    for at, places in enumerate(space):
        for place in range(6):
            if (places & ~gap[at]) >> place & 1:
                grown = (*gap[:at], gap[at] | 1 << place, *gap[at + 1 :])
                assert points(grown) & taken


@settings(max_examples=100, deadline=None)
@given(BOXES)
def test_boxes_that_share_a_point_meet(boxes):
    truth = {
        (one, other)
        for one, other in combinations(range(len(boxes)), 2)
        if points(boxes[one]) & points(boxes[other])
    }
    assert list(meeting(boxes)) == sorted(truth)
    for one, box in enumerate(boxes):
        others = near(box, boxes, range(len(boxes)))
        assert {(one, other) for other in others if other > one} == {
            p for p in truth if p[0] == one
        }


def test_a_space_without_dimensions_is_one_point():
    assert free((), [], Budget(PLENTY)) == () == free_beside((), [], Budget(PLENTY))
    assert free((), [()], Budget(PLENTY)) is None is free_beside((), [()], Budget(PLENTY))
    assert (volume(()), list(meeting([(), ()]))) == (1, [(0, 1)])


def test_a_space_of_which_one_dimension_has_no_place_has_nothing_free():
    assert free((1, 0), [], Budget(PLENTY)) is None is free_beside((1, 0), [], Budget(PLENTY))


def test_the_first_point_is_the_lowest_place_of_each_dimension():
    assert first((0b1000, 0b110, 1)) == (3, 1, 0)


@pytest.mark.parametrize("search", [free, free_beside])
def test_a_search_ends_when_its_budget_is_spent(search):
    boxes = [(1 << at, 0b111, 0b11111) for at in range(3)]
    assert points(search(SPACE, boxes, Budget(PLENTY))) <= points((0b1000, 0b111, 0b11111))
    with pytest.raises(Exhausted):
        search(SPACE, boxes, Budget(4))
