from django.db import migrations

CALL_RULES = [("SOCIAL_DAY_CARE", 2), ("ACTIVATION", 2), ("SKILLED_VOLUNTEER", 2)]
# (name, unit, in which disciplines first, only whole numbers)
OUTPUT_TYPES = [
    ("fietsen gerepareerd", "stuks", "BIKE", True),
    ("fietsen weggegeven", "stuks", "BIKE", True),
    ("klussen gedaan", "stuks", "WOOD,STEEL,OTHER", True),
    ("buren geholpen", "mensen", "BIKE,WOOD,STEEL,OTHER", True),
    ("maaltijden gekookt", "stuks", "KITCHEN", True),
    ("voedsel geoogst", "kg", "FOOD", False),
    ("voedsel uitgedeeld", "kg", "FOOD,KITCHEN", False),
    ("materiaal hergebruikt", "kg", "BIKE,WOOD,STEEL,ART", False),
    ("groen of gebouw opgeknapt", "m²", "FOOD,WOOD", False),
    ("evenementen gehouden", "stuks", "ART", True),
    ("bezoekers ontvangen", "mensen", "ART", True),
    ("kunstwerken getoond", "stuks", "ART", True),
    ("uren van vrijwilligers", "uur", "", False),
]


def add_lists(apps, schema_editor):
    apps.get_model("workshops", "CallRule").objects.bulk_create(
        [apps.get_model("workshops", "CallRule")(target_group=group, no_shows=times) for group, times in CALL_RULES],
        ignore_conflicts=True,
    )
    OutputType = apps.get_model("workshops", "OutputType")
    OutputType.objects.bulk_create(
        [
            OutputType(name=name, unit=unit, disciplines=disciplines, is_whole=is_whole, position=position)
            for position, (name, unit, disciplines, is_whole) in enumerate(OUTPUT_TYPES, start=1)
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("workshops", "0005_the_register")]
    operations = [migrations.RunPython(add_lists, migrations.RunPython.noop)]
