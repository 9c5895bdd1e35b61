from django.db import migrations

from privacy.services.append_only import make_append_only, make_changeable

TABLES = {"privacy_accessevent": ["id", "key"], "privacy_accesssubject": ["id"], "privacy_seal": ["id", "number"]}


def guard(apps, schema_editor):
    make_append_only(schema_editor.connection, TABLES)


def release(apps, schema_editor):
    make_changeable(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_signatures_and_seals")]

    operations = [migrations.RunPython(guard, release)]
