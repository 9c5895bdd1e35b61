"""The English edition: what the fixed Dutch names in a report are called there.

Sentences have both languages beside each other (`say`). What somebody typed here (a workshop, an own indicator) keeps
its own name.
"""

from django.utils.translation import get_language

from impact.figures.definitions import Meaning

NAMES = {
    # Target groups, strands and the whole house.
    "sociale dagbesteding": "social day care",
    "activering": "activation",
    "vakvrijwilliger": "skilled volunteer",
    "sociaal": "social",
    "educatief": "educational",
    "arbeidsmatig": "work",
    "niet ingevuld": "not recorded",
    "hele huis": "whole house",
    # Where people went.
    "naar werk of opleiding": "to work or education",
    "naar vrijwilligerswerk, of doelen gehaald": "to volunteering, or goals reached",
    "naar andere zorg, behandeling of detentie": "to other care, treatment or detention",
    "verhuisd of overleden": "moved or deceased",
    "met pensioen, geen vervolg of niet bekend": "retired, no follow-up or not known",
    # What became of planned day parts.
    "aanwezig": "present",
    "afgemeld": "excused",
    "niet afgemeld": "no-show",
    # Workshops.
    "kleine werkplaatsen samen": "small workshops together",
    # Indicators.
    "zelfvertrouwen": "self-confidence",
    "zelfredzaamheid": "self-reliance",
    "sociale en arbeidsparticipatie": "social and labour participation",
    "sterkere levensvaardigheden": "stronger life skills",
    "betere leefomstandigheden": "better living conditions",
    "kwaliteit van leven": "quality of life",
    "circulariteit": "circularity",
    "veiligheid": "safety",
    "leefbaarheid": "liveability",
    "sociale verbinding": "social connection",
    "samenredzaamheid": "mutual reliance",
    "sociale mobiliteit": "social mobility",
    "kwaliteit van samenleven": "quality of living together",
    # Their explanations.
    "Vertrouwt iemand meer op wat hij of zij kan?": "Does somebody trust more in what they can do?",
    "Redt iemand zich beter in het dagelijks leven?": "Does somebody manage daily life better?",
    "Doet iemand meer mee, met mensen en met werk?": "Does somebody take part more, with people and in work?",
    "Leert iemand wat nodig is om verder te komen?": "Does somebody learn what is needed to get ahead?",
    "Gaat het beter met wonen, geld en gezondheid?": "Are housing, money and health going better?",
    "Is iemand meer tevreden met het eigen leven?": "Is somebody more content with their own life?",
    "Wat krijgt een tweede leven en wordt niet weggegooid?": "What gets a second life and is not thrown away?",
    "Voelen mensen in de buurt zich veiliger?": "Do people in the neighbourhood feel safer?",
    "Is de buurt fijner om in te wonen?": "Is the neighbourhood a better place to live?",
    "Leren buren en deelnemers elkaar kennen?": "Do neighbours and participants get to know each other?",
    "Helpen mensen in de buurt elkaar meer?": "Do people in the neighbourhood help each other more?",
    "Komen mensen verder, naar werk, opleiding of vrijwilligerswerk?": (
        "Do people get ahead, to work, education or volunteering?"
    ),
    "Gaan mensen in de stad prettiger met elkaar om?": "Do people in the city get on better with each other?",
    # Outputs and their units.
    "fietsen gerepareerd": "bikes repaired",
    "fietsen weggegeven": "bikes given away",
    "klussen gedaan": "jobs done",
    "buren geholpen": "neighbours helped",
    "maaltijden gekookt": "meals cooked",
    "voedsel geoogst": "food harvested",
    "voedsel gered": "food saved",
    "voedsel uitgedeeld": "food handed out",
    "materiaal hergebruikt": "material reused",
    "groen of gebouw opgeknapt": "green or building renovated",
    "evenementen gehouden": "events held",
    "bezoekers ontvangen": "visitors received",
    "kunstwerken getoond": "art works shown",
    "uren van vrijwilligers": "volunteer hours",
    "stuks": "pieces",
    "mensen": "people",
    "uur": "hours",
    "geteld": "counted",
    "gewogen": "weighed",
    "geschat": "estimated",
    "afgeleid": "derived",
    # Themes and steps of the ladder.
    "Gezondheid & preventie": "Health & prevention",
    "Mobiliteit & participatie": "Mobility & participation",
    "Kunst & samenleving": "Art & society",
    "Duurzaamheid & educatie": "Sustainability & education",
    "geïsoleerd": "isolated",
    "sociale contacten buitenshuis": "social contacts outside the home",
    "deelname aan georganiseerde activiteiten": "taking part in organised activities",
    "onbetaald werk": "unpaid work",
    "betaald werk met ondersteuning": "paid work with support",
    "betaald werk": "paid work",
}

MEANINGS = {
    "Dagdeel": ("Day part", "A morning or an afternoon of one person in one workshop."),
    "Gepland": (
        "Planned",
        "All day parts on the schedule. Cancelled sessions, days on which we were closed and pauses do not count.",
    ),
    "Opkomst": (
        "Attendance",
        "The share of planned day parts on which the participant was there. Who came without being planned, does not "
        "count here.",
    ),
    "Niet afgemeld": ("No-show", "The share of planned day parts on which the participant stayed away without word."),
    "Registratiegraad": (
        "Completeness",
        "The share of planned day parts that was recorded. What was not recorded, never counts as absent. Under 95% "
        "the figures are uncertain.",
    ),
    "Geleverde dagdelen": ("Delivered day parts", "Day parts on which a participant was there, planned or not."),
    "Capaciteit": ("Capacity", "All places of all sessions that went on, also when nobody was planned."),
    "Bezetting": (
        "Occupancy",
        "Delivered day parts divided by capacity. Planned occupancy is the planned day parts divided by capacity.",
    ),
    "Uitgevallen": ("Cancelled", "Planned day parts in sessions that Pluspunt cancelled."),
    "Ingeschreven": ("Enrolled", "People with a trajectory in the period, skilled volunteers as well."),
    "Bereikt": (
        "Reached",
        "People who came at least one day part in the period, planned or not, skilled volunteers as well.",
    ),
    "Begin en eind": (
        "Beginning and end",
        "Who was enrolled already when the period began, and who goes on after its last day. The first and the last "
        "day of a trajectory belong to it.",
    ),
    "Instroom en uitstroom": (
        "Inflow and outflow",
        "Who began in the period and who stopped. Who begins again within 28 days in the same target group, was not "
        "away. In the whole house everybody counts once: a move between target groups is no inflow or outflow there.",
    ),
    "Doorstroom": (
        "Flow-through",
        "People who went on from day care or activation to activation or volunteering at Pluspunt, divided by all "
        "people who were enrolled in day care or activation in the period.",
    ),
    "Positieve uitstroom": (
        "Positive outflow",
        "Who stopped and went to work, education or volunteering or reached their goals, divided by everybody who "
        "stopped without moving house or dying.",
    ),
    "Retentie": (
        "Retention",
        "Of the people who began three, six or twelve months before a day in the period: the share that was still "
        "enrolled by then.",
    ),
    "Wachttijd": (
        "Waiting time",
        "The days from the application to the first day part on which somebody came: half waited shorter, half longer.",
    ),
    "Benutting": (
        "Utilisation",
        "Delivered day parts of people with an indication, divided by the day parts that they were entitled to then.",
    ),
    "Vakvrijwilligers": (
        "Skilled volunteers",
        "They take no place. Their day parts and attendance stand apart and do not count in those of participants, nor "
        "in capacity and occupancy.",
    ),
    "Percentages": ("Percentages", "Always a division of two sums, never a mean of percentages."),
    "Een streepje (–)": (
        "A dash (–)",
        "Of this we know nothing: there was no register yet, there was nothing to divide, or a sum would say nothing.",
    ),
}


def is_english() -> bool:
    return get_language() == "en"


def named(label: str) -> str:
    """What a fixed name is called in the language that is spoken; any other name is itself."""
    return NAMES.get(str(label), str(label)) if is_english() else str(label)


def has_name(label: str) -> bool:
    """Whether the label is in the language that is spoken, so that it needs no mark."""
    return not is_english() or str(label) in NAMES


def explained(meaning: Meaning) -> Meaning:
    return Meaning(*MEANINGS[meaning.term]) if is_english() and meaning.term in MEANINGS else meaning
