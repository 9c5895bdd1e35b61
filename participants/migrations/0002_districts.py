from django.db import migrations

DISTRICTS = [
    "Centrum",
    "Delfshaven",
    "Overschie",
    "Noord",
    "Hillegersberg-Schiebroek",
    "Kralingen-Crooswijk",
    "Prins Alexander",
    "Feijenoord",
    "IJsselmonde",
    "Charlois",
    "Pernis",
    "Hoogvliet",
    "Hoek van Holland",
    "Rozenburg",
]


def add_districts(apps, schema_editor):
    District = apps.get_model("participants", "District")
    District.objects.bulk_create([District(name=name) for name in DISTRICTS], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("participants", "0001_initial")]
    operations = [migrations.RunPython(add_districts, migrations.RunPython.noop)]
