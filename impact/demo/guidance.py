"""What the people of the demo want to reach, and what was written about it. Invented, and never medical."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from accounts.models import User
from impact.demo.people import ACCOUNTS
from participants.models import (
    Goal,
    GoalStep,
    Note,
    NoteDraft,
    NoteKind,
    Participant,
    PeopleIndicator,
    Review,
    Trajectory,
)

PEOPLE = 60
NOTES = 150
SINCE = timedelta(days=600)
_FIELD, _TO, _RESULT = Goal.Field, PeopleIndicator, Goal.Result


@dataclass(frozen=True)
class Wish:
    text: str
    field: str
    indicator: str
    steps: tuple[str, ...]


WISHES = [
    Wish(
        "Ik wil zelf mijn fiets kunnen repareren, zodat ik niemand hoef te vragen.",
        _FIELD.WORK,
        _TO.SELF_RELIANCE,
        ("een band plakken met Tom erbij", "een band plakken alleen", "de remmen afstellen"),
    ),
    Wish(
        "Ik wil weer een vaste dag hebben waarop ik ergens verwacht word.",
        _FIELD.WELFARE,
        _TO.PARTICIPATION,
        ("elke dinsdagochtend komen", "bellen als ik niet kan"),
    ),
    Wish(
        "Ik wil een stoel maken waar mijn zoon op kan zitten.",
        _FIELD.WORK,
        _TO.SELF_CONFIDENCE,
        ("een tekening maken", "hout uitzoeken", "de poten zagen"),
    ),
    Wish(
        "Ik wil koken voor een hele groep zonder dat ik in paniek raak.",
        _FIELD.WORK,
        _TO.SELF_CONFIDENCE,
        ("de soep doen voor acht mensen", "een keer de leiding hebben"),
    ),
    Wish(
        "Ik wil mijn post openmaken in plaats van in een la leggen.",
        _FIELD.CARE,
        _TO.LIFE_SKILLS,
        ("de post een keer per week meenemen", "samen een map maken"),
    ),
    Wish(
        "Ik wil Nederlands leren praten, niet alleen verstaan.",
        _FIELD.EDUCATION,
        _TO.LIFE_SKILLS,
        ("elke ochtend één vraag stellen", "naar het taalcafé op donderdag"),
    ),
    Wish(
        "Ik wil mijn tekeningen een keer laten zien aan mensen die ik niet ken.",
        _FIELD.ART,
        _TO.SELF_CONFIDENCE,
        ("vijf tekeningen uitkiezen", "lijstjes maken in de houtwerkplaats"),
    ),
    Wish(
        "Ik wil een rustige plek om te wonen, zonder ruzie op de trap.",
        _FIELD.CARE,
        _TO.LIVING_CONDITIONS,
        ("opschrijven wat ik nodig heb", "samen bellen met het wijkteam"),
    ),
    Wish(
        "Ik wil mensen leren kennen die niet over vroeger beginnen.",
        _FIELD.WELFARE,
        _TO.QUALITY_OF_LIFE,
        ("mee-eten op vrijdag", "iemand vragen om mee te lopen naar de tram"),
    ),
    Wish(
        "Ik wil mijn rijbewijs, dan kan ik klussen doen in de hele stad.",
        _FIELD.EDUCATION,
        _TO.PARTICIPATION,
        ("een oefenboek halen", "elke week een hoofdstuk"),
    ),
    Wish(
        "Ik wil van oud hout dingen maken die mensen willen kopen.",
        _FIELD.SUSTAINABLE_ENTERPRISE,
        _TO.PARTICIPATION,
        ("drie planken maken", "een prijs uitrekenen", "op de markt staan met Renée"),
    ),
    Wish(
        "Ik wil groente kweken en die zelf opeten.",
        _FIELD.SUSTAINABLE_ENTERPRISE,
        _TO.QUALITY_OF_LIFE,
        ("een bak voor mezelf in de tuin", "zaaien wat ik lekker vind"),
    ),
    Wish(
        "Ik wil weer muziek maken, ook al klinkt het nog nergens naar.",
        _FIELD.CULTURE,
        _TO.QUALITY_OF_LIFE,
        ("de gitaar meenemen", "een keer meespelen in de pauze"),
    ),
    Wish(
        "Ik wil drie dagen werken en daar aan het eind van de week trots op zijn.",
        _FIELD.WORK,
        _TO.PARTICIPATION,
        ("eerst twee dagen, zes weken lang", "opschrijven wat er lukte"),
    ),
    Wish(
        "Ik wil nee leren zeggen als iemand iets van me wil lenen.",
        _FIELD.CARE,
        _TO.SELF_RELIANCE,
        ("oefenen met de coach", "het een keer echt doen"),
    ),
    Wish(
        "Ik wil leren lassen, dat wilde ik als jongen al.",
        _FIELD.EDUCATION,
        _TO.LIFE_SKILLS,
        ("veilig werken leren", "een rechte naad maken"),
    ),
    Wish(
        "Ik wil op zaterdag een keer met de groep naar een museum.",
        _FIELD.CULTURE,
        _TO.PARTICIPATION,
        ("samen kiezen waarheen", "de reis uitzoeken"),
    ),
    Wish(
        "Ik wil minder spullen in huis, zodat mijn dochter kan komen slapen.",
        _FIELD.CARE,
        _TO.LIVING_CONDITIONS,
        ("één hoek leegmaken", "een tas per week naar de kringloop"),
    ),
]
SAID = [
    "Het gaat de goede kant op. De eerste stap lukte, de tweede is lastiger dan gedacht.",
    "Dit blijft belangrijk. We maken de stappen kleiner.",
    "Was er trots op. Wil het nu ook een keer zonder hulp doen.",
    "Even stilgestaan door drukte thuis. Daarna weer opgepakt.",
    "Vraagt nu zelf om de volgende klus.",
    "Vindt het fijn als iemand vooraf zegt wat er die ochtend gaat gebeuren.",
]
ENDINGS = {
    _RESULT.REACHED: [
        "Het is gelukt, en eerder dan we dachten.",
        "Doet het nu helemaal alleen en helpt er een ander mee.",
        "Gehaald: straalde de hele middag.",
    ],
    _RESULT.PARTLY: [
        "Het meeste lukt; voor het laatste stuk is meer tijd nodig.",
        "Met iemand erbij gaat het goed, alleen nog niet.",
    ],
    _RESULT.NOT: ["Iets anders werd belangrijker. We hebben een nieuw doel gekozen."],
}
WORDS = {
    NoteKind.PROGRESS: [
        "Heeft vandaag zonder hulp een heel wiel gespaakt. Liet het aan iedereen zien.",
        "Kwam op tijd en begon uit zichzelf. Bleef ook na de pauze doorwerken.",
        "Legde aan een nieuwe deelnemer uit hoe de lintzaag werkt. Rustig en duidelijk.",
        "Stond voor het eerst bij de kassa van het voedselpunt. Vond het spannend en wil het volgende week weer.",
        "De kruk is af. Wil als volgende iets maken met een la erin.",
        "Had een stille ochtend, maar heeft wel alles afgemaakt.",
    ],
    NoteKind.CONTACT: [
        "Gebeld omdat we elkaar een week niet zagen. Komt maandag weer.",
        "Kort gesproken bij de koffie over wonen. Wil er later op terugkomen.",
        "Zus belde: alles is goed, komt donderdag niet.",
        "Samen met de begeleider van buiten gezeten. Iedereen is tevreden over hoe het loopt.",
    ],
    NoteKind.AGREEMENT: [
        "Afgesproken: bellen voor half negen als komen niet lukt.",
        "Afgesproken dat de dinsdagmiddag vervalt en de donderdagochtend erbij komt.",
        "We proberen zes weken lang een vaste werkbank, achter in de hal.",
        "Telefoon blijft tijdens het werk in het kluisje. Dat was een eigen voorstel.",
    ],
    NoteKind.INCIDENT: [
        "Woordenwisseling over gereedschap. Uit elkaar gezet, daarna samen koffie gedronken. Het is uitgepraat.",
        "Liep boos weg en kwam na een half uur terug. We spraken af om eerder te zeggen dat het te druk is.",
        "Klein ongelukje met de schuurmachine: pleister erop, verder niets. Handschoenen nog eens uitgelegd.",
    ],
}
RESTRICTED = [
    "Wil niet dat anderen weten dat er thuis iets speelt. Vraagt alleen om rust op de woensdag.",
    "Gaf aan met één collega liever niet samen te werken. Bij het plannen rekening mee houden.",
    "Er is een gesprek geweest over geld lenen van andere deelnemers. Volgende week komen we erop terug.",
    "Twijfelt of de plek nog past. Eerst zelf nadenken, dan pas met de werkplaats bespreken.",
]
DRAFT = "Goed gesprek gehad aan het eind van de middag. Wil graag"


def add_guidance(today: date, chance: Random) -> None:
    """Goals with steps and reviews for about sixty people, notes of every kind, and one draft of the demo coach."""
    since = today - SINCE
    guided = _guided().overlapping(since, today)
    people = list(Participant.objects.filter(trajectories__in=guided).order_by("pk").distinct())
    people = sorted(chance.sample(people, min(PEOPLE, len(people))), key=lambda person: person.pk)
    writers = _writers(people)
    starts = dict(Trajectory.objects.order_by("-start_date").values_list("participant", "start_date"))
    ends = dict(_guided().filter(end_date__isnull=False).values_list("participant", "end_date"))
    goals = [
        _goal(person, wish, max(since, starts[person.pk]), min(today, ends.get(person.pk, today)), today, chance)
        for person in people
        for wish in chance.sample(WISHES, chance.choice([1, 1, 2]))
    ]
    Goal.objects.bulk_create(goals)
    _add_steps_and_reviews(goals, writers, today, chance)
    _add_notes(people, writers, starts, today, chance)


def _weekday(day: date, first: date) -> date:
    """The last working day up to `day`, but not before `first`."""
    return max(first, day - timedelta(days=max(0, day.weekday() - 4)))


def _guided():
    return Trajectory.objects.exclude(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)


def _writers(people: list[Participant]) -> dict[int, User]:
    """Per person a coach of a workshop in which they are placed, else the coordinator."""
    coordinator = User.objects.get(email=ACCOUNTS[User.Role.COORDINATOR][0])
    of_coaches = {
        person: coach
        for coach in User.objects.filter(role=User.Role.COACH).order_by("-pk")
        for person in Participant.objects.visible_to(coach).values_list("pk", flat=True)
    }
    return {person.pk: of_coaches.get(person.pk, coordinator) for person in people}


def _goal(person: Participant, wish: Wish, first: date, last: date, today: date, chance: Random) -> Goal:
    """A goal of somebody who was here from `first` to `last`: most still run, some are reviewed too late."""
    start = _weekday(first + timedelta(days=chance.randrange(max(1, (last - first).days))), first)
    goal = Goal(participant=person, text=wish.text, field=wish.field, indicator=wish.indicator, start_date=start)
    if last < today or ((today - start).days > 90 and chance.random() < 0.35):
        goal.result = chance.choices(list(ENDINGS), weights=[6, 3, 1])[0]
        goal.result_text = chance.choice(ENDINGS[goal.result])
        goal.closed_on = _weekday(min(last, start + timedelta(days=chance.randrange(60, 240))), start)
        goal.review_on = goal.closed_on
    else:
        is_late = chance.random() < 0.15
        goal.review_on = today + timedelta(days=-chance.randrange(3, 25) if is_late else chance.randrange(0, 80))
        goal.review_on = _weekday(goal.review_on, start)
    return goal


def _add_steps_and_reviews(goals: list[Goal], writers: dict[int, User], today: date, chance: Random) -> None:
    steps, reviews = [], []
    for goal in goals:
        last = goal.closed_on or today
        days = max(1, (last - goal.start_date).days)
        step_texts = next(wish.steps for wish in WISHES if wish.text == goal.text)
        how_far = len(step_texts) if goal.result == _RESULT.REACHED else chance.randrange(len(step_texts))
        for number, text in enumerate(step_texts):
            done_on = goal.start_date + timedelta(days=days * (number + 1) // (how_far + 1))
            done_on = _weekday(min(done_on, last), goal.start_date) if number < how_far else None
            steps.append(GoalStep(goal=goal, text=text, done_on=done_on))
        if goal.result or days > 60:
            held_on = goal.closed_on or _weekday(last - timedelta(days=chance.randrange(5, 60)), goal.start_date)
            text = goal.result_text or chance.choice(SAID)
            reviews.append(Review(goal=goal, held_on=held_on, text=text, recorded_by=writers[goal.participant_id]))
    GoalStep.objects.bulk_create(steps)
    Review.objects.bulk_create(reviews)


def _add_notes(people, writers: dict[int, User], starts: dict[int, date], today: date, chance: Random) -> None:
    coordinator = User.objects.get(email=ACCOUNTS[User.Role.COORDINATOR][0])
    coach = User.objects.get(email=ACCOUNTS[User.Role.COACH][0])
    notes = []
    for number in range(NOTES):
        # Every third is about the same few people, so that there is somebody with a long story.
        person = chance.choice(people[:6] if number % 3 == 0 else people)
        kind = chance.choices(NoteKind.values, weights=[6, 4, 3, 1])[0]
        since = max(starts[person.pk], today - timedelta(days=420))
        day = _weekday(today - timedelta(days=chance.randrange(max(1, (today - since).days))), since)
        note = Note(participant=person, kind=kind, date=day, author=writers[person.pk])
        note.is_restricted = number % 25 == 0
        if note.is_restricted:
            note.author = coordinator
        note.text = chance.choice(RESTRICTED if note.is_restricted else WORDS[kind])
        notes.append(note)
    Note.objects.bulk_create(notes)
    own = next((person for person in people if writers[person.pk] == coach), people[0])
    draft = NoteDraft(author=coach, participant=own)
    draft.text = DRAFT
    draft.save()
