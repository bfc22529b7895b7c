from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "day",
                    models.DateField(primary_key=True, serialize=False, verbose_name="日期"),
                ),
                ("working", models.BooleanField(verbose_name="工作日")),
                ("note_zh", models.CharField(blank=True, max_length=64, verbose_name="中文说明")),
                ("note_en", models.CharField(blank=True, max_length=64, verbose_name="英文说明")),
                ("announced", models.BooleanField(verbose_name="已公布")),
            ],
            options={"verbose_name": "日历日", "ordering": ["day"]},
        ),
    ]
