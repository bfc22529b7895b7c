"""Which source columns a model's column is made from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp
from sqlglot.lineage import Node
from sqlglot.lineage import lineage as trace  # pyright: ignore[reportUnknownVariableType]

from tongban.engines.sqlmodels.model import DIALECT, SqlModel


@dataclass(frozen=True, order=True)
class Edge:
    """`source.source_column` flows into `target.target_column`."""

    source: str
    source_column: str
    target: str
    target_column: str


def column_lineage(
    models: Sequence[SqlModel], tables: Mapping[str, Sequence[str]]
) -> tuple[Edge, ...]:
    """One hop per model; `tables` names the columns of what no model makes (ods tables)."""
    known = dict(tables) | {model.name: model.columns for model in models}
    return tuple(sorted({edge for model in models for edge in _edges(model, known)}))


def _edges(model: SqlModel, known: Mapping[str, Sequence[str]]) -> Iterator[Edge]:
    schema = _schema({name: known[name] for name in model.inputs if name in known})
    # To trim the text of each node, which nobody reads, would copy the query for each column.
    roots: Any = trace(None, model.query, schema, dialect=DIALECT, trim_selects=False)
    for column, root in roots.items():
        for source, source_column in _leaves(root):
            yield Edge(source, source_column, model.name, column)


def _leaves(root: Node) -> Iterator[tuple[str, str]]:
    for node in root.walk():
        table = node.expression.find(exp.Table) if not node.downstream else None
        if table is not None and table.db:
            yield f"{table.db}.{table.name}", node.name.rpartition(".")[2].strip('"')


def _schema(tables: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    nested: dict[str, dict[str, dict[str, str]]] = {}
    for name, columns in tables.items():
        layer, _, table = name.partition(".")
        nested.setdefault(layer, {})[table] = dict.fromkeys(columns, "VARCHAR")
    return nested
