"""The rota of the coaches: who is where, who is away, and how many places that leaves (`Workshop.places_with`).

Whoever changes it brings the sessions from today on in line; a day that has been keeps its places.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from pluspunt.templatetags.words import day as in_words
from workshops.models import Attendance, DayPart, Duty, Leave, Session, Weekday, Workshop
from workshops.services.placements import refused_twice
from workshops.services.sessions import reconcile_sessions

DAY = timedelta(days=1)
# So far ahead somebody may be put on the rota or on leave; later is a mistyped year.
FURTHEST = timedelta(days=366)


@dataclass(frozen=True)
class PlacesChange:
    """A session to come that gets other places: from `before` to `after`, with `people` planned who take one."""

    session: Session
    before: int
    after: int
    people: int

    @property
    def too_many(self) -> int:
        """For how many of the people there is no place any more."""
        return max(0, self.people - self.after)


@dataclass(frozen=True)
class PlacesEffect:
    """What a change of who supervises does to the sessions that are made, in order of day."""

    changes: list[PlacesChange]

    @property
    def fewer(self) -> list[PlacesChange]:
        return [change for change in self.changes if change.after < change.before]

    @property
    def more(self) -> list[PlacesChange]:
        return [change for change in self.changes if change.after > change.before]

    @property
    def fingerprint(self) -> str:
        """Differs as soon as the effect does: who confirms says which one they saw."""
        said = [(change.session.pk, change.before, change.after, change.people) for change in self.changes]
        return sha256(repr(said).encode()).hexdigest()[:16]


def places_effect(change: Callable[[], object]) -> PlacesEffect:
    """What `change` would do to the places of sessions from today on; nothing is kept.

    Raises `ValidationError` when the change itself does.
    """
    to_come = Session.objects.filter(date__gte=timezone.localdate()).order_by()
    with transaction.atomic():
        before = dict(to_come.values_list("pk", "capacity"))
        change()
        after = {pk: places for pk, places in to_come.values_list("pk", "capacity") if places != before.get(pk, places)}
        found = _with_people(after)
        transaction.set_rollback(True)
    return PlacesEffect([PlacesChange(each, before[each.pk], each.capacity, each.people) for each in found])


def _with_people(keys: Collection[int]) -> list[Session]:
    """Those sessions with how many `people` take a place there."""
    sessions = Session.objects.filter(pk__in=keys).select_related("workshop")
    counted = sessions.annotate(people=Count("attendances", filter=takes_place("attendances__")))
    return list(counted.order_by("date", "-day_part", "workshop__name"))


def takes_place(path: str = "") -> Q:
    """Rows of participants who are expected or there; who said no and volunteers take no place."""
    expected = Q(**{f"{path}status": Attendance.Status.OPEN, f"{path}planned": True})
    is_volunteer = Q(**{f"{path}trajectory__target_group": "SKILLED_VOLUNTEER"})
    return (expected | Q(**{f"{path}status": Attendance.Status.PRESENT})) & ~is_volunteer


@transaction.atomic
def add_duties(
    user: User, workshop: Workshop, slots: Iterable[tuple[int, str]], *, start: date, end: date | None = None
) -> list[Duty]:
    """Put a coach on the rota of `workshop` from `start` on, on each (weekday, day part).

    Raises `ValidationError` without a day part, for who is no coach with an account in use, for a day more than a year
    away, and where the coach is on the rota then already; then nothing is saved.
    """
    user = _lock_coach(user)
    _check_not_far(start, "start_date")
    slots = list(slots)
    if not slots:
        raise ValidationError({"slots": "Kies minstens één dagdeel."})
    duties = [
        Duty(user=user, workshop=workshop, weekday=weekday, day_part=part, start_date=start, end_date=end)
        for weekday, part in slots
    ]
    problems = []
    for duty in duties:
        try:
            duty.full_clean()
        except ValidationError as error:
            slot = f"{Weekday(duty.weekday).label.capitalize()} {DayPart(duty.day_part).label}"
            problems += [f"{slot}: {message}" for message in error.messages]
    if problems:
        raise ValidationError(problems)
    with refused_twice():
        for duty in duties:
            duty.save(force_insert=True)
    _reconcile([workshop.pk], start, end)
    return duties


@transaction.atomic
def end_duty(duty: Duty, *, last_day: date) -> Duty:
    """Let a coach stand on the rota here until `last_day`, or longer than was said.

    Raises `ValidationError` when `last_day` lies before its start or before yesterday (who was there then, was), when
    the coach is elsewhere by then, or when it was taken away meanwhile.
    """
    duty = _lock_duty(duty)
    if last_day < timezone.localdate() - DAY:
        raise ValidationError({"last_day": "Kies gisteren of een latere dag. Wat geweest is, blijft staan."})
    until = duty.end_date
    duty.end_date = last_day
    duty.full_clean()
    with refused_twice():
        duty.save(update_fields=["end_date"])
    _reconcile([duty.workshop_id], min(day for day in (last_day, until) if day) + DAY, None)
    return duty


@transaction.atomic
def remove_duty(duty: Duty) -> None:
    """Take away a duty that has yet to begin. Raises `ValidationError` when it began, or is gone."""
    duty = _lock_duty(duty)
    if duty.start_date < timezone.localdate():
        raise ValidationError("Deze dienst is al begonnen. Kies een laatste dag.")
    start, end, workshop = duty.start_date, duty.end_date, duty.workshop_id
    duty.delete()
    _reconcile([workshop], start, end)


@transaction.atomic
def add_leave(user: User, *, start: date, end: date, day_part: str = "", by: User) -> Leave:
    """Keep that a coach is away from `start` to `end`: whole days, or that one part of each.

    Raises `ValidationError` for who is no coach with an account in use, for days in the past or more than a year away,
    and when the coach is away then already.
    """
    user = _lock_coach(user)
    if start < timezone.localdate():
        raise ValidationError({"start_date": "Kies vandaag of een latere dag."})
    _check_not_far(end, "end_date")
    leave = Leave(user=user, start_date=start, end_date=end, day_part=day_part, taken_by=by)
    leave.full_clean()
    others = user.leaves.overlapping(start, end)
    if day_part:
        others = others.filter(day_part__in=["", day_part])
    if other := others.order_by("start_date").first():
        period = f"{in_words(other.start_date)} t/m {in_words(other.end_date)}"
        raise ValidationError(f"{user.name} is al vrij van {period}. Trek dat eerst in.")
    leave.save(force_insert=True)
    _reconcile(_workshops_of(user), start, end)
    return leave


@transaction.atomic
def withdraw_leave(leave: Leave) -> None:
    """Take back what is left of a leave: the coach is there again from today on; the days before stay.

    Raises `ValidationError` when it is over, or was taken back already.
    """
    _lock_coach(leave.user)
    leave = Leave.objects.filter(pk=leave.pk).first()
    today = timezone.localdate()
    if leave is None or leave.end_date < today:
        raise ValidationError("Dit is al voorbij of al ingetrokken.")
    end = leave.end_date
    if leave.start_date < today:
        leave.end_date = today - DAY
        leave.save(update_fields=["end_date"])
    else:
        leave.delete()
    _reconcile(_workshops_of(leave.user), max(leave.start_date, today), end)


@transaction.atomic
def set_supervision(
    workshop: Workshop, *, supervision: str, places_per_supervisor: int | None, places_without: int
) -> Workshop:
    """Change who counts for the places of a workshop, and how many places each of them carries; empty is no rule.

    Sessions from today on follow. Raises `ValidationError` for a rule that is not complete.
    """
    workshop = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    workshop.supervision = supervision
    workshop.places_per_supervisor = places_per_supervisor if supervision else None
    workshop.places_without = places_without if supervision else 0
    if supervision and not places_per_supervisor:
        raise ValidationError({"places_per_supervisor": "Vul in hoeveel deelnemers één begeleider aankan."})
    workshop.full_clean()
    workshop.save(update_fields=["supervision", "places_per_supervisor", "places_without"])
    _reconcile([workshop.pk], timezone.localdate(), None)
    return workshop


def example_of(workshop: Workshop, capacity: int) -> list[str]:
    """The rule of a workshop in sentences: the places with nobody, one and two who count, when it is open for many."""
    one, many = {
        Workshop.Supervision.COACH: ("één coach", "twee coaches"),
        Workshop.Supervision.VOLUNTEER: ("één vakvrijwilliger", "twee vakvrijwilligers"),
        Workshop.Supervision.EITHER: ("één coach of vakvrijwilliger", "twee coaches of vakvrijwilligers"),
    }[workshop.supervision]
    places = [workshop.places_with(capacity, *_counting(workshop, count)) for count in range(3)]
    who = (f"Is er geen {one.removeprefix('één ')}", f"Is er {one}", f"Zijn er {many}")
    return [
        f"{start}? Dan {'is er 1 plek' if count == 1 else f'zijn er {count} plekken' if count else 'is er geen plek'}."
        for start, count in zip(who, places, strict=True)
    ]


def _counting(workshop: Workshop, count: int) -> tuple[int, int]:
    return (0, count) if workshop.supervision == Workshop.Supervision.VOLUNTEER else (count, 0)


def _reconcile(workshops: Iterable[int], start: date, end: date | None) -> None:
    reconcile_sessions(Workshop.objects.filter(pk__in=list(workshops)), max(start, timezone.localdate()), end)


@transaction.atomic
def follow_account(user: User) -> None:
    """Bring the rota and the sessions to come in line with an account that was changed: who is out supervises nobody.

    Who is switched off keeps the rota. Who is no coach any more leaves it today, and helps out nowhere from tomorrow.
    """
    today = timezone.localdate()
    helps = user.stand_ins.filter(session__date__gte=today)
    workshops = _workshops_of(user) | set(helps.values_list("session__workshop", flat=True))
    if not user.is_coach:
        user.duties.filter(start_date__gte=today).delete()
        user.duties.overlapping(today, None).update(end_date=today - DAY)
        helps.filter(session__date__gt=today).delete()
    _reconcile(workshops, today, None)


def _workshops_of(user: User) -> set[int]:
    return set(user.duties.order_by().values_list("workshop", flat=True))


def _lock_coach(user: User) -> User:
    """The coach as they are now, after waiting for whoever changes when they are where."""
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if not (user.is_coach and user.is_active):
        raise ValidationError({"user": "Kies een coach met een account dat in gebruik is."})
    return user


def _lock_duty(duty: Duty) -> Duty:
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=duty.user_id)
    try:
        return Duty.objects.select_related("workshop", "user").get(pk=duty.pk)
    except Duty.DoesNotExist as error:
        raise ValidationError("Deze dienst is intussen weggehaald.") from error


def _check_not_far(day: date, field: str) -> None:
    if day > timezone.localdate() + FURTHEST:
        raise ValidationError({field: "Dit is meer dan een jaar vooruit. Kijk het jaar na."})
