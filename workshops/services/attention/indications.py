"""Indications: those that run out, those that somebody uses too much or too little, and the notices about them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Count, Exists, OuterRef, Q

from participants.models import EXPIRES_SOON, Indication, Participant, Pause, RenewalStep, Trajectory
from participants.services.claims import entitlement, granted_per_week, is_in_day_parts
from participants.services.notices import missing_notices
from pluspunt.periods import Period
from pluspunt.templatetags.words import day as in_words
from pluspunt.templatetags.words import near_day
from workshops.models import Attendance, Placement, Session, Weeks
from workshops.services.attention.items import Action, Asked, Item, Kind, Urgency
from workshops.services.sessions import house_registered_from

DAY = timedelta(days=1)
# Less is left than it takes to get the next one.
PRESSES = timedelta(weeks=4)

# Use is looked at over so many weeks, and only when at least half of their days count.
USE_OVER = timedelta(weeks=8)
LEAST_DAYS = USE_OVER.days // 2
# Of what the indication gives in that time (entitlement, §6). A holiday of three weeks stays above the first.
TOO_LITTLE, TOO_MUCH = Fraction(60, 100), Fraction(110, 100)

_VOLUNTEER = Trajectory.TargetGroup.SKILLED_VOLUNTEER
_DAY_CARE = {"product_category": Indication.Category.DAY_CARE, "unit": Indication.Unit.DAY_PART}


def running_out(asked: Asked) -> list[Item]:
    """What ends within 8 weeks, or ended already, without a successor, of people who are still here; one query."""
    rows = Indication.objects.to_renew(asked.today).running_out_by(asked.today + EXPIRES_SOON)
    return [_running_out(row, asked.today) for row in rows.select_related("participant")]


def _running_out(row: Indication, today: date) -> Item:
    is_over = row.end_date < today
    urgency = Urgency.NOW if is_over else Urgency.LATER
    if today <= row.end_date <= today + PRESSES:
        urgency = Urgency.THIS_WEEK
    last_day = "" if row.end_date in (today, today + DAY) else f" (laatste dag {in_words(row.end_date)})"
    actor = RenewalStep.Actor(row.actor).label
    return Item(
        kind=Kind.EXPIRED if is_over else Kind.INDICATION,
        pk=row.pk,
        urgency=urgency,
        day=row.end_date,
        what=f"{row.amount}: {row.state_in_words}{last_day}. Aan zet: {actor}.",
        action=_on_the_indication("Regel de verlenging", row),
        participant=row.participant,
        state=f"{row.end_date} {row.actor}",
    )


def _on_the_indication(label: str, row: Indication) -> Action:
    return Action(label, "participant_indications", (row.participant.key,), extra=f"#indication-{row.pk}")


def notices(asked: Asked) -> list[Item]:
    """Start and stop notices that were not sent; one query."""
    return [
        Item(
            kind=Kind.START_NOTICE if notice.kind == "start" else Kind.STOP_NOTICE,
            pk=notice.indication.pk,
            urgency=Urgency.NOW if notice.late_since else Urgency.THIS_WEEK,
            day=notice.due_on,
            what=f"Over {in_words(notice.happened_on)}: had uiterlijk {in_words(notice.due_on)} weg gemoeten."
            if notice.late_since
            else f"Over {in_words(notice.happened_on)}: moet uiterlijk {near_day(notice.due_on)} weg.",
            action=_on_the_indication("Noteer het bericht", notice.indication),
            participant=notice.indication.participant,
            state="te laat" if notice.late_since else "",
        )
        for notice in missing_notices()
    ]


@dataclass
class Use:
    """What one person may come and came, in day parts, over the days of `USE_OVER` that count (`days` of them).

    `maybe` are day parts of registers that are not complete yet: not recorded is not absent.
    """

    participant: Participant
    granted: list[Fraction | None] = field(default_factory=list)
    entitled: Fraction | None = Fraction(0)
    days: int = 0
    planned: Fraction = Fraction(0)
    came: int = 0
    maybe: int = 0

    @property
    def is_over_planned(self) -> bool:
        """More planned per week than the indications that run now give."""
        return bool(self.granted) and None not in self.granted and self.planned > sum(self.granted)

    @property
    def can_be_judged(self) -> bool:
        return self.days >= LEAST_DAYS and bool(self.entitled)

    @property
    def is_too_much(self) -> bool:
        return self.can_be_judged and self.came > TOO_MUCH * self.entitled

    @property
    def is_too_little(self) -> bool:
        return self.can_be_judged and self.came + self.maybe < TOO_LITTLE * self.entitled


def use(asked: Asked) -> list[Item]:
    """People for whom more is planned than granted, or who come much less or more than that; five queries.

    Their indications for day care in day parts are taken together. Days of a pause do not count, and neither do those
    before the first register of the house.
    """
    found = _uses(asked.today)
    return [item for each in found if (item := _use_item(each, asked.today))]


def _use_item(each: Use, today: date) -> Item | None:
    if each.is_over_planned:
        granted = f"{_number(sum(each.granted))} {'dagdeel' if sum(each.granted) == 1 else 'dagdelen'}"
        what = f"Er is meer gepland dan toegekend: {_number(each.planned)} van {granted} per week."
        state = f"{_number(each.planned)} van {_number(sum(each.granted))}"
        action = Action("Pas de plekken aan", "participant_detail", (each.participant.key,), extra="#plekken")
    elif each.is_too_much or each.is_too_little:
        how = "meer" if each.is_too_much else "veel minder"
        share = round(each.came / each.entitled * 100)
        parts = f"{each.came} van {_number(each.entitled)} dagdelen"
        what = f"Kwam {how} dan de indicatie geeft: {parts} in 8 weken ({share}\u00a0%)."
        state = how
        action = Action("Bekijk het gebruik", "participant_indications", (each.participant.key,))
    else:
        return None
    return Item(
        kind=Kind.USE,
        pk=each.participant.pk,
        urgency=Urgency.THIS_WEEK if each.is_over_planned else Urgency.LATER,
        day=today,
        what=what,
        action=action,
        participant=each.participant,
        state=state,
    )


def _number(value: Fraction) -> str:
    """One decimal where it needs one: "7", "7,4"."""
    rounded = round(float(value), 1)
    return f"{rounded:.0f}" if rounded.is_integer() else f"{rounded:.1f}".replace(".", ",")


def _uses(today: date) -> list[Use]:
    window = _window(today)
    pauses = defaultdict(list)
    for pause in Pause.objects.overlapping(window.start, window.end).select_related("trajectory"):
        pauses[pause.trajectory.participant_id].append(pause)
    found = {}
    for indication in _indications(today, window):
        each = found.setdefault(indication.participant_id, Use(indication.participant))
        _add_right(each, indication, _without(window, pauses[indication.participant_id]), today)
    for person, weeks, count in _planned(today):
        if person in found:
            found[person].planned += Fraction(count, 1 if weeks == Weeks.EVERY else 2)
    for person, came, maybe in _came(window):
        if person in found:
            found[person].came, found[person].maybe = came, maybe
    return list(found.values())


def _window(today: date) -> Period:
    """The whole weeks up to yesterday: today is not over."""
    last = today - DAY
    registered_from = house_registered_from()
    return Period(min(max(today - USE_OVER, registered_from or last), last), last)


def _indications(today: date, window: Period) -> Iterable[Indication]:
    here = Trajectory.objects.on(today).exclude(target_group=_VOLUNTEER).filter(participant=OuterRef("participant"))
    rows = Indication.objects.filter(Exists(here), **_DAY_CARE).overlapping(window.start, today)
    return [row for row in rows.select_related("participant") if is_in_day_parts(row)]


def _add_right(each: Use, indication: Indication, parts: list[Period], today: date) -> None:
    if indication.runs_on(today):
        each.granted.append(granted_per_week(indication))
    for part in parts:
        right = entitlement(indication, part)
        each.entitled = None if right is None or each.entitled is None else each.entitled + right
        start = max(part.start, indication.start_date)
        end = min(part.end, indication.end_date or part.end)
        each.days += max(0, (end - start).days + 1)


def _without(window: Period, pauses: list[Pause]) -> list[Period]:
    """The parts of `window` in which nothing is paused."""
    parts, start = [], window.start
    for pause in sorted(pauses, key=lambda pause: pause.start_date):
        if start < pause.start_date:
            parts.append(Period(start, min(pause.start_date - DAY, window.end)))
        start = max(start, (pause.end_date or window.end) + DAY)
    if start <= window.end:
        parts.append(Period(start, window.end))
    return parts


def _planned(today: date) -> Iterable[tuple[int, int, int]]:
    rows = Placement.objects.taking_places().on(today).order_by()
    return rows.values_list("participant", "weeks").annotate(count=Count("pk"))


def _came(window: Period) -> Iterable[tuple[int, int, int]]:
    """Person, day parts attended, and day parts that nobody recorded yet, on days with an indication."""
    Status = Attendance.Status
    covering = Indication.objects.on(OuterRef("date")).filter(participant=OuterRef("participant"), **_DAY_CARE)
    rows = Attendance.objects.filter(
        Exists(covering), date__range=(window.start, window.end), session__state=Session.State.PLANNED
    ).exclude(trajectory__target_group=_VOLUNTEER)
    return (
        rows.order_by()
        .values_list("participant")
        .annotate(
            came=Count("pk", filter=Q(status=Status.PRESENT)),
            maybe=Count("pk", filter=Q(status=Status.OPEN, planned=True)),
        )
    )
