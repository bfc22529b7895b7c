"""How texts are read: names with spaces, types, and what is refused, with the place."""

from decimal import Decimal as D

import pytest

from tongban.engines import feel
from tongban.engines.feel import (
    ANY,
    BOOLEAN,
    DATE,
    NUMBER,
    STRING,
    ContextOf,
    FeelError,
    FunctionOf,
    ListOf,
    RangeOf,
    Scope,
)

PERSON = ContextOf.of({"name": STRING, "insured months": NUMBER, "born": DATE})
SCOPE = Scope(
    {
        "insured months": NUMBER,
        "months": NUMBER,
        "first-name": STRING,
        "户籍区划": STRING,
        "收入（元）": NUMBER,
        "level 2": NUMBER,
        "date": DATE,
        "days in weekend": ListOf(STRING),
        "person": PERSON,
        "people": ListOf(PERSON),
        "anything": ANY,
        "double": FunctionOf((("x", NUMBER),), NUMBER),
        "for sale": BOOLEAN,
        "in force": BOOLEAN,
        "count": FunctionOf((("x", NUMBER),), NUMBER),
        "period": RangeOf(DATE),
    },
    {"tPerson": PERSON},
)


def compiled(text):
    return feel.compile(text, SCOPE)


def refusal(text, scope=SCOPE):
    with pytest.raises(FeelError) as caught:
        feel.compile(text, scope)
    return caught.value


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("insured months", {"insured months"}),
        ("insured\n  months + months", {"insured months", "months"}),
        ('first-name = "a"', {"first-name"}),
        ('户籍区划 = "329906"', {"户籍区划"}),
        ("收入（元） > 3000", {"收入（元）"}),
        ("level 2 + 1", {"level 2"}),
        ('date = date("2026-01-01")', {"date"}),
        ("for day in days in weekend return day", {"days in weekend"}),
        ("person.insured months", {"person"}),
        ("people[insured months > 5].name", {"people"}),
        ("{insured months: 1, x: insured months}.x", set()),
        ("some months in [1] satisfies months > 1", set()),
        ("double(months)", {"double", "months"}),
        ("count(months)", {"count", "months"}),
        ("for sale and in force", {"for sale", "in force"}),
        ("1 // months\n + /* months */ 1", set()),
    ],
)
def test_names_are_found_longest_first(text, reads):
    assert compiled(text).reads == reads


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("1 + months", "number"),
        ("anything + months", "number"),
        ("anything * months", "Any"),
        ('anything + "a"', "string"),
        ("person.born + anything", "date"),
        ("person.born - person.born", "days and time duration"),
        ("person.born.year", "number"),
        ("people.name", "list<string>"),
        ("people[1]", "context<name: string, insured months: number, born: date>"),
        ("people[name = first-name].born", "list<date>"),
        ("period.start", "date"),
        ("period.start included", "boolean"),
        ("people[anything]", "Any"),
        ("if months > 1 then 1 else null", "number"),
        ('if months > 1 then 1 else "a"', "Any"),
        ("[1, null]", "list<number>"),
        ('[[1], ["a"]]', "list<list<Any>>"),
        ("[{a: 1, b: 2}, {a: 3}]", "list<context<a: number>>"),
        ("for p in people return p.born", "list<date>"),
        ("for i in 1..months return i", "list<number>"),
        ("for i in period return i", "list<date>"),
        ("for i in months return i", "list<number>"),
        ("function(x: number, p: tPerson) x", "function<number, " + str(PERSON) + "> -> number"),
        ("double(1)", "number"),
        ("anything(1)", "Any"),
        ("anything.x", "Any"),
        ("-months", "number"),
        ('date("2026-01-01")', "date"),
        ("anything instance of function<number, string> -> boolean", "boolean"),
        ("anything instance of context<a b: number, c: list<string>>", "boolean"),
        ("anything instance of tPerson", "boolean"),
        ("[1..2]", "range<number>"),
        ("null", "Null"),
        ("[]", "list<Any>"),
    ],
)
def test_types_are_known_before_anything_runs(text, type_):
    assert str(compiled(text).type) == type_


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("months >", 1, 9, "an expression is expected here, not the end."),
        ("months > 5 5", 1, 12, "an operator or the end is expected here, not “5”."),
        ("(months", 1, 8, "“)” is expected here, not the end."),
        ("if months > 1 then 2", 1, 21, "“else” is expected here, not the end."),
        ("1 +\n  month", 2, 3, "The name “month” is not known here."),
        ("person.age", 1, 8, f"{PERSON} has no member “age”."),
        ("people.age", 1, 8, f"list<{PERSON}> has no member “age”."),
        ("months.name", 1, 8, "number has no member “name”."),
        ('"abc', 1, 1, 'What begins with " is not closed.'),
        ('@"abc', 1, 1, 'What begins with @" is not closed.'),
        ("1 /* abc", 1, 3, "What begins with /* is not closed."),
        ("months # 1", 1, 8, "The character “#” has no place in an expression."),
        ("1e9999", 1, 1, "The number 1e9999 is outside what can be computed."),
        ("months ＞ 1", 1, 8, "“＞” is a full-width sign; write “>”."),
        ("月数 > 1", 1, 1, "The name “月数” is not known here."),
        ('months = "5"', 1, 8, "“=” never has a value for number and string."),
        ('months < "5"', 1, 8, "“<” never has a value for number and string."),
        ("people < people", 1, 8, f"“<” never has a value for list<{PERSON}> and list<{PERSON}>."),
        ('months + "5"', 1, 8, "“+” never has a value for number and string."),
        ("-first-name", 1, 1, "“-” never has a value for number and string."),
        ('[1.."a"]', 1, 1, "“..” never has a value for number and string."),
        ("for i in 1..first-name return i", 1, 10, "“..” never has a value for number and string."),
        ("months and true", 1, 1, "What “and” joins must be boolean, but this is number."),
        (
            "true and true and months",
            1,
            19,
            "What “and” joins must be boolean, but this is number.",
        ),
        ("if months then 1 else 2", 1, 4, "The condition must be boolean, but this is number."),
        (
            "some x in [1] satisfies x",
            1,
            25,
            "What is to be satisfied must be boolean, but this is number.",
        ),
        ("people[name]", 1, 8, "A filter must be boolean, but this is string."),
        ('months in ["a"]', 1, 11, "“in” never has a value for number and list<string>."),
        ('@"2026-13-01"', 1, 1, "“2026-13-01” is not a date, time or duration."),
        ('date("2026-13-01")', 1, 5, "This never has a value: “2026-13-01” is not a date."),
        ("foo(1, a: 2)", 1, 9, "“,” / “)” is expected here, not “:”."),
        ("foo(1)", 1, 1, "There is no function “foo”."),
        (
            'upper case("a", "b")',
            1,
            11,
            "“upper case” cannot be called like this; "
            "it is called upper case(string: string) -> string.",
        ),
        (
            'upper case(text: "a")',
            1,
            11,
            "“upper case” cannot be called like this; "
            "it is called upper case(string: string) -> string.",
        ),
        (
            "upper case(months)",
            1,
            11,
            "“upper case” cannot be called like this; "
            "it is called upper case(string: string) -> string.",
        ),
        (
            'append("a")',
            1,
            7,
            "“append” cannot be called like this; "
            "it is called append(list: list, item...: any?) -> list.",
        ),
        (
            'sum(1, "a")',
            1,
            4,
            "“sum” cannot be called like this; "
            "it is called sum(list...: list of number) -> number.",
        ),
        ("months(1)", 1, 7, "number cannot be called."),
        (
            "double(1, 2)",
            1,
            7,
            "“function” cannot be called like this; it is called function<number> -> number.",
        ),
        ("1 instance of tNobody", 1, 15, "There is no type “tNobody”."),
        ("{a: 1, a: 2}", 1, 11, "The name “a” is used twice in one context."),
        ("{: 1}", 1, 2, "a name is expected here, not “:”."),
        ("months.1", 1, 7, "an operator or the end is expected here, not “.1”."),
        ("person. + 1", 1, 9, "a name is expected here, not “+”."),
        ("function(x) external {}", 1, 13, "“external” is not supported."),
        ("", 1, 1, "an expression is expected here, not the end."),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text, line, column, message):
    error = refusal(text)
    assert (error.line, error.column, error.reason("en")) == (line, column, message)


def test_a_refusal_speaks_both_languages():
    error = refusal("1 +\n  month")

    assert error.message == "Line 2, column 3: The name “month” is not known here."
    assert error.told("en") == error.message
    assert error.zh == "第 2 行第 3 列：这里没有名称“month”。"
    assert error.told("zh") == error.zh


def test_braces_in_a_text_do_not_disturb_the_message():
    assert refusal('"{a}" + 1').zh == "第 1 行第 7 列：“+”用于 string 和 number 永远没有值。"


def test_long_texts_are_refused():
    error = refusal("1" + " + 1" * 5000)
    assert error.reason("en") == "The expression has 20001 characters; 20000 are allowed. Split it."


@pytest.mark.parametrize("text", ["(" * 60 + "1" + ")" * 60, "-" * 60 + "1", "[" * 60 + "]" * 60])
def test_deep_nesting_is_refused(text):
    assert refusal(text).reason("en") == (
        "The expression is nested more than 50 levels deep. Split it."
    )


def test_long_chains_of_operators_are_refused_but_not_of_and_and_or():
    assert refusal("1" + " + 1" * 200).reason("en") == (
        "The expression combines more than 150 levels of operators. Split it."
    )
    assert compiled("true" + " and true" * 500)({}) is True


def test_a_nested_type_name_is_limited_too():
    assert refusal("1 instance of " + "list<" * 60 + "number" + ">" * 60).reason("zh") == (
        "表达式嵌套超过 50 层，请拆分。"
    )


@pytest.mark.parametrize("name", ["", "  ", "50% of it", "a#b"])
def test_names_that_no_text_can_spell_are_refused(name):
    error = refusal("1", Scope({name: NUMBER}))
    assert error.reason("en") == (
        f"No expression can read the name “{name}”: "
        "it is empty or has signs that names cannot have."
    )


def test_examine_tells_everything_and_goes_on_with_null():
    program, findings = feel.examine("[month, year, 1 + 1]", SCOPE)

    assert [finding.reason("zh") for finding in findings] == [
        "这里没有名称“month”。",
        "这里没有名称“year”。",
    ]
    assert program({}) == [None, None, D(2)]


def test_a_program_knows_its_text_type_and_names():
    program = compiled("insured months >= 6")

    assert program.text == "insured months >= 6"
    assert program.type == BOOLEAN
    assert program.reads == {"insured months"}


def test_unary_tests_are_refused_like_expressions():
    with pytest.raises(FeelError) as caught:
        feel.compile_unary('"a", 5', SCOPE, STRING)
    assert caught.value.reason("en") == "“=” never has a value for string and number."
