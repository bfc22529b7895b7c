"""What is decided although something is unknown holds whatever that turns out to be."""

from decimal import Decimal as D
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.engines import feel
from tongban.engines.feel import ANY, BOOLEAN, NUMBER, FeelError, ListOf, Range, Scope, Unknown
from tongban.engines.feel.operations import alike
from tongban.engines.feel.values import names_missing

POOL = [
    None,
    True,
    False,
    D(0),
    D(1),
    D(5),
    "x",
    [],
    [D(1)],
    [D(5), "x"],
    {"k": D(1)},
    Range(D(0), D(2)),
]
TYPED = {"p": (BOOLEAN, [None, True, False]), "n": (NUMBER, [None, D(0), D(1), D(5)])}
TYPED["l"] = (ListOf(NUMBER), [None, [], [D(1)], [D(5), None], [D(0), D(1), D(5)]])

LEAVES = st.sampled_from(
    [*("a", "b", "1", "5", '"x"', "true", "false", "null"), *("[1, 5]", "[a, 1]", "{k: a}", "[]")]
)
SHAPES = [
    *("({} + {})", "({} * {})", "({} < {})", "({} >= {})", "({} = {})", "({} != {})", "(-{})"),
    *("({} and {})", "({} or {})", "not({})", "(if {} then {} else {})", "({} between {} and {})"),
    *("({} in ({}, > {}))", "({} in {})", "({} in [{}..{}])", "[{}, {}]", "{{k: {}}}.k", "{}.k"),
    *("(some i in {} satisfies i = {})", "(every i in {} satisfies i > {})", "{}[item > {}]"),
    *("(for i in {} return i + {})", "{}[{}]", "(for i in {}..{} return i)", "[{}..{}].start"),
    *("count({})", "sum({}, {})", "min({})", "max({}, {})", "all({}, {})", "any({})", "string({})"),
    *("list contains({}, {})", "append({}, {})", "concatenate({}, {})", "reverse({})"),
    *("distinct values({})", "index of({}, {})", "flatten({})", "union({}, {})", "upper case({})"),
    *("is defined({})", 'get value({}, "k")', "count(get entries({}))", "contains({}, {})"),
    *("({} instance of number)", "{}[k = {}]", "sort({}, function(i, j) i < j + {})", "abs({})"),
    *("before({}, {})", "includes([0..{}], {})", "coincides({}, {})", "is({}, {})", "mode({})"),
    *("list replace({}, 1, {})", "list replace({}, function(i, j) i = {}, {})", "stddev({})"),
    *('context put({}, "k", {})', "context merge([{}, {}])", "matches({}, {})", "split({}, {})"),
    *('context([{{key: "k", value: {}}}])', "(some i in {} satisfies {})", "range({})"),
    *("(function(i) i + {})({})", "list({})", "boolean({})", "modulo({}, {})", "mean({}, {})"),
]


def grown(inner):
    def filled(shape):
        holes = shape.replace("{{", "").count("{}")
        return st.tuples(*[inner] * holes).map(lambda parts: shape.format(*parts))

    return st.sampled_from(SHAPES).flatmap(filled)


EXPRESSIONS = st.recursive(LEAVES, grown, max_leaves=8)


def same(left, right):
    return left is right is None or alike(left, right) is True


def check(program, values, pools, unknown):
    """Every completion of the unknown names gives what was decided without them."""
    open_ = {name: Unknown(frozenset({name})) for name in unknown}
    found = program({**values, **open_})
    missing = names_missing(found)
    if missing is not None:
        assert missing <= unknown
        return
    for known in product(*(pools[name] for name in unknown)):
        completed = program({**values, **dict(zip(unknown, known, strict=True))})
        assert same(found, completed), (program.text, known, found, completed)


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS, st.sampled_from(POOL), st.sampled_from([{"a"}, {"b"}, {"a", "b"}]))
def test_what_is_decided_stays_decided(text, other, unknown):
    try:
        program, _ = feel.examine(text, Scope({"a": ANY, "b": ANY}))
    except FeelError:
        return  # such as nested too deep
    check(program, {"a": other, "b": other}, {"a": POOL, "b": POOL}, unknown)


TYPED_LEAVES = st.sampled_from(["p", "n", "l", "1", "5", "true", "null", "[n, 1]", "{k: n}"])


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(TYPED_LEAVES, grown, max_leaves=8),
    st.sets(st.sampled_from("pnl"), min_size=1),
    st.data(),
)
def test_what_is_decided_stays_decided_with_types(text, unknown, data):
    try:
        program, _ = feel.examine(text, Scope({name: type_ for name, (type_, _) in TYPED.items()}))
    except FeelError:
        return
    pools = {name: pool for name, (_, pool) in TYPED.items()}
    values = {name: data.draw(st.sampled_from(pool)) for name, pool in pools.items()}
    check(program, values, pools, unknown)
