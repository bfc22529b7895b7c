"""The words a model may use: BPMN 2.0 elements that run, elements that only document, and ours.

Our own namespace is `https://tongban.org/bpmn`, here `tb`. Its attributes:

| attribute | on | meaning |
|---|---|---|
| `tb:labelEn` | any node, flow, lane, process | the English name; `name` is the Chinese one |
| `tb:post` | lane, userTask, manualTask | the post that does it; a lane without it is its name |
| `tb:form` | userTask | the form to fill in |
| `tb:days` `tb:dayUnit` | userTask, manualTask | how long it may take, in `working` days or in \
`calendar` days |
| `tb:correction` | process | the activity that a case goes back to when its form was corrected |
| `tb:skippable` | userTask, manualTask | the post that may skip it; no answer to such a task \
becomes a variable, so that nothing is missing where it is skipped |
| `tb:signatures` | userTask, manualTask | the list variable that keeps the answer of each signer \
who was added; it begins empty |
| `tb:operation` | serviceTask, sendTask | the operation that the platform calls; a send task may \
name a message instead |
| `tb:decision` | businessRuleTask | the decision (id or name in the DMN model) |
| `tb:result` | scriptTask, businessRuleTask, serviceTask | the variable that takes the value of \
the script, or the output `result` of the answer |
| `tb:correlation` | receiveTask, sendTask, messageEventDefinition | FEEL; only a message with \
this correlation is taken, or it is sent with it |
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
A sub-process gets a variable of its own, a called process sees nothing else |
| `<tb:input target= source=>` | throwing event | what the message or signal carries |
| `<tb:output target= source=>` | activity, catching event | what comes back: FEEL over the answer \
and the variables. Without any, the whole answer is taken over, name by name; of a called process, \
nothing |

Data objects, properties, data inputs and outputs are variables of their level, named by their name
where FEEL could read it, else by their id. A data association does what `tb:input` or `tb:output`
do; its assignments and transformations are FEEL.

Inside a multi-instance activity FEEL also reads `loopCounter` (from 1); `completionCondition` also
reads `numberOfInstances`, `numberOfActiveInstances`, `numberOfCompletedInstances`, and so does the
condition of a complexBehaviorDefinition. A loopCondition reads `loopCounter`, an
activationCondition `activationCount`, the conditions behind a complex gateway `waitingForStart`.
"""

from typing import Final

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
TB: Final = "https://tongban.org/bpmn"

SUB_PROCESSES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
# What a call activity may call besides a process, and the task that it then is.
GLOBAL_TASKS: Final[dict[str, str]] = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
ACTIVITIES: Final = SUB_PROCESSES | frozenset(
    {
        *("task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask"),
        *("scriptTask", "businessRuleTask", "callActivity"),
    }
)
GATEWAYS: Final = frozenset(
    {
        *("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"),
        "complexGateway",
    }
)
# Nobody executes these: they are read where a file is a drawing.
CHOREOGRAPHY_ACTIVITIES: Final = frozenset(
    {"choreographyTask", "subChoreography", "callChoreography"}
)
CHOREOGRAPHIES: Final = frozenset({"choreography", "globalChoreographyTask"})
COLLABORATIONS: Final = frozenset({"collaboration", "globalConversation"})
CATCHING: Final = frozenset({"startEvent", "boundaryEvent", "intermediateCatchEvent"})
THROWING: Final = frozenset({"endEvent", "intermediateThrowEvent"})
EVENTS: Final = CATCHING | THROWING
NODES: Final = ACTIVITIES | GATEWAYS | EVENTS
DATA: Final = frozenset({"dataObject", "dataObjectReference", "property"})

EVENT_DEFINITIONS: Final = frozenset(
    f"{kind}EventDefinition"
    for kind in (
        *("message", "timer", "signal", "conditional", "error", "escalation", "link"),
        *("compensate", "cancel", "terminate"),
    )
)

# No token ever sees these; their whole subtree is left alone.
DOCUMENTARY: Final = frozenset(
    {
        *("documentation", "extensionElements", "auditing", "monitoring"),
        *("association", "group", "textAnnotation", "dataStoreReference", "dataState"),
    }
)
# Definitions beside the process: harmless until something that runs refers to them.
BESIDE: Final = DOCUMENTARY | frozenset(
    {
        *EVENT_DEFINITIONS,
        *GLOBAL_TASKS,
        *("collaboration", "message", "error", "signal", "escalation", "itemDefinition"),
        *("interface", "endPoint", "resource", "dataStore", "category", "relationship"),
        *("correlationProperty", "partnerRole", "partnerEntity"),
    }
)

_LEVEL: Final = NODES | DATA | {"sequenceFlow", "laneSet"}
_LINKS: Final = frozenset({"incoming", "outgoing"})
_LOOPS: Final = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})
_DATA_IN: Final = frozenset({"dataInput", "dataInputAssociation", "inputSet"})
_DATA_OUT: Final = frozenset({"dataOutput", "dataOutputAssociation", "outputSet"})
_ASSOCIATIONS: Final = frozenset({"dataInputAssociation", "dataOutputAssociation"})
_ACTIVITY: Final = _LINKS | _LOOPS | _ASSOCIATIONS | {"ioSpecification"}
_EVENT: Final = _LINKS | EVENT_DEFINITIONS | {"eventDefinitionRef"}
_ASSOCIATION: Final = frozenset({"sourceRef", "targetRef", "transformation", "assignment"})

# What may stand inside what; anything else is refused by name.
CHILDREN: Final[dict[str, frozenset[str]]] = {
    "process": _LEVEL | {"ioSpecification"},
    "laneSet": frozenset({"lane"}),
    "childLaneSet": frozenset({"lane"}),
    "lane": frozenset({"flowNodeRef", "childLaneSet"}),
    "sequenceFlow": frozenset({"conditionExpression"}),
    **dict.fromkeys(GATEWAYS, _LINKS),
    **dict.fromkeys(CATCHING, _EVENT | _DATA_OUT),
    **dict.fromkeys(THROWING, _EVENT | _DATA_IN),
    **dict.fromkeys(ACTIVITIES, _ACTIVITY),
    "complexGateway": _LINKS | {"activationCondition"},
    "scriptTask": _ACTIVITY | {"script"},
    "subProcess": _ACTIVITY | _LEVEL,
    "transaction": _ACTIVITY | _LEVEL,
    "adHocSubProcess": (_ACTIVITY | _LEVEL | {"completionCondition"}) - {"startEvent", "endEvent"},
    "ioSpecification": frozenset({"dataInput", "dataOutput", "inputSet", "outputSet"}),
    "dataInputAssociation": _ASSOCIATION,
    "dataOutputAssociation": _ASSOCIATION,
    "assignment": frozenset({"from", "to"}),
    "timerEventDefinition": frozenset({"timeDate", "timeCycle", "timeDuration"}),
    "messageEventDefinition": frozenset({"operationRef"}),
    "conditionalEventDefinition": frozenset({"condition"}),
    "linkEventDefinition": frozenset({"source", "target"}),
    "multiInstanceLoopCharacteristics": frozenset(
        {"loopCardinality", "completionCondition", "complexBehaviorDefinition"}
    ),
    "complexBehaviorDefinition": frozenset({"condition", "event"}),
    "event": EVENT_DEFINITIONS | {"eventDefinitionRef"},
    "standardLoopCharacteristics": frozenset({"loopCondition"}),
}

# Attributes that change what an element does, and the one value that is understood.
FIXED: Final[dict[str, str]] = {"method": "##Compensate"}

_LIMIT: Final = frozenset({"days", "dayUnit"})
_ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "process": frozenset({"labelEn", "correction"}),
    "sequenceFlow": frozenset({"labelEn"}),
    "lane": frozenset({"labelEn", "post"}),
    "userTask": frozenset({"labelEn", "form", "post", "skippable", "signatures", *_LIMIT}),
    "manualTask": frozenset({"labelEn", "post", "skippable", "signatures", *_LIMIT}),
    "serviceTask": frozenset({"labelEn", "operation", "result"}),
    "sendTask": frozenset({"labelEn", "operation", "correlation"}),
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
    if tag in CATCHING:
        return frozenset({"output"})
    if tag in THROWING:
        return frozenset({"input"})
    return frozenset({"input", "output"}) if tag in ACTIVITIES else frozenset()
