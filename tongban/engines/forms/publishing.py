"""What a form asks for, and whether it may be published: nothing is asked that nobody needs."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from tongban.engines.forms.form import Field, Form, Group, Node, Text
from tongban.engines.forms.words import Finding, Words


def required_facts(form: Form) -> frozenset[str]:
    """The facts that answer questions of this form."""
    return frozenset(field.fact for field in form.fields if field.fact)


def materials(form: Form) -> Mapping[str, tuple[Field, ...]]:
    """By material, the fields and uploads that belong to it."""
    found: dict[str, tuple[Field, ...]] = {}
    for field in form.fields:
        if field.material:
            found[field.material] = (*found.get(field.material, ()), field)
    return found


def findings(
    form: Form,
    known_facts: Collection[str],
    materials: Collection[str],
    needed: Collection[str] = (),
) -> list[Finding]:
    """What keeps the form from being published; empty where nothing does.

    `needed` are the names, of fields or of facts, that the item's decision and process read. A
    condition on a name that no field has is already refused by `load`.
    """
    nodes = list(_nodes(form.content))
    used = {name for node in nodes for name in _reads(node)} | set(needed)
    times = Counter(field.key for field in form.fields)
    found: list[Finding] = []
    for field in form.fields:
        found += _unknown_sources(field, known_facts, materials)
        if not (field.material in materials or field.key in used or field.fact in used):
            found.append(_useless(field))
        if times[field.key] > 1:
            found.append(_twice(field, times[field.key]))
    return found + [each for node in nodes for each in _untranslated(node)]


def _nodes(content: tuple[Node, ...]) -> Iterator[Node]:
    for node in content:
        yield node
        if isinstance(node, Group):
            yield from _nodes(node.content)


def _reads(node: Node) -> Iterator[str]:
    for program in node.conditional:
        yield from program.reads
    if isinstance(node, Field):
        for _, bound in node.checks.bounds():
            if bound.computed:
                yield from bound.computed.reads - {node.key}


def _unknown_sources(
    field: Field, known_facts: Collection[str], materials: Collection[str]
) -> Iterator[Finding]:
    if field.fact and field.fact not in known_facts:
        yield Finding(
            f"{field.path}.properties.fact",
            f"There is no fact “{field.fact}”. Correct the name or define the fact.",
            f"没有事实“{field.fact}”。请改正名称，或先定义该事实。",
        )
    if field.material and field.material not in materials:
        yield Finding(
            f"{field.path}.properties.material",
            f"The item has no material “{field.material}”. Correct the code or add the material.",
            f"本事项没有材料“{field.material}”。请改正编码，或先添加该材料。",
        )


def _useless(field: Field) -> Finding:
    return Finding(
        field.path,
        f"Nobody needs “{field.key}”: no material, decision or condition uses it. "
        "Remove the question, or say which material it belongs to.",
        f"没有材料、决策或条件用到“{field.key}”。请删除本题，或写明它属于哪份材料。",
    )


def _twice(field: Field, times: int) -> Finding:
    return Finding(
        f"{field.path}.key",
        f"The key “{field.key}” is there {times} times. Give each question a key of its own.",
        f"键“{field.key}”出现了 {times} 次，每道题应有自己的键。",
    )


def _untranslated(node: Node) -> Iterator[Finding]:
    for place, words in _words(node):
        if words.zh and not words.en:
            yield Finding(
                f"{node.path}.{place}",
                f"“{words.zh}” has no English words.",
                f"“{words.zh}”没有英文。",
            )


def _words(node: Node) -> Iterator[tuple[str, Words]]:
    """Where the English words are missed, and the pair."""
    if isinstance(node, Text):
        yield "properties.text_en", node.words
    elif isinstance(node, Group):
        yield "properties.label_en", node.words
    elif isinstance(node, Field):
        yield "properties.label_en", node.words
        yield "properties.description_en", node.description
        for number, option in enumerate(node.options):
            yield f"values[{number}].label_en", option.words
