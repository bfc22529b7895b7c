"""The questions of a form on a page, and what was answered: for applying and for correcting."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongban.business.cases.attachments import MOST_BYTES, Upload
from tongban.engines import forms
from tongban.engines.forms import Field
from tongban.web.ui import parts

KINDS: dict[str, parts.forms.FieldKind] = {
    "textfield": "text",
    "textarea": "textarea",
    "number": "number",
    "datetime": "date",
    "select": "select",
    "filepicker": "file",
}


def asking(
    asked: Sequence[Field], answers: Mapping[str, Any], problems: Mapping[str, forms.Problem]
) -> dict[str, Any]:
    language = get_language() or "zh"
    return {
        "shown": [field.key for field in asked],
        "questions": [
            _question(n, field, answers, problems, language) for n, field in enumerate(asked, 1)
        ],
    }


def _question(number: int, field: Field, answers, problems, language: str) -> parts.Part:
    legend = f"{number}. {field.label(language)}"
    hint = field.description.told(language)
    error = problems[field.key].told(language) if field.key in problems else ""
    given = answers.get(field.key, "")
    options = tuple(parts.Option(o.value, o.label(language)) for o in field.options)
    if field.type in ("radio", "checklist", "checkbox"):
        chosen = tuple(given) if isinstance(given, list) else (str(given),)
        if field.type == "checkbox":
            options = (parts.Option("true", _("是")),)
        many = field.type != "radio"
        return parts.Question(
            field.key, legend, options, chosen, hint, error, many, required=field.required
        )
    return parts.Field(
        field.key,
        legend,
        KINDS[field.type],
        str(given),
        hint,
        error,
        field.required,
        options=options,
        accept=field.accept,
    )


def answers_of(request: HttpRequest, form: forms.Form) -> dict[str, Any]:
    """What was posted for the form's questions; nothing else is looked at."""
    answers: dict[str, Any] = {}
    for field in form.fields:
        if field.type in ("checklist",):
            answers[field.key] = request.POST.getlist(field.key)
        elif field.type == "filepicker":
            answers[field.key] = [file.name for file in request.FILES.getlist(field.key)]
        elif field.key in request.POST:
            answers[field.key] = request.POST[field.key]
    return {key: value for key, value in answers.items() if value}


def uploads_of(request: HttpRequest, form: forms.Form) -> dict[str, list[Upload]]:
    """Files of the form's own pickers, read once their sizes were looked at."""
    found: dict[str, list[Upload]] = {}
    for field in form.fields:
        files = request.FILES.getlist(field.key) if field.type == "filepicker" else []
        if files:
            found[field.key] = [Upload(f.name or "", f.read(MOST_BYTES + 1)) for f in files]
    return found
