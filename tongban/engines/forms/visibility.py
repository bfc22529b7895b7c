"""What is shown, given the answers."""

from collections.abc import Iterator, Mapping, Sequence

from tongban.engines.feel import Program, Value
from tongban.engines.forms.form import Form, Group, Node


def visible(form: Form, values: Mapping[str, Value]) -> frozenset[str]:
    """The paths of the fields, groups, texts and separators that are shown.

    The answer to a hidden question counts as not given. A condition that nobody can decide yet
    hides nothing.
    """
    shown: set[str] = set()
    answers: dict[str, Value] = dict.fromkeys((field.key for field in form.fields), None)
    for field in form.in_order:
        if not _hides(field.conditional, answers):
            shown.add(field.path)
            answers[field.key] = values.get(field.key)
    for node in _others(form.content):
        if not _hides(node.conditional, answers):
            shown.add(node.path)
    return frozenset(shown)


def _hides(conditions: Sequence[Program], answers: Mapping[str, Value]) -> bool:
    return any(condition(answers) is True for condition in conditions)


def _others(content: Sequence[Node]) -> Iterator[Node]:
    for node in content:
        yield node
        if isinstance(node, Group):
            yield from _others(node.content)
