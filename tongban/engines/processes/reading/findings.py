"""What can be wrong with a model, in words that name the way out."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from tongban.errors import Refusal

RULES: dict[str, tuple[str, str]] = {
    "not-xml": (
        "The file is not well-formed XML: {problem}. Export it again from the editor.",
        "文件不是格式正确的 XML：{problem}。请从编辑器重新导出。",
    ),
    "wrong-encoding": (
        "The file is not written in the encoding that it names; where it names none, that is "
        "UTF-8. Save it as UTF-8, or name its encoding in the first line: "
        '<?xml version="1.0" encoding="GB18030"?>.',
        "文件的实际编码与其声明不符（未声明时为 UTF-8）。请另存为 UTF-8，或在首行写明编码："
        '<?xml version="1.0" encoding="GB18030"?>。',
    ),
    "doctype": (
        "The file holds a document type declaration. Remove the <!DOCTYPE …> part.",
        "文件含有文档类型声明。请删除 <!DOCTYPE …> 部分。",
    ),
    "too-large": (
        "The file has more than {limit} {unit}. Split the process into smaller ones.",
        "文件超过 {limit} {unit_zh}。请拆分为较小的流程。",
    ),
    "not-bpmn": (
        "The file starts with {found}, not with the definitions of a BPMN 2.0 model. "
        "Export it as BPMN 2.0 XML.",
        "文件以 {found} 开头，不是 BPMN 2.0 模型。请导出为 BPMN 2.0 XML。",
    ),
    "no-process": (
        "The file holds no process. Draw one.",
        "文件中没有流程。请绘制一个流程。",
    ),
    "several-processes": (
        'The file holds {count} processes that could run. Mark one as isExecutable="true" and '
        'the others as isExecutable="false".',
        '文件中有 {count} 个可以运行的流程。请将其中一个标为 isExecutable="true"，'
        '其余标为 isExecutable="false"。',
    ),
    "unknown-process": (
        "The file holds no process {process}. It holds: {known}.",
        "文件中没有流程 {process}。现有：{known}。",
    ),
    "same-process-twice": (
        "{process} stands in more than one of the files, or twice in one. Give one of the two "
        "another id.",
        "{process} 在多个文件中出现，或在同一文件中出现两次。请更改其中一个的 id。",
    ),
    "calls-itself": (
        "The processes call each other in a circle: {path}. Let one of them end without the call.",
        "流程循环调用：{path}。请去掉其中一个调用。",
    ),
    "unsupported": (
        "<{tag}> is not supported here. Model it with the supported elements or remove it.",
        "此处不支持 <{tag}>。请改用受支持的元素，或将其删除。",
    ),
    "unsupported-value": (
        '{attribute}="{value}" on <{tag}> is not supported. Remove it or set it to "{allowed}".',
        '不支持 <{tag}> 上的 {attribute}="{value}"。请删除，或改为 "{allowed}"。',
    ),
    "unknown-extension": (
        "tb:{name} means nothing on <{tag}>. Allowed there: {allowed}.",
        "tb:{name} 在 <{tag}> 上没有意义。此处可用：{allowed}。",
    ),
    "missing-attribute": (
        "<{tag}> lacks {attribute}. Give it one.",
        "<{tag}> 缺少 {attribute}。请补上。",
    ),
    "duplicate-id": (
        "The id is already used on line {first}. Give one of the two another id.",
        "该 id 已在第 {first} 行使用。请更改其中一个。",
    ),
    "flow-to-nowhere": (
        "{attribute} names {target}, and no node of this level has that id. Connect the flow to "
        "a node in the same process or sub-process.",
        "{attribute} 指向 {target}，而本层没有该 id 的节点。请将连线接到同一流程或子流程中的节点。",
    ),
    "flow-mismatch": (
        "<{tag}> names {flow}, and that flow is not connected to this node. Redraw the flow or "
        "delete the line.",
        "<{tag}> 写的是 {flow}，但该连线没有接到此节点。请重新连线，或删除这一行。",
    ),
    "no-start": (
        "There is no start event. Add one start event without a trigger.",
        "没有开始事件。请添加一个无触发器的开始事件。",
    ),
    "several-starts": (
        "There are {count} start events, and nothing says where to begin. Keep one and branch "
        "behind it with a gateway.",
        "有 {count} 个开始事件，无法确定从哪里开始。请只保留一个，并在其后用网关分支。",
    ),
    "flow-into-start": (
        "A flow leads into a start event. Lead it to the node behind the start.",
        "有连线进入开始事件。请改接到开始事件之后的节点。",
    ),
    "flow-out-of-end": (
        "A flow leaves an end event. Lead it from the node before the end.",
        "有连线从结束事件引出。请改从结束事件之前的节点引出。",
    ),
    "flow-into-boundary": (
        "A flow leads into a boundary event. Only its activity can trigger it: lead the flow "
        "to the node behind it.",
        "有连线进入边界事件。边界事件只由其活动触发：请改接到其后的节点。",
    ),
    "begun-by-event": (
        "A flow leads in or out. An event sub-process and what compensates are begun by their "
        "event alone, and nothing follows them. Remove the flow.",
        "有连线进入或引出。事件子流程和补偿活动只由其事件启动，之后也没有后续。请删除该连线。",
    ),
    "unreachable": (
        "No path leads here from the start. Connect the node or remove it.",
        "从开始事件无法到达此处。请连接该节点，或将其删除。",
    ),
    "dead-end": (
        "Nothing follows. Lead a flow to an end event.",
        "之后没有任何节点。请将连线引到结束事件。",
    ),
    "no-way-to-end": (
        "From here no path leads to an end event. Give the loop an exit.",
        "从此处无法到达结束事件。请为循环设置出口。",
    ),
    "endless-loop": (
        "The loop {path} can never stop: nothing in it waits, and nothing in it can change which "
        "way a gateway takes. Put a task into it and an exit with a condition.",
        "循环 {path} 永远不会停止：其中没有等待，也没有能改变网关走向的节点。"
        "请在其中加入任务，并设置带条件的出口。",
    ),
    "loop-without-wait": (
        "The loop {path} calls services again and again without a pause. Put a user task, a "
        "timer or a message into it.",
        "循环 {path} 会不停地反复调用服务。请在其中加入用户任务、定时器或消息。",
    ),
    "missing-condition": (
        "The flow leaves a gateway that chooses, and is neither the default nor has a condition. "
        "Give it a condition in FEEL or make it the default flow.",
        "该连线从选择网关引出，但既不是默认连线，也没有条件。请填写 FEEL 条件，或设为默认连线。",
    ),
    "misplaced-condition": (
        "The flow leaves a {tag}, and a condition means nothing there. Put an exclusive or "
        "inclusive gateway between.",
        "该连线从 {tag} 引出，其上的条件没有意义。请在中间加入排他或包容网关。",
    ),
    "default-elsewhere": (
        "The default flow {flow} does not leave this node. Choose one of its outgoing flows.",
        "默认连线 {flow} 不是从此节点引出的。请选择它的一条出线。",
    ),
    "condition-on-default": (
        "The default flow has a condition. Remove the condition: the default is taken when no "
        "other is.",
        "默认连线带有条件。请删除条件：其他连线都不走时才走默认连线。",
    ),
    "boundary-on-nothing": (
        "attachedToRef names {target}, and no activity of this level has that id. Attach the "
        "event to an activity.",
        "attachedToRef 指向 {target}，而本层没有该 id 的活动。请将事件附着到活动上。",
    ),
    "error-never-interrupts": (
        'An error or cancel event always interrupts. Remove {attribute}="false".',
        '错误事件和取消事件总是中断。请删除 {attribute}="false"。',
    ),
    "event-without-definition": (
        "The event does not say what it waits for. Give it a timer, a message, a signal or a "
        "condition.",
        "该事件没有说明等待什么。请设置定时器、消息、信号或条件。",
    ),
    "not-alone": (
        "<{tag}> cannot be one of several definitions of an event. Draw an event of its own for "
        "it.",
        "<{tag}> 不能与其他事件定义合用。请为它单独绘制一个事件。",
    ),
    "not-together": (
        "What is thrown inside the activity cannot be waited for together with something else. "
        'Remove parallelMultiple="true".',
        '活动内部抛出的内容不能与其他触发器同时等待。请删除 parallelMultiple="true"。',
    ),
    "link-without-pair": (
        "The link “{name}” needs exactly one other end of this name on the same level, and has "
        "{count}.",
        "链接“{name}”在同一层必须且只能有一个同名的另一端，现有 {count} 个。",
    ),
    "compensation-without-handler": (
        "No association leads from the compensation event to an activity that is marked as "
        "compensating. Connect it to one.",
        "没有关联从补偿事件指向标记为补偿用的活动。请将其关联到这样的活动。",
    ),
    "cancel-outside": (
        "A cancel event belongs to a transaction: the end event inside one, the boundary event on "
        "one. Move it, or make the sub-process a transaction.",
        "取消事件属于事务：结束事件在事务内部，边界事件附着在事务上。请移动它，或将子流程改为事务。",
    ),
    "cancel-without-exit": (
        "The transaction {transaction} can be cancelled and has no boundary event for that. Add "
        "one with a path behind it.",
        "事务 {transaction} 可以被取消，但没有相应的边界事件。请添加一个，并在其后连出路径。",
    ),
    "compensates-nothing": (
        "activityRef names {target}, and no activity within reach has that id: one of the same "
        "level, or of the level around an event sub-process.",
        "activityRef 指向 {target}，而可及范围内没有该 id 的活动（同一层，或事件子流程外的一层）。",
    ),
    "timer-without-time": (
        "The timer needs exactly one of timeDuration, timeDate and timeCycle, and has {count}.",
        "定时器必须且只能有 timeDuration、timeDate、timeCycle 之一，现有 {count} 个。",
    ),
    "wrong-time": (
        "“{text}” is no ISO 8601 {kind}. Write for example {example}, or a FEEL expression.",
        "“{text}”不是 ISO 8601 的{kind_zh}。请写成例如 {example}，或使用 FEEL 表达式。",
    ),
    "time-too-long": (
        "“{text}” is longer than {years} years. Write a shorter time.",
        "“{text}”超过 {years} 年。请写较短的时间。",
    ),
    "repeats-for-ever": (
        "The event would let a token pass again and again without end. Write how often, for "
        "example R3/PT1H.",
        "该事件会无休止地放行令牌。请写明次数，例如 R3/PT1H。",
    ),
    "message-without-name": (
        "The message reference is missing. Choose a message.",
        "缺少消息引用。请选择一个消息。",
    ),
    "wrong-reference": (
        "{attribute} names {target}, and the file has no such {what}. Choose one that exists.",
        "{attribute} 指向 {target}，而文件中没有这样的{what_zh}。请选择已有的。",
    ),
    "missing-extension": (
        "<{tag}> needs tb:{name}: {why}.",
        "<{tag}> 需要 tb:{name}：{why_zh}。",
    ),
    "wrong-limit": (
        '"{written}" is no time limit. Write tb:days as a number from 0 to {most}, and tb:dayUnit '
        "as working or calendar.",
        "“{written}”不是有效的时限。tb:days 应为 0 至 {most} 的数，"
        "tb:dayUnit 应为 working（工作日）或 calendar（日）。",
    ),
    "skippable-with-outputs": (
        "The task may be skipped, and then nobody sets what it leaves behind. Remove its outputs, "
        "or tb:skippable.",
        "该任务可以跳过，跳过后其输出就没有人填写。请删除其输出，或删除 tb:skippable。",
    ),
    "wrong-language": (
        "The expression is written in {language}. Write it in FEEL.",
        "该表达式使用了 {language}。请改用 FEEL。",
    ),
    "wrong-expression": (
        "“{text}” is no FEEL that this process understands: {problem}",
        "“{text}”不是本流程能理解的 FEEL：{problem_zh}",
    ),
    "wrong-result": (
        "“{text}” gives {found} and can never give {expected}. Correct the expression.",
        "“{text}”的结果是 {found}，永远不会是 {expected}。请更正表达式。",
    ),
    "wrong-name": (
        "“{name}” cannot be the name of a variable. Start it with a letter, then letters, "
        "digits and underscores.",
        "“{name}”不能作为变量名。请以文字开头，后接文字、数字或下划线。",
    ),
    "wrong-type": (
        "“{type}” is no FEEL type. Write one of: {allowed}.",
        "“{type}”不是 FEEL 类型。可用：{allowed}。",
    ),
    "loop-without-end": (
        "The loop has neither a loopCondition nor a loopMaximum. Give it one of the two.",
        "循环既没有 loopCondition，也没有 loopMaximum。请至少填写其一。",
    ),
    "loop-without-count": (
        "A multi-instance activity needs either loopCardinality or tb:collection, not both and "
        "not neither.",
        "多实例活动必须有 loopCardinality 或 tb:collection 之一，不能都有，也不能都没有。",
    ),
    "needs-together": (
        "tb:{name} is there without tb:{other}. Give both or neither.",
        "有 tb:{name} 而没有 tb:{other}。请两者都写，或都不写。",
    ),
    "event-gateway": (
        "An event-based gateway leads to at least two events that wait for something, each with "
        "this one incoming flow and without a condition; {target} is none of them.",
        "事件网关必须引向至少两个等待某事的事件，"
        "每个事件只有这一条入线，且连线不带条件；{target} 不符合。",
    ),
    "lane-twice": (
        "The node stands in the lanes {first} and {second}. Leave it in one.",
        "该节点同时在泳道 {first} 和 {second} 中。请只保留在一个泳道。",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `element` is an id, or empty where the file as a whole is meant."""

    rule: str
    element: str
    line: int
    facts: dict[str, Any] = field(default_factory=dict[str, Any])

    def told(self, language: str) -> str:
        return RULES[self.rule][language.startswith("zh")].format(**self.facts)


class Invalid(Refusal):
    """The process model cannot be used; {count} findings, the first: {place}: {first}"""

    zh: ClassVar[str] = "流程模型不能使用，共 {count} 个问题，第一个：{place}：{first_zh}"

    def __init__(self, findings: tuple[Finding, ...]):
        self.findings = findings
        first = findings[0]
        place = f"{first.element or 'file'} ({first.line})"
        super().__init__(
            count=len(findings), place=place, first=first.told("en"), first_zh=first.told("zh")
        )
