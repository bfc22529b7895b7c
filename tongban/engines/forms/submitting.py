"""A submission: what was answered and what is known, or what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tongban.engines.feel import Unknown, Value
from tongban.engines.forms.answers import Answer, tidy, value_of
from tongban.engines.forms.checks import failed, missing
from tongban.engines.forms.form import Field, Form
from tongban.engines.forms.prefilling import KnownField, Prefilled
from tongban.engines.forms.visibility import visible
from tongban.engines.forms.words import Problem

NOTHING: Mapping[str, str] = MappingProxyType({})
NOT_ASKED = Problem("This form does not ask this; leave it out.", "本表没有这一项，请去掉。")
ALREADY_KNOWN = Problem(
    "We already hold this, so it is not taken from you. If it is wrong, say what is wrong.",
    "这一项我们已掌握，不用您填写。如有不对，请点“这不对”说明。",
)
NOTHING_TO_DISPUTE = Problem(
    "We hold nothing here that could be wrong; please answer the question.",
    "这一项我们没有掌握的信息，请直接填写。",
)
SAY_WHAT_IS_WRONG = Problem("Say what is wrong.", "请说明哪里不对。")
SAID_TOO_MUCH = Problem("Say it in at most 500 characters.", "请用不超过 500 个字说明。")
LONGEST_OBJECTION = 500


@dataclass(frozen=True, slots=True)
class Submission:
    """`values`: by key, of the questions that are shown; what was left empty is not there.
    A disputed field has the applicant's answer, else Unknown, and stands in `disputed` with the
    applicant's words: in both cases a person has to look, so no decision may rest on it.
    `shown` are the paths of what these answers show. With any problem the submission is not to be
    taken."""

    values: Mapping[str, Value]
    problems: Mapping[str, Problem]
    disputed: Mapping[str, str]
    shown: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Handed:
    """What came in, beside what is known."""

    answers: Mapping[str, Answer]
    known: Mapping[str, KnownField]
    disputed: Mapping[str, str]

    def value_of(self, field: Field) -> Value | Problem:
        if field.key in self.disputed:
            return self._disputed(field)
        known = self.known.get(field.key)
        if known is None:
            return value_of(field, self.answers.get(field.key, ""))
        if field.key not in self.answers:
            return known.value
        # Repeating what is known is no harm; an answer that differs must not pass unseen.
        repeated = value_of(field, self.answers[field.key]) in (None, known.value)
        return known.value if repeated else ALREADY_KNOWN

    def _disputed(self, field: Field) -> Value | Problem:
        if field.key not in self.known:
            return NOTHING_TO_DISPUTE
        if not self.disputed[field.key]:
            return SAY_WHAT_IS_WRONG
        if len(self.disputed[field.key]) > LONGEST_OBJECTION:
            return SAID_TOO_MUCH
        found = value_of(field, self.answers[field.key]) if field.key in self.answers else None
        return Unknown(frozenset({field.fact or field.key})) if found is None else found

    def problem_with(self, field: Field, values: Mapping[str, Value]) -> Problem | None:
        """Of a question that is shown. What is known is not checked: nobody could correct it
        here."""
        value = values.get(field.key)
        if isinstance(value, Unknown) or (
            field.key in self.known and field.key not in self.disputed
        ):
            return None
        if value is None or (field.type == "checkbox" and value is False):
            return missing(field) if field.required else None
        return failed(field, value, values)


def validate(
    form: Form,
    answers: Mapping[str, Answer],
    prefilled: Prefilled,
    disputed: Mapping[str, str] = NOTHING,
) -> Submission:
    """`disputed`: by key, what the applicant says is wrong with what is known."""
    said = {key: tidy(text, lines=True) for key, text in disputed.items()}
    handed = _Handed(answers, prefilled.known, said)
    found = {field.key: handed.value_of(field) for field in form.fields}
    read = {key: value for key, value in found.items() if not isinstance(value, Problem)}
    shown = visible(form, read)
    asked = [field for field in form.fields if field.path in shown]
    keys = {field.key for field in asked}
    values = {key: read.get(key) if key in keys else None for key in found}

    problems = {key: NOT_ASKED for key in (*answers, *disputed) if key not in found}
    for field in asked:
        value = found[field.key]
        problem = value if isinstance(value, Problem) else handed.problem_with(field, values)
        if problem:
            problems[field.key] = problem
    return Submission(
        {key: value for key, value in values.items() if value is not None and key not in problems},
        problems,
        {key: text for key, text in said.items() if key in keys and key not in problems},
        shown,
    )
