"""The people of the demo, their placements and their attendance."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from participants.models import District, EndReason, Indication, Participant, Practitioner, Trajectory
from partners.models import ContactPerson, Organisation
from workshops.models import AbsenceReason, Attendance, Closure, DayPart, Opening, Session, Workshop
from workshops.services.advice import Slot
from workshops.services.cancelling import cancel_session
from workshops.services.placements import place
from workshops.services.sessions import HORIZON
from workshops.services.trajectories import end_trajectory, pause_trajectory

PASSWORD = "pluspunt-demo-2026"  # noqa: S105 (printed on the screen of everybody who starts the demo)
ACCOUNTS = {
    User.Role.COACH: ("coach@pluspunt.demo", "Carla Verhoeven"),
    User.Role.COORDINATOR: ("coordinator@pluspunt.demo", "Said Bouzid"),
    User.Role.MANAGEMENT: ("management@pluspunt.demo", "Marijke de Graaf"),
    User.Role.ADMINISTRATOR: ("beheerder@pluspunt.demo", "Bea Postma"),
}
TRIAL = timedelta(weeks=6)
# The demo coach works here; the food garden is also open at weekends, so that there is something to do every day.
COACH_WORKSHOPS = ["Fietsenwerkplaats West", "Houtwerkplaats West", "Voedseltuin M4H"]
WEEKEND_WORKSHOP = "Voedseltuin M4H"
OTHER_COACHES = {
    "Tom Lagerwey": ["Staalwerkplaats West", "Textielatelier West", "Atelier West"],
    "Ayşe Kılıç": ["Keuken West", "Keuken Noord"],
    "Renée Đurić": ["Fietspunt Noord", "Kluspunt Noord", "Fietsen Give a Bike"],
}
PARTNERS = {
    "Voedseltuin Rotterdam": (Organisation.Kind.FOOD, "M4H", "Wessel Tuinman", "beheerder van de tuin"),
    "Give a Bike Foundation": (Organisation.Kind.FOUNDATION, "M4H", "Ilse Spaak", "werkplaatsleider"),
    "AVL Mundo": (Organisation.Kind.CULTURAL, "M4H", "Noor van Lierop", "programmamaker"),
    "CBK Rotterdam": (Organisation.Kind.CULTURAL, "Centrum", "Jeroen Abbas", "adviseur kunst en wijk"),
    "Buurman": (Organisation.Kind.ENTREPRENEUR, "Keilepand", "Puck Zaagmans", "werkplaats en materiaal"),
    "Hogeschool Rotterdam": (Organisation.Kind.KNOWLEDGE, "Centrum", "Mirjam Oudshoorn", "docent"),
}
ATTENTION = ["geen slijptol", "zit graag bij het raam", "liever geen telefoon erbij", "om 12.00 uur opgehaald"]
STATUSES = [Attendance.Status.PRESENT, Attendance.Status.EXCUSED, Attendance.Status.NO_SHOW, Attendance.Status.OPEN]
STATUS_WEIGHTS = [79, 13, 7, 1]
NEW_PEOPLE_PER_MONTH = 4
# Why somebody stops who goes there; all others stop as planned.
END_REASONS = {
    Trajectory.Destination.OTHER_PROVIDER: EndReason.OTHER_PROVIDER,
    Trajectory.Destination.OTHER_DOMAIN: EndReason.OTHER_DOMAIN,
    Trajectory.Destination.MOVED: EndReason.MOVED,
    Trajectory.Destination.DECEASED: EndReason.DECEASED,
    Trajectory.Destination.TREATMENT: EndReason.IN_AGREEMENT,
    Trajectory.Destination.DETENTION: EndReason.BY_PROVIDER,
    Trajectory.Destination.NO_FOLLOW_UP: EndReason.BY_PARTICIPANT,
    Trajectory.Destination.UNKNOWN: EndReason.BY_PARTICIPANT,
}


def add_accounts() -> None:
    for role, (email, name) in ACCOUNTS.items():
        User.objects.create_user(email, name=name, role=role, password=PASSWORD)
    for name in OTHER_COACHES:
        email = f"{name.split()[0].lower().replace('ş', 's').replace('é', 'e')}@pluspunt.demo"
        User.objects.create_user(email, name=name, role=User.Role.COACH, password=PASSWORD)


def add_partners() -> None:
    for name, (kind, place_name, contact, position) in PARTNERS.items():
        organisation, _ = Organisation.objects.update_or_create(name=name, defaults={"kind": kind, "place": place_name})
        ContactPerson.objects.create(organisation=organisation, name=contact, position=position)


def attach_coaches() -> None:
    coach = User.objects.get(email=ACCOUNTS[User.Role.COACH][0])
    for user, names in [(coach, COACH_WORKSHOPS), *((User.objects.get(name=n), w) for n, w in OTHER_COACHES.items())]:
        user.workshops.set(Workshop.objects.filter(name__in=names))


def add_facts_about_people(chance: Random) -> None:
    people = list(Participant.objects.order_by("number"))
    for person in people:
        person.emergency_contact = f"{chance.choice(people).nickname}, 06-{chance.randrange(10**7, 10**8)}"
    for person in chance.sample(people, 16):
        person.attention = chance.choice(ATTENTION)
    Participant.objects.bulk_update(people, ["emergency_contact", "attention"])


def add_closures(first_day: date, today: date) -> None:
    """The holidays with a fixed date, except today: a demo has something to do."""
    for year in range(first_day.year, (today + HORIZON).year + 1):
        for month, day, reason in [
            (1, 1, "Nieuwjaarsdag"),
            (4, 27, "Koningsdag"),
            (12, 25, "Kerst"),
            (12, 26, "Kerst"),
        ]:
            if date(year, month, day) != today:
                Closure.objects.create(
                    start_date=date(year, month, day), end_date=date(year, month, day), reason=reason
                )


def open_at_weekends(today: date) -> None:
    """The garden wants water at weekends too: four weeks back and on, with some of those who come on weekdays."""
    garden = Workshop.objects.get(name=WEEKEND_WORKSHOP)
    start = today - timedelta(days=today.weekday(), weeks=4)
    regulars = Trajectory.objects.on(today).filter(placements__workshop=garden, end_date__isnull=True).distinct()
    for weekday in (6, 7):
        for day_part in DayPart.values:
            Opening.objects.create(workshop=garden, weekday=weekday, day_part=day_part, capacity=6, start_date=start)
        for trajectory in regulars.order_by("participant__number")[:5]:
            place(trajectory, [Slot(garden, weekday, part) for part in DayPart.values], start=start, by=None)


def renew_indications(today: date, chance: Random) -> None:
    """Most of what ran out is granted again for two years; a few wait for the municipality."""
    for indication in Indication.objects.filter(end_date__lt=today, participant__trajectories__end_date__isnull=True):
        start, number = indication.end_date + timedelta(days=1), chance.randrange(10**7, 10**8)
        while start <= today and chance.random() < 0.9:
            end = start + timedelta(days=730)
            Indication.objects.create(
                participant=indication.participant,
                allocation_number=number,
                start_date=start,
                end_date=end,
                volume=indication.volume,
            )
            start, number = end + timedelta(days=1), number + 1


def move_people(first_day: date, today: date, chance: Random) -> None:
    """Every month a few people come and go; some are on trial and some take a break."""
    for month_start in _months(first_day, today):
        start = month_start + timedelta(days=chance.randrange(20))
        if start <= today:
            for _ in range(NEW_PEOPLE_PER_MONTH):
                _welcome(start, today, chance)
        running = Trajectory.objects.on(start).filter(end_date__isnull=True, start_date__lt=month_start)
        leaving = list(running.order_by("pk"))
        for trajectory in chance.sample(leaving, min(3, len(leaving))):
            if start < today and not trajectory.placements.filter(start_date__gt=start).exists():
                destination = _destination(chance)
                reason = END_REASONS.get(destination, EndReason.AS_PLANNED)
                end_trajectory(trajectory, last_day=start, reason=reason, destination=destination, by=None)
    running = Trajectory.objects.on(today).filter(end_date__isnull=True, start_date__lt=today - timedelta(days=60))
    for trajectory in chance.sample(list(running.order_by("pk")), 3):
        pause_trajectory(trajectory, start=today - timedelta(days=20), end=None, reason="langer weg", by=None)


def _months(first_day: date, today: date) -> Iterator[date]:
    month = first_day
    while month <= today:
        yield month
        month = (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _destination(chance: Random) -> str:
    to = Trajectory.Destination
    return chance.choice([to.PAID_WORK, to.SUPPORTED_WORK, to.EDUCATION, to.OTHER_PROVIDER, to.MOVED, to.GOALS_REACHED])


def _welcome(start: date, today: date, chance: Random) -> None:
    """Somebody new, with an invented name, an indication when day care, and two to four day parts a week."""
    group = chance.choices(Trajectory.TargetGroup.values, weights=[60, 28, 12])[0]
    person = new_person(chance)
    is_recent = start + TRIAL > today
    trajectory = Trajectory(
        participant=person,
        target_group=group,
        start_date=start,
        strand_social=group == Trajectory.TargetGroup.ACTIVATION,
        strand_work=group == Trajectory.TargetGroup.ACTIVATION and chance.random() < 0.5,
        trial_until=start + TRIAL if is_recent else None,
    )
    trajectory.full_clean()
    trajectory.save()
    parts = chance.randrange(2, 5)
    if group == Trajectory.TargetGroup.SOCIAL_DAY_CARE:
        Indication.objects.create(
            participant=person,
            allocation_number=chance.randrange(10**7, 10**8),
            start_date=start,
            end_date=start + timedelta(days=chance.choice([180, 365, 730])),
            volume=parts,
        )
        Practitioner.objects.create(participant=person, name="Evie Brandsma")
    openings = list(Opening.objects.on(start).filter(weekday__lte=5).select_related("workshop").order_by("pk"))
    slots = {(o.weekday, o.day_part): Slot(o.workshop, o.weekday, o.day_part) for o in chance.sample(openings, parts)}
    place(trajectory, slots.values(), start=start, by=None)


def new_person(chance: Random) -> Participant:
    """The nickname of one and the surname of another: nobody who was there before."""
    one, other = chance.sample(list(Participant.objects.order_by("pk")[:130]), 2)
    last = Participant.objects.aggregate(last=Max("number"))["last"]
    person = Participant(
        number=last + 1,
        nickname=one.nickname,
        prefix=other.prefix,
        surname=other.surname,
        birth_date=date(chance.randrange(1955, 2006), chance.randrange(1, 13), chance.randrange(1, 29)),
        gender=chance.choice(Participant.Gender.values),
        postcode=other.postcode,
        district=chance.choice(list(District.objects.all())),
        phone=f"06-{chance.randrange(10**7, 10**8)}",
    )
    person.full_clean()
    person.save()
    return person


def record(first_day: date, today: date, chance: Random) -> None:
    """Fill the registers up to now as coaches do: nearly everything, and this day part only halfway."""
    for session in chance.sample(list(Session.objects.filter(date__range=(first_day, today - timedelta(days=1)))), 20):
        if session.takes_marks:
            cancel_session(session, reason=chance.choice(["begeleider ziek", "teamdag"]), by=None)
    reasons = list(AbsenceReason.objects.all())
    coach = User.objects.get(email=ACCOUNTS[User.Role.COACH][0])
    now = DayPart.at(timezone.now())
    rows = Attendance.objects.open().filter(date__range=(first_day, today), session__state=Session.State.PLANNED)
    filled = []
    for row in rows.order_by("date", "day_part", "pk"):
        if row.date == today and DayPart(row.day_part).order > now.order:
            continue
        status = chance.choices(STATUSES, weights=STATUS_WEIGHTS)[0]
        if row.date == today and row.day_part == now and chance.random() < 0.6:
            continue
        if status != Attendance.Status.OPEN:
            row.status, row.recorded_by = status, coach
            row.reason = chance.choice(reasons) if status == Attendance.Status.EXCUSED else None
            hour = 9 if row.day_part == DayPart.MORNING else 13
            moment = timezone.make_aware(datetime.combine(row.date, time(hour, chance.randrange(5, 50))))
            row.recorded_at = min(moment, timezone.now())
            filled.append(row)
    Attendance.objects.bulk_create(
        filled,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["status", "reason", "recorded_by", "recorded_at"],
    )
