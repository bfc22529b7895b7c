"""What the modeller offers to fill in for each kind of element, and what its parts are called."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.base.people.models import Post
from tongban.business.cases.operations import offered
from tongban.business.items.bundle import Bundle
from tongban.engines.processes.reading.vocabulary import NODES, attributes
from tongban.web.ui.origins import told

Options = Sequence[tuple[str, str]]
TAGS = (*sorted(NODES), "lane", "participant", "process", "sequenceFlow")
NAMES: Mapping[str, Any] = {
    "name": gettext_lazy("名称"),
    "labelEn": gettext_lazy("英文名称"),
    "kind": gettext_lazy("种类"),
    "post": gettext_lazy("岗位"),
    "form": gettext_lazy("表单"),
    "operation": gettext_lazy("操作"),
    "decision": gettext_lazy("决策"),
    "result": gettext_lazy("结果存入变量"),
    "outcome": gettext_lazy("结局名称"),
    "correlation": gettext_lazy("关联值（FEEL）"),
    "days": gettext_lazy("时限"),
    "dayUnit": gettext_lazy("时限单位"),
    "skippable": gettext_lazy("可由谁跳过"),
    "signatures": gettext_lazy("会签意见存入变量"),
    "correction": gettext_lazy("补正后回到哪一步"),
    "conditionExpression": gettext_lazy("条件（FEEL）"),
    "default": gettext_lazy("默认出线"),
    "sourceRef": gettext_lazy("从哪里来"),
    "targetRef": gettext_lazy("到哪里去"),
    "flowNodeRef": gettext_lazy("泳道里的步骤"),
    "documentation": pgettext_lazy("process", "说明"),
    "variable": gettext_lazy("变量"),
    "input": pgettext_lazy("process", "输入"),
    "output": pgettext_lazy("process", "输出"),
    "timerEventDefinition": gettext_lazy("定时"),
    "multiInstanceLoopCharacteristics": gettext_lazy("多实例"),
    "attachedToRef": gettext_lazy("附着在哪一步"),
}


@dataclass(frozen=True)
class PanelField:
    """`name` is the property that the modeller sets; "condition" stands for the FEEL text of a
    flow. One with `options` is chosen from a list."""

    name: str
    label: str
    kind: Literal["text", "number", "select", "feel"]
    options: Options = ()


def named(part: str) -> str:
    """A part of an element as people call it."""
    return str(NAMES.get(part, part))


def panel(bundle: Bundle) -> dict[str, list[dict[str, Any]]]:
    """By the modeller's name of a kind of element."""
    options = _options(bundle)
    return {
        f"bpmn:{tag[0].upper()}{tag[1:]}": [asdict(each) for each in _fields(tag, options)]
        for tag in TAGS
    }


def _fields(tag: str, options: Mapping[str, Options]) -> Iterator[PanelField]:
    yield PanelField("name", named("name"), "text")
    if tag == "sequenceFlow":
        yield PanelField("condition", named("conditionExpression"), "feel")
    own = attributes(tag)
    known = [name for name in NAMES if name in own]
    for name in (*known, *sorted(own - set(known))):
        kind = "select" if name in options else "number" if name == "days" else "text"
        yield PanelField(f"tb:{name}", named(name), kind, options.get(name, ()))


def _options(bundle: Bundle) -> dict[str, Options]:
    posts = [(role.value, str(role.label)) for role in Post.Role]
    decisions = bundle.decision.decisions
    return {
        "post": posts,
        "skippable": posts,
        "operation": [(name, name) for name in offered()],
        "decision": [(name, f"{told(each.label)} {name}") for name, each in decisions.items()],
        "dayUnit": [("working", _("工作日")), ("calendar", _("自然日"))],
    }
