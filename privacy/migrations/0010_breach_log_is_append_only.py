from django.db import migrations

from privacy.services.append_only import make_append_only, make_changeable

TABLES = {"privacy_breachupdate": ["id"]}


def guard(apps, schema_editor):
    make_append_only(schema_editor.connection, TABLES)


def release(apps, schema_editor):
    make_changeable(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("privacy", "0009_breaches")]

    operations = [migrations.RunPython(guard, release)]
