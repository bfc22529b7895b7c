"""What is found is exactly what trying every value finds, and every example reproduces."""

from decimal import Decimal as D
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.decisions.verification.judged import held, loaded
from tongban.engines import feel
from tongban.engines.decisions.verification import verify
from tongban.engines.feel import BOOLEAN, NUMBER, STRING, Scope

# With cells that mention whole numbers and "x", "y", "z" alone, these stand for all values.
NUMBERS = [D(n) / 2 for n in range(-2, 17)]
TEXTS = ["", "x", "xx", "y", "yy", "z", "zz"]
TRUTHS = [True, False]
POOLS = {"a": NUMBERS, "b": TEXTS, "c": TRUTHS}
TYPES = {"a": NUMBER, "b": STRING, "c": BOOLEAN}
CELLS = {
    "a": [
        *("-", "> 3", "<= 3", "5", "[2..5)", "(5..7]", "not(4)", "1, 6", "null", "not(null)"),
        *("? > 6 and ? < 2", "? = 3 or ? > 6", "not([2..6])", "< 3, > 3", "? in [3..4]"),
    ],
    "b": ["-", '"x"', '"y", "z"', 'not("x")', "null", '> "x"', '["x".."y"]', 'not("x", null)'],
    "c": ["-", "true", "false", "not(true)", "null", "?", "true, false"],
}
ROWS = st.tuples(*(st.sampled_from(CELLS[name]) for name in CELLS), st.sampled_from("0112"))
TABLES = st.lists(ROWS, min_size=1, max_size=6)
POLICIES = st.sampled_from(["UNIQUE", "ANY", "FIRST", "PRIORITY"])
SCOPE = Scope({})
PROGRAMS = {
    (name, text): (lambda values: True)
    if text == "-"
    else feel.compile_unary(text, SCOPE, TYPES[name])
    for name, texts in CELLS.items()
    for text in texts
}
POINTS = list(product(*([*POOLS[name], None] for name in CELLS)))
TRUTH = {
    (name, text): {value: program({"?": value}) is True for value in [*POOLS[name], None]}
    for (name, text), program in PROGRAMS.items()
}


def matching(rows):
    """For every point the rules that hold, from 0."""
    tests = [[TRUTH[each] for each in zip(CELLS, row, strict=False)] for row in rows]
    return {
        point: [
            at
            for at, cells in enumerate(tests)
            if all(cell[value] for cell, value in zip(cells, point, strict=True))
        ]
        for point in POINTS
    }


def model_of(rows, policy):
    lines = [" | ".join(row[:3]) + f" || {row[3]}" for row in rows]
    text = "\n".join(["a:number | b:string | c:boolean || r:number(2, 1, 0)", *lines])
    return loaded(text, policy, "a:number b:string c:boolean")


def found(findings, name):
    return [each for each in findings if type(each).__name__ == name]


@settings(max_examples=80, deadline=None)
@given(TABLES, POLICIES)
def test_all_that_is_wrong_is_found_and_nothing_else(rows, policy):
    tested = model_of(rows, policy)
    findings = verify(tested)
    truth = matching(rows)

    never = set(range(len(rows))) - {at for rules in truth.values() for at in rules}
    assert {each.rules[0] - 1 for each in found(findings, "NeverHolds")} == never
    assert {
        tuple(number - 1 for number in each.rules)
        for each in (*found(findings, "SeveralRulesHold"), *found(findings, "ResultsDiffer"))
    } == contradictions(rows, policy, truth)
    assert {each.rules[0] - 1 for each in found(findings, "NeverDecides")} == (
        hidden(rows, policy, truth) - never
    )
    gaps = [point for point, rules in truth.items() if not rules]
    assert bool(found(findings, "NoRule")) == any(None not in gap for gap in gaps)
    unsaid = {each.facts["source"] for each in found(findings, "NothingForMissing")}
    assert unsaid <= {name for gap in gaps for name in nulls(gap)}
    for gap in gaps:
        assert len(nulls(gap)) != 1 or nulls(gap) <= unsaid or is_gap_anyway(gap, truth, findings)
    assert not found(findings, "NotProven") + found(findings, "TooIntricate")
    for finding in findings:
        assert not finding.example or reproduces(finding, tested.find("D"), policy)


def nulls(point):
    return {name for name, value in zip(CELLS, point, strict=True) if value is None}


def is_gap_anyway(gap, truth, findings):
    """Whether no rule holds there whatever the missing value is."""
    at = gap.index(None)
    pool = list(POOLS.values())[at]
    return not any(truth[(*gap[:at], value, *gap[at + 1 :])] for value in pool)


def contradictions(rows, policy, truth):
    pairs = {pair for rules in truth.values() for pair in combinations(rules, 2)}
    if policy == "ANY":
        return {(one, other) for one, other in pairs if rows[one][3] != rows[other][3]}
    return pairs if policy == "UNIQUE" else set()


def hidden(rows, policy, truth):
    if policy not in ("FIRST", "PRIORITY"):
        return set()
    order = {at: (-int(row[3]) if policy == "PRIORITY" else 0, at) for at, row in enumerate(rows)}
    winners = {min(rules, key=order.__getitem__) for rules in truth.values() if rules}
    return set(range(len(rows))) - winners


def reproduces(finding, tested, policy):
    """Whether the decision, when it is really asked, does what the example is told for."""
    rules = held(tested, finding.example.values)
    if type(finding).__name__ in ("NoRule", "NothingForMissing"):
        return rules == set()
    if type(finding).__name__ == "NeverDecides":
        hides = policy == "PRIORITY" or finding.rules[0] not in rules
        return finding.facts["winner"] in rules and hides
    return len(finding.rules) == 2 and rules >= set(finding.rules)


# With cells that mention 1 and 3 alone, between any two of which three of these lie.
QUARTERS = [D(n) / 4 for n in range(-1, 18)]
BESIDE = {
    "a": [
        "-",
        "< b",
        ">= b",
        "not(b)",
        "b",
        "> 1",
        "[1..3)",
        "null",
        "? > b or ? < 1",
        "? + 0 > b",
    ],
    "b": ["-", "1", "> 3", "<= 1", "not(null)", "< a"],
}
PAIRS = [(one, other) for one in (*QUARTERS, None) for other in (*QUARTERS, None)]
BOTH = Scope({"a": NUMBER, "b": NUMBER})
SIDE_BY_SIDE = {
    (name, text): {
        pair: text == "-"
        or feel.compile_unary(text, BOTH, NUMBER)({"a": pair[0], "b": pair[1], "?": pair[at]})
        is True
        for pair in PAIRS
    }
    for at, (name, texts) in enumerate(BESIDE.items())
    for text in texts
}
ROWS_BESIDE = st.lists(
    st.tuples(*(st.sampled_from(texts) for texts in BESIDE.values())), min_size=1, max_size=4
)


@settings(max_examples=60, deadline=None)
@given(ROWS_BESIDE, st.sampled_from(["UNIQUE", "FIRST"]))
def test_inputs_that_are_compared_with_one_another_are_judged_as_exactly(rows, policy):
    lines = [f"{a} | {b} || {number}" for number, (a, b) in enumerate(rows)]
    text = "\n".join(["a:number | b:number || r:number", *lines])
    tested = loaded(text, policy, "a:number b:number")
    findings = verify(tested)
    tests = [[SIDE_BY_SIDE[each] for each in zip(BESIDE, row, strict=True)] for row in rows]
    truth = {
        pair: [at for at, cells in enumerate(tests) if all(cell[pair] for cell in cells)]
        for pair in PAIRS
    }
    computes = any(a == "? + 0 > b" for a, _ in rows)
    never = set(range(len(rows))) - {at for rules in truth.values() for at in rules}
    told = {each.rules[0] - 1 for each in found(findings, "NeverHolds")}
    assert told <= never if computes else told == never
    pairs = {tuple(n - 1 for n in each.rules) for each in found(findings, "SeveralRulesHold")}
    all_pairs = contradictions(rows, policy, truth)
    assert pairs <= all_pairs if computes else pairs == all_pairs
    behind = {each.rules[0] - 1 for each in found(findings, "NeverDecides")}
    hidden_ = hidden(rows, policy, truth) - never
    assert behind <= hidden_ if computes else behind == hidden_
    gap = any(None not in pair and not rules for pair, rules in truth.items())
    assert bool(found(findings, "NoRule")) == gap or computes and gap
    assert computes or not found(findings, "NotProven")
    for finding in findings:
        assert not finding.example or reproduces(finding, tested.find("D"), policy)
