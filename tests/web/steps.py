"""The residence permit by a process of two people: a clerk looks it over, then an approver."""

from tests.business.applying import changed, publish
from tests.engines.processes.bpmn_models import (
    declared,
    end,
    extended,
    flow,
    model,
    node,
    path,
    service,
    start,
    tb_output,
    user,
)
from tests.permits import CITY
from tongban.business.items import bundle
from tongban.business.items.models import ItemVersion

CHECK = {
    "name": "受理核对",
    "tb_labelEn": "Intake check",
    "tb_post": "clerk",
    "tb_days": "3",
    "tb_dayUnit": "working",
}
FIGURES = {
    "name": "登记楼栋编号",
    "tb_labelEn": "Note the building",
    "tb_post": "clerk",
    "tb_skippable": "lead",
}
REVIEW = {"name": "审查决定", "tb_labelEn": "Review and decision", "tb_post": "approver"}
OUTPUT = extended(tb_output("approved", "approved"))
ENDS = (
    node("exclusiveGateway", "reviewed", default="reviewed-refuse"),
    service("issue", name="签发", tb_labelEn="Issue", tb_operation="issue_certificate"),
    service("refuse", name="送达", tb_labelEn="Serve the refusal", tb_operation="notify_refusal"),
    end("issued"),
    end("refused"),
    path("issue", "issued"),
    path("refuse", "refused"),
    flow("reviewed", "issue", "approved = true"),
    flow("reviewed", "refuse"),
)


def two_people() -> ItemVersion:
    """A clerk with three days, then an approver."""
    parts = (user("check", **CHECK), user("review", OUTPUT, **REVIEW))
    return _published(*parts, path("start", "check", "review", "reviewed"))


def with_a_step_to_skip() -> ItemVersion:
    """The head of the office may leave out the first step."""
    parts = (user("figures", **FIGURES), user("review", OUTPUT, **REVIEW))
    return _published(*parts, path("start", "figures", "review", "reviewed"))


def _published(*parts: str) -> ItemVersion:
    drawn = model(declared(approved="boolean"), start(), *parts, *ENDS).decode()
    read = bundle.read(CITY / "items" / "B09")
    return publish(changed(read, "B09", process_text=drawn))
