"""Draws small BPMN models as XML, so that a test shows the process and nothing else."""

from html import escape

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:tb="https://tongban.org/bpmn" id="definitions" targetNamespace="urn:test">'
)


def model(*parts: str, beside: str = "", attributes: str = "") -> bytes:
    """A whole file with one process; `beside` stands next to it (messages, errors)."""
    process = f'<process id="p" name="流程" isExecutable="true" {attributes}>'
    return f"{HEAD}{beside}{process}{''.join(parts)}</process></definitions>".encode()


def node(tag: str, id: str, inside: str = "", /, **attributes: str) -> str:
    """One element; `tb_form="x"` becomes `tb:form="x"`."""
    written = "".join(
        f' {name.replace("tb_", "tb:")}="{escape(value)}"' for name, value in attributes.items()
    )
    return f'<{tag} id="{id}"{written}>{inside}</{tag}>'


def start(id: str = "start") -> str:
    return node("startEvent", id)


def end(id: str = "end", inside: str = "", /, **attributes: str) -> str:
    return node("endEvent", id, inside, **attributes)


def user(id: str, inside: str = "", /, **attributes: str) -> str:
    return node("userTask", id, inside, **attributes)


def service(id: str, inside: str = "", /, **attributes: str) -> str:
    return node("serviceTask", id, inside, **{"tb_operation": id, **attributes})


def script(id: str, text: str, inside: str = "", /, **attributes: str) -> str:
    return node("scriptTask", id, f"{inside}<script>{escape(text)}</script>", **attributes)


def flow(source: str, target: str, condition: str = "", id: str = "") -> str:
    """The id is `source-target` unless given."""
    inside = (
        f'<conditionExpression xsi:type="tFormalExpression">{escape(condition)}'
        "</conditionExpression>"
        if condition
        else ""
    )
    return (
        f'<sequenceFlow id="{id or f"{source}-{target}"}" sourceRef="{source}"'
        f' targetRef="{target}">{inside}</sequenceFlow>'
    )


def path(*ids: str) -> str:
    """Flows from each node to the next."""
    return "".join(flow(one, other) for one, other in zip(ids, ids[1:], strict=False))


def extended(*elements: str) -> str:
    return f"<extensionElements>{''.join(elements)}</extensionElements>"


def tb_input(target: str, source: str) -> str:
    return f'<tb:input target="{target}" source="{escape(source)}"/>'


def tb_output(target: str, source: str) -> str:
    return f'<tb:output target="{target}" source="{escape(source)}"/>'


def declared(**types: str) -> str:
    """Declares the process's variables; `date_and_time` stands for "date and time"."""
    return extended(
        *(
            f'<tb:variable name="{name}" type="{type_.replace("_", " ")}"/>'
            for name, type_ in types.items()
        )
    )


def timer(kind: str, text: str) -> str:
    """`kind` is timeDuration, timeDate or timeCycle."""
    return (
        f'<timerEventDefinition><{kind} xsi:type="tFormalExpression">{escape(text)}</{kind}>'
        "</timerEventDefinition>"
    )


def message(ref: str, correlation: str = "") -> str:
    extra = f' tb:correlation="{escape(correlation)}"' if correlation else ""
    return f'<messageEventDefinition messageRef="{ref}"{extra}/>'


def error(ref: str = "") -> str:
    return f'<errorEventDefinition errorRef="{ref}"/>' if ref else "<errorEventDefinition/>"


def signal(ref: str) -> str:
    return f'<signalEventDefinition signalRef="{ref}"/>'


def escalation(ref: str = "") -> str:
    return f'<escalationEventDefinition escalationRef="{ref}"/>'


def when(condition: str) -> str:
    """conditionalEventDefinition."""
    return (
        "<conditionalEventDefinition><condition>"
        f"{escape(condition)}</condition></conditionalEventDefinition>"
    )


def link(name: str) -> str:
    return f'<linkEventDefinition name="{name}"/>'


def thrown(kind: str) -> str:
    """An event definition that names nothing: cancel, terminate, compensate …"""
    return f"<{kind}EventDefinition/>"


def sub(*parts: str, id: str = "a", tag: str = "subProcess", **attributes: str) -> str:
    return node(tag, id, "".join(parts), **attributes)


def handler(id: str, begin: str, *parts: str, interrupting: bool = True) -> str:
    """An event sub-process; its start event is called `id_start` and is begun by `begin`."""
    begins = node("startEvent", f"{id}_start", begin, isInterrupting=str(interrupting).lower())
    return sub(begins, *parts, id=id, triggeredByEvent="true")


def association(source: str, target: str) -> str:
    return node("association", f"{source}~{target}", sourceRef=source, targetRef=target)


def boundary(id: str, host: str, inside: str, /, **attributes: str) -> str:
    return node("boundaryEvent", id, inside, attachedToRef=host, **attributes)


def several(
    *, sequential: bool = False, count: str = "", until: str = "", **attributes: str
) -> str:
    """multiInstanceLoopCharacteristics."""
    written = "".join(f' {k.replace("tb_", "tb:")}="{escape(v)}"' for k, v in attributes.items())
    inside = f"<loopCardinality>{escape(count)}</loopCardinality>" if count else ""
    inside += f"<completionCondition>{escape(until)}</completionCondition>" if until else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"{written}>'
        f"{inside}</multiInstanceLoopCharacteristics>"
    )
