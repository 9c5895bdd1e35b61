from django.db import migrations

THEMES = [
    "Gezondheid & preventie",
    "Mobiliteit & participatie",
    "Kunst & samenleving",
    "Duurzaamheid & educatie",
]


def add_themes(apps, schema_editor):
    Theme = apps.get_model("partners", "Theme")
    rows = [Theme(name=name, position=position) for position, name in enumerate(THEMES, start=1)]
    Theme.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_themes_and_collaborations")]
    operations = [migrations.RunPython(add_themes, migrations.RunPython.noop)]
