"""A decision as one SQL query over a whole register, with the answers that `decide` gives.

What the relation does not hand in, or SQL cannot compute exactly, is refused before anything runs.
"""

from tongban.engines.decisions.sql.query import query
from tongban.engines.decisions.sql.refusals import NotInRelation, NotInSubset
from tongban.engines.decisions.sql.relation import Child, Column, Relation

__all__ = ["Child", "Column", "NotInRelation", "NotInSubset", "Relation", "query"]
