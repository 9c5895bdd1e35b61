"""Measurements that ask a coordinator for something: too late, or late within a week."""

from collections import defaultdict

from impact.services.due import Moment, RaterDue, State, measurements_due
from participants.models import Participant
from pluspunt.templatetags.words import near_day
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


# What `workshops.services.attention` asks of this floor, as the settings name it.
SOURCES = [(measurements, (Kind.MEASUREMENT,))]
