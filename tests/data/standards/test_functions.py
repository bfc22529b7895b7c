"""The functions that checks and SQL models call, against known values and python-stdnum."""

from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_37_36

from tongban.data.standards import functions


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as con:
        functions.register(con, run_date=date(2026, 11, 21), successors={"329902": "329906"})
        yield con


@pytest.fixture(scope="module")
def evaluate(con):
    return lambda call, *values: con.execute(f"SELECT {call}", values).fetchall()[0][0]


@pytest.fixture(scope="module")
def judge(con):
    """The same expression over each value v."""
    query = "SELECT {} FROM (SELECT unnest($1) AS v)"
    return lambda call, values: [r for (r,) in con.execute(query.format(call), [values]).fetchall()]


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("329901199003070020", "329901199003070020"),
        ("３２９９０１１９９００３０７００２０ ", "329901199003070020"),
        ("329901900307002", "329901199003070020"),
        ("329901199003070021", None),  # wrong check digit
        ("329901199002300029", None),  # no such day
        ("3.29901E+17", None),
        ("无", None),
        (None, None),
    ],
)
def test_a_citizen_id_is_normalised_or_null(evaluate, written, means):
    assert evaluate("citizen_id(CAST(? AS VARCHAR))", written) == means


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("91329905MA0000007Y", "91329905MA0000007Y"),
        ("91329905ma0000007y", "91329905MA0000007Y"),
        (" ９１329905MA0000007Y\u200b", "91329905MA0000007Y"),
        ("9I329905MAOOOOOO7Y", "91329905MA0000007Y"),
        ("91329905MA0000007X", None),  # wrong check character
        ("91329905MA000000Z7", None),  # Z is in no code, and nobody knows what was meant
        ("329905000000712", None),  # a registration number of before 2015
        ("无", None),
        ("", None),
        (None, None),
    ],
)
def test_a_credit_code_is_normalised_or_null(evaluate, written, means):
    assert evaluate("credit_code(CAST(? AS VARCHAR))", written) == means


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("2026-01-05", date(2026, 1, 5)),
        ("2026-1-5", date(2026, 1, 5)),
        ("2026-01-05T08:30:00", date(2026, 1, 5)),
        ("20260105", date(2026, 1, 5)),
        ("2026/1/5", date(2026, 1, 5)),
        ("2026年1月5日", date(2026, 1, 5)),
        ("44927", date(2023, 1, 1)),
        ("长期", date(9999, 12, 31)),
        ("2026-02-30", None),
        ("2026.1", None),  # October or January: nobody knows
        ("待补", None),
    ],
)
def test_a_date_is_read_in_every_spelling_that_is_unambiguous(evaluate, written, means):
    assert evaluate("parse_date(?)", written) == means


@pytest.mark.parametrize(
    ("written", "means"),
    [("　张\u200b三 ", "张三"), ("ＡＢ１２", "AB12"), ("N/A", None), (" / ", None), ("𬭁", "𬭁")],
)
def test_text_is_cleaned_and_words_for_nothing_are_null(evaluate, written, means):
    assert evaluate("clean_text(?)", written) == means


def test_an_abolished_division_becomes_its_successor(evaluate):
    assert evaluate("region_now(?)", "329902 ") == "329906"
    assert evaluate("region_now(?)", "329904") == "329904"


@pytest.mark.parametrize("code", ["60003734-1", "MB151840-X", "M000100Y4"])
def test_organisation_codes_of_the_standard_pass(evaluate, code):
    assert evaluate("org_code_ok(?)", code)
    assert not evaluate("org_code_ok(?)", code[:-1] + ("7" if code[-1] != "7" else "8"))


def test_the_check_of_a_certificate_identifier_leaves_out_the_common_root(evaluate):
    body, root = "11329900MB0C7K215M021113299000042004882026000187001", functions.ROOT
    right = mod_37_36.calc_check_digit(body)
    assert evaluate("mod37_36_ok(?)", f"{root}{body[:21]}.{body[21:]}.{right}")
    assert not evaluate(
        "mod37_36_ok(?)", f"{root}{body[:21]}.{body[21:]}.{'A' if right != 'A' else 'B'}"
    )


def written(alphabet, least, most):
    """Many at once: to plan a query with such a macro takes longer than to run it."""
    return st.lists(st.text(alphabet, min_size=least, max_size=most), min_size=1, max_size=60)


@settings(max_examples=10, deadline=None)
@given(written(functions.USCC_ALPHABET, 18, 18))
def test_credit_codes_agree_with_stdnum(judge, codes):
    right = [code[:17] + uscc.calc_check_digit(code[:17]) for code in codes]

    assert judge("uscc_ok(v)", right) == [True] * len(codes)
    assert judge("uscc_ok(v)", codes) == [a == b for a, b in zip(codes, right, strict=True)]


@settings(max_examples=10, deadline=None)
@given(written(functions.USCC_ALPHABET, 17, 17))
def test_a_credit_code_is_the_same_however_it_is_written(judge, bodies):
    right = [body + uscc.calc_check_digit(body) for body in bodies]

    for spoil in (str.lower, lambda c: c.replace("0", "O"), lambda c: c.replace("1", "i")):
        assert judge("credit_code(v)", [spoil(code) for code in right]) == right


@settings(max_examples=10, deadline=None)
@given(written(functions.MOD37_ALPHABET, 5, 41))
def test_certificate_identifiers_agree_with_stdnum(judge, codes):
    codes += [code + mod_37_36.calc_check_digit(code) for code in codes]

    assert judge("mod37_36_ok(v)", codes) == [mod_37_36.is_valid(code) for code in codes]
