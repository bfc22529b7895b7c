"""From the sources of a draft edition to its registers and facts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow
from django.db import connection
from django.utils import timezone

from tongban.data.lake import actions as lake
from tongban.data.lake import queries as lake_queries
from tongban.data.lake import store
from tongban.data.lake.models import Edition
from tongban.data.pipelines import actions as pipelines
from tongban.data.pipelines import queries as pipeline_queries
from tongban.data.pipelines.models import Step
from tongban.data.registers import identities, rows
from tongban.data.registers.definitions import RegisterFile
from tongban.data.registers.models import FactDefinition, SubjectFacts
from tongban.engines.sqlmodels import SqlModel
from tongban.engines.tables import Column, Schema
from tongban.engines.tables.quoting import identifier
from tongban.errors import Refusal

pa: Any = pyarrow  # without type stubs
Told = Callable[[str, int], None]
Live = Sequence[tuple[SqlModel, int]]  # each model with its version, after those it reads
KEEP_FACTS = """
    INSERT INTO registers_subjectfacts (edition_number, register, subject_id, sealed)
    SELECT %s, register, subject_id, sealed FROM registers_subjectfacts
    WHERE edition_number = %s AND register = ANY(%s)
"""
NOT_ITS_SUBJECTS = """
    SELECT
        count(*) FILTER (subject IS NULL OR subject NOT IN (SELECT subject_id FROM minted)),
        count(subject) - count(DISTINCT subject)
    FROM (SELECT CAST(subject_id AS VARCHAR) AS subject FROM facts)
"""


class NotItsSubjects(Refusal):
    """{model} holds the facts of register {register}, one row for each subject. But {foreign} of
    its rows have a subject that this register does not know, and {repeated} repeat one."""

    zh = (
        "{model} 是 {register} 库的事实，每个主体一行；其中 {foreign} 行的主体不属于该库，"
        "{repeated} 行的主体重复。"
    )


def build(
    *,
    edition: Edition,
    registers: Sequence[RegisterFile],
    run_date: date,
    at: datetime,
    told: Told,
    changed: Collection[str] | None = None,
) -> None:
    """Derive everything; with `changed`, only what hangs on these tables, and what was derived on
    another day or by another version of its model. Raises ChecksFailed."""
    live = pipeline_queries.live_models()
    stale = {model.name for model, _ in live} | {register.identity for register in registers}
    if changed is not None:
        stale = hanging_on({*changed, *_outdated(edition, live, run_date)}, live, registers)
    models = {model.name: model for model, _ in live}

    def run(names: set[str]) -> None:
        done = set(edition.steps.values_list("model", flat=True))
        names = names & stale - done
        pipelines.run_models(names=names, edition=edition, run_date=run_date, at=at, told=told)

    # Every subject has its id before the first fact: facts of one register name subjects of others.
    for register in registers:
        run(_needed_by({column.relation for column in register.key.found_in}, models))
        if register.identity in stale:
            told(register.identity, _mint(edition, register, at))
    for register in registers:
        definitions = list(FactDefinition.objects.filter(register=register.code).order_by("key"))
        if definitions:
            (facts_model,) = {definition.model for definition in definitions}
            run(_needed_by({facts_model}, models))
            if facts_model in stale:
                count = _store_facts(edition, register, facts_model, definitions)
            else:
                count = keep_facts(edition, [register.code])
            told(f"facts of {register.code}", count)
    run(stale & models.keys())


def hanging_on(tables: Collection[str], live: Live, registers: Sequence[RegisterFile]) -> set[str]:
    """These tables, and all that are derived from them: models and the registers' identities."""
    found, size = set(tables), -1
    while size != len(found):
        size = len(found)
        found |= {model.name for model, _ in live if found & set(model.inputs)}
        found |= {r.identity for r in registers if found & {f.relation for f in r.key.found_in}}
    return found


def _outdated(edition: Edition, live: Live, run_date: date) -> set[str]:
    """Models whose table in this edition is of another day or of another version of the model."""
    held = lake_queries.tables_of(edition)
    run = Step.objects.filter(table_version__in=set(held.values()))
    steps = {(step.model, step.table_version): step for step in run}
    return {
        model.name
        for model, version in live
        if (step := steps.get((model.name, held.get(model.name, -1)))) is None
        or step.model_version != version
        or timezone.localdate(step.finished_at) != run_date
    }


def keep_facts(edition: Edition, registers: Sequence[str]) -> int:
    """Their part of the online store as the edition before has it."""
    assert edition.based_on is not None
    with connection.cursor() as cursor:
        before = edition.based_on.facts_number
        cursor.execute(KEEP_FACTS, [edition.number, before, list(registers)])
        return cursor.rowcount


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
            if found.relation not in held:
                raise pipelines.InputMissing(
                    model=register.identity, table=found.relation, edition=edition.number
                )
            snapshot = lake_tables.snapshot(found.relation, held[found.relation])
            engine.attach(con, snapshot, found.relation)
        keys = " UNION ".join(
            f"SELECT {identifier(found.column)} AS key FROM {found.relation}"
            for found in register.key.found_in
        )
        seen = con.execute(f"SELECT key FROM ({keys}) WHERE key IS NOT NULL").fetchall()
        ids = identities.subject_ids(register.code, [key for (key,) in seen], at)
        key = register.key.column
        columns = {key: list(ids), "subject_id": list(ids.values())}
        texts = pa.schema([(name, pa.string()) for name in columns])  # where there are none, too
        con.register("minted", pa.table(columns, schema=texts))
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


def _store_facts(
    edition: Edition, register: RegisterFile, model: str, definitions: list[FactDefinition]
) -> int:
    """Fill the online store for this edition; nobody reads it before the edition is published."""
    held, engine = lake_queries.tables_of(edition), store.engine()
    with engine.connect() as con:
        for table, view in ((model, "facts"), (register.identity, "minted")):
            if table not in held:
                raise pipelines.InputMissing(model=model, table=table, edition=edition.number)
            # reads keys: the copy below occupies the database
            engine.attach(con, store.lake().snapshot(table, held[table]), view)
        foreign, repeated = con.execute(NOT_ITS_SUBJECTS).fetchall()[0]
        if foreign or repeated:
            raise NotItsSubjects(
                model=model, register=register.code, foreign=foreign, repeated=repeated
            )
        SubjectFacts.objects.filter(edition_number=edition.number, register=register.code).delete()
        return _copy_facts(con, edition, register.code, definitions)


def _copy_facts(
    con: duckdb.DuckDBPyConnection,
    edition: Edition,
    register: str,
    definitions: list[FactDefinition],
) -> int:
    columns = ", ".join(f"{identifier(d.column)}, {identifier(d.row_column)}" for d in definitions)
    found = con.execute(f"SELECT subject_id, {columns} FROM facts")
    copy_into = "COPY registers_subjectfacts (edition_number, register, subject_id, sealed)"
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"{copy_into} FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(["int4", "varchar", "varchar", "bytea"])
        while batch := found.fetchmany(10_000):
            for subject_id, *cells in batch:
                sealed = rows.seal(_by_key(definitions, cells))
                copy.write_row((edition.number, register, subject_id, sealed))
            count += len(batch)
    return count


def _by_key(definitions: list[FactDefinition], cells: list[Any]) -> dict[str, tuple[Any, str]]:
    """Each fact's value with the source row it came from."""
    pairs = zip(cells[::2], cells[1::2], strict=True)
    return {definition.key: pair for definition, pair in zip(definitions, pairs, strict=True)}
