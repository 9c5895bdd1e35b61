"""What the demo aims at, the stories that people told, the report of last year as published, and that of this year."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError

from accounts.models import User
from impact.models import Indicator, Report, ReportSection, Story, StoryUse, Target
from impact.services.publishing import publish
from impact.services.reports import offer_report, start_report
from impact.services.stories import agree_to_use
from participants.models import Consent, ConsentPurpose, ConsentText, Participant
from workshops.models import OutputType, Workshop

Figure, Kind = Target.Figure, ReportSection.Kind
TARGETS = {
    Figure.REACHED: 130,
    Figure.DELIVERED: 15_500,
    Figure.ATTENDANCE_RATE: 80,
    Figure.OCCUPANCY: 45,
    Figure.COMPLETENESS: 98,
    Figure.POSITIVE_OUTFLOW: 40,
    Figure.WAITING_TIME: 30,
    Figure.COVERAGE: 80,
    Figure.CO2_AVOIDED: 4_000,
}
OF_OUTPUTS = {"fietsen weggegeven": 250, "materiaal hergebruikt": 1_500, "buren geholpen": 400}
STORIES = [
    ("Mijn eerste fiets", "Ik kwam om koffie te drinken. Nu zet ik remmen en snaren af en help ik de nieuwen op weg."),
    ("Soep voor veertig", "In de keuken leerde ik plannen. Thuis kook ik nu ook weer, voor mijn zoon en mijzelf."),
]
QUOTES = [
    ("een buurvrouw uit Delfshaven", "Mijn fiets was gemaakt voor ik mijn thee op had. En gezellig was het ook."),
    ("een partner in M4H", "Wat hier groeit, staat dezelfde week bij mensen op tafel."),
]
ORGANISATION = {
    "address": "Voorbeeldstraat 13\n3000 AA Rotterdam",
    "contact": "info@pluspunt.demo",
    "purpose": "Een plek om te wonen, te leren en te werken voor Rotterdammers die een steuntje kunnen gebruiken.",
    "board": "A. de Wit, voorzitter\nB. Yılmaz, penningmeester\nC. Jansen, secretaris",
    "pay_policy": "Het bestuur werkt zonder beloning. Medewerkers worden betaald volgens de cao Sociaal Werk.",
}
WORDS = {
    Kind.FOREWORD: "Dit jaar kwamen er weer meer mensen binnen voor een kop koffie, en bleven om te werken.\n\n"
    "Wat zij maakten, staat in dit verslag. Niet alles is te tellen. Daarom staan er ook verhalen in.",
    Kind.OUTLOOK: "Volgend jaar gaan de verbouwde werkplaatsen in West open. Wij willen dan:\n"
    "- meer plekken bij partners in M4H\n- iedereen die dat wil twee keer per jaar meten\n"
    "- minder dagdelen die uitvallen",
}


def add_reports(today: date) -> None:
    """Targets of two years, stories with and without an agreement, a published report and one being written."""
    manager = User.objects.filter(role=User.Role.MANAGEMENT).order_by("pk").first()
    coach = User.objects.filter(role=User.Role.COACH).order_by("pk").first()
    for year in (today.year - 1, today.year):
        _add_targets(year)
    _add_stories(today, coach)
    _publish(today.year - 1, manager)
    start_report(today.year, by=manager)


def _add_targets(year: int) -> None:
    rows = [Target(year=year, figure=figure, value=value) for figure, value in TARGETS.items()]
    for name, value in OF_OUTPUTS.items():
        kind = OutputType.objects.get(name=name)
        indicator = Indicator.objects.filter(contributions__output_type=kind).first()
        rows += [Target(year=year, indicator=indicator, output_type=kind, value=value)] if indicator else []
    rows += [Target(year=year, indicator=each, value=40) for each in Indicator.objects.exclude(key="")[:1]]
    Target.objects.bulk_create(rows)


def _add_stories(today: date, coach: User) -> None:
    """Two of the coach's people, who agreed to the report, and two of others, of whom one was not asked yet."""
    told_on = today - timedelta(days=40)
    own = Participant.objects.filter(placements__workshop__coaches=coach).order_by("pk").distinct()
    text = ConsentText.objects.newest(ConsentPurpose.STORY, today)
    about = {"told_on": told_on, "recorded_by": coach}
    workshop = Workshop.objects.filter(coaches=coach).order_by("pk").first()
    for participant, (title, words) in zip(own, STORIES, strict=False):
        if not participant.consents.running().filter(purpose=text.purpose).exists():
            given = {"given_on": told_on, "recorded_by": coach}
            Consent.objects.create(participant=participant, text=text, purpose=text.purpose, **given)
        names = {"shown_as": "een deelnemer", "participant": participant, "workshop": workshop}
        story = Story.objects.create(title=title, text=words, **names, **about)
        agree_to_use(StoryUse(story=story, use=StoryUse.Use.ANNUAL_REPORT, agreed_on=told_on), by=coach)
    for number, (who, words) in enumerate(QUOTES):
        quote = Story.objects.create(kind=Story.Kind.QUOTE, text=words, shown_as=who, **about)
        if number == 0:
            agree_to_use(StoryUse(story=quote, use=StoryUse.Use.ANNUAL_REPORT, agreed_on=told_on), by=coach)


def _publish(year: int, manager: User) -> None:
    """The report of a year of which all months are closed; one that misses something stays a draft."""
    report = start_report(year, by=manager)
    for field, words in ORGANISATION.items():
        setattr(report, field, words)
    report._history_user = manager
    report.save()
    for kind, words in WORDS.items():
        report.sections.filter(kind=kind).update(text=words)
    usable = Story.objects.usable_for(StoryUse.Use.ANNUAL_REPORT)
    report.sections.get(kind=Kind.STORIES).stories.set(usable)
    try:
        publish(offer_report(report, by=manager), by=manager)
    except ValidationError:
        Report.objects.filter(pk=report.pk).update(state=Report.State.DRAFT)
