"""The words a model may use: BPMN 2.0 elements that run, elements that only document, and ours.

Our own namespace is `https://tongban.org/bpmn`, here `tb`. Its attributes:

| attribute | on | meaning |
|---|---|---|
| `tb:labelEn` | any node, flow, lane, process | the English name; `name` is the Chinese one |
| `tb:post` | lane, userTask, manualTask | the post that does it; a lane without it is its name |
| `tb:form` | userTask | the form to fill in |
| `tb:operation` | serviceTask, sendTask | the operation that the platform calls |
| `tb:decision` | businessRuleTask | the decision (id or name in the DMN model) |
| `tb:result` | scriptTask, businessRuleTask, serviceTask | the variable that takes the value of \
the script, or the output `result` of the answer |
| `tb:correlation` | receiveTask, messageEventDefinition | FEEL; only a message with this \
correlation is taken |
| `tb:outcome` | endEvent | what the case is called that ends here; its id otherwise |
| `tb:collection` `tb:element` | multiInstanceLoopCharacteristics | FEEL list: one instance for \
each entry · the variable that holds the entry |
| `tb:outputCollection` `tb:outputElement` | multiInstanceLoopCharacteristics | the list variable \
that is made · FEEL: what each instance adds to it |

Inside `extensionElements`:

| element | in | meaning |
|---|---|---|
| `<tb:variable name= type=>` | process | declares a variable; as soon as there is one, FEEL may \
only read declared, mapped or local names |
| `<tb:input target= source=>` | activity | what the work is handed: FEEL over the variables. \
A sub-process gets a variable of its own |
| `<tb:output target= source=>` | activity, catching event | what comes back: FEEL over the answer \
and the variables. Without any, the whole answer is taken over, name by name |

Inside a multi-instance activity FEEL also reads `loopCounter` (from 1); `completionCondition` also
reads `numberOfInstances`, `numberOfActiveInstances`, `numberOfCompletedInstances`.
"""

from typing import Final

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
TB: Final = "https://tongban.org/bpmn"

ACTIVITIES: Final = frozenset(
    {
        *("task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask"),
        *("scriptTask", "businessRuleTask", "subProcess"),
    }
)
GATEWAYS: Final = frozenset(
    {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"}
)
EVENTS: Final = frozenset(
    {
        *("startEvent", "endEvent", "boundaryEvent"),
        *("intermediateCatchEvent", "intermediateThrowEvent"),
    }
)
NODES: Final = ACTIVITIES | GATEWAYS | EVENTS

# No token ever sees these; their whole subtree is left alone.
DOCUMENTARY: Final = frozenset(
    {
        *("documentation", "extensionElements", "auditing", "monitoring"),
        *("association", "group", "textAnnotation"),
    }
)
# Definitions beside the process: harmless until something that runs refers to them.
BESIDE: Final = DOCUMENTARY | frozenset(
    {
        *("collaboration", "message", "error", "signal", "escalation", "itemDefinition"),
        *("interface", "endPoint", "resource", "dataStore", "category", "relationship"),
        *("correlationProperty", "partnerRole", "partnerEntity"),
    }
)

_LEVEL: Final = NODES | {"sequenceFlow", "laneSet"}
_LINKS: Final = frozenset({"incoming", "outgoing"})
_ACTIVITY: Final = _LINKS | {"multiInstanceLoopCharacteristics"}
_WAITS: Final = frozenset({"timerEventDefinition", "messageEventDefinition"})

# What may stand inside what; anything else is refused by name.
CHILDREN: Final[dict[str, frozenset[str]]] = {
    "process": _LEVEL,
    "laneSet": frozenset({"lane"}),
    "childLaneSet": frozenset({"lane"}),
    "lane": frozenset({"flowNodeRef", "childLaneSet"}),
    "sequenceFlow": frozenset({"conditionExpression"}),
    **dict.fromkeys(GATEWAYS | EVENTS, _LINKS),
    **dict.fromkeys(ACTIVITIES, _ACTIVITY),
    "scriptTask": _ACTIVITY | {"script"},
    "subProcess": _ACTIVITY | _LEVEL,
    "endEvent": _LINKS | {"terminateEventDefinition", "errorEventDefinition"},
    "intermediateCatchEvent": _LINKS | _WAITS,
    "boundaryEvent": _LINKS | _WAITS | {"errorEventDefinition"},
    "timerEventDefinition": frozenset({"timeDate", "timeCycle", "timeDuration"}),
    "multiInstanceLoopCharacteristics": frozenset({"loopCardinality", "completionCondition"}),
}

# Attributes that change what an element does, and the one value that is understood.
FIXED: Final[dict[str, str]] = {
    "isForCompensation": "false",
    "startQuantity": "1",
    "completionQuantity": "1",
    "triggeredByEvent": "false",
    "instantiate": "false",
    "parallelMultiple": "false",
    "eventGatewayType": "Exclusive",
    "behavior": "All",
    "isInterrupting": "true",
}

_ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "process": frozenset({"labelEn"}),
    "sequenceFlow": frozenset({"labelEn"}),
    "lane": frozenset({"labelEn", "post"}),
    "userTask": frozenset({"labelEn", "form", "post"}),
    "manualTask": frozenset({"labelEn", "post"}),
    "serviceTask": frozenset({"labelEn", "operation", "result"}),
    "sendTask": frozenset({"labelEn", "operation"}),
    "businessRuleTask": frozenset({"labelEn", "decision", "result"}),
    "scriptTask": frozenset({"labelEn", "result"}),
    "receiveTask": frozenset({"labelEn", "correlation"}),
    "messageEventDefinition": frozenset({"correlation"}),
    "endEvent": frozenset({"labelEn", "outcome"}),
    "multiInstanceLoopCharacteristics": frozenset(
        {"collection", "element", "outputCollection", "outputElement"}
    ),
}
_LABEL: Final = frozenset({"labelEn"})


def attributes(tag: str) -> frozenset[str]:
    """The `tb:` attributes that mean something on a BPMN element."""
    return _ATTRIBUTES.get(tag, _LABEL if tag in NODES else frozenset())


def elements(tag: str) -> frozenset[str]:
    """The `tb:` elements that mean something in the element's extensionElements."""
    if tag == "process":
        return frozenset({"variable"})
    if tag in ("intermediateCatchEvent", "boundaryEvent"):
        return frozenset({"output"})
    return frozenset({"input", "output"}) if tag in ACTIVITIES else frozenset()
