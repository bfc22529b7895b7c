"""Regular expressions of XPath 3.1: what they match, what is refused, and what they cost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.engines.feel import patterns
from tongban.engines.feel.patterns import BadPattern, characters, machine
from tongban.engines.feel.refusals import TooManySteps


def found(pattern, text, flags=""):
    """The text of the leftmost match, or None."""
    ends = patterns.read(pattern, flags).first(text)
    return None if ends is None else text[ends[0] : ends[1]]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "abc", ""),
        ("b", "abc", "b"),
        ("a|b", "cba", "b"),
        ("a|ab", "ab", "a"),
        ("ab|a|", "ab", "ab"),
        ("(a|ab)(c|bcd)", "abcd", "abcd"),
        ("a*", "aab", "aa"),
        ("a*?", "aab", ""),
        ("a+", "baa", "aa"),
        ("a+?", "baa", "a"),
        ("ab?", "ab", "ab"),
        ("ab??", "ab", "a"),
        ("a{2}", "aaa", "aa"),
        ("a{2}?", "aaa", "aa"),
        ("a{2,}", "aaaa", "aaaa"),
        ("a{2,}?", "aaaa", "aa"),
        ("a{1,3}", "aaaa", "aaa"),
        ("a{1,3}?", "aaaa", "a"),
        ("a{0}b", "ab", "b"),
        ("a{0,2}b", "aaab", "aab"),
        ("(?:ab){2}", "ababab", "abab"),
        ("(ab)*c", "ababc", "ababc"),
        ("(a*)*", "aa", "aa"),
        ("(a|b*)*c", "abbac", "abbac"),
        ("(a*)+b", "aab", "aab"),
        (".", "\n\rx", "x"),
        ("^b", "ab", None),
        ("^a", "ab", "a"),
        ("b$", "ab", "b"),
        ("a$", "ab", None),
        ("a$", "a\n", None),
        ("^$", "", ""),
        ("^*a", "ba", "a"),
        (r"\.", "a.b", "."),
        (r"\|\?\*\+\(\)\{\}\-\[\]\^\$\\", r"|?*+(){}-[]^$\ ".strip(), r"|?*+(){}-[]^$\ ".strip()),
        (r"\n\r\t", "\n\r\t", "\n\r\t"),
    ],
)
def test_the_leftmost_match_takes_the_first_alternative_that_fits(pattern, text, expected):
    assert found(pattern, text) == expected


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("[abc]", "abc", "dA-"),
        ("[a-c]", "abc", "dA-"),
        ("[^a-c]", "d\n-", "abc"),
        ("[-a]", "-a", "b"),
        ("[a-]", "-a", "b"),
        ("[a^]", "a^", "b"),
        (r"[\-\]\[\\]", "-][\\", "a"),
        (r"[\n\t]", "\n\t", "nt"),
        (r"[\d_]", "0_٣", "a"),
        (r"[^\d_]", "a", "0_"),
        ("[a-z-[aeiou]]", "bcz", "aeuA"),
        ("[^a-z-[0-9]]", "A_", "a5"),
        ("[a-z-[b-y-[m]]]", "azm", "bny"),
        (r"[\w-[\d]]", "aé云", "1 -"),
        (r"\d", "0９٣", "a½"),
        (r"\D", "a½", "0"),
        (r"\s", " \t\n\r", "\u00a0a\f"),
        (r"\S", "\u00a0a", " "),
        (r"\w", "aé云1$+", " .,-\u0000"),
        (r"\W", " .,-", "a1"),
        (r"\i", "a_:é云", "1-. "),
        (r"\I", "1-.", "a_"),
        (r"\c", "a_:1-.·", " !$"),
        (r"\C", " !", "a1"),
        (r"\p{Lu}", "AÉ", "aé1"),
        (r"\P{Lu}", "aé1", "AÉ"),
        (r"\p{L}", "aA云", "1 "),
        (r"\p{Nd}", "1٣", "½a"),
        (r"\p{Zs}", " \u3000", "\t"),
        (r"\p{Sc}", "$¥€", "+"),
        (r"\p{IsBasicLatin}", "a~\u007f", "é云"),
        (r"\P{IsBasicLatin}", "é云", "a"),
        (r"\p{IsCJKUnifiedIdeographs}", "云泽市", "a䶮あ"),
        (r"\p{IsCJKUnifiedIdeographsExtensionA}", "䶮", "云"),
        (r"\p{IsLatin-1Supplement}", "é¥", "e"),
        (r"\p{IsGreek}", "Ω", "a"),
        (r"\p{IsGreekandCoptic}", "Ω", "a"),
        (r"[\p{IsHiragana}ア]", "あア", "イ"),
        (r"[^\P{Lu}]", "A", "a"),
    ],
)
def test_sets_of_characters(pattern, inside, outside):
    expression = patterns.read(pattern, "")
    assert [each for each in inside if expression.first(each) is None] == []
    assert [each for each in outside if expression.first(each) is not None] == []


@pytest.mark.parametrize(
    ("pattern", "text", "flags", "expected"),
    [
        (".", "\n", "s", "\n"),
        (".+", "a\r\nb", "s", "a\r\nb"),
        ("^b", "a\nb", "", None),
        ("^b", "a\nb", "m", "b"),
        ("a$", "a\nb", "m", "a"),
        ("^$", "a\n\nb", "m", ""),
        ("^$", "a\n", "m", None),
        ("b$", "a\nb", "m", "b"),
        ("abc", "xABCx", "i", "ABC"),
        ("[a-c]+", "xABCx", "i", "ABC"),
        ("[^q]", "Qq", "i", None),
        ("[A-Z-[OI]]+", "Oxi", "i", "x"),
        ("[a-z]", "\u212a", "i", "\u212a"),
        ("\u212a", "k", "i", "k"),
        ("ſ", "S", "i", "S"),
        ("σ", "ς", "i", "ς"),
        (r"\p{Lu}", "a", "i", None),
        (r"\p{Lu}", "A", "i", "A"),
        (r"(a)\1", "aA", "i", "aA"),
        (r"(a)\1", "aA", "", None),
        (r"(ab)\1", "abAx", "i", None),
        ("a b", "ab", "x", "ab"),
        (" a\t\n\r b ", "ab", "x", "ab"),
        ("a[ ]b", "a b", "x", "a b"),
        (r"a[\] ]b", "a b", "x", "a b"),
        (r"a\[ b", "a[b", "x", "a[b"),
        (r"a\ sb", "a b", "x", "a b"),
        (r"\p{ Is Basic Latin }+", "ab", "x", "ab"),
        ("[a-z-[ ]] x", "ax", "x", "ax"),
        ("a.b", "axb a.b", "q", "a.b"),
        ("(", "a(b", "q", "("),
        ("A.", "xa.", "qi", "a."),
        ("a b", "a b", "qx", "a b"),
        ("a.b", "a\nb", "ssi", "a\nb"),
    ],
)
def test_flags(pattern, text, flags, expected):
    assert found(pattern, text, flags) == expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"(.)\1", "abccd", "cc"),
        (r"(a)(b)\2\1", "abba", "abba"),
        (r"(a)|b\1", "b", "b"),
        (r"(a?)b\1", "ab", "b"),
        (r"((a)b)\2", "aba", "aba"),
        (r"(a)\10", "aa0", "aa0"),
        (r"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\10", "abcdefghijj", "abcdefghijj"),
        (r"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\11", "abcdefghija1", "abcdefghija1"),
        (r"(a+)b\1$", "aabaa", "aabaa"),
        (r"(?:(a)|(b))*\1\2", "abab", "abab"),
    ],
)
def test_a_reference_back_matches_what_the_group_matched(pattern, text, expected):
    assert found(pattern, text) == expected


@pytest.mark.parametrize(
    ("pattern", "flags", "reason"),
    [
        ("a", "p", "no flag “p”"),
        ("a", " ", "no flag “ ”"),
        ("*a", "", "“*a”"),
        ("?", "", "“?”"),
        ("a**", "", "“*”"),
        ("a|*", "", "“*”"),
        ("a{1}{2}", "", "“{2}”"),
        ("a???", "", "“?”"),
        ("a{2,1}", "", "“…”"),
        ("a{,2}", "", "“{,2}”"),
        ("a{x}", "", "“{x}”"),
        ("a{", "", "“{”"),
        ("a}", "", "“}”"),
        ("a]", "", "“]”"),
        ("a)", "", "“)”"),
        ("(a", "", "“…”"),
        ("(?=a)", "", "“=a)”"),
        ("(?i)a", "", "“i)a”"),
        ("(?<n>a)", "", "“<n>a)”"),
        ("[a", "", "“…”"),
        ("[]", "", "“]”"),
        ("[^]", "", "“]”"),
        ("[a[b]]", "", "“[b]]”"),
        ("[z-a]", "", "“z-a”"),
        ("[a-\\d]", "", "“d]”"),
        ("[0-9-.]", "", "“-.]”"),
        ("[a-z-[b]c]", "", "“c]”"),
        (r"([a])[\1]", "", "“1]”"),
        (r"[\0]", "", "“0]”"),
        (r"\0", "", "“0”"),
        (r"\A", "", "“A”"),
        (r"\b", "", "“b”"),
        (r"\x41", "", "“x41”"),
        ("\\", "", "“…”"),
        (r"\ ", "", "“ ”"),
        (r"\p", "", "“p”"),
        (r"\p{Xx}", "", "no property “Xx”"),
        (r"\p{IsNowhere}", "", "no property “IsNowhere”"),
        (r"\p{BasicLatin}", "", "no property “BasicLatin”"),
        (r"\p{ Lu}", "", "“p{ Lu}”"),
        (r"\1", "", "no group 1 before it"),
        (r"(a)\2", "", "no group 2 before it"),
        (r"(a\1)", "", "no group 1 before it"),
        ("(a{100}){200}", "", "it repeats too often"),
        ("a{9999}b{9}", "", "it repeats too often"),
        ("(" * 51 + "a" + ")" * 51, "", "it is nested too deeply"),
        ("[a-" * 22 + "[b]" + "]" * 22, "", "it is nested too deeply"),
        ("a" * 501, "", "more than 500 characters"),
    ],
)
def test_what_xpath_does_not_allow_is_refused_by_name(pattern, flags, reason):
    with pytest.raises(BadPattern) as caught:
        patterns.read(pattern, flags)
    assert caught.value.facts["reason"] == reason


def test_a_refused_pattern_is_told_in_both_languages():
    with pytest.raises(BadPattern) as caught:
        patterns.read("[a", "")
    assert caught.value.told("en") == "The pattern [a cannot be used: “…”."
    assert caught.value.told("zh") == "正则表达式 [a 不能使用：“…”。"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 2_000 + "b"),
        ("(a|aa)+$", "a" * 2_000 + "b"),
        ("(a*)*b", "a" * 2_000),
        ("(.*)(.*)(.*)(.*)(.*)x", "y" * 2_000),
        ("(a|b|ab)*c", "ab" * 1_000),
        ("((a?){20}){20}b", "a" * 100),
    ],
)
def test_no_pattern_keeps_the_machine_busy(pattern, text):
    assert patterns.read(pattern, "").first(text) is None


def test_where_the_steps_run_out_it_says_so(monkeypatch):
    monkeypatch.setattr(machine, "STEP_LIMIT", 1_000)
    with pytest.raises(TooManySteps):
        patterns.read(r"(a+)+\1b", "").first("a" * 50)
    with pytest.raises(TooManySteps):
        list(patterns.read("a", "").all("a" * 1_000))


def test_all_matches_follow_one_another_without_the_empty_ones():
    def spans(pattern, text):
        return [ends[:2] for ends in patterns.read(pattern, "").all(text)]

    assert spans("a", "banana") == [(1, 2), (3, 4), (5, 6)]
    assert spans("a*", "baab") == [(1, 3)]
    assert spans("x*", "abc") == []
    assert spans("$|a", "ba") == [(1, 2)]
    assert spans("aa", "aaaaa") == [(0, 2), (2, 4)]
    assert spans("a", "") == []


def test_a_group_tells_where_it_matched_last():
    assert patterns.read("(a)|(b)", "").first("b") == (0, 1, -1, -1, 0, 1)
    assert patterns.read("(?:(a)|b)*", "").first("ab") == (0, 2, 0, 1)
    assert patterns.read("(a)*", "").first("aaa") == (0, 3, 2, 3)


def test_the_variants_of_a_letter_differ_by_its_case_alone():
    assert characters.variants("k") == frozenset("kK\u212a")
    assert characters.variants("\u212a") == frozenset("kK\u212a")
    assert characters.variants("云") == frozenset("云")
    assert characters.variants("1") == frozenset("1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('replace("abracadabra", "bra", "*")', "a*cada*"),
        ('replace("abracadabra", "a.*a", "*")', "*"),
        ('replace("abracadabra", "a(.)", "a$1$1")', "abbraccaddabbra"),
        ('replace("darted", "^(.*?)d(.*)$", "$1c$2")', "carted"),
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
        ('replace("a", "(a)", "$2")', ""),
        ('replace("abc", "b", "<$0>")', "a<b>c"),
        ('replace("abc", "(b)", "$10")', "ab0c"),
        ('replace("abc", "(b)", "$25")', "a5c"),
        (r'replace("abc", "b", "\\$1\\\\")', "a$1\\c"),
        ('replace("a.b", ".", "$1", "q")', "a$1b"),
        ('replace("AbAb", "ab", "x", "i")', "xx"),
        ('replace("abc", "x", "y")', "abc"),
        ('replace("", "x", "y")', ""),
        ('replace("云泽市", "\\\\p{IsCJKUnifiedIdeographs}", "字")', "字字字"),
        ('replace(input: "aa", pattern: "a", replacement: "b", flags: "i")', "bb"),
    ],
)
def test_replace_writes_groups_by_their_number(value, text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'replace("abc", "x*", "y")',
        'replace("abc", "^", "y")',
        'replace("abc", "b", "$")',
        'replace("abc", "b", "$x")',
        r'replace("abc", "b", "\\")',
        r'replace("abc", "b", "\\n")',
        'replace("abc", "[", "y")',
        'replace("abc", "b", "c", "z")',
        'replace("abc", "b", "c", null, null)',
        'split("abc", "")',
        'split("abc", "x*")',
        'split("abc", "[")',
        'split(null, "a")',
        'matches("abc", "(")',
        'matches("abc", "b", "z")',
        'matches("abc", null)',
        'matches(null, "b")',
    ],
)
def test_what_cannot_be_replaced_split_or_matched_is_null(value, text):
    assert value(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('split("a;b;c;;", ";")', ["a", "b", "c", "", ""]),
        ('split("a1b22c", "\\\\d+")', ["a", "b", "c"]),
        ('split("abc", "x")', ["abc"]),
        ('split("", "x")', [""]),
        ('split("a.b", "\\\\.")', ["a", "b"]),
        ('split("axxb", "x")', ["a", "", "b"]),
        ('split(string: "a b", delimiter: " ")', ["a", "b"]),
    ],
)
def test_split_cuts_at_every_match(value, text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('matches("abracadabra", "^a.*a$")', True),
        ('matches("abracadabra", "^bra")', False),
        ('matches("helloworld", "hello world", "x")', True),
        ('matches("Mary\\u000DJones", "Mary.Jones")', False),
        ('matches("Mary\\u000DJones", "Mary.Jones", "s")', True),
        ('matches("a", "A", null)', False),
        ('matches("a", "A", "")', False),
        ('matches(input: "a", pattern: "A", flags: "i")', True),
    ],
)
def test_matches_looks_anywhere_in_the_text(value, text, expected):
    assert value(text) is expected


ATOMS = st.sampled_from(["a", "b", "c", ".", "[ab]", "[^a]", "(?:ab|c)", "(a|b)", r"\d", "(b*)"])
QUANTIFIED = st.builds(
    str.__add__, ATOMS, st.sampled_from(["", "", "*", "+", "?", "*?", "+?", "{2}", "{1,2}?"])
)
BRANCHES = st.lists(QUANTIFIED, min_size=1, max_size=4).map("".join)
COMMON = st.lists(BRANCHES, min_size=1, max_size=3).map("|".join)


@given(COMMON, st.text("abc1\n", max_size=8))
def test_where_python_means_the_same_it_finds_the_same(pattern, text):
    expected = re.compile(pattern.replace(".", r"[^\n\r]")).search(text)
    found = patterns.read(pattern, "").first(text)
    assert (found and found[:2]) == (expected and expected.span())


@given(COMMON, st.text("abc1\n", max_size=12))
def test_a_text_is_the_sum_of_its_matches_and_what_lies_between(pattern, text):
    behind = 0
    for ends in patterns.read(pattern, "").all(text):
        assert behind <= ends[0] < ends[1]
        behind = ends[1]
    assert behind <= len(text)


@given(st.text(max_size=6), st.text(max_size=12))
def test_the_flag_q_takes_every_sign_for_itself(pattern, text):
    place = text.find(pattern)
    found = patterns.read(pattern, "q").first(text)
    assert (found[0] if found else -1) == place
