"""Who was erased under law, and how sources are kept from bringing them back."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import duckdb
from django.conf import settings

from tongban.data.lake import withholding
from tongban.data.lake.withholding import Withheld
from tongban.data.pipelines import persons
from tongban.data.pipelines.models import Erased
from tongban.engines.tables import Column
from tongban.engines.tables.connectors import Extract
from tongban.engines.tables.quoting import identifier, literal

REGISTER = "person"
KEY_GRADE = 4  # a number that names a person is of grade 4
HEX_DIGITS = 3


def digest(register: str, key: str) -> bytes:
    """The same as that of the identity, whose row goes with the person."""
    return settings.VAULT.digest(key, f"identity {register}")


def bucket(key: str) -> str:
    """Twelve bits: the engine finds the few numbers whose digest must be computed."""
    return hashlib.sha256(key.encode()).hexdigest()[:HEX_DIGITS]


def note(*, key: str, basis: str, by: str, at: datetime) -> Erased:
    """From now on no source brings this person back. The first erasure counts."""
    row, _ = Erased.objects.get_or_create(
        register=REGISTER,
        digest=digest(REGISTER, key),
        defaults={"bucket": bucket(key), "basis": basis, "erased_at": at, "erased_by": by},
    )
    return row


def finish(*, row: Erased, at: datetime) -> None:
    row.finished_at = at
    row.save(update_fields=["finished_at"])


def among(numbers: Iterable[str]) -> list[str]:
    """Those of the numbers whose person was erased."""
    known = {bytes(row.digest) for row in Erased.objects.filter(register=REGISTER)}
    return [number for number in set(numbers) if digest(REGISTER, number) in known]


def buckets() -> list[str]:
    return list(Erased.objects.filter(register=REGISTER).values_list("bucket", flat=True))


def withhold(
    con: duckdb.DuckDBPyConnection,
    extract: Extract,
    columns: Collection[Column],
    named: Sequence[str] = (),
) -> Withheld:
    """Take the rows of erased persons out of an extract, and their names out of those of others
    (`named`). Costs nothing while nobody was erased."""
    wanted_buckets = buckets()
    texts = [column.name for column in columns]
    graded = [column.name for column in columns if column.grade == KEY_GRADE]
    if not wanted_buckets or not graded:
        return Withheld(extract.relation, (), extract.rejected)
    found = among(_candidates(con, extract.relation, graded, wanted_buckets))
    written = {text for row in extract.rejected for text in persons.numbers_in(row.raw)}
    forms = persons.forms([*found, *among(written)])
    if not forms:
        return Withheld(extract.relation, (), extract.rejected)
    persons.prepare(con, forms)
    own = persons.own_rows(texts, named)
    rows = con.execute(
        f"SELECT _position FROM {extract.relation} WHERE {own} ORDER BY ALL"
    ).fetchall()
    refused = [row for row in extract.rejected if persons.names(row.raw, forms)]
    positions = [position for (position,) in rows] + [row.position for row in refused]
    return Withheld(
        _kept(con, extract.relation, texts, named),
        tuple(withholding.entry(position, graded[0]) for position in positions),
        tuple(row for row in extract.rejected if row not in refused),
    )


def _candidates(
    con: duckdb.DuckDBPyConnection, relation: str, columns: list[str], wanted: list[str]
) -> list[str]:
    persons.prepare(con, ())
    lists = ", ".join(
        f"regexp_extract_all(erased_plain({identifier(name)}), '{persons.ANY_NUMBER}')"
        for name in columns
    )
    among_these = ", ".join(map(literal, wanted))
    found = con.execute(
        f"""
        WITH written AS (SELECT DISTINCT unnest(list_concat({lists}, [])) AS n FROM {relation}),
        numbers AS (SELECT DISTINCT citizen_id(n) AS number FROM written)
        SELECT number FROM numbers WHERE substr(sha256(number), 1, {HEX_DIGITS}) IN ({among_these})
        """
    ).fetchall()
    return [number for (number,) in found]


def _kept(
    con: duckdb.DuckDBPyConnection, relation: str, texts: list[str], named: Sequence[str]
) -> str:
    kept = f"{relation}_kept"
    # a row that fails a check is kept as written, so what was written of him goes too
    raw = (
        f"CASE WHEN changed THEN concat_ws(',', {', '.join(map(identifier, texts))}) ELSE _raw END"
    )
    others = {"_position": "_position", "_line": "_line"}
    taken = {"_raw": "_raw", "changed": "changed"}
    inner = persons.remainder(texts, {**others, **taken}, relation, named)
    names = ", ".join(map(identifier, texts))
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW {kept} AS"
        f" SELECT {names}, _position, _line, {raw} AS _raw FROM ({inner})"
    )
    return kept
