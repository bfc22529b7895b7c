"""Facts know their register. Those there are belong to the only register there was.

A constant default is not written into the rows, so the table is not rewritten.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="subjectfacts",
            name="register",
            field=models.CharField(db_default="person", max_length=32, verbose_name="库代码"),
        ),
    ]
