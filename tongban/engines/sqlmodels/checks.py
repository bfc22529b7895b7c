"""Checks of a model's result: not_null, unique, or a predicate that must hold for every row."""

from dataclasses import dataclass

from tongban.engines.tables.quoting import identifier


@dataclass(frozen=True)
class ModelCheck:
    kind: str  # not_null · unique · expression
    column: str
    expression: str

    @classmethod
    def read(cls, text: str) -> "ModelCheck":
        kind, _, rest = text.strip().partition(" ")
        if kind in {"not_null", "unique"} and rest.strip():
            return cls(kind, rest.strip(), "")
        return cls("expression", "", text.strip())

    def __str__(self) -> str:
        return self.expression or f"{self.kind} {self.column}"


def failing_rows(check: ModelCheck, relation: str) -> str:
    """A query that counts the rows of `relation` that fail the check."""
    column = identifier(check.column) if check.column else ""
    if check.kind == "not_null":
        return f"SELECT count(*) FILTER ({column} IS NULL) FROM {relation}"
    if check.kind == "unique":
        return f"SELECT count({column}) - count(DISTINCT {column}) FROM {relation}"
    return f"SELECT count(*) FILTER (NOT ({check.expression})) FROM {relation}"
