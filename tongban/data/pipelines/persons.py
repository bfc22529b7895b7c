"""One person in the engine's SQL: every way of writing his number, in any text column.

A number is found with full-width or invisible characters, blanks, a lower-case x, and in its old
form of 15 digits. A row is his when a cell holds the number; a cell that lists several persons
(split by 、) is shared, and then only his part is taken out of each list of that row. Where a table
has columns that only name a person (`named`, the first of them tells who), the row is another's:
these cells are emptied, and it stays.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date

import duckdb
from stdnum.iso7064 import mod_11_2

from tongban.data.standards.functions import FULL_WIDTH, HALF_WIDTH, INVISIBLE
from tongban.engines.tables import Schema, Sought
from tongban.engines.tables.quoting import identifier, literal
from tongban.errors import Refusal

LIST = "、"
FROM, TO = FULL_WIDTH + " " + INVISIBLE, HALF_WIDTH[:-1]  # blanks have no partner and go
PLAIN = str.maketrans(FROM[: len(TO)], TO, FROM[len(TO) :])
NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
ANY_NUMBER = "[0-9]{17}[0-9X]|[0-9]{15}"
OLD_DIGITS = 15


class NotANumber(Refusal):
    """This is no valid citizen identity number: 18 characters with the right check character, or
    15 digits. Nothing was looked for."""

    zh = "不是有效的公民身份号码：应为 18 位且校验位正确，或 15 位旧号。没有查找任何数据。"


def number(written: str) -> str:
    """The 18 characters, from any way of writing them. Raises NotANumber."""
    plain = _upgraded(written.translate(PLAIN).upper())
    if not NUMBER.fullmatch(plain) or mod_11_2.calc_check_digit(plain[:-1]) != plain[-1]:
        raise NotANumber
    try:
        date.fromisoformat(f"{plain[6:10]}-{plain[10:12]}-{plain[12:14]}")
    except ValueError as error:
        raise NotANumber from error
    return plain


def numbers_in(text: str) -> list[str]:
    """Every string of the right form, upgraded; not all are numbers of persons."""
    return [_upgraded(found) for found in re.findall(ANY_NUMBER, text.translate(PLAIN).upper())]


def forms(numbers: Collection[str], subject_ids: Collection[str] = ()) -> list[str]:
    """What `is_named` looks for."""
    old = [n[:6] + n[8:17] for n in numbers if n[6:8] == "19"]
    return [*numbers, *old, *subject_ids]


def names(text: str, wanted: Collection[str]) -> bool:
    plain = text.translate(PLAIN).upper()
    return any(re.search(_pattern(form), plain) for form in wanted)


def prepare(con: duckdb.DuckDBPyConnection, wanted: Sequence[str]) -> None:
    odd = "[\uff01-\uff5e\u3000\u200b-\u200d\u2060\ufeff\u00a0\t\r\n ]"
    plain = f"translate(v, {literal(FROM)}, {literal(TO)})"
    found = " OR ".join(_held("erased_plain(v)", form) for form in wanted)
    split = f"string_split(v, {literal(LIST)})"
    for macro in (
        f"erased_plain(v) AS upper(CASE WHEN regexp_matches(v, '{odd}') THEN {plain} ELSE v END)",
        f"is_named(v) AS coalesce({found or 'false'}, false)",
        f"is_listed(v) AS coalesce(contains(v, {literal(LIST)}), false)",
        f"place_named(v) AS CASE WHEN is_listed(v) AND is_named(v) THEN"
        f" list_position(list_transform({split}, lambda x: is_named(x)), true) END",
        f"parts_of(v) AS len({split})",
        f"without_part(v, place, parts) AS CASE WHEN parts_of(v) = parts THEN array_to_string("
        f"list_filter({split}, lambda x, i: i <> place AND NOT is_named(x)), {literal(LIST)})"
        " ELSE v END",
    ):
        con.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")


def sought(wanted: Sequence[str], named: Sequence[str] = ()) -> Sought:
    return Sought(
        lambda con: prepare(con, wanted),
        _matches,
        lambda schema, relation: _rest(schema, relation, named),
    )


def own_rows(texts: Sequence[str], named: Sequence[str] = ()) -> str:
    """Predicate: a cell of his own names him."""
    own = [identifier(name) for name in texts if name not in named]
    cells = [f"(is_named({name}) AND NOT is_listed({name}))" for name in own]
    return " OR ".join(cells) or "false"


def remainder(
    texts: Sequence[str], others: Mapping[str, str], relation: str, named: Sequence[str] = ()
) -> str:
    """What stays of the relation's rows. `others` are columns with their SQL, in which `changed`
    tells a row of which his part was taken."""
    quoted = list(map(identifier, texts))
    only_named = f"is_named({identifier(named[0])})" if named else "false"
    places = ", ".join(f"place_named({name})" for name in quoted)
    parts = ", ".join(f"CASE WHEN place_named({n}) > 0 THEN parts_of({n}) END" for n in quoted)
    emptied = {identifier(name) for name in named}
    cells = [
        f"CASE WHEN only_named THEN NULL ELSE {name} END AS {name}"
        if name in emptied
        else f"CASE WHEN shared THEN without_part({name}, place, parts) ELSE {name} END AS {name}"
        for name in quoted
    ]
    cells += [f"{sql} AS {identifier(name)}" for name, sql in others.items()]
    return (
        f"SELECT {', '.join(cells)} FROM (SELECT *, shared OR only_named AS changed FROM"
        " (SELECT *, coalesce(place > 0, false) AS shared FROM"
        f" (SELECT *, coalesce({places}, NULL) AS place, coalesce({parts}, NULL) AS parts,"
        f" {only_named} AS only_named FROM {relation} WHERE NOT ({own_rows(texts, named)}))))"
    )


def _held(text: str, form: str) -> str:
    if len(form) == OLD_DIGITS:
        return f"regexp_matches({text}, {literal(_pattern(form))})"
    return f"contains({text}, {literal(form)})"


def _pattern(form: str) -> str:
    # 15 digits may stand within another number, 18 with their check character will not
    return f"(^|[^0-9]){form}([^0-9X]|$)" if len(form) == OLD_DIGITS else re.escape(form)


def _matches(columns: Mapping[str, str]) -> str | None:
    texts = [identifier(name) for name, kind in columns.items() if kind == "VARCHAR"]
    # one look at all cells: the sign between them is in no number
    return f"is_named(concat_ws('|', {', '.join(texts)}))" if texts else None


def _rest(schema: Schema, relation: str, named: Sequence[str]) -> str:
    texts = [column.name for column in schema.columns if column.type == "string"]
    others = {c.name: identifier(c.name) for c in schema.columns if c.type != "string"}
    # an older version of the table may lack the columns
    held = named if set(named) <= set(texts) else ()
    return remainder(texts, others, relation, held)


def _upgraded(digits: str) -> str:
    if len(digits) != OLD_DIGITS or not digits.isdecimal():
        return digits
    body = f"{digits[:6]}19{digits[6:]}"
    return body + mod_11_2.calc_check_digit(body)
