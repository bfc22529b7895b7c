"""Whatever the gate prepares its reads from, a change of it draws another stamp."""

from django.db import migrations

TABLES = (
    "people_office",
    "lake_resource",
    "standards_element",
    "standards_code",
    "registers_factdefinition",
    "exchange_grant",
)

FUNCTION = """
CREATE FUNCTION exchange_stamp_definitions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lake_definitionsstamp (id, stamp) VALUES (1, gen_random_uuid())
        ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp;
    RETURN NULL;
END
$$;
"""

TRIGGER = """
CREATE TRIGGER {table}_stamped AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_stamp_definitions();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_initial"),
        ("lake", "0003_definitions_stamp"),
        ("people", "0001_initial"),
        ("registers", "0001_initial"),
        ("standards", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION exchange_stamp_definitions()"),
        *[
            migrations.RunSQL(
                TRIGGER.format(table=table), f"DROP TRIGGER {table}_stamped ON {table}"
            )
            for table in TABLES
        ],
    ]
