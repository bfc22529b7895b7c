"""The words of the modeller, which brings English ones of its own: each with what it is called in
Chinese."""

from collections.abc import Iterator, Mapping

from tongban.web.ui.origins import is_chinese

TOOLS: Mapping[str, str] = {
    "Activate create/remove space tool": "腾出或收回空间",
    "Activate global connect tool": "连线",
    "Activate hand tool": "移动画面",
    "Activate lasso tool": "框选",
    "Add lane above": "在上面加泳道",
    "Add lane below": "在下面加泳道",
    "Add text annotation": "加注释",
    "Append compensation activity": "追加补偿活动",
    "Append conditional intermediate catch event": "追加条件等待",
    "Append end event": "追加结束",
    "Append gateway": "追加网关",
    "Append intermediate/boundary event": "追加中间事件",
    "Append message intermediate catch event": "追加消息等待",
    "Append receive task": "追加接收任务",
    "Append signal intermediate catch event": "追加信号等待",
    "Append task": "追加任务",
    "Append timer intermediate catch event": "追加定时等待",
    "Change element": "更改种类",
    "Collection": "集合",
    "Connect to other element": "连到另一个元素",
    "Connect using association": "用关联连接",
    "Connect using data input association": "用数据关联连接",
    "Create data object reference": "新建数据对象",
    "Create data store reference": "新建数据存储",
    "Create end event": "新建结束事件",
    "Create expanded sub-process": "新建子流程",
    "Create gateway": "新建网关",
    "Create group": "新建分组",
    "Create intermediate/boundary event": "新建中间事件",
    "Create pool/participant": "新建泳池",
    "Create start event": "新建开始事件",
    "Create task": "新建任务",
    "Default flow": "默认连线",
    "Conditional flow": "条件连线",
    "Sequence flow": "顺序流",
    "Delete": "删除",
    "Divide into three lanes": "分成三条泳道",
    "Divide into two lanes": "分成两条泳道",
    "Empty pool/participant": "空泳池",
    "Empty pool/participant (removes content)": "空泳池（删去内容）",
    "Expanded pool/participant": "展开的泳池",
    "Loop": "循环",
    "Open {element}": "打开 {element}",
    "Parallel multi-instance": "并行多实例",
    "Participant multiplicity": "多个参与者",
    "Search in diagram": "在图中查找",
    "Sequential multi-instance": "顺序多实例",
    "Toggle non-interrupting": "是否中断",
}
ELEMENTS: Mapping[str, str] = {
    "Ad-hoc sub-process": "即席子流程",
    "Ad-hoc sub-process (collapsed)": "即席子流程（折叠）",
    "Ad-hoc sub-process (expanded)": "即席子流程（展开）",
    "Business rule task": "业务规则任务",
    "Call activity": "调用活动",
    "Complex gateway": "复杂网关",
    "Data object reference": "数据对象",
    "Data store reference": "数据存储",
    "Event based instantiating Gateway": "事件网关（启动流程）",
    "Event sub-process": "事件子流程",
    "Event-based gateway": "事件网关",
    "Exclusive gateway": "排他网关",
    "Inclusive gateway": "包容网关",
    "Manual task": "手工任务",
    "Parallel Event based instantiating Gateway": "并行事件网关（启动流程）",
    "Parallel gateway": "并行网关",
    "Receive task": "接收任务",
    "Script task": "脚本任务",
    "Send task": "发送任务",
    "Service task": "服务任务",
    "Sub-process": "子流程",
    "Sub-process (collapsed)": "子流程（折叠）",
    "Sub-process (expanded)": "子流程（展开）",
    "Task": "任务",
    "Transaction": "事务子流程",
    "User task": "用户任务",
}
TRIGGERS: Mapping[str, str] = {
    "": "",
    "Cancel": "取消",
    "Compensation": "补偿",
    "Conditional": "条件",
    "Error": "错误",
    "Escalation": "升级",
    "Link": "链接",
    "Message": "消息",
    "Signal": "信号",
    "Terminate": "终止",
    "Timer": "定时",
}
PLACES: Mapping[str, str] = {
    "start event": "开始事件",
    "end event": "结束事件",
    "boundary event": "边界事件",
    "intermediate catch event": "中间捕获事件",
    "intermediate throw event": "中间抛出事件",
}


def words() -> dict[str, str]:
    """What is said otherwise than the modeller says it by itself."""
    return {**TOOLS, **ELEMENTS, **dict(_events())} if is_chinese() else {}


def _events() -> Iterator[tuple[str, str]]:
    """The modeller composes the names of events out of trigger and place."""
    for trigger, trigger_zh in TRIGGERS.items():
        for place, place_zh in PLACES.items():
            name = f"{trigger} {place}".strip()
            name = f"{name[0].upper()}{name[1:]}"
            yield name, f"{trigger_zh}{place_zh}"
            yield f"{name} (non-interrupting)", f"{trigger_zh}{place_zh}（不中断）"
