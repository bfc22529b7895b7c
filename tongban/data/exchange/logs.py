"""A relation under a grant as an event log: prepared once for each version of its table.

What leaves are figures and the numbers of cases, or the log itself as a file. The prepared log lies
encrypted in the scratch folder; one that is made anew takes the place of those of older versions.
"""

import json
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import duckdb
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tongban.data.exchange import bulk, prepared, selections, terms
from tongban.data.exchange.models import Grant
from tongban.data.exchange.selections import Selection
from tongban.data.exchange.terms import Reader
from tongban.data.lake import queries as lake
from tongban.data.lake import rows, store
from tongban.data.lake.models import Edition
from tongban.engines.mining import EventLog, Promise, log_of
from tongban.engines.mining.keeping import keep, kept_log, prepared_in
from tongban.engines.mining.names import CASE, OF_CASE
from tongban.engines.tables.doors import private_folder
from tongban.engines.tables.quoting import identifier

PURPOSE = "prepared log"
FOLDER = "logs"
Kind = Literal["log.mined", "log.exported"]


@dataclass(frozen=True)
class Shape:
    """Which columns of the relation are which of XES. `position` orders the rows that were added;
    of attributes of a case (`case:…`) the last one counts."""

    position: str
    names: Mapping[str, str]  # XES name → column
    promise: Promise


@contextmanager
def event_log(
    *,
    reader: Reader,
    use: str,
    relation: str,
    shape: Shape,
    at: datetime,
    kind: Kind = "log.mined",
) -> Generator[EventLog]:
    """The log of the current edition as the grant shows it; lives as long as the block.

    Raises NotGranted and its like, NoEdition, NotInEdition before anything was published, and what
    keeps rows from being a log (NoEvents of an empty table).
    """
    asked = sorted({shape.position, *shape.names.values()})
    day = timezone.localdate(at)
    grant = terms.choose(
        *(prepared.current(), reader, use, day),
        relation=relation,
        columns=asked,
        what=f"{relation}（{'、'.join(asked)}）",
    )
    edition = bulk.current()
    schema = rows.schema(edition, relation)
    bulk.check_columns(edition, relation, asked, schema.names)
    selection = selections.select(grant, reader, schema)
    path, key = _place(edition, grant, selection, shape)
    if not path.exists():
        _prepare(edition, grant, selection, shape, path, key)
    with kept_log(path, key, scratch=store.scratch()) as log:
        # Ended before the block begins: the count locks the grant's day, and others read as well.
        with transaction.atomic():
            terms.count_use(grant, at)
            if kind == "log.exported":
                terms.check_rows(grant, log.reading.events)
            bulk.record(kind, reader, grant, edition, selection, asked, log.reading.events, at)
        yield log


def _place(
    edition: Edition, grant: Grant, selection: Selection, shape: Shape
) -> tuple[Path, bytes]:
    """Where the prepared log lies, and what opens it; both say what it was made from."""
    version = lake.tables_of(edition)[grant.relation]
    made_from = [
        *(grant.relation, version, selection.to_json(), grant.mask, dict(shape.names)),
        *(shape.position, repr(shape.promise), settings.TIME_ZONE),
    ]
    text = json.dumps(made_from, ensure_ascii=False, sort_keys=True)
    digest = settings.VAULT.digest(text, PURPOSE)
    folder = store.scratch() / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"{grant.relation}-{version}-{digest.hex()[:32]}.duckdb"
    return folder / name, settings.VAULT.digest(text, f"{PURPOSE} key")


def _prepare(
    edition: Edition, grant: Grant, selection: Selection, shape: Shape, path: Path, key: bytes
) -> None:
    """Whole or not at all: it gets its name when everything is in it."""
    schema = rows.schema(edition, grant.relation)
    columns = sorted({shape.position, *shape.names.values()})
    with private_folder(store.scratch()) as folder:
        made = folder / path.name
        with rows.attached(edition, [grant.relation]) as con:
            given = selections.leaving(con, selection, schema, columns, grant.mask, grant.code)
            con.register("leaving", given)
            con.execute(f"CREATE TEMP VIEW shaped AS {_shaped(shape)}")
            with prepared_in(con, made, key):
                keep(_log(con, grant.relation, shape))
        made.chmod(0o600)
        for old in path.parent.glob(f"{grant.relation}-*.duckdb"):
            if old.name.split("-")[1] != path.name.split("-")[1]:
                old.unlink(missing_ok=True)
        os.replace(made, path)


def _log(con: duckdb.DuckDBPyConnection, relation: str, shape: Shape) -> EventLog:
    zone = settings.TIME_ZONE
    return log_of(con, "shaped", source=relation, zone=zone, promise=shape.promise)


def _shaped(shape: Shape) -> str:
    """The relation with the names of XES; what is known of a case is what its last row says."""
    case = identifier(shape.names[CASE])
    of_case = {n: c for n, c in shape.names.items() if n.startswith(OF_CASE) and n != CASE}
    position = f"CAST({identifier(shape.position)} AS BIGINT)"
    last = ", ".join(
        f"arg_max_null({identifier(column)}, {position}) AS {identifier(name)}"
        for name, column in of_case.items()
    )
    own = ", ".join(
        f"leaving.{identifier(column)} AS {identifier(name)}"
        for name, column in shape.names.items()
        if name not in of_case
    )
    known = ", ".join(f"known.{identifier(name)}" for name in of_case)
    return (
        f"SELECT {position} AS _position, {own}, {known} FROM leaving"
        f" JOIN (SELECT {case} AS of_case, {last} FROM leaving GROUP BY ALL) AS known"
        f" ON known.of_case = leaving.{case}"
    )
