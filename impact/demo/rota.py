"""The rota of the demo: the coaches of a workshop in turn, a rule where it is dangerous, and somebody who is away."""

from datetime import date, timedelta
from random import Random

from accounts.models import User
from workshops.models import Duty, Workshop
from workshops.services.rota import add_leave, set_supervision


def add_rota(today: date, chance: Random) -> None:
    """A fixed rota since the first of January, and two days off next week."""
    coordinator = User.objects.filter(role=User.Role.COORDINATOR).first()
    busy_coaches = set()
    for workshop in Workshop.objects.prefetch_related("openings", "coaches").order_by("pk"):
        # A coach of several workshops is most of all in the first of them; the others have no rota yet.
        own = [coach for coach in workshop.coaches.all() if coach.is_active and coach.pk not in busy_coaches]
        if not own:
            continue
        busy_coaches.update(coach.pk for coach in own)
        for opening in (o for o in workshop.openings.all() if o.runs_on(today)):
            if chance.random() < 0.9:
                Duty.objects.create(
                    user=chance.choice(own),
                    workshop=workshop,
                    weekday=opening.weekday,
                    day_part=opening.day_part,
                    start_date=max(date(today.year, 1, 1), opening.start_date),
                )
    for workshop in Workshop.objects.filter(discipline=Workshop.Discipline.STEEL):
        rule = {"supervision": Workshop.Supervision.EITHER, "places_per_supervisor": 4, "places_without": 0}
        set_supervision(workshop, **rule)
    monday = today + timedelta(days=7 - today.weekday())
    if busy := Duty.objects.order_by("pk").first():
        add_leave(busy.user, start=monday, end=monday + timedelta(days=1), by=coordinator)
