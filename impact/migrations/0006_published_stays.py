from django.db import migrations

# What was published keeps its figures for ever, also for whoever writes to the tables without the application.
TABLES = ["impact_reportversion", "impact_reportfile"]
REFUSAL = "A published report never changes"
FUNCTION = f"""
CREATE FUNCTION impact_published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)
    for table in TABLES:
        for statement in guards_of(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)


def guards_of(table, vendor):
    if vendor == "postgresql":
        return [
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION impact_published_stays()"
        ]
    return [
        f"CREATE TRIGGER {table}_{event} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for event in ("update", "delete")
    ]


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION impact_published_stays CASCADE")
        return
    for table in TABLES:
        for event in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_{event}")


class Migration(migrations.Migration):
    dependencies = [("impact", "0005_report_organisation")]

    operations = [migrations.RunPython(guard, unguard)]
