"""Questions, fields and certificates."""

from datetime import datetime
from typing import Any

from tongban.web.ui import masks, parts
from tongban.web.ui.gallery.facts import mine
from tongban.web.ui.gallery.words import say


def forms(today: datetime) -> dict[str, Any]:
    card = (
        parts.Option(
            "no",
            say("不要，只用电子居住证", "No, electronic only"),
            say("立即可用", "Valid at once"),
        ),
        parts.Option(
            "yes",
            say("要，邮寄到现居住地址", "Yes, by mail"),
            say("免费，3 至 5 日", "Free, 3 to 5 days"),
        ),
    )
    phone = (
        parts.Option("known", masks.phone("13812346021"), origin=mine(today)),
        parts.Option("other", say("换一个号码", "Another number")),
    )
    want = say("1. 您要实体卡吗？", "1. Do you want a card?")
    return {
        "problems": parts.Problems((("card-wrong", want),)),
        "questions": [
            parts.Question(
                "card",
                want,
                card,
                ("no",),
                say("电子居住证同等有效。", "The electronic one is as good."),
            ),
            parts.Question("card-wrong", want, card, error=say("请选一项", "Choose one")),
            parts.Question(
                "phone",
                say("2. 通知发到哪个手机？", "2. Which phone?"),
                phone,
                ("known",),
                many=True,
                required=False,
            ),
        ],
        "fields": [
            parts.Field(
                "reason",
                say("理由", "Reason"),
                "textarea",
                hint=say("写进决定书。", "Part of the decision."),
            ),
            parts.Field(
                "mobile",
                say("手机号", "Mobile"),
                "tel",
                "1391234",
                error=say("还差 4 位", "4 digits missing"),
            ),
            parts.Field(
                "born", say("出生日期", "Date of birth"), "date", "1992-03-07", required=False
            ),
            parts.Field("kind", say("住所性质", "Kind of home"), "select", "no", options=card),
        ],
    }


def certificates() -> list[parts.Certificate]:
    rows = (
        (say("姓名", "Name"), say("周雨桐", "Zhou Yutong")),
        (say("证件号码", "Identity number"), masks.citizen_id("329901199203070027")),
        (
            say("居住地址", "Address"),
            say("江城区清荷路 66 号云泽花园 3 幢 502 室", "66 Qinghe Road, 3-502"),
        ),
        (say("签发机关", "Issued by"), say("云泽市公安局", "Yunze Public Security")),
        (say("有效期至", "Valid until"), say("2027 年 9 月 22 日", "22 Sep 2027")),
    )
    number = "1.2.156.3005.2.11329900MB0C7K215M021.11329900MB0D9R1528.2026000187.001.M"
    title, caption = say("云泽市居住证", "Residence permit of Yunze"), "电子证照专用章"
    return [
        parts.Certificate(
            title, rows, number, "云泽市公安局", caption, "https://yunze.example/v/2026000187"
        ),
        parts.Certificate(
            title,
            rows,
            f"{number}-2",
            "云泽市自然资源和规划局",
            caption,
            void=say("已注销", "Revoked"),
        ),
    ]
