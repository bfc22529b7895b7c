"""What a table decides although inputs are unknown holds whatever they turn out to be."""

from decimal import Decimal as D
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.decisions.dmn_models import decision, input_data, model, table
from tongban.engines import feel
from tongban.engines.decisions import Given, load
from tongban.engines.feel import NUMBER, STRING, Scope, Unknown
from tongban.engines.feel.operations import alike
from tongban.engines.feel.values import names_missing

NUMBERS = [None, *(D(n) for n in range(8))]
TEXTS = [None, "x", "y", "z"]
POOLS = {"a": NUMBERS, "b": TEXTS, "c": NUMBERS}

NUMBER_CELLS = st.sampled_from(
    ["-", "-", "> 3", "<= 3", "5", "[2..5)", "not(4)", "1, 6", "null", "> c", "? + c > 6"]
)
TEXT_CELLS = st.sampled_from(["-", "-", '"x"', '"y", "z"', 'not("x")', "null"])
OUTPUTS = st.sampled_from(["0", "1", "2", "2", "null", "c"])
POLICIES = st.sampled_from(
    [
        *(("UNIQUE", ""), ("FIRST", ""), ("ANY", ""), ("PRIORITY", ""), ("RULE ORDER", "")),
        *(("OUTPUT ORDER", ""), ("COLLECT", ""), ("COLLECT", "SUM"), ("COLLECT", "MIN")),
        *(("COLLECT", "MAX"), ("COLLECT", "COUNT")),
    ]
)
RULES = st.lists(st.tuples(NUMBER_CELLS, TEXT_CELLS, OUTPUTS), min_size=1, max_size=5)


def loaded(rules, policy, default):
    kind, aggregation = policy
    order = "(2, 1, 0, null)" if kind in ("PRIORITY", "OUTPUT ORDER") else ""
    head = f"a:number | b:string || r:{'number' if not order else ''}{order}{default}"
    lines = [head, *(f"{a} | {b} || {r}" for a, b, r in rules)]
    if order:
        lines = [line.replace("|| c", "|| 1") for line in lines]
    logic = table("\n".join(lines), kind, aggregation=aggregation)
    inputs = [input_data("a", "number"), input_data("b", "string"), input_data("c", "number")]
    return load(model(*inputs, decision("D", logic, ["a", "b", "c"]))).find("D")


def same(left, right):
    return left is right is None or alike(left, right) is True


@settings(max_examples=200, deadline=None)
@given(
    RULES,
    POLICIES,
    st.sampled_from(["", "=0"]),
    st.fixed_dictionaries({name: st.sampled_from(pool) for name, pool in POOLS.items()}),
    st.sets(st.sampled_from("abc"), min_size=1),
)
def test_what_is_decided_stays_decided(rules, policy, default, values, unknown):
    tested = loaded(rules, policy, default)
    open_ = {name: Unknown(frozenset({name})) for name in unknown}
    found = tested.decide({**values, **open_})
    outcome = tested.evaluate({name: Given(value) for name, value in {**values, **open_}.items()})
    assert outcome.missing == (names_missing(found) or frozenset()) <= unknown
    if outcome.missing:
        return
    assert same(outcome.value, found)
    for known in product(*(POOLS[name] for name in unknown)):
        completed = tested.decide({**values, **dict(zip(unknown, known, strict=True))})
        assert same(found, completed), (rules, policy, known, found, completed)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(NUMBER_CELLS, TEXT_CELLS), min_size=1, max_size=8),
    st.fixed_dictionaries({name: st.sampled_from(pool) for name, pool in POOLS.items()}),
)
def test_a_table_finds_the_rules_whose_cells_all_accept(cells, values):
    rules = [(a, b, str(number)) for number, (a, b) in enumerate(cells)]
    scope = Scope({"c": NUMBER})
    expected = [
        D(number)
        for number, (a, b) in enumerate(cells)
        if feel.compile_unary(a, scope, NUMBER)({"?": values["a"], "c": values["c"]}) is True
        and feel.compile_unary(b, scope, STRING)({"?": values["b"]}) is True
    ]
    found = loaded(rules, ("COLLECT", ""), "").decide(values)
    assert found == (expected or None)
