"""What every figure means, in plain Dutch: one text for page, PDF and spreadsheet."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """A word that the figures use, and what it means."""

    term: str
    text: str


MEANINGS = {
    "day_part": Meaning("Dagdeel", "Een ochtend of een middag van één mens in één werkplaats."),
    "planned": Meaning(
        "Gepland",
        "Alle dagdelen die op het rooster stonden. Uitgevallen sessies, dagen waarop we dicht waren en onderbrekingen "
        "tellen niet mee.",
    ),
    "attendance_rate": Meaning(
        "Opkomst",
        "Het deel van de geplande dagdelen waarop de deelnemer er was. Wie niet gepland was en toch kwam, telt hier "
        "niet.",
    ),
    "no_show_rate": Meaning(
        "Niet afgemeld", "Het deel van de geplande dagdelen waarop de deelnemer wegbleef zonder bericht."
    ),
    "completeness": Meaning(
        "Registratiegraad",
        "Het deel van de geplande dagdelen dat is ingevuld. Wat niet is ingevuld, telt nooit als afwezig. Onder "
        "95\u00a0% zijn de cijfers onzeker.",
    ),
    "delivered": Meaning("Geleverde dagdelen", "Dagdelen waarop een deelnemer er was, gepland of niet."),
    "capacity": Meaning("Capaciteit", "Alle plaatsen van alle sessies die doorgingen, ook als er niemand gepland was."),
    "occupancy": Meaning(
        "Bezetting",
        "Geleverde dagdelen gedeeld door de capaciteit. De geplande bezetting is het aantal geplande dagdelen gedeeld "
        "door de capaciteit.",
    ),
    "cancelled": Meaning("Uitgevallen", "Geplande dagdelen in sessies die Pluspunt heeft afgezegd."),
    "enrolled": Meaning("Ingeschreven", "Mensen met een traject in de periode, vakvrijwilligers ook."),
    "reached": Meaning(
        "Bereikt", "Mensen die in de periode minstens één dagdeel kwamen, gepland of niet, vakvrijwilligers ook."
    ),
    "stock": Meaning(
        "Begin en eind",
        "Wie al ingeschreven stond toen de periode begon, en wie doorgaat na de laatste dag. De eerste en de laatste "
        "dag van een traject horen erbij.",
    ),
    "flow": Meaning(
        "Instroom en uitstroom",
        "Wie in de periode begon en wie stopte. Wie binnen 28 dagen opnieuw begint in dezelfde doelgroep, is niet "
        "weggeweest. In het hele huis telt iedereen één keer: wisselen van doelgroep is daar geen in- of uitstroom.",
    ),
    "flow_through": Meaning(
        "Doorstroom",
        "Mensen die van dagbesteding of activering verdergingen naar activering, vrijwilligerswerk bij Pluspunt of "
        "een werkplek bij een partner, gedeeld door alle mensen die in de periode in dagbesteding of activering "
        "stonden ingeschreven.",
    ),
    "positive_outflow": Meaning(
        "Positieve uitstroom",
        "Wie stopte en naar werk, opleiding of vrijwilligerswerk ging of de doelen haalde, gedeeld door iedereen die "
        "stopte zonder te verhuizen of te overlijden.",
    ),
    "retention": Meaning(
        "Retentie",
        "Van de mensen die drie, zes of twaalf maanden voor een dag in de periode begonnen: het deel dat toen nog "
        "ingeschreven stond.",
    ),
    "waiting": Meaning(
        "Wachttijd",
        "Het aantal dagen van de aanmelding tot het eerste dagdeel waarop iemand kwam: de helft wachtte korter, de "
        "helft langer.",
    ),
    "utilisation": Meaning(
        "Benutting",
        "Geleverde dagdelen van mensen met een indicatie, gedeeld door de dagdelen waarop zij toen recht hadden.",
    ),
    "volunteers": Meaning(
        "Vakvrijwilligers",
        "Zij nemen geen plaats in. Hun dagdelen en hun opkomst staan apart en tellen niet mee in die van deelnemers, "
        "en niet in capaciteit en bezetting.",
    ),
    "rates": Meaning("Percentages", "Altijd een deling van twee optellingen, nooit een gemiddelde van percentages."),
    "nothing": Meaning(
        "Een streepje (–)",
        "Daarover weten we niets: er was nog geen registratie, er viel niets te delen, of een som zou niets zeggen.",
    ),
}
# What only the catalogue of figures names; the words above are explained wherever figures are shown.
DETAILS = {
    "attended": "Geplande dagdelen waarop de deelnemer er was.",
    "extra": "Dagdelen van iemand die niet gepland was en toch kwam.",
    "excused": "Geplande dagdelen waarvoor iemand was afgemeld.",
    "no_show": "Geplande dagdelen waarop de deelnemer wegbleef zonder bericht.",
    "open": "Geplande dagdelen waarvan niemand heeft ingevuld of de deelnemer er was.",
    "took_part": "Verschillende deelnemers met een dagdeel dat doorging: gepland, of gekomen zonder planning.",
    "planned_occupancy": "Het aantal geplande dagdelen gedeeld door de capaciteit.",
    "volunteer_hours": "Dagdelen waarop vakvrijwilligers er waren, maal vier uur.",
    "output": "Wat er in de periode is ingevuld, of wat volgt uit klussen, evenementen en registers; alles één keer.",
    "reused": "Kilo's die een tweede leven kregen: wat is ingevuld maal het gewicht per stuk.",
    "co2e": "Een schatting: kilo's maal de factor die toen gold. De factoren met hun bron staan bij Wat we meten.",
    "co2e_weak": "Het deel van de schatting dat op een zwakke bron rust.",
    "destination": "Mensen die in de periode uit het hele huis vertrokken, naar waar zij heen gingen.",
    "strand": "Mensen in activering naar soort dagbesteding; iemand kan er meer hebben.",
    "moved_up": "Mensen die verdergingen: naar een volgende doelgroep of naar een werkplek bij een partner.",
    "moved_between": "Mensen die van dagbesteding of activering verdergingen naar activering of vrijwilligerswerk.",
    "moved_to_partner": "Deelnemers die na een andere werkplek voor het eerst bij een partner werkten.",
    "went_onward": "Mensen die stopten en naar werk, opleiding of vrijwilligerswerk gingen, of hun doelen haalden.",
    "left_here": "Mensen die stopten, zonder wie verhuisde of overleed.",
    "retention_cohort": "Mensen die zoveel maanden voor een dag in de periode begonnen.",
    "retention_stayed": "Wie van hen toen nog ingeschreven stond.",
    "waiting_people": "Mensen die in de periode voor het eerst kwamen na een aanmelding.",
    "coverage": "Deelnemers met een meting die in de periode klaar was, van alle deelnemers.",
    "coverage_enrolled": "Deelnemers met een traject in de periode, zonder vakvrijwilligers: hen meten we niet.",
    "coverage_refused": "Deelnemers die niet mee wilden doen met meten. Zij blijven in het geheel meetellen.",
    "growth": "De laatste score in de periode min de allereerste, van dezelfde persoon, dezelfde indicator en wie "
    "antwoordde, met minstens 90 dagen ertussen. Groei is geen bewijs: er gebeurt meer in een leven.",
    "growth_people": "Mensen met twee metingen die vergeleken mogen worden.",
    "growth_up": "Mensen die minstens een half punt vooruitgingen.",
    "growth_same": "Mensen die minder dan een half punt veranderden.",
    "growth_down": "Mensen die minstens een half punt teruggingen.",
    "ladder": "De laatste trede van ieder in de halve jaren van de periode.",
    "ladder_moves": "Die trede vergeleken met de laatste van voor de periode.",
    "entitled": "Dagdelen waarop mensen met een indicatie recht hadden, over de dagen in de periode.",
    "entitled_people": "Mensen met een indicatie in dagdelen die in de periode liep.",
    "delivered_on_indication": "Geleverde dagdelen op dagen waarop voor die persoon een indicatie in dagdelen liep.",
    "could_move_up": "Mensen die in de periode in dagbesteding of activering stonden ingeschreven.",
}


def definition(name: str) -> str:
    """What the figure `name` means."""
    return DETAILS[name] if name in DETAILS else MEANINGS[name].text


def meanings(*, without: Collection[str] = ()) -> list[Meaning]:
    """The words that a page or document explains, in their order."""
    return [meaning for name, meaning in MEANINGS.items() if name not in without]
