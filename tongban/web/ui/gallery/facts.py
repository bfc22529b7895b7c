"""Chips, facts, conditions, requirements."""

from datetime import date, datetime, timedelta
from typing import Any

from tongban.web.ui import masks, parts
from tongban.web.ui.gallery.words import say


def police(today: datetime) -> parts.Origin:
    return parts.Origin(say("公安局", "Public Security"), say("人口信息", "population"), today)


def pension(today: datetime) -> parts.Origin:
    return parts.Origin(
        say("人社局", "Human Resources"), say("个人参保", "insurance"), today - timedelta(days=1)
    )


def stale(today: datetime) -> parts.Origin:
    return parts.Origin(
        say("人社局", "Human Resources"),
        say("个人参保", "insurance"),
        today - timedelta(days=3),
        old=say("未更新", "not refreshed"),
    )


def mine(today: datetime) -> parts.Origin:
    return parts.Origin(
        say("您本人填写", "Entered by you"), at=date(today.year - 1, 8, 3), kind="self"
    )


def chips(today: datetime) -> dict[str, Any]:
    weather = parts.Origin(say("气象局", "Weather"), at=today, old=say("晚 3 小时", "3 hours late"))
    valid = parts.Origin(say("电子证照", "Certificates"), at=say("有效", "valid"), href="#")
    dispute = parts.Dispute("#", say("自然资源和规划局", "Natural Resources"), 10)
    filed = parts.Filed(
        say("公安局", "Public Security"),
        today.date() + timedelta(days=14),
        say("周雨彤", "Zhou Yutong"),
    )
    number, address = "329901199203070027", say("江城区清荷路 66 号云泽花园 3 幢", "66 Qinghe Road")
    return {
        "origins": [police(today), pension(today), mine(today), stale(today), weather, valid],
        "facts": [
            parts.Fact(
                "name",
                say("姓名", "Name"),
                say("周雨桐", "Zhou Yutong"),
                police(today),
                filed=filed,
            ),
            parts.Fact(
                "id",
                say("身份证号", "Identity number"),
                masks.citizen_id(number),
                police(today),
                mono=True,
                reveal_url="#",
                dispute=parts.Dispute("#", say("公安局", "Public Security"), 1),
            ),
            parts.Fact(
                "home", say("现居住地址", "Address"), address, police(today), dispute=dispute
            ),
            parts.Fact(
                "photo", say("照片", "Photo"), say("2021 年采集", "taken in 2021"), stale(today)
            ),
        ],
        "masked": [
            (masks.name("张三"), masks.name("周雨桐")),
            (masks.citizen_id(number), masks.phone("13912341234")),
            (masks.account("6222020200112235127"), masks.address("江城区清荷路 66 号")),
        ],
        "grades": [1, 2, 3, 4],
    }


def conditions(today: datetime) -> dict[str, Any]:
    half_year = say("在本市居住满半年", "Half a year of residence")
    return {
        "checks": [
            parts.Check(
                "ok",
                half_year,
                say("已连续参保 14 个月", "Insured for 14 months"),
                (pension(today),),
            ),
            parts.Check(
                "bad",
                say("名下没有住房", "Owns no home"),
                say("名下 2 套", "Owns two"),
                (police(today),),
            ),
            parts.Check(
                "unknown",
                say("有有效健康证明", "Valid health certificate"),
                origins=(stale(today),),
                detail=say(
                    "卫健委的数据从 9 月 20 日起没有更新。查不到不等于不符合。",
                    "No new data since 20 September. Not found does not mean not met.",
                ),
            ),
            parts.Check(
                "wait",
                say("平面布局符合要求", "Floor plan as required"),
                say("申请人上传", "Uploaded"),
            ),
        ],
        "requirements": [
            parts.Requirement(
                "unknown",
                say("从业人员都有有效健康证明", "Every employee has a valid health certificate"),
                say("《食品安全法》第四十五条；判定项 R2", "Food Safety Law, article 45; rule R2"),
                say("3 人中 2 人有效，1 人数据待更正", "2 of 3 are valid, 1 awaits a correction"),
                (
                    parts.Proof(
                        say("有效至 2027-05-11", "until 2027-05-11"),
                        say("林*芹", "Lin"),
                        police(today),
                    ),
                    parts.Proof(
                        say("有效期待更正", "Date awaits a correction"),
                        say("李*国", "Li"),
                        stale(today),
                        "unknown",
                    ),
                ),
                say(
                    "源数据写 2031-07-02，不合检查 WJ06-03。",
                    "The source says 2031-07-02: check WJ06-03.",
                ),
            ),
            parts.Requirement(
                "ok",
                say("营业执照有效，范围含餐饮服务", "Valid licence that covers catering"),
                say("判定项 R1", "Rule R1"),
                proofs=(
                    parts.Proof(say("存续；餐饮服务", "Active; catering"), origin=police(today)),
                ),
            ),
        ],
        "proofs": [parts.Proofs(5), parts.Proofs(3, 1, 1), parts.Proofs(4, waiting=2)],
    }
