"""What all web processes count together, such as failed log-ins; Django's cache keeps it here.

It is of the moment: a crash of the database empties it, and no backup would want it."""

from django.db import migrations

CREATE = """
CREATE UNLOGGED TABLE web_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX web_cache_expires ON web_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(CREATE, "DROP TABLE web_cache")]
