"""Collecting sources and running SQL models for one draft edition."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb
from django.db import transaction
from django.utils import timezone

from tongban import vault
from tongban.base.audit import actions as audit
from tongban.data.lake import actions as lake
from tongban.data.lake import corrections, feeding, loading, store, writing
from tongban.data.lake import queries as lake_queries
from tongban.data.lake.feeding import Feed
from tongban.data.lake.maintenance import RunDied
from tongban.data.lake.models import Edition, QuarantinedRow, Resource
from tongban.data.pipelines import erased, persons, queries
from tongban.data.pipelines.models import LineageEdge, LiveSqlModel, Step
from tongban.data.standards import actions as standards
from tongban.data.standards import compiling, functions
from tongban.data.standards import queries as standard_queries
from tongban.engines import sqlmodels
from tongban.engines.sqlmodels import SqlModel
from tongban.errors import Refusal


class ChecksFailed(Refusal):
    """{model} fails {checks}; nothing was published."""

    zh = "{model} 未通过检查：{checks}，没有发布任何内容。"


class InputMissing(Refusal):
    """{model} reads {table}, which edition {edition} does not hold; collect its source first."""

    zh = "{model} 读取的 {table} 不在第 {edition} 版中，请先采集它的来源。"


class PersonErased(Refusal):
    """The row names a person whose data was erased under law; ask the office to delete it in its
    source."""

    zh = "该行涉及的人员数据已依法删除，请通知提供单位在来源中删除。"


@transaction.atomic
def adopt_models(
    *, models: Sequence[SqlModel], tables: Mapping[str, Sequence[str]], by: str, at: datetime
) -> int:
    """Make these the live models and redraw the lineage; returns how many are new or changed.

    `tables` names the columns of the tables that no model makes. A live model that is not among
    these stays, with its lineage. Raises CyclicModels.
    """
    ordered = sqlmodels.order(models)
    changed = sum(_adopt(model) for model in ordered)
    staying = LiveSqlModel.objects.exclude(name__in=[model.name for model in ordered])
    LineageEdge.objects.exclude(target__in=staying.values("name")).delete()
    LineageEdge.objects.bulk_create(
        LineageEdge(
            source=edge.source,
            source_column=edge.source_column,
            target=edge.target,
            target_column=edge.target_column,
        )
        for edge in sqlmodels.column_lineage(ordered, tables)
    )
    audit.record("models.adopted", ("models", "all"), actor=by, at=at, details={"rows": changed})
    return changed


def collect(
    *, resource: Resource, edition: Edition, data: Path, by: str, at: datetime
) -> loading.Loaded:
    """Load one source into the draft edition, judged by the standards as they are now."""
    judged, named = _judged(resource, at), queries.named_in(resource.table)
    try:
        loaded = loading.load(
            resource=resource,
            judged=judged,
            withhold=lambda con, extract: erased.withhold(con, extract, judged.columns, named),
            edition=edition,
            data=data,
            by=by,
            at=at,
        )
    except Refusal as refusal:
        loading.note_failure(resource=resource, edition=edition, refusal=refusal, by=by, at=at)
        raise
    standards.note_results(loaded=loaded, at=at)
    return loaded


def feed(*, resource: Resource, source: Feed, by: str, at: datetime) -> loading.Loaded | None:
    """Add what the platform hands in to what readers see, and publish that; None where nothing came
    since, or where nothing was ever published. Raises StaleDraft and Conflict where somebody else
    was faster: the same rows come again then."""
    current = lake_queries.current_edition()
    if current is None:
        return None
    batch = source(feeding.mark_of(current, resource.table))
    if not batch.rows:
        lake.keep_mark(edition=current, table=resource.table, mark=batch.mark)
        return None
    judged = _judged(resource, at)
    edition = lake.open_feed(onto=current, by=by, at=at)
    try:
        loaded = feeding.feed(
            resource=resource,
            batch=batch,
            judged=judged,
            withhold=lambda con, extract: erased.withhold(con, extract, judged.columns),
            edition=edition,
            by=by,
            at=at,
        )
        with transaction.atomic():
            standards.note_results(loaded=loaded, at=at)
            lake.publish(edition=edition, by=by, at=at)
    except Exception as error:
        told = error if isinstance(error, Refusal) else RunDied(number=edition.number)
        lake.fail(edition=edition, reason=told.told("zh"), by=by, at=at)
        raise
    return loaded


def accept_correction(
    *, row_id: int, values: Mapping[str, str | None], by: str, at: datetime
) -> QuarantinedRow:
    """A corrected row is good by the standards as they are now, and waits for the next edition."""
    if erased.among(persons.numbers_in(" ".join(filter(None, values.values())))):
        raise PersonErased
    resource = QuarantinedRow.objects.select_related("resource").get(pk=row_id).resource
    return corrections.accept(
        row_id=row_id, values=values, judged=_judged(resource, at), by=by, at=at
    )


def let_in_corrections(*, edition: Edition, at: datetime) -> list[corrections.LetIn]:
    """Every corrected row that waits, of every source, into the draft edition."""
    return [
        corrections.let_in(resource=resource, judged=_judged(resource, at), edition=edition)
        for resource in lake_queries.resources_with_corrections()
    ]


@transaction.atomic
def settle_corrections(*, done: Iterable[corrections.LetIn], by: str, at: datetime) -> None:
    """In the transaction that publishes their edition: loads, scores and issues know them."""
    for each in done:
        corrections.settle(each, by=by, at=at)
        standards.settle_rows(resource=each.resource, rows=each.rows, at=at)


def run_models(
    *,
    names: Iterable[str],
    edition: Edition,
    run_date: date,
    at: datetime,
    told: Callable[[str, int], None] = lambda name, rows: None,
) -> list[Step]:
    """Run these live models into the draft edition, in order; `told` hears of each finished one.

    Raises ChecksFailed at the first model whose result breaks one of its checks.
    """
    successors = standard_queries.standards().successors
    wanted = set(names)
    steps = []
    for model, version in queries.live_models():
        if model.name in wanted:
            step = _run(model, version, edition, at, run_date, successors)
            steps.append(step)
            told(model.name, step.rows)
    return steps


def _run(
    model: SqlModel,
    version: int,
    edition: Edition,
    at: datetime,
    run_date: date,
    successors: Mapping[str, str],
) -> Step:
    with store.engine().connect() as con:
        functions.register(con, run_date=run_date, successors=successors)
        attach_inputs(con, model, edition)
        con.execute(f"CREATE TEMP TABLE result AS {model.sql}")
        failed = {
            str(check): count
            for check in model.checks
            if (count := _count(con, sqlmodels.failing_rows(check, "result")))
        }
        if failed:
            named = "; ".join(f"{check} ({count})" for check, count in failed.items())
            raise ChecksFailed(model=model.name, checks=named)
        schema = writing.schema_of(con, "SELECT * FROM result", model.grade)
        written = writing.write(con, "SELECT * FROM result", model.name, schema, edition)
    step, _ = Step.objects.update_or_create(
        edition=edition,
        model=model.name,
        defaults={
            "model_version": version,
            "rows": written.rows,
            "table_version": written.version,
            "finished_at": at,
        },
    )
    return step


def attach_inputs(con: duckdb.DuckDBPyConnection, model: SqlModel, edition: Edition) -> None:
    """Give the connection a view for every table the model reads, at the edition's version."""
    held = lake_queries.tables_of(edition)
    for table in sorted(model.inputs):
        if table not in held:
            raise InputMissing(model=model.name, table=table, edition=edition.number)
        store.engine().attach(con, store.lake().snapshot(table, held[table]), table)


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    found = con.execute(query).fetchone()
    assert found is not None
    return found[0] or 0


def _judged(resource: Resource, at: datetime):
    contract = lake_queries.live_contract(resource)
    return compiling.judged(contract, standard_queries.standards(), timezone.localdate(at))


def _adopt(model: SqlModel) -> bool:
    digest = vault.fingerprint(model.sql)
    live = LiveSqlModel.objects.select_for_update().filter(name=model.name).first()
    if live is not None and live.content_hash == digest:
        return False
    LiveSqlModel.objects.update_or_create(
        name=model.name,
        defaults={
            "file": model.file,
            "text": model.sql,
            "version": live.version + 1 if live else 1,
            "content_hash": digest,
        },
    )
    return True
