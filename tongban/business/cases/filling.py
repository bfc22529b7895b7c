"""A filled-in form on its way into a case: what was typed, which files came with it, and which
materials it brings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.business.cases import attachments
from tongban.engines import forms
from tongban.engines.feel import Unknown
from tongban.errors import Refusal

Answers = Mapping[str, str | list[str]]


class NotFilledIn(Refusal):
    """{count} questions still need an answer."""

    zh = "还有 {count} 个问题需要回答。"

    def __init__(self, problems: Mapping[str, forms.Problem]):
        super().__init__(count=len(problems))
        self.problems = problems


def answers(
    form: forms.Form, typed: Answers, uploads: attachments.Uploads
) -> dict[str, str | list[str]]:
    """What was typed, and for a question for files the names of those that were handed in."""
    pickers = {field.key for field in form.fields if field.type == "filepicker"}
    said = {key: words for key, words in typed.items() if key not in pickers}
    names = {key: [one.name for one in files] for key, files in uploads.items()}
    return {**said, **names}


def typed_again(values: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Values that a form took, as somebody would type them; what is unknown is left open."""
    return {key: _typed(value) for key, value in values.items() if not isinstance(value, Unknown)}


def _typed(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def materials(form: forms.Form, submission: forms.Submission) -> set[str]:
    """What the applicant handed in, beyond what was known or disputed."""
    return {f.material for f in form.fields if f.material and _is_given(submission, f)}


def _is_given(submission: forms.Submission, asked: forms.Field) -> bool:
    value = submission.values.get(asked.key)
    return asked.fact is None and not isinstance(value, Unknown) and value not in (None, "", [])
