"""Models, runs and lineage."""

from collections.abc import Iterator
from functools import lru_cache

from tongban.data.lake import queries as lake
from tongban.data.lake.models import Resource
from tongban.data.pipelines.models import LineageEdge, LiveSqlModel
from tongban.engines import sqlmodels
from tongban.engines.sqlmodels import SqlModel

MOST_PARSED = 1_000

# A model never changes once it is read, and pages ask for all of them every few seconds.
_read = lru_cache(MOST_PARSED)(sqlmodels.read)


def live_models() -> list[tuple[SqlModel, int]]:
    """Every live model with its version, each after those it reads; one query."""
    rows = {row.name: row for row in LiveSqlModel.objects.all()}
    models = [_read(row.text, row.file) for row in rows.values()]
    return [(model, rows[model.name].version) for model in sqlmodels.order(models)]


def named_in(table: str) -> tuple[str, ...]:
    """Columns of the table that only name a natural person; the first tells who it is."""
    if row := LiveSqlModel.objects.filter(name=table).first():
        return _read(row.text, row.file).named
    resource = Resource.objects.filter(table=table).first()
    part = lake.live_contract(resource).named if resource else None
    return part.columns if part else ()


def table_graph() -> list[tuple[str, list[str]]]:
    """Every table that is made, with the tables it is made from; one query."""
    found: dict[str, set[str]] = {}
    for source, target in LineageEdge.objects.values_list("source", "target").distinct():
        found.setdefault(target, set()).add(source)
    return [(target, sorted(found[target])) for target in sorted(found)]


def upstream(table: str, column: str) -> Iterator[LineageEdge]:
    """Every hop that leads into this column, nearest first; one query per level."""
    wanted, seen = {(table, column)}, set()
    while wanted:
        edges = [
            edge
            for edge in LineageEdge.objects.filter(target__in={name for name, _ in wanted})
            if (edge.target, edge.target_column) in wanted
        ]
        yield from edges
        seen |= wanted
        wanted = {(edge.source, edge.source_column) for edge in edges} - seen
