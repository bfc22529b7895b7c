"""Taking one person out of the lake and out of quarantine (docs/adr/0001)."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from tongban.base.audit import actions as audit
from tongban.data.lake import actions, quarantine, queries, store
from tongban.data.lake.models import DataKey, Edition, EditionTable, QuarantinedRow
from tongban.data.lake.withholding import ERASED_CHECK
from tongban.engines.tables import (
    Connection,
    Erasure,
    Found,
    KeyDestroyed,
    Sought,
    erase_sought,
    search,
)
from tongban.engines.tables.reading import columns_of, parquet

EMPTY = {"raw": "", "values": {}}


def tables() -> list[str]:
    """Every table of which a file may lie there, committed or not."""
    found = DataKey.objects.filter(destroyed_at=None).values_list("table", flat=True)
    return sorted(set(found))


def find(sought: Sought) -> Iterator[tuple[str, Found]]:
    """What each table holds of the person, in every file that can be read."""
    return search(store.engine(), tables(), sought)


def close_drafts(*, reason: str, by: str, at: datetime) -> int:
    """A run at work has read what must go; it fails and is repeated without it."""
    drafts = list(Edition.objects.filter(status=Edition.Status.DRAFT))
    for edition in drafts:
        actions.fail(edition=edition, reason=reason, by=by, at=at)
    return len(drafts)


@transaction.atomic
def erase_table(*, table: str, sought: Sought, run: str, by: str, at: datetime) -> Erasure | None:
    """None where nobody was found. Every edition that names the version readers see now names what
    stays of it; editions that name an older one which held the person cannot be read again."""
    engine, current = store.engine(), queries.current_edition()
    held = queries.tables_of(current).get(table) if current else None
    version = engine.lake.latest(table) if held is None else held
    if version is None:
        _destroy_unfinished(table, sought, run)
        return None
    erasure = erase_sought(
        *(engine, table, sought), version=version, run=run, reason=run, lock=store.table_lock(table)
    )
    if not erasure.keys:
        return None
    EditionTable.objects.filter(table=table, version=version).update(version=erasure.version)
    audit.record(
        "table.erased",
        ("table", table),
        actor=by,
        at=at,
        details={
            "run": run,
            "taken": erasure.rows,
            "keys": len(erasure.keys),
            "versions": list(erasure.versions),
        },
    )
    return erasure


def quarantined(names: Callable[[str], bool]) -> list[int]:
    """Rows whose text, as written or as corrected, names the person; opens every row there is."""
    return [pk for pk, text in quarantined_texts() if names(text)]


def quarantined_texts() -> Iterator[tuple[int, str]]:
    rows = QuarantinedRow.objects.filter(~Q(check_code=ERASED_CHECK))
    for row in rows.only("raw_sealed", "corrected_sealed").iterator(chunk_size=2_000):
        sealed = [row.raw_sealed, row.corrected_sealed]
        opened = [settings.VAULT.open(bytes(s), quarantine.PURPOSE).decode() for s in sealed if s]
        yield row.pk, "|".join(opened)


@transaction.atomic
def empty_quarantined(ids: Sequence[int]) -> None:
    """Their place in the source stays, what they said goes: a load still adds up."""
    for row in QuarantinedRow.objects.select_related("resource").filter(pk__in=ids):
        row.check_code = ERASED_CHECK
        row.raw_sealed = _seal(EMPTY)
        row.raw_digest = settings.VAULT.digest("", f"{quarantine.PURPOSE} {row.resource.code}")
        if row.corrected_sealed is not None:
            row.corrected_sealed = _seal({})
        row.save(update_fields=["check_code", "raw_sealed", "raw_digest", "corrected_sealed"])


def distinct(
    table: str, prepare: Callable[[Connection], None], values_of: Callable[[Sequence[str]], str]
) -> Iterator[str]:
    """Distinct values of a list expression over the text columns, in every file of a table that
    can be read."""
    engine = store.engine()
    with engine.connect() as con:
        prepare(con)
        for key, paths in engine.lake.data_files(table).items():
            try:
                secret = engine.lake.keys.secret(key)
            except KeyDestroyed:
                continue
            columns = columns_of(con, paths[0], secret)
            texts = [name for name, kind in columns.items() if kind == "VARCHAR"]
            if texts:
                query = f"SELECT DISTINCT unnest({values_of(texts)}) FROM {parquet(paths)}"
                yield from (value for (value,) in con.execute(query, [secret]).fetchall())


def logs() -> Iterator[str]:
    """Every entry of the tables' logs, which lie there in plain text."""
    storage = store.lake().storage
    for path in storage.sizes():
        if "/_delta_log/" in f"/{path}" and path.endswith(".json"):
            yield storage.read(path).decode()


def _destroy_unfinished(table: str, sought: Sought, run: str) -> None:
    """Files that no commit ever named."""
    lake = store.lake()
    with store.table_lock(table):
        for _, found in search(store.engine(), [table], sought):
            lake.keys.destroy(frozenset(found.holding), run)


def _seal(content: object) -> bytes:
    return settings.VAULT.seal(json.dumps(content).encode(), quarantine.PURPOSE)
