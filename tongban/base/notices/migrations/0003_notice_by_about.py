from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_notices_for_accounts")]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["about_type", "about_id"], name="notice_by_about"),
        ),
    ]
