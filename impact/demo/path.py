"""The paths of the demo: who applied, who waits or was declined, who moved on, and why people stopped."""

from datetime import date, timedelta
from random import Random

from impact.demo.people import END_REASONS, new_person
from participants.models import Application, EndReason, Trajectory
from partners.models import Organisation
from workshops.models import Attendance, Placement

Group, Referrer, State = Trajectory.TargetGroup, Application.Referrer, Application.State
DAY = timedelta(days=1)
# What is told from then on; the year before came from spreadsheets without applications.
FROM = date(2026, 1, 1)
REFERRERS = [
    (Referrer.NEIGHBOURHOOD_TEAM, 30),
    (Referrer.VRAAGWIJZER, 10),
    (Referrer.CARE_PROVIDER, 14),
    (Referrer.MENTAL_HEALTH, 12),
    (Referrer.ADDICTION_CARE, 6),
    (Referrer.PROBATION, 4),
    (Referrer.WORK_AND_INCOME, 10),
    (Referrer.SELF, 8),
    (Referrer.NETWORK, 4),
    (Referrer.PARTNER, 2),
]
NAMES = ["Evie Brandsma", "Wim de Wijs", "Sanne Oost", "Rachid El Amrani", "Joke Verbeek", ""]
WISHES = [
    "iets met hout, liefst in de ochtend",
    "fietsen opknappen, twee dagdelen",
    "weer onder de mensen komen",
    "koken voor anderen",
    "buiten werken, in de tuin",
    "rustig beginnen, één ochtend per week",
    "",
]
# (days ago, day of the intake from then on, for whom): some wait longer than six weeks.
WAITING = [
    (71, 12, Group.SOCIAL_DAY_CARE),
    (52, None, Group.SOCIAL_DAY_CARE),
    (45, 20, Group.ACTIVATION),
    (23, 28, Group.SOCIAL_DAY_CARE),
    (12, None, Group.ACTIVATION),
    (3, None, Group.SKILLED_VOLUNTEER),
]
REFUSED = [
    (96, State.DECLINED, "wil werken op tijden dat we dicht zijn", Group.ACTIVATION),
    (64, State.DECLINED, "meer begeleiding nodig dan wij kunnen geven", Group.SOCIAL_DAY_CARE),
    (58, State.WITHDRAWN, "koos een plek dichter bij huis", Group.SOCIAL_DAY_CARE),
    (31, State.WITHDRAWN, "heeft werk gevonden", Group.ACTIVATION),
    (18, State.DECLINED, "woont buiten Rotterdam", Group.SOCIAL_DAY_CARE),
]
MOVES = [(Group.SOCIAL_DAY_CARE, Group.ACTIVATION)] * 5 + [(Group.ACTIVATION, Group.SKILLED_VOLUNTEER)] * 3


def add_paths(today: date, chance: Random) -> None:
    """Write down the paths; needs people, placements and attendance."""
    give_end_reasons()
    apply_afterwards(today, chance)
    for days, intake, group in WAITING:
        applied = _workday(today - timedelta(days=days))
        intake_on = _workday(applied + timedelta(days=intake)) if intake else None
        _application(chance, new_person(chance), applied, group, intake_on=intake_on).save()
    for days, state, reason, group in REFUSED:
        applied = _workday(today - timedelta(days=days))
        decided = applied + timedelta(days=chance.randrange(5, 15))
        facts = {"state": state, "reason": reason, "decided_on": decided}
        _application(chance, new_person(chance), applied, group, **facts).save()
    move_people_on(today, chance)


def give_end_reasons() -> None:
    """A reason that goes with where people went."""
    ended = list(Trajectory.objects.filter(end_date__isnull=False, end_reason="").exclude(destination=""))
    for trajectory in ended:
        trajectory.end_reason = END_REASONS.get(trajectory.destination, EndReason.AS_PLANNED)
    Trajectory.objects.bulk_update(ended, ["end_reason"])


def apply_afterwards(today: date, chance: Random) -> None:
    """Nearly everybody who began had applied a few weeks before."""
    applications = []
    begun = Trajectory.objects.filter(start_date__range=(FROM, today)).select_related("participant")
    for trajectory in begun.order_by("pk"):
        if chance.random() < 0.9:
            days = chance.randrange(14, 75)
            start = trajectory.start_date
            applied = _workday(start - timedelta(days=days))
            facts = {
                "state": State.STARTED,
                "trajectory": trajectory,
                "intake_on": _workday(applied + timedelta(days=days // 2)),
                "decided_on": _workday(start - timedelta(days=days // 4)),
            }
            applications.append(_application(chance, trajectory.participant, applied, trajectory.target_group, **facts))
    Application.objects.bulk_create(applications)


def _application(chance: Random, person, applied: date, group: str, **facts) -> Application:
    referrer = chance.choices([each for each, _ in REFERRERS], weights=[weight for _, weight in REFERRERS])[0]
    is_alone = referrer in (Referrer.SELF, Referrer.NETWORK)
    partner = Organisation.objects.order_by("pk").first() if referrer == Referrer.PARTNER else None
    return Application(
        participant=person,
        applied_on=applied,
        referrer=referrer,
        referrer_organisation=partner,
        referrer_name="" if is_alone else chance.choice(NAMES),
        target_group=group,
        wish=chance.choice(WISHES),
        **facts,
    )


def move_people_on(today: date, chance: Random) -> None:
    """Some move up in the year that runs, with the places and the attendance that they had from that day on."""
    since = max(FROM, today - timedelta(days=300))
    days = (today - since).days - 21
    if days < 30:
        return
    alone = Trajectory.objects.filter(end_date__isnull=True, pauses__isnull=True, start_date__lt=since)
    for group, following in MOVES:
        elsewhere = Trajectory.objects.exclude(target_group=group).values("participant")
        candidates = alone.filter(target_group=group).exclude(participant__in=elsewhere).order_by("pk")
        if not candidates.exists():
            continue
        start = _workday(since + timedelta(days=chance.randrange(14, days)))
        _move(chance.choice(list(candidates)), following, start)


def _workday(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _move(old: Trajectory, group: str, start: date) -> None:
    old.end_date, old.end_reason = start - DAY, EndReason.AS_PLANNED
    if group == Group.SKILLED_VOLUNTEER:
        old.destination = Trajectory.Destination.VOLUNTEERING_HERE
    old.save()
    is_activation = group == Group.ACTIVATION
    new = Trajectory(
        participant=old.participant, target_group=group, start_date=start, moved_from=old, strand_work=is_activation
    )
    new.full_clean()
    new.save()
    for placement in old.placements.overlapping(start, None):
        if placement.start_date >= start:
            Placement.objects.filter(pk=placement.pk).update(trajectory=new)
            continue
        until, placement.end_date = placement.end_date, start - DAY
        placement.save(update_fields=["end_date"])
        placement.pk, placement.trajectory = None, new
        placement.start_date, placement.end_date = start, until
        placement.save(force_insert=True)
    Attendance.objects.filter(trajectory=old, date__gte=start).update(trajectory=new)
