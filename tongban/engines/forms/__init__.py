"""Form schemas (form-js JSON): what is already known, what is left to ask, what was answered.

The page, the checks and the conditions all come from one schema; conditions are FEEL and run here,
never in the browser alone.
"""

from tongban.engines.forms.answers import Answer
from tongban.engines.forms.form import Field, Form, Group, Node, Option, Separator, Text
from tongban.engines.forms.prefilling import Known, KnownField, Prefilled, prefill
from tongban.engines.forms.publishing import findings, materials, required_facts
from tongban.engines.forms.refusals import FormError
from tongban.engines.forms.schema import load
from tongban.engines.forms.submitting import Submission, validate
from tongban.engines.forms.visibility import visible
from tongban.engines.forms.words import Finding, Problem, Words

__all__ = [
    "Answer",
    "Field",
    "Finding",
    "Form",
    "FormError",
    "Group",
    "Known",
    "KnownField",
    "Node",
    "Option",
    "Prefilled",
    "Problem",
    "Separator",
    "Submission",
    "Text",
    "Words",
    "findings",
    "load",
    "materials",
    "prefill",
    "required_facts",
    "validate",
    "visible",
]
