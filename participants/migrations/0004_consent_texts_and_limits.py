from datetime import date
from decimal import Decimal

from django.db import migrations

TEXTS = {
    "SHARE": "Ik vind het goed dat Pluspunt met deze persoon of organisatie deelt hoe het met mij gaat: hoe vaak ik er "
    "ben, aan welke doelen ik werk en hoe dat gaat. Ik mag dit altijd intrekken. Dat maakt voor mijn plek niets uit.",
    "PHOTO": "Ik vind het goed dat Pluspunt foto's van mij gebruikt om te laten zien wat hier gebeurt. Ik mag dit altijd "
    "intrekken. Foto's die al gedrukt zijn, kunnen niet meer weg.",
    "STORY": "Ik vind het goed dat Pluspunt mijn verhaal vertelt zoals ik het samen met Pluspunt heb opgeschreven. Ik mag "
    "dit altijd intrekken. Wat al gedrukt is, kan niet meer weg.",
}
# Belastingdienst, vrijwilligersvergoedingen: year → per month, per year.
LIMITS = {2024: (Decimal(210), Decimal(2100)), 2025: (Decimal(210), Decimal(2100))}


def add_rows(apps, schema_editor):
    ConsentText = apps.get_model("participants", "ConsentText")
    texts = [ConsentText(purpose=p, version=1, text=t, valid_from=date(2025, 1, 1)) for p, t in TEXTS.items()]
    ConsentText.objects.bulk_create(texts, ignore_conflicts=True)
    AllowanceLimit = apps.get_model("participants", "AllowanceLimit")
    limits = [AllowanceLimit(year=y, per_month=month, per_year=year) for y, (month, year) in LIMITS.items()]
    AllowanceLimit.objects.bulk_create(limits, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("participants", "0003_paths_guidance_and_people_around")]
    operations = [migrations.RunPython(add_rows, migrations.RunPython.noop)]
