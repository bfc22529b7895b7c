"""How staged files become a version of a Delta table, and what the table needs to learn before."""

from collections.abc import Mapping
from typing import Any, Literal

import deltalake
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, TableFeatures
from deltalake.transaction import AddAction, create_table_with_add_actions

from tongban.errors import Refusal

from .schema import GRADE, Schema, delta_field, from_log
from .snapshot import Staged

TIMESTAMPS = "timestampNtz"
HOOKS = PostCommitHookProperties(cleanup_expired_logs=False)  # an old version needs its entry


class ColumnsDiffer(Refusal):
    """Rows appended to {table} must bring all its columns with their types; look at {columns}."""

    zh = "追加到 {table} 的数据须包含其全部字段且类型一致，请核对 {columns}。"


def create(url: str, options: Mapping[str, str], staged: Staged) -> None:
    create_table_with_add_actions(
        url,
        staged.schema.delta(),
        _adds(staged),
        storage_options=dict(options),
        configuration={"delta.enableExpiredLogCleanup": "false"},
        commit_properties=_properties(staged),
        post_commithook_properties=HOOKS,
    )


def replace(delta: DeltaTable, staged: Staged) -> None:
    _learn_timestamps(delta, staged.schema)
    _write(delta, staged, "overwrite", staged.schema.delta())


def append(delta: DeltaTable, staged: Staged) -> None:
    """Columns that the table does not have yet come to it; its older rows have nulls there."""
    known = from_log(delta.schema())
    _learn_timestamps(delta, staged.schema)
    for column in staged.schema.columns:
        before = known.get(column.name)
        if before is None:
            # a transaction that appends keeps the old schema without a word
            delta.alter.add_columns(delta_field(column), post_commithook_properties=HOOKS)
        elif before.grade != column.grade:
            metadata = {GRADE: str(column.grade)}
            delta.alter.set_column_metadata(column.name, metadata, post_commithook_properties=HOOKS)
    _write(delta, staged, "append", delta.schema())


def go_back(delta: DeltaTable, version: int) -> None:
    """A new version that holds what this one held."""
    delta.restore(version, post_commithook_properties=HOOKS)


def check_appends(table: str, known: Schema, brought: Schema) -> None:
    if differing := known.differing(brought):
        raise ColumnsDiffer(table=table, columns=", ".join(differing))


def closing(known: Schema, brought: Schema) -> frozenset[str]:
    """Columns that were open, or unknown, and are not open any more."""
    closed = {column.name for column in known.columns if not column.open}
    return frozenset({column.name for column in brought.columns if not column.open} - closed)


def _learn_timestamps(delta: DeltaTable, schema: Schema) -> None:
    """Else the commit of a first timestamp succeeds, and nobody can open the table again."""
    features = delta.protocol().reader_features or ()
    if TIMESTAMPS not in features and any(c.type == "timestamp" for c in schema.columns):
        delta.alter.add_feature(
            TableFeatures.TimestampWithoutTimezone,
            allow_protocol_versions_increase=True,
            post_commithook_properties=HOOKS,
        )


def _write(
    delta: DeltaTable,
    staged: Staged,
    mode: Literal["append", "overwrite"],
    schema: deltalake.Schema,
) -> None:
    delta.create_write_transaction(
        _adds(staged),
        mode,
        schema,
        commit_properties=_properties(staged),
        post_commithook_properties=HOOKS,
    )


def _adds(staged: Staged) -> list[Any]:
    # no engine asks for the time, so the files carry none; the commit has its own
    return [AddAction(file.path, file.size, {}, 0, True, file.stats) for file in staged.files]


def _properties(staged: Staged) -> CommitProperties:
    return CommitProperties(custom_metadata={"tongban.run": staged.run})
