"""What BPMN 2.0 calls its elements: groups that the rules speak of, and their names for people."""

from typing import Final

from tongban.engines.processes.reading.vocabulary import CHOREOGRAPHY_ACTIVITIES

TASKS: Final = frozenset(
    {
        *("task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask"),
        *("scriptTask", "businessRuleTask"),
    }
)
SUB_PROCESSES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES: Final = TASKS | SUB_PROCESSES | {"callActivity"}
GATEWAYS: Final = frozenset(
    {
        *("exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway"),
        "eventBasedGateway",
    }
)
CATCHING: Final = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
THROWING: Final = frozenset({"intermediateThrowEvent", "endEvent"})
EVENTS: Final = CATCHING | THROWING
FLOW_NODES: Final = ACTIVITIES | GATEWAYS | EVENTS | CHOREOGRAPHY_ACTIVITIES
ARTIFACTS: Final = frozenset({"association", "group", "textAnnotation"})
EVENT_DEFINITIONS: Final = frozenset(
    f"{trigger}EventDefinition"
    for trigger in (
        *("message", "timer", "conditional", "signal", "escalation", "error"),
        *("cancel", "compensate", "link", "terminate"),
    )
)
# Where nodes and flows stand: a flow never leaves the container that it stands in.
CONTAINERS: Final = SUB_PROCESSES | {"process", "choreography", "subChoreography"}
# What a diagram shows: a finding about anything inside is drawn on the nearest of these.
DRAWN: Final = (
    FLOW_NODES
    | ARTIFACTS
    | {
        *("sequenceFlow", "messageFlow", "participant", "lane", "dataObject"),
        *("dataObjectReference", "dataStoreReference", "conversationLink"),
        *("conversation", "subConversation", "callConversation"),
    }
)

NAMES: Final[dict[str, tuple[str, str]]] = {
    "adHocSubProcess": ("ad-hoc sub-process", "即席子流程"),
    "association": ("association", "关联"),
    "boundaryEvent": ("boundary event", "边界事件"),
    "businessRuleTask": ("business rule task", "业务规则任务"),
    "callActivity": ("call activity", "调用活动"),
    "callChoreography": ("call choreography", "调用编排"),
    "choreography": ("choreography", "编排"),
    "choreographyTask": ("choreography task", "编排任务"),
    "collaboration": ("collaboration", "协作"),
    "complexGateway": ("complex gateway", "复杂网关"),
    "dataInput": ("data input", "数据输入"),
    "dataInputAssociation": ("data input association", "数据输入关联"),
    "dataObject": ("data object", "数据对象"),
    "dataObjectReference": ("data object reference", "数据对象引用"),
    "dataOutput": ("data output", "数据输出"),
    "dataOutputAssociation": ("data output association", "数据输出关联"),
    "documentation": ("documentation", "说明文档"),
    "endEvent": ("end event", "结束事件"),
    "error": ("error", "错误"),
    "escalation": ("escalation", "升级"),
    "eventBasedGateway": ("event-based gateway", "事件网关"),
    "exclusiveGateway": ("exclusive gateway", "排他网关"),
    "globalConversation": ("global conversation", "全局会话"),
    "group": ("group", "分组"),
    "import": ("import", "导入"),
    "inclusiveGateway": ("inclusive gateway", "包容网关"),
    "inputSet": ("input set", "输入集"),
    "intermediateCatchEvent": ("catching intermediate event", "中间捕获事件"),
    "intermediateThrowEvent": ("throwing intermediate event", "中间抛出事件"),
    "itemDefinition": ("item definition", "数据项定义"),
    "lane": ("lane", "泳道"),
    "manualTask": ("manual task", "手工任务"),
    "message": ("message", "消息"),
    "messageFlow": ("message flow", "消息流"),
    "operation": ("operation", "操作"),
    "outputSet": ("output set", "输出集"),
    "parallelGateway": ("parallel gateway", "并行网关"),
    "participant": ("pool", "泳池"),
    "process": ("process", "流程"),
    "property": ("property", "属性"),
    "receiveTask": ("receive task", "接收任务"),
    "scriptTask": ("script task", "脚本任务"),
    "sendTask": ("send task", "发送任务"),
    "sequenceFlow": ("sequence flow", "顺序流"),
    "serviceTask": ("service task", "服务任务"),
    "signal": ("signal", "信号"),
    "startEvent": ("start event", "开始事件"),
    "subChoreography": ("sub-choreography", "子编排"),
    "subProcess": ("sub-process", "子流程"),
    "task": ("task", "任务"),
    "textAnnotation": ("text annotation", "文本注释"),
    "transaction": ("transaction", "事务子流程"),
    "userTask": ("user task", "用户任务"),
}
_DEFINITIONS: Final = {
    "message": ("message event definition", "消息事件定义"),
    "timer": ("timer event definition", "定时事件定义"),
    "conditional": ("conditional event definition", "条件事件定义"),
    "signal": ("signal event definition", "信号事件定义"),
    "escalation": ("escalation event definition", "升级事件定义"),
    "error": ("error event definition", "错误事件定义"),
    "cancel": ("cancel event definition", "取消事件定义"),
    "compensate": ("compensation event definition", "补偿事件定义"),
    "link": ("link event definition", "链接事件定义"),
    "terminate": ("terminate event definition", "终止事件定义"),
}
NAMES.update({f"{trigger}EventDefinition": words for trigger, words in _DEFINITIONS.items()})


def name_of(tag: str, language: str) -> str:
    """The tag itself where BPMN's word for it means nothing to a person either."""
    return NAMES.get(tag, (f"<{tag}>", f"<{tag}>"))[language.startswith("zh")]
