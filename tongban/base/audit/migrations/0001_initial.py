import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=64, verbose_name="行为")),
                ("subject_type", models.CharField(max_length=32, verbose_name="对象类型")),
                ("subject_id", models.CharField(max_length=128, verbose_name="对象标识")),
                ("actor", models.CharField(max_length=64, verbose_name="操作账号")),
                ("office", models.CharField(blank=True, max_length=64, verbose_name="部门")),
                ("post", models.CharField(blank=True, max_length=64, verbose_name="岗位")),
                ("purpose", models.CharField(blank=True, max_length=200, verbose_name="用途")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="法律依据")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("done", "已完成"), ("refused", "已拒绝")],
                        default="done",
                        max_length=8,
                        verbose_name="结果",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="详情")),
                ("edition", models.BigIntegerField(null=True, verbose_name="数据版次")),
                ("rows", models.BigIntegerField(null=True, verbose_name="行数")),
                (
                    "subjects",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=128),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="被查对象",
                    ),
                ),
                ("query", models.BinaryField(null=True, verbose_name="查询语句（加密）")),
                (
                    "query_digest",
                    models.BinaryField(max_length=32, null=True, verbose_name="查询摘要"),
                ),
                ("proof", models.BinaryField(max_length=32, verbose_name="行校验码")),
            ],
            options={
                "verbose_name": "审计事件",
                "verbose_name_plural": "审计事件",
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "sequence",
                    models.BigIntegerField(primary_key=True, serialize=False, verbose_name="序号"),
                ),
                ("previous", models.BinaryField(max_length=32, verbose_name="上一校验码")),
                ("hash", models.BinaryField(max_length=32, verbose_name="校验码")),
                ("at", models.DateTimeField(verbose_name="封存时间")),
            ],
            options={
                "verbose_name": "审计封签",
                "verbose_name_plural": "审计封签",
            },
        ),
        migrations.CreateModel(
            name="Unsealed",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="audit.event",
                        verbose_name="事件",
                    ),
                ),
            ],
            options={
                "verbose_name": "待封审计事件",
                "verbose_name_plural": "待封审计事件",
            },
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["subject_type", "subject_id", "id"], name="event_by_subject"
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["actor", "id"], name="event_by_actor"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["kind", "id"],
                name="event_by_kind",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="event_by_time"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("rows__isnull", False)),
                fastupdate=False,
                fields=["subjects"],
                name="event_by_person_read",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("query__isnull", False), ("subjects", [])),
                fields=["id"],
                name="event_bulk_reads",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__regex", "^[a-z][a-z_]*(\\.[a-z][a-z_]*)+$")),
                name="event_kind_is_a_dotted_verb",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["done", "refused"])),
                name="event_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("subjects__len__lte", 100)), name="event_few_subjects"
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("query__isnull", True), ("query_digest__isnull", True)),
                    models.Q(("query__isnull", False), ("query_digest__isnull", False)),
                    _connector="OR",
                ),
                name="event_query_with_digest",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rows__isnull", True),
                    ("rows", 0),
                    ("query__isnull", False),
                    models.Q(("subjects", []), _negated=True),
                    _connector="OR",
                ),
                name="event_read_can_be_asked",
            ),
        ),
        migrations.AddField(
            model_name="seal",
            name="event",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, to="audit.event", verbose_name="事件"
            ),
        ),
        migrations.AddConstraint(
            model_name="seal",
            constraint=models.CheckConstraint(
                condition=models.Q(("sequence__gte", 1)), name="seal_numbered_from_one"
            ),
        ),
    ]
