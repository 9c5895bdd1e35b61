from datetime import date
from decimal import Decimal

from django.db import migrations
from django.utils import timezone

# How each indicator of the city is measured, and which outputs feed it: name → (how, output types).
INDICATORS = {
    "circulariteit": (
        "We tellen fietsen en wegen materiaal en voedsel dat een tweede leven kreeg. Met rekenfactoren schatten we "
        "hoeveel CO₂ dat scheelt.",
        ["fietsen gerepareerd", "fietsen weggegeven", "materiaal hergebruikt", "voedsel gered"],
    ),
    "veiligheid": (
        "We tellen hoeveel vierkante meter groen of gebouw is opgeknapt en hoeveel klussen in de buurt zijn gedaan. Dat "
        "zegt wat we deden, niet hoe veilig mensen zich voelen.",
        ["groen of gebouw opgeknapt", "klussen gedaan"],
    ),
    "leefbaarheid": (
        "We tellen wat in de buurt is opgeknapt, geoogst en uitgedeeld.",
        ["groen of gebouw opgeknapt", "voedsel geoogst", "voedsel uitgedeeld"],
    ),
    "sociale verbinding": (
        "We tellen evenementen, wie er kwam, en buren die geholpen zijn.",
        ["evenementen gehouden", "bezoekers ontvangen", "buren geholpen", "maaltijden gekookt"],
    ),
    "samenredzaamheid": (
        "We tellen buren die geholpen zijn, klussen, en uren die vakvrijwilligers gaven.",
        ["buren geholpen", "klussen gedaan", "uren van vrijwilligers", "voedsel uitgedeeld"],
    ),
    "sociale mobiliteit": (
        "We tellen fietsen die iemand vooruit helpen. Wie doorstroomt naar werk of opleiding, staat bij de stroom van "
        "mensen.",
        ["fietsen weggegeven"],
    ),
    "kwaliteit van samenleven": (
        "We tellen kunst die te zien was en mensen die elkaar ontmoetten.",
        ["kunstwerken getoond", "bezoekers ontvangen", "maaltijden gekookt"],
    ),
}
PEOPLE = (
    "Met korte stellingen, bij de start, elk half jaar en aan het eind. De deelnemer en de coach vullen ze los van elkaar "
    "in. Meedoen is vrijwillig."
)
TNO = "TNO, hergebruiksector in Nederland"
OWN = "Afspraak van Pluspunt"
# Output type, kind, value, source, year, whether that is weak, remark.
FACTORS = [
    ("materiaal hergebruikt", "CO2E", "1.0", TNO, None, False, "Gemiddeld over alle hergebruikte goederen."),
    ("fietsen weggegeven", "WEIGHT", "15", OWN, None, False, "Zoveel weegt een fiets die weer gaat rijden."),
    ("fietsen weggegeven", "CO2E", "1.0", TNO, None, False, "Gemiddeld over alle hergebruikte goederen."),
    (
        "fietsen gerepareerd",
        "WEIGHT",
        "0",
        OWN,
        None,
        False,
        "Een fiets die van zijn eigenaar blijft, was niet weggegooid: die telt als 0 kg.",
    ),
    ("fietsen gerepareerd", "CO2E", "1.0", TNO, None, False, "Over 0 kg, dus 0."),
    (
        "voedsel gered",
        "CO2E",
        "2.75",
        "Vuistregel uit de sector, zonder studie erbij",
        None,
        True,
        "Zwakke bron: gebruik dit getal niet zonder deze opmerking.",
    ),
    ("voedsel geoogst", "CO2E", "0", OWN, None, False, "Zelf verbouwen telt niet als besparing."),
]
START = date(2020, 1, 1)


def say_what_counts(apps, schema_editor):
    Indicator, Contribution = apps.get_model("impact", "Indicator"), apps.get_model("impact", "Contribution")
    types = {each.name: each for each in apps.get_model("workshops", "OutputType").objects.all()}
    Indicator.objects.filter(pillar="PEOPLE", how_measured="").update(how_measured=PEOPLE)
    for name, (how, outputs) in INDICATORS.items():
        indicator = Indicator.objects.filter(name=name, scope="SOCIETY").first()
        if indicator is None:
            continue
        if not indicator.how_measured:
            indicator.how_measured = how
            indicator.save(update_fields=["how_measured"])
        for output in outputs:
            if output in types:
                Contribution.objects.get_or_create(indicator=indicator, output_type=types[output])
    Factor, History = apps.get_model("impact", "Factor"), apps.get_model("impact", "HistoricalFactor")
    for name, kind, value, source, year, is_weak, remark in FACTORS:
        if name not in types or Factor.objects.filter(output_type=types[name], kind=kind).exists():
            continue
        facts = {
            "output_type": types[name],
            "kind": kind,
            "value": Decimal(value),
            "source": source,
            "source_year": year,
            "is_weak": is_weak,
            "remark": remark,
            "start_date": START,
        }
        factor = Factor.objects.create(**facts)
        History.objects.create(id=factor.pk, history_date=timezone.now(), history_type="+", **facts)


class Migration(migrations.Migration):
    dependencies = [("impact", "0006_published_stays"), ("workshops", "0011_counted_once")]
    operations = [migrations.RunPython(say_what_counts, migrations.RunPython.noop)]
