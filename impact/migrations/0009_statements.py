from datetime import date

from django.db import migrations

# Indicator, for oneself, for the coach (after the name of the person). Our own words, in plain Dutch.
STATEMENTS = [
    ("SELF_CONFIDENCE", "Ik durf iets nieuws te proberen.", "durft iets nieuws te proberen."),
    ("SELF_CONFIDENCE", "Ik ben trots op wat ik kan.", "laat zien trots te zijn op eigen werk."),
    (
        "SELF_CONFIDENCE",
        "Lukt iets niet? Dan probeer ik het nog een keer.",
        "probeert het nog een keer als iets niet lukt.",
    ),
    ("SELF_RELIANCE", "Ik regel mijn eigen afspraken.", "regelt zelf de eigen afspraken."),
    ("SELF_RELIANCE", "Kom ik er niet uit? Dan vraag ik om hulp.", "vraagt om hulp als het alleen niet lukt."),
    ("SELF_RELIANCE", "Ik zorg dat ik op tijd ben.", "zorgt zelf op tijd te zijn."),
    ("PARTICIPATION", "Ik hoor ergens bij.", "hoort bij de groep."),
    ("PARTICIPATION", "Andere mensen hebben iets aan wat ik doe.", "doet werk waar anderen iets aan hebben."),
    ("PARTICIPATION", "Ik heb in de week genoeg te doen.", "heeft in de week genoeg te doen."),
    ("LIFE_SKILLS", "Ik leer dingen waar ik verder mee kom.", "leert dingen om verder mee te komen."),
    ("LIFE_SKILLS", "Ik zeg wat ik wel wil en wat ik niet wil.", "zegt wat wel en wat niet goed is."),
    ("LIVING_CONDITIONS", "Ik heb een fijne plek om te wonen.", "heeft een goede plek om te wonen."),
    ("LIVING_CONDITIONS", "Ik weet hoe het met mijn geld en mijn post staat.", "weet hoe het met geld en post staat."),
    ("QUALITY_OF_LIFE", "Ik heb zin in de dag van morgen.", "heeft zin in wat er komt."),
    ("QUALITY_OF_LIFE", "Ik ben tevreden met hoe mijn leven nu is.", "lijkt tevreden met het leven nu."),
]


def add_statements(apps, schema_editor):
    Statement = apps.get_model("impact", "Statement")
    if Statement.objects.exists():
        return
    Statement.objects.bulk_create(
        [
            Statement(
                number=number,
                version=1,
                indicator=indicator,
                text=text,
                coach_text=coach_text,
                position=number,
                valid_from=date(2025, 1, 1),
            )
            for number, (indicator, text, coach_text) in enumerate(STATEMENTS, start=1)
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("impact", "0008_growth_of_scores")]
    operations = [migrations.RunPython(add_statements, migrations.RunPython.noop)]
