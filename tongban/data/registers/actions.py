"""Everything that changes registers and facts, and the one way to a new edition."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.data.lake import actions as lake
from tongban.data.lake import queries as lake_queries
from tongban.data.lake import store
from tongban.data.lake.actions import content_hash
from tongban.data.lake.models import Edition, QuarantinedRow
from tongban.data.pipelines import actions as pipelines
from tongban.data.pipelines import queries as pipeline_queries
from tongban.data.registers import identities, queries, rows
from tongban.data.registers.definitions import FactsFile, RegisterFile
from tongban.data.registers.models import FactDefinition, LiveFact, Register, SubjectFacts
from tongban.engines.tables import Column, Schema
from tongban.engines.tables.quoting import identifier
from tongban.errors import Refusal

KEPT_EDITIONS = 3
Told = Callable[[str, int], None]


def _silent(step: str, count: int) -> None:
    return None


@transaction.atomic
def adopt_register(*, definition: RegisterFile, by: str, at: datetime) -> Register:
    content = definition.model_dump(mode="json", by_alias=True)
    digest = content_hash(content)
    register = Register.objects.select_for_update().filter(code=definition.code).first()
    if register is not None and register.content_hash == digest:
        return register
    register, _ = Register.objects.update_or_create(
        code=definition.code,
        defaults={
            "content": content,
            "content_hash": digest,
            "version": register.version + 1 if register else 1,
        },
    )
    audit.record("register.adopted", ("register", definition.code), actor=by, at=at)
    return register


@transaction.atomic
def adopt_facts(*, facts: FactsFile, by: str, at: datetime) -> int:
    """Make these the facts of their register; returns how many there are."""
    definitions = [
        FactDefinition(
            key=fact.key,
            register=facts.register_code,
            label_zh=fact.label.zh,
            label_en=fact.label.en,
            type=fact.type,
            grade=fact.grade,
            source=fact.source,
            model=facts.relation,
            column=fact.column,
            row_column=fact.row,
            cycle=fact.cycle,
            meaning_zh=fact.meaning.zh,
            meaning_en=fact.meaning.en,
            rule_zh=fact.rule.zh,
            rule_en=fact.rule.en,
            element=fact.element,
            also_from=list(fact.also_from),
        )
        for fact in facts.facts
    ]
    FactDefinition.objects.bulk_create(
        definitions,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=[
            *("register", "label_zh", "label_en", "type", "grade", "source", "model"),
            *("column", "row_column", "cycle", "element", "also_from"),
            *("meaning_zh", "meaning_en", "rule_zh", "rule_en"),
        ],
    )
    audit.record("facts.adopted", ("register", facts.register_code), actor=by, at=at)
    return len(definitions)


def derive(
    *, edition: Edition, run_date: date, by: str, at: datetime, told: Told = _silent
) -> None:
    """From the sources of a draft edition to its registers and facts, then publish it.

    Raises ChecksFailed, and then the draft is closed and readers see what they saw before.
    """
    try:
        for register in queries.registers():
            _derive_register(edition, register, run_date, at, told)
        _derive_rest(edition, run_date, at, told)
    except Refusal as refusal:
        lake.fail(edition=edition, reason=refusal.told("zh"), by=by, at=at)
        raise
    with transaction.atomic():
        lake.publish(edition=edition, by=by, at=at)
        _forget_old_editions(edition)


def correct_row(
    *, row_id: int, values: Mapping[str, str | None], by: str, at: datetime
) -> QuarantinedRow:
    """Let a corrected row in and publish an edition that knows it. Raises StillWrong; then the
    draft is closed and nothing has changed."""
    edition = lake.open_edition(by=by, at=at)
    try:
        row = pipelines.correct_row(row_id=row_id, values=values, edition=edition, by=by, at=at)
    except Refusal as refusal:
        lake.fail(edition=edition, reason=refusal.told("zh"), by=by, at=at)
        raise
    derive(edition=edition, run_date=timezone.localdate(at), by=by, at=at)
    return row


@transaction.atomic
def state_fact(*, subject_id: str, key: str, value: Any, origin: str, at: datetime) -> None:
    """A fact that the platform itself makes true now; readers of this subject see it at once."""
    sealed = settings.VAULT.seal(json.dumps(value, ensure_ascii=False).encode(), rows.PURPOSE)
    LiveFact.objects.update_or_create(
        subject_id=subject_id,
        key=key,
        defaults={"sealed": sealed, "origin": origin, "since": at},
    )


def _derive_register(
    edition: Edition, register: RegisterFile, run_date: date, at: datetime, told: Told
) -> None:
    models = {model.name: model for model, _ in pipeline_queries.live_models()}
    before = _needed_by({column.relation for column in register.key.found_in}, models)
    pipelines.run_models(names=before, edition=edition, run_date=run_date, at=at, told=told)
    told(register.identity, _mint(edition, register, at))
    facts_models = set(
        FactDefinition.objects.filter(register=register.code).values_list("model", flat=True)
    )
    after = _needed_by(facts_models, models) - before
    pipelines.run_models(names=after, edition=edition, run_date=run_date, at=at, told=told)
    told(f"facts of {register.code}", _store_facts(edition, register))


def _derive_rest(edition: Edition, run_date: date, at: datetime, told: Told) -> None:
    done = set(edition.steps.values_list("model", flat=True))
    names = {model.name for model, _ in pipeline_queries.live_models()} - done
    pipelines.run_models(names=names, edition=edition, run_date=run_date, at=at, told=told)


def _needed_by(tables: set[str], models: Mapping[str, Any]) -> set[str]:
    """These models and every model they read, directly or not."""
    needed: set[str] = set()
    queue = [name for name in tables if name in models]
    while queue:
        name = queue.pop()
        if name not in needed:
            needed.add(name)
            queue += [table for table in models[name].inputs if table in models]
    return needed


def _mint(edition: Edition, register: RegisterFile, at: datetime) -> int:
    """Write the table that gives every key of the sources its subject id."""
    engine, lake_tables = store.engine(), store.lake()
    held = lake_queries.tables_of(edition)
    with engine.connect() as con:
        for found in register.key.found_in:
            snapshot = lake_tables.snapshot(found.relation, held[found.relation])
            engine.attach(con, snapshot, found.relation)
        keys = " UNION ".join(
            f"SELECT {identifier(found.column)} AS key FROM {found.relation}"
            for found in register.key.found_in
        )
        seen = con.execute(f"SELECT key FROM ({keys}) WHERE key IS NOT NULL").fetchall()
        ids = identities.subject_ids(register.code, [key for (key,) in seen], at)
        key = register.key.column
        con.register("minted", pyarrow.table({key: list(ids), "subject_id": list(ids.values())}))
        schema = Schema((Column(key, "string", 4), Column("subject_id", "string", 2)))
        staged = engine.stage(
            *(con, f"SELECT * FROM minted ORDER BY {identifier(key)}"),
            *(register.identity, schema, f"edition-{edition.number}"),
        )
        version = lake_tables.commit(
            staged, mode="replace", lock=store.table_lock(register.identity)
        )
    lake.put_table(edition=edition, table=register.identity, version=version)
    return len(ids)


def _store_facts(edition: Edition, register: RegisterFile) -> int:
    """Fill the online store for this edition; nobody reads it before the edition is published."""
    definitions = list(FactDefinition.objects.filter(register=register.code).order_by("key"))
    (model,) = {definition.model for definition in definitions}
    snapshot = store.lake().snapshot(model, lake_queries.tables_of(edition)[model])
    SubjectFacts.objects.filter(edition_number=edition.number).delete()
    engine = store.engine()
    with engine.connect() as con:
        engine.attach(con, snapshot, "facts")  # reads keys: the copy below occupies the database
        return _copy_facts(con, edition, definitions)


def _copy_facts(
    con: duckdb.DuckDBPyConnection, edition: Edition, definitions: list[FactDefinition]
) -> int:
    columns = ", ".join(f"{identifier(d.column)}, {identifier(d.row_column)}" for d in definitions)
    found = con.execute(f"SELECT subject_id, {columns} FROM facts")
    copy_into = "COPY registers_subjectfacts (edition_number, subject_id, sealed)"
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"{copy_into} FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(["int4", "varchar", "bytea"])
        while batch := found.fetchmany(10_000):
            for subject_id, *cells in batch:
                sealed = rows.seal(_by_key(definitions, cells))
                copy.write_row((edition.number, subject_id, sealed))
            count += len(batch)
    return count


def _by_key(definitions: list[FactDefinition], cells: list[Any]) -> dict[str, tuple[Any, str]]:
    """Each fact's value with the source row it came from."""
    pairs = zip(cells[::2], cells[1::2], strict=True)
    return {definition.key: pair for definition, pair in zip(definitions, pairs, strict=True)}


def _forget_old_editions(edition: Edition) -> None:
    SubjectFacts.objects.filter(edition_number__lte=edition.number - KEPT_EDITIONS).delete()
