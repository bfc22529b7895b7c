"""Three answers: true, false, null; and a fourth that is none, because nobody knows."""


def test_and_is_false_as_soon_as_one_side_is(decide):
    decide("""
        a | b | a and b
        --+---+--------
        T | T | T
        T | F | F
        F | F | F
        T |   |
        F |   | F
          |   |
        T | ? | ? b
        F | ? | F
        ? | F | F
          | ? | ? b
        ? | ? | ? a, b
    """)


def test_or_is_true_as_soon_as_one_side_is(decide):
    decide("""
        a | b | a or b
        --+---+-------
        T | F | T
        F | F | F
        F |   |
        T |   | T
        T | ? | T
        ? | T | T
        F | ? | ? b
          | ? | ? b
    """)


def test_not_reverses_what_is_known(decide):
    decide("""
        a | not(a)
        --+-------
        T | F
        F | T
          |
        ? | ? a
    """)


def test_if_takes_the_else_for_null_and_waits_for_the_unknown(decide):
    decide("""
        a | if a then "yes" else "no"
        --+--------------------------
        T | "yes"
        F | "no"
          | "no"
        ? | ? a
    """)


def test_an_unknown_branch_that_is_not_taken_does_not_matter(decide):
    decide("""
        a | b | if a then b else 0
        --+---+-------------------
        F | ? | 0
        T | ? | ? b
        T | 5 | 5
    """)


def test_null_equals_null_and_nothing_else(decide):
    decide("""
        a | a = null
        --+---------
        1 | F
          | T
        ? | ? a
    """)


def test_the_unknown_equals_nothing_not_even_itself(decide):
    decide("""
        a | a = a
        --+------
        1 | T
        ? | ? a
    """)
    decide("""
        a | b | a != b
        --+---+-------
        1 | 2 | T
        1 | 1 | F
        1 |   | T
        1 | ? | ? b
    """)


def test_kinds_that_differ_cannot_be_compared(value):
    assert value("a = b", a=True, b="true") is None
    assert value("a < b", a="1", b=2) is None
    assert value("a != b", a="1", b=2) is None


def test_true_is_not_more_than_false(value):
    assert value("a > b", a=True, b=False) is None
    assert value("a > false", a=True) is None
    assert value("a in [false..true]", a=True) is None


def test_between_includes_both_ends(decide):
    decide("""
        age | age between 18 and 60
        ----+----------------------
         17 | F
         18 | T
         60 | T
         61 | F
            |
          ? | ? age
    """)


def test_one_end_can_decide_what_the_other_leaves_open(decide):
    decide("""
        age | low | high | age between low and high
        ----+-----+------+-------------------------
         17 |  18 |  ?   | F
         70 |   ? |  60  | F
         20 |  18 |  ?   | ? high
    """)


def test_in_takes_values_tests_and_intervals(decide):
    decide("""
        x  | x in (1, > 10, [4..6))
        ---+-----------------------
        1  | T
        2  | F
        4  | T
        6  | F
        11 | T
           |
        ?  | ? x
    """)


def test_in_takes_one_interval_one_test_or_one_value(decide):
    decide("""
        x | x in (1..3]
        --+------------
        1 | F
        3 | T
    """)
    decide("""
        x | x in ]1..3[
        --+------------
        1 | F
        2 | T
        3 | F
    """)
    decide("""
        x | x in >= 2
        --+----------
        1 | F
        2 | T
    """)
    decide("""
        x | x in (< 2, > 4)
        --+----------------
        1 | T
        3 | F
    """)
    decide("""
        x   | x in "a"
        ----+---------
        "a" | T
        "b" | F
    """)


def test_in_computes_its_subject_once_and_finds_it_in_lists(decide):
    decide("""
        x | list      | x + 1 in list
        --+-----------+--------------
        1 | [2, 3]    | T
        5 | [2, 3]    | F
        1 | [9, null] | F
        1 |           | F
        1 | ?         | ? list
        ? | [2, 3]    | ? x
    """)


def test_a_list_of_intervals_is_a_list_of_tests(value):
    assert value("x in list", x=5, list=value("[[1..3], [5..6]]")) is True
    assert value("x in list", x=4, list=value("[[1..3], [5..6]]")) is False
    assert value("x in [[1, 4], 9]", x=4) is True
    assert value("[1] in [[1], 2]") is True
    assert value("x in y", x=5, y=value("(< 6)")) is True
    assert value("x in y", x=value("[1..2]"), y=value("[1..2]")) is True


def test_lists_and_contexts_are_equal_part_by_part(decide):
    decide("""
        x | [1, x] = [1, 2]
        --+----------------
        2 | T
        3 | F
          | F
        ? | ? x
    """)
    decide("""
        x | [x, 1] = [x, 2]
        --+----------------
        ? | F
    """)
    decide("""
        x | {a: x, b: 1} = {b: 1, a: 2}
        --+----------------------------
        2 | T
        3 | F
        ? | ? x
    """)


def test_unequal_sizes_differ_and_parts_of_other_kinds_are_null(value):
    assert value("[1] = [1, 2]") is False
    assert value("{a: 1} = {b: 1}") is False
    assert value("x = y", x=value("[1]"), y=["a"]) is None
    assert value("x = y", x=value("[1, 2]"), y=["a", 3]) is False


def test_intervals_are_equal_with_the_same_ends(value):
    assert value("[1..2] = [1..2]") is True
    assert value("[1..2] = [1..2)") is False
    assert value("[1..2] = [1..3]") is False
    assert value("(= 3) = [3..3]") is True


def test_some_and_every_stop_where_one_decides(decide):
    decide("""
        list         | some x in list satisfies x > 5
        -------------+-------------------------------
        [1, 9, null] | T
        [1, 2]       | F
        [1, null]    |
        []           | F
                     |
        ?            | ? list
    """)
    decide("""
        list         | every x in list satisfies x > 5
        -------------+--------------------------------
        [7, 9]       | T
        [1, null]    | F
        [7, null]    |
        []           | T
    """)


def test_one_true_is_enough_whatever_is_unknown(decide):
    decide("""
        a | b | some x in [a, b] satisfies x > 5
        --+---+---------------------------------
        9 | ? | T
        ? | 9 | T
        1 | ? | ? b
    """)


def test_all_and_any_are_and_and_or_over_a_list(decide):
    decide("""
        a | b | all(a, b)
        --+---+----------
        T | T | T
        F | ? | F
        T | ? | ? b
        T |   |
    """)
    decide("""
        list           | any(list)
        ---------------+----------
        [true, false]  | T
        [false]        | F
        []             | F
                       |
        ?              | ? list
    """)


def test_any_of_what_is_no_truth_is_null(value):
    assert value("any(1)") is None
    assert value("all([])") is True


def test_instance_of_asks_for_the_type_of_a_value(value):
    assert value("x instance of number", x=1) is True
    assert value("x instance of string", x=1) is False
    assert value("null instance of number") is False
    assert value("null instance of Null") is True
    assert value("[1, 2] instance of list<number>") is True
    assert value('[1, "a"] instance of list<number>') is False
    assert value("{a: 1} instance of context<a: number>") is True
    assert value("{b: 1} instance of context<a: number>") is False
    assert value("[1..2] instance of range<number>") is True
    assert value("x instance of range<string>", x=value("[1..2]")) is False
    assert value("(function(a) a) instance of function<Any> -> Any") is True
    assert value("(function(a, b) a) instance of function<Any> -> Any") is False
    assert value('@"P1D" instance of days and time duration') is True


def test_instance_of_waits_for_what_is_unknown(decide):
    decide("""
        x | [1, x] instance of list<number>
        --+--------------------------------
        2 | T
        ? | ? x
    """)
