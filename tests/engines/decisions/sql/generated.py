"""Random decisions within the subset of SQL, and random registers to ask them of."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from tests.engines.decisions import dmn_models as dmn
from tests.engines.decisions.sql.registers import Register
from tongban.engines.decisions.sql import Column
from tongban.engines.feel import Months

COLUMNS = {
    "n": Column("n", "INTEGER"),
    "m": Column("m", "DECIMAL(6, 2)", "unknown"),
    "s": Column("s", "VARCHAR"),
    "t": Column("t", "VARCHAR", "unknown"),
    "b": Column("b", "BOOLEAN"),
    "u": Column("u", "BOOLEAN", "unknown"),
    "d": Column("d", "DATE"),
    "e": Column("e", "DATE", "unknown"),
    "x": Column("x", "TIMESTAMP"),
    "y": Column("y", "TIMESTAMP", "unknown"),
    "k": Column("k", "SMALLINT"),
    "p": Column("p", "DECIMAL(15, 0)", "unknown"),
}
CHILDREN = {
    "xs": Column("x", "INTEGER"),
    "cs": {
        "a": Column("a", "SMALLINT", "unknown"),
        "w": Column("w", "VARCHAR"),
        "f": Column("f", "BOOLEAN", "unknown"),
    },
}
TYPES = {
    **dict.fromkeys("nm", "number"),
    **dict.fromkeys("st", "string"),
    **dict.fromkeys("bu", "boolean"),
    **dict.fromkeys("de", "date"),
    **dict.fromkeys("xy", "date and time"),
    "k": "years and months duration",
    "p": "days and time duration",
    "xs": "numbers",
    "cs": "children",
}
ITEMS = (
    dmn.item("numbers", dmn.element("typeRef", "number"), isCollection="true"),
    dmn.item(
        "children",
        "".join(
            dmn.element("itemComponent", dmn.element("typeRef", type_), name=name)
            for name, type_ in (("a", "number"), ("w", "string"), ("f", "boolean"))
        ),
        isCollection="true",
    ),
)
TEXTS = ["", "a", "b", "ab", "é", "汉", "🀄x"]
DAYS = [date(2024, 2, 29), date(2023, 12, 31), date(2024, 1, 31), date(2000, 3, 1)]
MOMENTS = [
    datetime.fromisoformat(text)
    for text in ("2024-02-29T23:59:00", "2023-12-31T00:00:01.000005", "2000-03-01T00:00:00")
]
VALUES = {
    "n": [Decimal(each) for each in (0, 1, 2, 3, -1, 18)],
    "m": [Decimal(each) for each in ("0", "1", "2.5", "-1.25", "18", "3")],
    **dict.fromkeys("st", TEXTS),
    **dict.fromkeys("bu", [True, False]),
    **dict.fromkeys("de", DAYS),
    **dict.fromkeys("xy", MOMENTS),
    "k": [Months(each) for each in (0, 1, 12, -13, 25)],
    "p": [timedelta(hours=each) for each in (0, 1, 36, -30)],
}
LITERALS = {
    "number": st.sampled_from(["0", "1", "2", "2.5", "-1", "18", "3"]),
    "string": st.sampled_from([f'"{text}"' for text in TEXTS]),
    "boolean": st.sampled_from(["true", "false"]),
    "date": st.sampled_from([f'@"{day}"' for day in DAYS]),
    "date and time": st.sampled_from([f'@"{each.isoformat()}"' for each in MOMENTS]),
    "years and months duration": st.sampled_from(['@"P1Y"', '@"P0M"', '@"-P13M"', '@"P1M"']),
    "days and time duration": st.sampled_from(['@"P1D"', '@"PT0S"', '@"-PT30H"', '@"PT1H"']),
}
SIMPLE = tuple(LITERALS)
MONTHS, SPAN = SIMPLE[5:]


def register(count, seed=7):
    """The same rows at every run: every value, null and unknown beside every other."""
    chance = Random(seed)

    def one(name):
        return chance.choice([None, *VALUES[name]])

    def row():
        children = [
            {"a": one("n"), "w": one("s"), "f": one("b")} for _ in range(chance.randrange(4))
        ]
        numbers = [one("n") for _ in range(chance.randrange(4))]
        return {**{name: one(name) for name in VALUES}, "xs": numbers, "cs": children}

    return Register(COLUMNS, [row() for _ in range(count)], CHILDREN)


def _names(type_, inner):
    known = {**TYPES, **inner}
    return [name for name, its in known.items() if its == type_]


@st.composite
def expressions(draw, type_, depth, inner=()):
    """A FEEL text of a type. `inner`: pairs of a name bound around it, and its type."""
    names = _names(type_, dict(inner))
    leaf = [LITERALS[type_], st.sampled_from(names)]
    if depth == 0:
        return draw(st.one_of(*leaf, leaf[-1], st.just("null")))
    form = draw(st.sampled_from([*FORMS[type_], *_COMMON, None]))
    if form is None:
        return draw(st.one_of(*leaf))

    def part(of=type_, more=()):
        return draw(expressions(of, depth - 1, (*inner, *more)))

    return form(draw, part, type_)


def _if(draw, part, type_):
    return f"(if {part('boolean')} then {part()} else {part()})"


def _compared(draw, part, type_):
    kind = draw(st.sampled_from(SIMPLE))
    sign = draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="]))
    return f"({part(kind)} {sign} {part(kind)})"


def _across(draw, part, type_):
    one, other = draw(st.sampled_from(SIMPLE)), draw(st.sampled_from(SIMPLE))
    sign = draw(st.sampled_from(["=", "!=", "<"]))
    return f"({part(one)} {sign} {part(other)})"


def _joined(draw, part, type_):
    word = draw(st.sampled_from(["and", "or"]))
    return f"({part()} {word} {part()} {word} {part()})"


def _between(draw, part, type_):
    kind = draw(st.sampled_from(["number", "string", "date"]))
    return f"({part(kind)} between {part(kind)} and {part(kind)})"


def _in(draw, part, type_):
    kind = draw(st.sampled_from(["number", "string", "date"]))
    group = draw(st.sampled_from(["({}, {})", "[{}..{}]", "({}..{})", "[{}, {}]", "(< {}, {})"]))
    return f"({part(kind)} in {group.format(part(kind), part(kind))})"


def _text_test(draw, part, type_):
    name = draw(st.sampled_from(["contains", "starts with", "ends with"]))
    return f"{name}({part('string')}, {part('string')})"


def _quantified(draw, part, type_):
    word = draw(st.sampled_from(["some", "every"]))
    if draw(st.booleans()):
        return f"({word} z in xs satisfies {part(more=(('z', 'number'),))})"
    inner = (("c.a", "number"), ("c.w", "string"), ("c.f", "boolean"))
    return f"({word} c in cs satisfies {part(more=inner)})"


def _contained(draw, part, type_):
    return draw(st.sampled_from(["list contains(xs, {})", "({} in xs)"])).format(part("number"))


def _is_a(draw, part, type_):
    kind, other = draw(st.sampled_from(SIMPLE)), draw(st.sampled_from(SIMPLE))
    return f"({part(kind)} instance of {other})"


def _all(draw, part, type_):
    name = draw(st.sampled_from(["all", "any"]))
    return f"{name}(cs.f)" if draw(st.booleans()) else f"{name}({part()}, {part()})"


def _sum(draw, part, type_):
    sign = draw(st.sampled_from("+-*"))
    return f"({part()} {sign} {part()})"


def _aggregated(draw, part, type_):
    name = draw(st.sampled_from(["count", "sum", "min", "max"]))
    inner = (("item", "number"),)
    numbers = ["xs", "cs.a", f"xs[{part('boolean', inner)}]"]
    lists = [*numbers, f"(for z in xs return {part(more=(('z', 'number'),))})"]
    return f"{name}({draw(st.sampled_from(lists))})"


def _filtered(draw, part, type_):
    inner = (("a", "number"), ("w", "string"), ("f", "boolean"))
    return f"count(cs[{part('boolean', inner)}])"


def _extreme(draw, part, type_):
    return f"{draw(st.sampled_from(['min', 'max', 'sum']))}({part()}, {part()})"


def _rounded(draw, part, type_):
    forms = ["floor({})", "ceiling({})", "abs({})", "-({})", "({}) / 4", "({}) ** 2"]
    forms += ["round half up({}, 1)", "modulo(floor({}), 3)"]
    return draw(st.sampled_from(forms)).format(part())


def _part_of(draw, part, type_):
    if draw(st.booleans()):
        kind = draw(st.sampled_from(["date", "date and time"]))
        names = ["year", "month", "day", "weekday", *(["hour", "minute"] if "and" in kind else [])]
    else:
        kind, names = MONTHS, ["years", "months"]
    if draw(st.booleans()):
        return f"{draw(st.sampled_from(['day of year', 'week of year']))}({part('date')})"
    return f"({part(kind)}).{draw(st.sampled_from(names))}"


def _concatenated(draw, part, type_):
    return f"({part()} + {part()})"


def _cut(draw, part, type_):
    start = draw(st.sampled_from(["1", "2", "-1", "-2", "0", "5"]))
    forms = [f"substring({{}}, {start})", f"substring({{}}, {start}, 2)"]
    forms += [f"substring before({{}}, {part()})", f"substring after({{}}, {part()})"]
    return draw(st.sampled_from(forms)).format(part())


def _named_day(draw, part, type_):
    return f"{draw(st.sampled_from(['day of week', 'month of year']))}({part('date')})"


def _later(draw, part, type_):
    kind = draw(st.sampled_from([MONTHS, SPAN]))
    sign = draw(st.sampled_from("+-"))
    return f"({part()} {sign} {draw(LITERALS[kind])})"


def _moment_later(draw, part, type_):
    return f"({part()} {draw(st.sampled_from('+-'))} {draw(LITERALS[SPAN])})"


def _of_months(draw, part, type_):
    forms = ["years and months duration({}, {})"]
    return draw(st.sampled_from(forms)).format(part("date"), part("date"))


def _longer(draw, part, type_):
    sign = draw(st.sampled_from("+-"))
    forms = [f"({part()} {sign} {draw(LITERALS[type_])})", f"abs({part()})", f"({part()} / 2)"]
    forms += [
        f"-({part()})",
        f"({part()} * 2)",
        f"({draw(LITERALS[type_])} * floor({part('number')}))",
    ]
    return draw(st.sampled_from(forms))


def _apart(draw, part, type_):
    kind = draw(st.sampled_from(["date", "date and time"]))
    return f"({part(kind)} - {part(kind)})"


_COMMON = (_if,)
FORMS = {
    "boolean": (
        *(_compared, _compared, _across, _joined, _joined, _between, _in, _text_test),
        *(_quantified, _quantified, _contained, _is_a, _all),
        lambda draw, part, type_: f"not({part()})",
        lambda draw, part, type_: f"is defined({part(draw(st.sampled_from(SIMPLE)))})",
    ),
    "number": (_sum, _aggregated, _filtered, _extreme, _rounded, _part_of),
    "string": (_concatenated, _cut, _named_day),
    "date": (_later, lambda draw, part, type_: f"date({part('date and time')})"),
    "date and time": (_moment_later,),
    MONTHS: (_of_months, _longer),
    SPAN: (_apart, _longer),
}


def model(*decisions):
    inputs = [dmn.input_data(name, type_) for name, type_ in TYPES.items()]
    return dmn.model(*ITEMS, *inputs, *decisions)


@st.composite
def literals(draw, depth=3):
    """A model whose decision “D” is one expression."""
    text = draw(expressions(draw(st.sampled_from(SIMPLE)), depth))
    return model(dmn.decision("D", dmn.literal(text), TYPES))


_CELLS = {
    "number": [
        "-",
        "1",
        "< 2",
        ">= 2.5",
        "[0..2]",
        "(1..18]",
        "not(1)",
        "1, 2",
        "null",
        "> n",
        "?>m",
    ],
    "string": ["-", '"a"', '"a","ab"', 'not("a")', "null", '>= "b"', "s", 'contains(?, "a")'],
    "boolean": ["-", "true", "false", "null", "not(true)", "b"],
    "date": ["-", '@"2024-01-31"', '< @"2024-01-01"', '[@"2000-01-01"..@"2024-02-01")', "null"],
}
POLICIES = ["UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT"]


@st.composite
def tables(draw, needs=("n", "m", "s", "t", "b", "u", "d", "e"), policies=POLICIES):
    """The drawing of a decision table, its hit policy and its aggregation."""
    policy = draw(st.sampled_from(policies))
    inputs = draw(st.lists(st.sampled_from(needs), min_size=1, max_size=3))
    kinds = [TYPES[name] for name in inputs]
    heads = [
        f"{name} : {kind}{_values(draw, kind)}" for name, kind in zip(inputs, kinds, strict=True)
    ]
    aggregation = (
        draw(st.sampled_from(["SUM", "MIN", "MAX", "COUNT"])) if policy == "COLLECT" else ""
    )
    kind = "number" if aggregation else draw(st.sampled_from(["number", "string"]))
    listed = {"number": "1,2,3", "string": '"a","b","汉"'}[kind]
    known = f"({listed})" if policy == "PRIORITY" else ""
    known += f"={listed[:3].strip(',')}" if draw(st.booleans()) else ""
    computed = policy != "PRIORITY" and draw(st.integers(0, 3)) == 0
    two = not aggregation and draw(st.integers(0, 3)) == 0
    second = f" | also : boolean{'=true' if '=' in known else ''}" if two else ""
    lines = [" | ".join(heads) + f" || out : {kind}{known}{second}"]
    for _ in range(draw(st.integers(1, 5))):
        cells = [draw(st.sampled_from(_CELLS[each])) for each in kinds]
        output = draw(st.sampled_from(listed.split(",")))
        if computed:
            output = draw(expressions(kind, 1))
        more = ""
        if two:
            constants = ["true", "false"] if policy == "PRIORITY" else ["true", "u"]
            more = f" | {draw(st.sampled_from(constants))}"
        lines.append(" | ".join(cells) + f" || {output}{more}")
    return "\n".join(lines), policy, aggregation


def _values(draw, kind):
    if draw(st.integers(0, 4)):
        return ""
    return {"number": "([0..3])", "string": '("a","b","é")', "boolean": "(true)"}.get(kind, "")


@st.composite
def table_models(draw, policies=POLICIES):
    drawing, policy, aggregation = draw(tables(policies=policies))
    logic = dmn.table(drawing, policy, aggregation=aggregation)
    return model(dmn.decision("D", logic, TYPES))


@st.composite
def graphs(draw):
    """A decision that reads two others, one of which is a table and one a context."""
    drawing, policy, aggregation = draw(tables(policies=POLICIES))
    head = drawing.partition("\n")[0]
    kind = "number" if "out : number" in head else "string"
    table = dmn.table(drawing, policy, aggregation=aggregation)
    several = "also" in head
    first = dmn.decision("A", table, TYPES, "" if several else kind)
    entries = [("p", "number", dmn.literal(draw(expressions("number", 2))))]
    entries.append(("q", "boolean", dmn.literal(draw(expressions("boolean", 2)))))
    entries.append(("r", "", table))
    second = dmn.decision("B", _box(entries), TYPES)
    path = ".out" if several else ""
    inner = [(f"A{path}", kind), ("B.p", "number"), ("B.q", "boolean"), (f"B.r{path}", kind)]
    inner += [("A.also", "boolean"), ("(A = null)", "boolean")] if several else []
    text = draw(expressions(draw(st.sampled_from(SIMPLE)), 2, inner))
    return model(first, second, dmn.decision("D", dmn.literal(text), [*TYPES, "!A", "!B"]))


def _box(entries):
    """A boxed context of (name, type, expression)."""
    return dmn.element(
        "context",
        "".join(
            dmn.element(
                "contextEntry", dmn.element("variable", name=name, typeRef=type_) + expression
            )
            for name, type_, expression in entries
        ),
    )
