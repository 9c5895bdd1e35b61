from django.db import migrations

# Pillar, name, explanation. The six of People are about one participant, the others about the city.
INDICATORS = [
    ("PEOPLE", "zelfvertrouwen", "Vertrouwt iemand meer op wat hij of zij kan?"),
    ("PEOPLE", "zelfredzaamheid", "Redt iemand zich beter in het dagelijks leven?"),
    ("PEOPLE", "sociale en arbeidsparticipatie", "Doet iemand meer mee, met mensen en met werk?"),
    ("PEOPLE", "sterkere levensvaardigheden", "Leert iemand wat nodig is om verder te komen?"),
    ("PEOPLE", "betere leefomstandigheden", "Gaat het beter met wonen, geld en gezondheid?"),
    ("PEOPLE", "kwaliteit van leven", "Is iemand meer tevreden met het eigen leven?"),
    ("PLANET", "circulariteit", "Wat krijgt een tweede leven en wordt niet weggegooid?"),
    ("PLACE", "veiligheid", "Voelen mensen in de buurt zich veiliger?"),
    ("PLACE", "leefbaarheid", "Is de buurt fijner om in te wonen?"),
    ("PLACE", "sociale verbinding", "Leren buren en deelnemers elkaar kennen?"),
    ("PROSPERITY", "samenredzaamheid", "Helpen mensen in de buurt elkaar meer?"),
    ("PROSPERITY", "sociale mobiliteit", "Komen mensen verder, naar werk, opleiding of vrijwilligerswerk?"),
    ("PROSPERITY", "kwaliteit van samenleven", "Gaan mensen in de stad prettiger met elkaar om?"),
]


def add_indicators(apps, schema_editor):
    Indicator = apps.get_model("impact", "Indicator")
    Indicator.objects.bulk_create(
        [
            Indicator(
                pillar=pillar,
                scope="INDIVIDUAL" if pillar == "PEOPLE" else "SOCIETY",
                name=name,
                explanation=explanation,
                position=position,
            )
            for position, (pillar, name, explanation) in enumerate(INDICATORS, start=1)
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("impact", "0001_initial")]
    operations = [migrations.RunPython(add_indicators, migrations.RunPython.noop)]
