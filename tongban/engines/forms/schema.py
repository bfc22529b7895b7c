"""From form-js JSON to a form. What is not understood is refused, never skipped.

Not supported, among others: keys with dots and group paths (every answer has one flat name),
options that are computed, lists that grow, times of day. A field is read-only where its fact is
known, so `readonly` and `disabled` can only be false.
"""

from collections.abc import Iterator
from dataclasses import replace

from tongban.engines.feel.types import Type, join
from tongban.engines.forms.compiling import Compiler, in_order
from tongban.engines.forms.form import Field, Form, Group, Node, Separator, Text
from tongban.engines.forms.kinds import KINDS
from tongban.engines.forms.questions import KEY, read_field
from tongban.engines.forms.reading import Place, read_json
from tongban.engines.forms.refusals import (
    ComponentNotSupported,
    ComputedText,
    NestedTooDeeply,
    ValueNotSupported,
)
from tongban.engines.forms.surroundings import OF_EVERYTHING, Around
from tongban.engines.forms.words import Words

NEWEST_SCHEMA = 20
OF_A_FORM = {
    *("type", "id", "components", "schemaVersion", "$schema", "exporter", "versionTag"),
    *("executionPlatform", "executionPlatformVersion"),
}
OF_A_GROUP = OF_EVERYTHING | {"label", "components", "path", "showOutline", "verticalAlignment"}


def load(schema: str) -> Form:
    """Raises FormError at the first thing that is wrong."""
    try:
        return _form(read_json(schema))
    except RecursionError as error:
        raise NestedTooDeeply("") from error


def _form(root: Place) -> Form:
    root.check_only(OF_A_FORM, "form")
    if root.text("type") != "default":
        raise ValueNotSupported("type", name="type", allowed="default")
    version = root.number("schemaVersion")
    if version is not None and version > NEWEST_SCHEMA:
        raise ValueNotSupported(
            "schemaVersion", name="schemaVersion", allowed=f"1 … {NEWEST_SCHEMA}"
        )
    compiler = Compiler(dict(_answers(root)))
    content = _content(root, compiler, Around())
    fields = tuple(_fields(content))
    return Form(content, fields, in_order(fields))


def _answers(container: Place) -> dict[str, Type]:
    """What conditions may read, and of which type. A key that is there twice is for the check
    before publishing to find; its type is then what both share."""
    found: dict[str, Type] = {}
    for component in _components(container):
        kind = KINDS.get(component.text("type"))
        key = component.text("key")
        if kind and KEY.fullmatch(key):
            found[key] = join(found.get(key, kind.answer), kind.answer)
    return found


def _components(container: Place) -> Iterator[Place]:
    for component in container.items("components"):
        yield component
        yield from _components(component)


def _fields(content: tuple[Node, ...]) -> Iterator[Field]:
    for node in content:
        if isinstance(node, Field):
            yield node
        elif isinstance(node, Group):
            yield from _fields(node.content)


def _content(container: Place, compiler: Compiler, around: Around) -> tuple[Node, ...]:
    return tuple(_node(each, compiler, around) for each in container.items("components"))


def _node(component: Place, compiler: Compiler, around: Around) -> Node:
    type_ = component.needed_text("type")
    here = replace(around, conditional=around.conditional + compiler.hidden_when(component))
    if type_ in KINDS:
        return read_field(component, compiler, here)
    if type_ == "group":
        return _group(component, compiler, here)
    if type_ == "text":
        return _text(component, here)
    if type_ in ("separator", "spacer"):
        component.check_only(OF_EVERYTHING | {"height"}, type_)
        return Separator(component.path, here.conditional)
    supported = ", ".join(sorted([*KINDS, "group", "text", "separator", "spacer"]))
    raise ComponentNotSupported(component.at("type"), type=type_, supported=supported)


def _group(component: Place, compiler: Compiler, here: Around) -> Group:
    component.check_only(OF_A_GROUP, "group")
    if component.text("path"):
        raise ValueNotSupported(component.at("path"), name="path", allowed="“”")
    properties = component.inner("properties")
    properties.check_only({"label_en"}, "group")
    words = Words(component.text("label"), properties.text("label_en"))
    inside = replace(here, section=words if words.zh else here.section)
    content = _content(component, compiler, inside)
    return Group(component.path, words, content, here.conditional)


def _text(component: Place, here: Around) -> Text:
    component.check_only(OF_EVERYTHING | {"text"}, "text")
    text = component.needed_text("text")
    if text.startswith("=") or "{{" in text:
        raise ComputedText(component.at("text"))
    properties = component.inner("properties")
    properties.check_only({"text_en"}, "text")
    return Text(component.path, Words(text, properties.text("text_en")), here.conditional)
