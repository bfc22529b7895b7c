"""Models with one thing wrong, and what is found in them."""

import pytest

from tests.engines.processes.bpmn_models import end, flow, model, node, path, start, user
from tongban.engines.processes import Invalid, load

START_A_END = path("start", "a", "end")
ORDER = '<message id="m" name="paid"/>'


def found(xml: bytes) -> list[tuple[str, str]]:
    """Rule and element of every finding."""
    with pytest.raises(Invalid) as refused:
        load(xml)
    return [(finding.rule, finding.element) for finding in refused.value.findings]


def around(*parts: str, beside: str = "") -> bytes:
    """start → a → end, with `a` among the parts."""
    return model(start(), *parts, end(), START_A_END, beside=beside)


def waiting(inside: str, tag: str = "intermediateCatchEvent", **attributes: str) -> bytes:
    return around(node(tag, "a", inside, **attributes), beside=ORDER)


def with_boundary(event: str, *, beside: str = "") -> bytes:
    return model(start(), user("a"), event, end(), START_A_END, flow("late", "end"), beside=beside)


def choice(*flows: str, default: str = "", tag: str = "exclusiveGateway") -> bytes:
    gateway = node(tag, "g", **({"default": default} if default else {}))
    return model(start(), gateway, end(), end("other"), flow("start", "g"), *flows)


def circle(*inside: str, leave: str, ids: tuple[str, ...]) -> bytes:
    """start → g → … → g, and out of g where `leave` holds."""
    gateway = node("exclusiveGateway", "g", default=f"g-{ids[0]}")
    return model(
        start(),
        gateway,
        *inside,
        end(),
        flow("start", "g"),
        path("g", *ids, "g"),
        flow("g", "end", leave),
    )
