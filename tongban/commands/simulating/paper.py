"""The same item as it was before: no facts, so materials are handed in, a clerk looks at each of
them, and an approver decides every case."""

from functools import cache

from tongban.engines import processes
from tongban.engines.processes import Definition

CHECK, REVIEW = "check", "review"
CLERK, APPROVER = "clerk", "approver"


@cache
def definition() -> Definition:
    return processes.load(TEXT.encode())


def _flow(name: str, source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<sequenceFlow id="{name}" {ends}>{inner}</sequenceFlow>'


OUTPUTS = '<extensionElements><tb:output target="approved" source="approved"/></extensionElements>'
TEXT = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tb="https://tongban.org/bpmn"
 id="paper" targetNamespace="https://tongban.org/process/paper">
<process id="paper_way" name="纸质办理" tb:labelEn="On paper" tb:correction="{CHECK}"
 isExecutable="true">
<extensionElements><tb:variable name="approved" type="boolean"/></extensionElements>
<laneSet id="lanes">
<lane id="lane_clerk" name="受理岗" tb:labelEn="Clerk" tb:post="{CLERK}">
<flowNodeRef>{CHECK}</flowNodeRef></lane>
<lane id="lane_approver" name="审批岗" tb:labelEn="Approver" tb:post="{APPROVER}">
<flowNodeRef>{REVIEW}</flowNodeRef></lane></laneSet>
<startEvent id="submitted"/>
<userTask id="{CHECK}" name="核对材料" tb:labelEn="Look at the materials">{OUTPUTS}</userTask>
<userTask id="{REVIEW}" name="审查" tb:labelEn="Review">{OUTPUTS}</userTask>
<exclusiveGateway id="reviewed" default="rejected"/>
<serviceTask id="issue" tb:operation="issue_certificate"/><endEvent id="issued"/>
<sendTask id="refuse" tb:operation="notify_refusal"/><endEvent id="refused"/>
{_flow("to_check", "submitted", CHECK)}{_flow("to_review", CHECK, REVIEW)}
{_flow("to_reviewed", REVIEW, "reviewed")}
{_flow("approved", "reviewed", "issue", "approved = true")}
{_flow("rejected", "reviewed", "refuse")}
{_flow("to_issued", "issue", "issued")}{_flow("to_refused", "refuse", "refused")}
</process></definitions>
"""
