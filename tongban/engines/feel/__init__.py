"""FEEL: the one expression language of forms, processes, decisions and row filters.

A text is read once into a typed tree and compiled once into Python closures:

    program = compile('insured months >= 6 and region in ("329906", "329907")', Scope({...}))
    program({"insured months": Decimal(14), "region": "329906"})     # True, False, None or Unknown

What cannot be read, or could never have a value, is refused when it is compiled (FeelError). When
it runs nothing is raised: what the data do not allow is null, what nobody knows is `Unknown`.
"""

from tongban.engines.feel import tree
from tongban.engines.feel.builtins import BUILTINS
from tongban.engines.feel.program import (
    TESTED,
    Entry,
    Explained,
    Program,
    Sheet,
    compile,
    compile_unary,
    examine,
    examine_unary,
)
from tongban.engines.feel.refusals import FeelError, Note, Place, Undefined
from tongban.engines.feel.scope import CLOCK, Scope, Variable
from tongban.engines.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    ContextOf,
    FunctionOf,
    ListOf,
    RangeOf,
    Type,
)
from tongban.engines.feel.values import Months, Range, Unknown, Value

__all__ = [
    "ANY",
    "BOOLEAN",
    "BUILTINS",
    "CLOCK",
    "DATE",
    "DATE_TIME",
    "DAYS_TIME",
    "NUMBER",
    "STRING",
    "TESTED",
    "TIME",
    "YEARS_MONTHS",
    "ContextOf",
    "Entry",
    "Explained",
    "FeelError",
    "FunctionOf",
    "ListOf",
    "Months",
    "Note",
    "Place",
    "Program",
    "Range",
    "RangeOf",
    "Scope",
    "Sheet",
    "Type",
    "Undefined",
    "Unknown",
    "Value",
    "Variable",
    "compile",
    "compile_unary",
    "examine",
    "examine_unary",
    "tree",
]
