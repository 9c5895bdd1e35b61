from django.db import migrations

# Name → from which facts it follows: nobody types it as well.
DERIVED = {
    "klussen gedaan": "JOBS",
    "buren geholpen": "NEIGHBOURS",
    "evenementen gehouden": "EVENTS",
    "bezoekers ontvangen": "VISITORS",
    "uren van vrijwilligers": "VOLUNTEER_HOURS",
}
# Name → what counts, so that no kilo counts twice.
RULES = {
    "fietsen gerepareerd": "Voor de eigenaar. Een fiets die je opknapt en weggeeft, telt bij weggegeven.",
    "fietsen weggegeven": "Opgeknapt en aan iemand gegeven. De onderdelen horen erbij.",
    "voedsel geoogst": "Wat hier of bij een partner groeide, voor het wordt uitgedeeld of gekookt.",
    "voedsel uitgedeeld": "Wat iemand meekrijgt. Deze kilo's telden al bij oogsten of redden, en besparen niet nog eens CO₂.",
    "materiaal hergebruikt": "Geen onderdelen van fietsen die je weggeeft: die tellen als fiets.",
    "maaltijden gekookt": "Elk bord dat is opgediend of meegegeven.",
    "kunstwerken getoond": "Elk werk één keer per tentoonstelling.",
}
RESCUED = {
    "unit": "kg",
    "disciplines": "FOOD,KITCHEN",
    "is_whole": False,
    "position": 7,
    "counting_rule": "Wat anders was weggegooid, gewogen als het binnenkomt. Geen eigen oogst.",
}


def say_what_counts(apps, schema_editor):
    OutputType = apps.get_model("workshops", "OutputType")
    for name, source in DERIVED.items():
        OutputType.objects.filter(name=name).update(derived_from=source)
    for name, rule in RULES.items():
        OutputType.objects.filter(name=name, counting_rule="").update(counting_rule=rule)
    OutputType.objects.filter(name="voedsel uitgedeeld").update(is_counted_before=True)
    OutputType.objects.get_or_create(name="voedsel gered", defaults=RESCUED)


class Migration(migrations.Migration):
    dependencies = [("workshops", "0010_output_type_rules")]
    operations = [migrations.RunPython(say_what_counts, migrations.RunPython.noop)]
