"""Clocks and the course of a case."""

from datetime import datetime
from typing import Any

from tongban.web.ui import parts
from tongban.web.ui.gallery.facts import police
from tongban.web.ui.gallery.words import say


def clocks() -> dict[str, Any]:
    return {
        "lamps": [
            parts.Lamp("none", say("剩 4 个工作日", "4 working days left")),
            *(parts.Lamp(colour) for colour in ("blue", "yellow", "red", "purple", "paused")),
        ],
        "clocks": [
            parts.Clock(
                "purple", say("超法定 2 个工作日", "Statutory limit passed by 2 days"), 100
            ),
            parts.Clock("red", say("超承诺 2 个工作日", "Promise passed by 2 days"), 100),
            parts.Clock("yellow", say("今天 17:30 到期", "Due today 17:30"), 92),
            parts.Clock(
                "blue",
                say("剩 2 个工作日", "2 working days left"),
                60,
                say("全程剩 4 个工作日", "4 working days in all"),
            ),
            parts.Clock("none", say("剩 4 个工作日", "4 working days left"), 20),
            parts.Clock("paused", say("停表，等专家评审", "Stopped for an expert review")),
        ],
    }


def courses(today: datetime) -> dict[str, Any]:
    branch = parts.Branch
    return {
        "strip": parts.Strip(
            (
                parts.Step(
                    say("申请", "Applied"), "done", say("9-16 20:14，手机", "9-16 20:14, phone")
                ),
                parts.Step(
                    say("受理", "Accepted"),
                    "done",
                    say("9-17 09:02，自动", "9-17 09:02, automatic"),
                ),
                parts.Step(
                    say("审查", "Review"),
                    "now",
                    parallel=(
                        parts.Step(
                            say("书面审查", "Documents"),
                            "now",
                            say("沈岚，9-22 起", "Shen Lan, since 9-22"),
                        ),
                        parts.Step(
                            say("现场核查", "Site visit"),
                            "done",
                            say("9-21，符合", "9-21, as required"),
                        ),
                    ),
                ),
                parts.Step(say("决定", "Decision"), "next", say("审批岗", "Approval post")),
                parts.Step(say("送达", "Delivery"), "next", say("电子证照", "Electronic")),
            )
        ),
        "line": parts.Line(
            (
                parts.Stage(
                    say("网签备案", "Contract filed"),
                    "done",
                    say("住建局，9 月 22 日办结", "Housing, done on 22 Sep"),
                    links=((say("备案合同", "The contract"), "#"),),
                    origins=(police(today),),
                ),
                parts.Stage(
                    say("转移登记", "Transfer of title"),
                    "now",
                    say("资规局，承诺 1 个工作日", "Natural Resources, one working day"),
                    say("正在同时核查 3 项。", "Three checks at the same time."),
                    branches=(
                        branch(
                            say("权属与查封", "Title and seizure"), "done", say("通过", "passed")
                        ),
                        branch(say("婚姻状况", "Marriage"), "done", say("通过", "passed")),
                        branch(
                            say("登记审核", "Review"),
                            "now",
                            say("办理中", "under way"),
                            say("苏*岚", "Su"),
                        ),
                    ),
                ),
                parts.Stage(
                    say("水电气过户", "Water, power, gas"),
                    "next",
                    say("出证后自动开始", "starts by itself"),
                    branches=(
                        branch(say("供水", "Water"), "done", say("已备好", "ready")),
                        branch(
                            say("供电", "Power"),
                            "stop",
                            say("等卖方", "waits for the seller"),
                            say("欠费 86.40 元", "86.40 yuan owed"),
                        ),
                        branch(say("燃气", "Gas"), "next", say("等出证", "waits for the title")),
                    ),
                ),
            )
        ),
        "ring": parts.Ring(2, 4, say("件事办好", "done")),
    }
