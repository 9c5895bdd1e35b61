"""What asks a coordinator for something from up here: measurements, and what is asked or went wrong with own facts."""

from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from impact.services.due import Moment, RaterDue, State, measurements_due
from participants.models import Participant
from pluspunt.templatetags.words import near_day
from privacy.models import Breach, RightsRequest
from workshops.services.attention.items import WEEK, Action, Asked, Item, Kind, Urgency


def measurements(asked: Asked) -> list[Item]:
    """One thing per person, whoever of the two is to answer; six queries. Who refused is never in it."""
    by_person: dict[Participant, list[RaterDue]] = defaultdict(list)
    for each in measurements_due(Participant.objects.visible_to(asked.user), asked.today):
        if each.due and each.state in (State.LATE, State.NOW) and each.due.closes < asked.today + WEEK:
            by_person[each.participant].append(each)
    return [_item(person, dues, asked) for person, dues in by_person.items()]


def _item(person: Participant, dues: list[RaterDue], asked: Asked) -> Item:
    first = min(dues, key=lambda each: each.due.closes)
    who = " en ".join(each.rater.label for each in dues)
    what = f"{first.due.moment.label.capitalize()}meting ({who}): uiterlijk {near_day(first.due.closes)}."
    if first.choice is None:
        what = f"Vraag of {person.nickname} mee wil doen aan meten: uiterlijk {near_day(first.due.closes)}."
    return Item(
        kind=Kind.MEASUREMENT,
        pk=person.pk,
        urgency=Urgency.LATER if first.due.closes > asked.today else Urgency.THIS_WEEK,
        day=first.due.closes,
        what=what,
        action=Action("Naar de groei", "participant_growth", (person.key,)),
        participant=person,
        state=f"{first.due.moment} {first.due.closes}",
        last_day=first.due.closes if first.due.moment == Moment.EXIT else None,
    )


def rights_requests(asked: Asked) -> list[Item]:
    """What people asked about their own facts and still wait for; three queries."""
    people = ContentType.objects.get_for_model(Participant)
    opened = list(RightsRequest.objects.open().filter(content_type=people))
    known = Participant.objects.visible_to(asked.user).in_bulk([each.object_id for each in opened])
    return [
        Item(
            kind=Kind.RIGHTS,
            pk=each.pk,
            urgency=Urgency.by(each.due_on, asked.today),
            day=each.due_on,
            what=f"Vroeg om {each.get_kind_display()}: antwoord uiterlijk {near_day(each.due_on)}.",
            action=Action("Naar het verzoek", "rights_request_detail", (known[each.object_id].key, each.pk)),
            participant=known[each.object_id],
            state=each.due_on,
            can_wait=False,
        )
        for each in opened
        if each.object_id in known
    ]


def breaches(asked: Asked) -> list[Item]:
    """Data breaches that are not closed, with the clock that ends first; one query."""
    return [_breach(each, asked) for each in Breach.objects.open()]


def _breach(breach: Breach, asked: Asked) -> Item:
    running = [clock for clock in breach.clocks_at(asked.now) if clock.is_running]
    what = "Iedereen is verteld: vul aan en sluit af."
    if running:
        clock = min(running, key=lambda each: each.deadline)
        over = clock.state == "OVER"
        what = f"{clock.to}: {clock.hours} uur te laat." if over else f"Nog {clock.hours} uur: {clock.to}."
    return Item(
        kind=Kind.BREACH,
        pk=breach.pk,
        urgency=Urgency.NOW if running else Urgency.THIS_WEEK,
        day=timezone.localdate(breach.discovered_at),
        what=what[0].upper() + what[1:],
        action=Action("Naar het datalek", "breach_detail", (breach.pk,)),
        can_wait=False,
    )


# What `workshops.services.attention` asks of this floor, as the settings name it.
SOURCES = [
    (breaches, (Kind.BREACH,)),
    (rights_requests, (Kind.RIGHTS,)),
    (measurements, (Kind.MEASUREMENT,)),
]
