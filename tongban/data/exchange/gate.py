"""The one gate: nothing that is known of anybody leaves the data box except through here.

A reader names a use; a grant must allow what is read; what leaves is masked as the grant says;
and the reading is audited in the transaction of the reading.
"""

from tongban.data.exchange.answers import Answer, NameTaken
from tongban.data.exchange.bulk import (
    NotYourOffice,
    Rows,
    UnknownColumn,
    preview,
    read_rows,
    was_included,
)
from tongban.data.exchange.conditions import (
    All,
    Among,
    Compare,
    Condition,
    ConditionInvalid,
    Either,
    Empty,
    Negated,
)
from tongban.data.exchange.decided import is_about_current_facts
from tongban.data.exchange.facts import (
    Fact,
    OnlyYourOwn,
    OutsideGrant,
    may_read,
    read_facts,
    source_cells,
)
from tongban.data.exchange.logs import Shape, event_log
from tongban.data.exchange.population import (
    Change,
    Comparison,
    Decided,
    NotOfDecisions,
    compare,
    decide_register,
)
from tongban.data.exchange.register_facts import (
    MaskedFact,
    NoSuchRegister,
    NotAFact,
    SubjectTwice,
    TooManySubjects,
)
from tongban.data.exchange.sandbox import SqlFailed, SqlStopped
from tongban.data.exchange.selections import NeedsApplicant, NotComparable
from tongban.data.exchange.statements import SqlNotAllowed
from tongban.data.exchange.subjects import NotCarriedOut, Subjects, subjects
from tongban.data.exchange.terms import (
    GrantEnded,
    GrantNotYet,
    GrantWithdrawn,
    NotGranted,
    QuotaUsedUp,
    Reader,
    TooManyRows,
)
from tongban.data.exchange.workshop import Result, TooMuchForSql, run_sql

__all__ = [
    "All",
    "Among",
    "Answer",
    "Change",
    "Compare",
    "Comparison",
    "Condition",
    "ConditionInvalid",
    "Decided",
    "Either",
    "Empty",
    "Fact",
    "GrantEnded",
    "GrantNotYet",
    "GrantWithdrawn",
    "MaskedFact",
    "NameTaken",
    "NeedsApplicant",
    "Negated",
    "NoSuchRegister",
    "NotAFact",
    "NotCarriedOut",
    "NotComparable",
    "NotGranted",
    "NotOfDecisions",
    "NotYourOffice",
    "OnlyYourOwn",
    "OutsideGrant",
    "QuotaUsedUp",
    "Reader",
    "Result",
    "Rows",
    "Shape",
    "SqlFailed",
    "SqlNotAllowed",
    "SqlStopped",
    "SubjectTwice",
    "Subjects",
    "TooManyRows",
    "TooManySubjects",
    "TooMuchForSql",
    "UnknownColumn",
    "compare",
    "decide_register",
    "event_log",
    "is_about_current_facts",
    "may_read",
    "preview",
    "read_facts",
    "read_rows",
    "run_sql",
    "source_cells",
    "subjects",
    "was_included",
]
