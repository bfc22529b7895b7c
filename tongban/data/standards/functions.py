"""The scalar functions that checks and SQL models may call, as SQL macros of the engine.

Sources: citizen number GB 11643, credit code GB 32100, organisation code GB 11714,
certificate identifier GB/T 36904 with ISO 7064 MOD 37,36.
"""

from collections.abc import Mapping
from datetime import date

import duckdb

NULL_WORDS = ("", "无", "/", "-", "—", "N/A", "n/a", "NULL", "null", "待补", "不详")
FULL_WIDTH = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000"
HALF_WIDTH = "".join(map(chr, range(0x21, 0x7F))) + " "
INVISIBLE = (
    "\u200b\u200c\u200d\u2060\ufeff\u00a0\t\r\n"  # deleted: translate has no partner for them
)
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MOD37_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ROOT = "1.2.156.3005.2."  # of certificate identifiers; the check does not cover it
LONG_TERM = ("长期", "永久", "9999-12-31", "9999/12/31", "99991231")

NAMES = (
    *("clean_text", "citizen_id", "credit_code", "parse_date", "region_now", "run_date"),
    *("citizen_id_ok", "uscc_ok", "org_code_ok", "mod37_36_ok"),
)


def register(
    con: duckdb.DuckDBPyConnection, *, run_date: date, successors: Mapping[str, str]
) -> None:
    """`successors` maps an abolished division code to the one that took its place."""
    for statement in _macros(run_date, successors):
        con.execute(f"CREATE OR REPLACE TEMP MACRO {statement}")


def _macros(run_date: date, successors: Mapping[str, str]):
    yield f"run_date() AS DATE '{run_date.isoformat()}'"
    # translate() is slow, so only values that hold such a character go through it
    half = f"translate(v, {_text(FULL_WIDTH + INVISIBLE)}, {_text(HALF_WIDTH)})"
    odd = "[\uff01-\uff5e\u3000\u200b-\u200d\u2060\ufeff\u00a0\t\r\n]"
    trimmed = f"trim(CASE WHEN regexp_matches(v, '{odd}') THEN {half} ELSE v END)"
    words = f"CASE WHEN x IN ({_list(NULL_WORDS)}) THEN NULL ELSE x END"
    yield f"clean_text(v) AS {_once(trimmed, words)}"
    first = "CAST(substr(d, 1, 17) AS BIGINT)"
    weighted = _once(first, f"substr('10X98765432', 1 + ({_weighted('x', _GB11643)}) % 11, 1)")
    yield f"_gb11643(d) AS {weighted}"
    yield """_born(d) AS try_cast(substr(d, 7, 4) || '-' || substr(d, 11, 2) || '-' ||
        substr(d, 13, 2) AS DATE)"""
    yield """_upgraded(v) AS CASE WHEN regexp_full_match(v, '[0-9]{15}')
        THEN substr(v, 1, 6) || '19' || substr(v, 7, 9)
            || _gb11643(substr(v, 1, 6) || '19' || substr(v, 7, 9))
        ELSE v END"""
    yield """_valid_citizen_id(v) AS CASE
        WHEN NOT regexp_full_match(v, '[1-9][0-9]{16}[0-9X]') THEN NULL
        WHEN _gb11643(v) <> substr(v, 18, 1) THEN NULL
        WHEN _born(v) IS NULL OR _born(v) > run_date() OR year(_born(v)) < 1880 THEN NULL
        ELSE v END"""
    upgraded = _once("upper(clean_text(v))", "_upgraded(x)")
    yield f"citizen_id(v) AS {_once(upgraded, '_valid_citizen_id(x)')}"
    yield "citizen_id_ok(v) AS clean_text(v) IS NULL OR citizen_id(v) IS NOT NULL"
    yield _parse_date()
    yield _region_now(successors)
    yield f"""uscc_ok(v) AS clean_text(v) IS NULL OR
        (regexp_full_match(v, '[{USCC_ALPHABET}]{{18}}') AND substr({_text(USCC_ALPHABET)},
        1 + (31 - ({_looked_up("v", _GB32100, USCC_ALPHABET)}) % 31) % 31, 1) = substr(v, 18, 1))"""
    # The letters O and I are in no code: whoever wrote them meant 0 and 1.
    meant = "translate(upper(clean_text(v)), 'OI', '01')"
    yield f"credit_code(v) AS {_once(meant, 'CASE WHEN uscc_ok(x) THEN x END')}"
    yield f"""org_code_ok(v) AS clean_text(v) IS NULL OR
        (regexp_full_match(v, '[0-9A-Z]{{8}}-?[0-9X]') AND substr('0X987654321',
        1 + ({_looked_up("v", _GB11714, MOD37_ALPHABET)}) % 11, 1) = right(v, 1))"""
    # The check character is right when the last step of the sum is 1, which doubles to 2.
    yield f"""mod37_36_ok(v) AS clean_text(v) IS NULL OR
        coalesce(list_reduce(list_prepend(36, list_transform(
            string_split(
                regexp_replace(replace(v, {_text(ROOT)}, ''), '[^0-9A-Z]', '', 'g'), ''),
            lambda c: strpos('{MOD37_ALPHABET}', c) - 1)),
        lambda p, a: CASE (p + a) % 36 WHEN 0 THEN 72 ELSE (p + a) % 36 * 2 END % 37) = 2, false)"""


_GB11643 = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_GB32100 = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_GB11714 = (3, 7, 9, 10, 5, 8, 4, 2)


def _weighted(number: str, weights: tuple[int, ...]) -> str:
    """The weighted sum of a number's digits; by division, ten times faster than by substring."""
    places = reversed(range(len(weights)))
    return " + ".join(
        f"CAST({number} // {10**place} % 10 * {w} AS INTEGER)"
        for place, w in zip(places, weights, strict=True)
    )


def _looked_up(text: str, weights: tuple[int, ...], alphabet: str) -> str:
    return " + ".join(
        f"(strpos('{alphabet}', {text}[{i}]) - 1) * {w}" for i, w in enumerate(weights, 1)
    )


def _once(value: str, expression: str) -> str:
    """`expression` over x, where x is computed once: a macro would repeat it at every mention."""
    return f"list_transform([{value}], lambda x: {expression})[1]"


def _parse_date() -> str:
    cases = f"""CASE
        WHEN x IN ({_list(LONG_TERM)}) THEN DATE '9999-12-31'
        WHEN regexp_full_match(x, '[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}([T ].*)?')
            THEN try_cast(regexp_extract(x, '^[0-9-]+') AS DATE)
        WHEN regexp_full_match(x, '[0-9]{{8}}') THEN CAST(try_strptime(x, '%Y%m%d') AS DATE)
        WHEN regexp_full_match(x, '[0-9]{{4}}[/.][0-9]{{1,2}}[/.][0-9]{{1,2}}')
            THEN try_cast(translate(x, '/.', '--') AS DATE)
        WHEN regexp_full_match(x, '[0-9]{{4}}年[0-9]{{1,2}}月[0-9]{{1,2}}日')
            THEN try_cast(translate(x, '年月日', '--') AS DATE)
        WHEN regexp_full_match(x, '[1-6][0-9]{{4}}')
            THEN DATE '1899-12-30' + CAST(x AS INTEGER)
        END"""
    return f"parse_date(v) AS {_once('clean_text(v)', cases)}"


def _region_now(successors: Mapping[str, str]) -> str:
    cases = " ".join(f"WHEN {_text(old)} THEN {_text(new)}" for old, new in successors.items())
    if not cases:
        return "region_now(v) AS clean_text(v)"
    return f"region_now(v) AS {_once('clean_text(v)', f'CASE x {cases} ELSE x END')}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _list(values: tuple[str, ...]) -> str:
    return ", ".join(map(_text, values))
