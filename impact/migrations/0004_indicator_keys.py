from django.db import migrations

# The six People indicators by the name with which they began.
KEYS = {
    "zelfvertrouwen": "SELF_CONFIDENCE",
    "zelfredzaamheid": "SELF_RELIANCE",
    "sociale en arbeidsparticipatie": "PARTICIPATION",
    "sterkere levensvaardigheden": "LIFE_SKILLS",
    "betere leefomstandigheden": "LIVING_CONDITIONS",
    "kwaliteit van leven": "QUALITY_OF_LIFE",
}


def add_keys(apps, schema_editor):
    for name, key in KEYS.items():
        apps.get_model("impact", "Indicator").objects.filter(name=name, pillar="PEOPLE").update(key=key)


class Migration(migrations.Migration):
    dependencies = [("impact", "0003_measuring_society_and_reports")]
    operations = [migrations.RunPython(add_keys, migrations.RunPython.noop)]
