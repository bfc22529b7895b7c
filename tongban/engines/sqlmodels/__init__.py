"""A folder of SQL models: parse, order, checks, lineage from column to column."""

from tongban.engines.sqlmodels.checks import ModelCheck, failing_rows
from tongban.engines.sqlmodels.lineage import Edge, column_lineage
from tongban.engines.sqlmodels.model import SqlModel, SqlModelInvalid, read
from tongban.engines.sqlmodels.ordering import CyclicModels, order

__all__ = [
    "CyclicModels",
    "Edge",
    "ModelCheck",
    "SqlModel",
    "SqlModelInvalid",
    "column_lineage",
    "failing_rows",
    "order",
    "read",
]
