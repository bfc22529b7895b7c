import json
from datetime import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def to_rows(apps, schema_editor):
    """What a case's process stood at lay in one sealed text; it becomes rows, sealed where it was
    a value."""
    head, row = apps.get_model("cases", "ProcessHead"), apps.get_model("cases", "ProcessRow")
    for case in apps.get_model("cases", "Case").objects.exclude(state_sealed=b"").iterator():
        state = json.loads(settings.VAULT.open(bytes(case.state_sealed), "case"))
        head.objects.create(
            case=case,
            definition=state["definition"],
            status=state["status"],
            outcome=state["outcome"] or "",
            variables_sealed=sealed(state["variables"]),
            counters=[*state["counters"], 0],
        )
        if case.status == "running":
            row.objects.bulk_create(row(case=case, **each) for each in rows(state))


def rows(state):
    for number, kind, node, parent, token, turn, variables in state["scopes"]:
        cells = {"kind": kind, "parent": parent, "token": token, "turn": turn, "listening": True}
        yield one("scope", number, cells, {"variables": variables}, node=node)
    for number, total, begun, completed, items, results in state["loops"]:
        cells = {"total": total, "begun": begun, "completed": completed}
        yield one("loop", number, cells, {"items": items, "results": results})
    for number, node, scope, via in state["tokens"]:
        yield one("token", number, {"scope": scope, "via": via, "held": False}, node=node)
    for number, node, token, kind in state["tasks"]:
        yield one("task", number, {"token": token, "kind": kind}, node=node)
    for number, node, token, due, left, every in state["timers"]:
        cells = {"token": token, "left": left, "every": every, "scope": 0, "trigger": 0}
        yield one("timer", number, cells, node=node, due=datetime.fromisoformat(due))
    for number, node, token, name, correlation in state["subscriptions"]:
        cells = {"token": token, "kind": "message", "scope": 0, "trigger": 0, "met": False}
        yield one("subscription", number, cells, {"correlation": correlation}, node=node, name=name)


def one(kind, number, cells, personal=None, **columns):
    given = {"kind": kind, "number": number, "cells": cells, "sealed": sealed(personal)}
    return given | columns


def sealed(content):
    if not content:
        return b""
    return settings.VAULT.seal(json.dumps(content, ensure_ascii=False).encode(), "process")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_objection"),
    ]

    operations = [
        migrations.DeleteModel(name="Timer"),
        migrations.CreateModel(
            name="ProcessHead",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="head",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("definition", models.CharField(max_length=64, verbose_name="流程版本")),
                ("status", models.CharField(max_length=8, verbose_name="状态")),
                ("outcome", models.CharField(blank=True, max_length=255, verbose_name="结局")),
                ("variables_sealed", models.BinaryField(verbose_name="变量（密文）")),
                ("counters", models.JSONField(verbose_name="编号")),
            ],
            options={
                "verbose_name": "流程总况",
            },
        ),
        migrations.CreateModel(
            name="ProcessRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("scope", "范围"),
                            ("loop", "循环"),
                            ("token", "令牌"),
                            ("task", "任务"),
                            ("timer", "定时器"),
                            ("subscription", "订阅"),
                            ("done", "可补偿的步骤"),
                        ],
                        max_length=12,
                        verbose_name="种类",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="编号")),
                ("node", models.CharField(blank=True, max_length=255, verbose_name="流程节点")),
                ("name", models.CharField(blank=True, max_length=255, verbose_name="所等的名称")),
                ("due", models.DateTimeField(null=True, verbose_name="到期时间")),
                ("cells", models.JSONField(verbose_name="其他属性")),
                ("sealed", models.BinaryField(verbose_name="变量（密文）")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="process_rows",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "流程状态行",
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind", "timer")), fields=["due"], name="timer_by_due"
                    ),
                    models.Index(
                        condition=models.Q(("kind", "subscription")),
                        fields=["name"],
                        name="subscription_by_name",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "kind", "number"), name="process_row_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due__isnull", False), ("kind", "timer")),
                            models.Q(
                                models.Q(("kind", "timer"), _negated=True), ("due__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="timers_alone_are_due",
                    ),
                ],
            },
        ),
        migrations.RunPython(to_rows, migrations.RunPython.noop),
        migrations.RemoveField(model_name="case", name="state_sealed"),
    ]
