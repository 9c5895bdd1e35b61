"""Days on which a workshop, a location or the whole house is closed: what that touches, and changing it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import holidays
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from pluspunt.periods import Period
from workshops.models import Attendance, Closure, Opening, Session, Workshop
from workshops.services.effects import Registers, registers_by, registers_of
from workshops.services.locks import lock_workshops
from workshops.services.sessions import reconcile_sessions
from workshops.services.stopping import check_first_day, check_nobody_present

DAY = timedelta(days=1)
# Longer is no closure but a change of the openings; further ahead is a mistyped year.
LONGEST, FURTHEST = timedelta(days=366), timedelta(days=800)
# A public holiday on which most people work.
_MOSTLY_WORKED = {"Goede vrijdag"}


@dataclass(frozen=True)
class Holiday:
    """A public holiday on a weekday on which something is open; `closed` says why it is closed already, if it is."""

    day: date
    name: str
    closed: str
    is_over: bool
    registers: Registers

    @property
    def is_proposed(self) -> bool:
        return not self.closed and not self.is_over and self.name not in _MOSTLY_WORKED

    @property
    def may_close(self) -> bool:
        return not self.closed and not self.is_over


@dataclass(frozen=True)
class ClosureEffect:
    """What closing days touches: the registers that are made, per workshop and together."""

    registers: Registers
    workshops: list[tuple[Workshop, Registers]]


def add_closures(closures: Iterable[Closure]) -> None:
    """Keep that these days are closed, all or none, and bring the registers in line; what was recorded stays.

    Raises `ValidationError` for days in a closed month, for a day on which somebody is recorded as present, for days
    that are closed for the same reason of place already, and for whatever the model refuses.
    """
    with transaction.atomic():
        closures = list(closures)
        everywhere = Workshop.objects.filter(pk__in={w.pk for c in closures for w in workshops_of(c)})
        workshops = lock_workshops(list(everywhere.values_list("pk", flat=True)))
        for closure in closures:
            _check(closure)
            check_nobody_present(_rows(closure, [_period(closure)]), closure.reason)
            closure.save(force_insert=True)
        if closures and workshops:
            start, end = min(c.start_date for c in closures), max(c.end_date for c in closures)
            reconcile_sessions(Workshop.objects.filter(pk__in=[w.pk for w in workshops]), start, end)


def check_closure(closure: Closure) -> None:
    """Raise `ValidationError` when `add_closures()` would refuse it; nothing is kept."""
    _check(closure)
    check_nobody_present(_rows(closure, [_period(closure)]), closure.reason)


@transaction.atomic
def change_closure(closure: Closure) -> None:
    """Keep other days or another reason for a closure; days that have been stay as they were.

    Raises `ValidationError` when it is over, when a day before today would open or close, and as `add_closures`.
    """
    workshops = lock_workshops([workshop.pk for workshop in workshops_of(closure)])
    old = _as_it_is(closure)
    today = timezone.localdate()
    if old.end_date < today:
        raise ValidationError("Deze sluiting is voorbij.")
    if old.start_date < today and closure.start_date != old.start_date:
        raise ValidationError({"start_date": "De sluiting is al begonnen. De eerste dag blijft zoals die was."})
    if old.start_date >= today > closure.start_date:
        raise ValidationError({"start_date": "Kies vandaag of een latere dag."})
    if closure.end_date < today - DAY:
        raise ValidationError({"end_date": "Wat is geweest, blijft gesloten. Kies gisteren of een latere dag."})
    _check(closure)
    check_nobody_present(_rows(closure, days_added(old, closure)), closure.reason)
    closure.save(update_fields=["start_date", "end_date", "reason"])
    start, end = min(old.start_date, closure.start_date), max(old.end_date, closure.end_date)
    reconcile_sessions(Workshop.objects.filter(pk__in=[w.pk for w in workshops]), max(start, today), end)


@transaction.atomic
def withdraw_closure(closure: Closure) -> None:
    """Let it be open after all from today on: a closure to come goes, one that has begun ends yesterday.

    Raises `ValidationError` when it is over or gone.
    """
    workshops = lock_workshops([workshop.pk for workshop in workshops_of(closure)])
    closure, today = _as_it_is(closure), timezone.localdate()
    if closure.end_date < today:
        raise ValidationError("Deze sluiting is voorbij.")
    until = closure.end_date
    if closure.start_date >= today:
        closure.delete()
    else:
        closure.end_date = today - DAY
        closure.full_clean()
        closure.save(update_fields=["end_date"])
    reconcile_sessions(Workshop.objects.filter(pk__in=[w.pk for w in workshops]), today, until)


def workshops_of(closure: Closure) -> QuerySet[Workshop]:
    """The workshops that it closes, also one that was at the location then and moved since."""
    if closure.workshop_id:
        return Workshop.objects.filter(pk=closure.workshop_id)
    if not closure.location_id:
        return Workshop.objects.all()
    then = Session.objects.filter(_in([_period(closure)]), _where(closure)).order_by()
    return Workshop.objects.filter(Q(location=closure.location_id) | Q(pk__in=then.values("workshop")))


def days_added(old: Closure, new: Closure) -> list[Period]:
    """The days of `new` that are not in `old`: before it, after it, or both."""
    before = (new.start_date, min(new.end_date, old.start_date - DAY))
    after = (max(new.start_date, old.end_date + DAY), new.end_date)
    return [Period(start, end) for start, end in dict.fromkeys((before, after)) if start <= end]


def effect_of_closing(closure: Closure, periods: list[Period] | None = None) -> ClosureEffect:
    """What closing touches in the days of `closure`, or in `periods`; five queries."""
    periods = [_period(closure)] if periods is None else periods
    return _effect(Session.objects.filter(_in(periods), _where(closure), state=Session.State.PLANNED))


def effect_of_opening(closure: Closure, periods: list[Period], change: Callable[[], object]) -> ClosureEffect:
    """What goes on again in `periods` by `change`, which opens days of `closure`; nothing is kept.

    What another closure keeps closed is not among it. Raises `ValidationError` when the change itself does.
    """
    going_on = Session.objects.filter(_in(periods), _where(closure), state=Session.State.PLANNED)
    with transaction.atomic():
        before = set(going_on.values_list("pk", flat=True))
        change()
        effect = _effect(going_on.exclude(pk__in=before))
        transaction.set_rollback(True)
    return effect


def effect_of_withdrawing(closure: Closure) -> ClosureEffect:
    """What goes on again when `withdraw_closure()` is done, and raises as that does; nothing is kept."""
    days = Period(max(closure.start_date, timezone.localdate()), closure.end_date)
    return effect_of_opening(closure, [days], lambda: withdraw_closure(closure))


def closed_besides(closure: Closure, start: date) -> QuerySet[Closure]:
    """Other closures that keep some of the same days closed from `start` on, in order."""
    others = Closure.objects.overlapping(max(start, closure.start_date), closure.end_date).exclude(pk=closure.pk)
    whole_house = Q(workshop=None, location=None)
    if closure.workshop_id:
        others = others.filter(whole_house | Q(location=closure.workshop.location_id))
    elif closure.location_id:
        others = others.filter(whole_house | Q(workshop__location=closure.location_id))
    return others.select_related("workshop", "location").order_by("start_date", "pk")


def propose_holidays(year: int) -> list[Holiday]:
    """The Dutch public holidays of `year` on which something is open, in order; five queries.

    Liberation Day only in a lustrum year, as the library `holidays` has it.
    """
    days = holidays.country_holidays("NL", years=year, language="nl")
    closures = list(Closure.objects.filter(workshop=None, location=None).overlapping(min(days), max(days)))
    openings = list(Opening.objects.overlapping(min(days), max(days)))
    sessions = Session.objects.filter(date__in=list(days), state=Session.State.PLANNED)
    made = registers_by(sessions, Attendance.objects.filter(session__in=sessions.order_by()), "date")
    today = timezone.localdate()
    return [
        Holiday(
            day,
            name,
            closed=next((each.reason for each in closures if each.runs_on(day)), ""),
            is_over=day < today,
            registers=made.get((day,), Registers()),
        )
        for day, name in sorted(days.items())
        if any(o.weekday == day.isoweekday() and o.runs_on(day) for o in openings)
    ]


def _check(closure: Closure) -> None:
    closure.full_clean()
    if closure.end_date - closure.start_date >= LONGEST:
        raise ValidationError({"end_date": "Een sluiting duurt hoogstens een jaar. Laat anders de werkplaats stoppen."})
    if closure.start_date > timezone.localdate() + FURTHEST:
        raise ValidationError({"start_date": "Dit is meer dan twee jaar vooruit. Kijk het jaar na."})
    if closure.pk is None:
        check_first_day(min(closure.start_date, timezone.localdate()))
    same = Closure.objects.filter(workshop=closure.workshop_id, location=closure.location_id).exclude(pk=closure.pk)
    if other := same.overlapping(closure.start_date, closure.end_date).first():
        raise ValidationError(f"In deze dagen is het al gesloten: {other.reason}.")


def _effect(sessions: QuerySet[Session]) -> ClosureEffect:
    found = registers_by(sessions, Attendance.objects.filter(session__in=sessions.order_by()), "workshop")
    workshops = Workshop.objects.filter(pk__in=[key for (key,) in found]).select_related("location")
    return ClosureEffect(registers_of(sessions), [(workshop, found[workshop.pk,]) for workshop in workshops])


def _as_it_is(closure: Closure) -> Closure:
    found = Closure.objects.filter(pk=closure.pk).first()
    if found is None:
        raise ValidationError("Deze sluiting is intussen ingetrokken.")
    return found


def _period(closure: Closure) -> Period:
    return Period(closure.start_date, closure.end_date)


def _rows(closure: Closure, periods: list[Period]) -> QuerySet[Attendance]:
    return Attendance.objects.filter(_in(periods), _where(closure, session="session__"))


def _where(closure: Closure, session: str = "") -> Q:
    """Sessions of what it closes, or rows (`session`: the path to theirs): on days that have been, as it was then."""
    if closure.workshop_id:
        return Q(workshop=closure.workshop_id)
    if not closure.location_id:
        return Q()
    is_here, today = Q(workshop__location=closure.location_id), timezone.localdate()
    was_here = Q(**{f"{session}location": closure.location_id})
    unknown = Q(**{f"{session}location__isnull": True})
    return Q(is_here, date__gte=today) | Q(was_here | (unknown & is_here), date__lt=today)


def _in(periods: list[Period]) -> Q:
    found = Q(pk__in=[])
    for period in periods:
        found |= Q(date__range=(period.start, period.end))
    return found
