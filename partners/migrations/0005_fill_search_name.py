from django.db import migrations


def fill(apps, schema_editor):
    """The column folds its text whenever a row is written."""
    for organisation in apps.get_model("partners", "Organisation").objects.all():
        organisation.save(update_fields=["search_name"])


class Migration(migrations.Migration):
    dependencies = [("partners", "0004_partner_search_name")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
