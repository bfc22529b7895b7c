from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lake", "0004_accepted_corrections"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="feeds",
            field=models.ForeignKey(
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="fed",
                to="lake.edition",
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="facts_of",
            field=models.PositiveIntegerField(null=True, verbose_name="沿用其事实的版次"),
        ),
        migrations.AddField(
            model_name="editiontable",
            name="mark",
            field=models.JSONField(null=True, verbose_name="已取到之处"),
        ),
    ]
