"""Jobs of the demo's workshops, who worked on them lately, and what the last two years brought forth."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from accounts.models import User
from partners.models import Organisation
from workshops.models import Attendance, Job, Output, OutputType, Session, Workshop

KIND, State = Workshop.Discipline, Job.State
# What, and for whom (empty: own use).
JOBS = {
    KIND.BIKE: [
        ("Bakfiets Afrikaanderwijk opknappen", "Wijkhuis Afrikaander"),
        ("Tien kinderfietsen rijklaar maken", "Give a Bike Foundation"),
        ("Fietsen van de buren nakijken", ""),
        ("Rolstoelfiets: nieuwe remmen", "Zorggroep Delfshaven"),
        ("Gereedschapswand ordenen", ""),
    ],
    KIND.WOOD: [
        ("Zes picknicktafels bouwen", "Buurman"),
        ("Boekenkast voor de leeszaal", "Leeszaal West"),
        ("Plantenbakken voor de straat", "Bewonersgroep Mathenesse"),
        ("Werkbanken voor de nieuwe werkplaats", ""),
    ],
    KIND.STEEL: [
        ("Hek van de moestuin lassen", "Voedseltuin Rotterdam"),
        ("Fietsenrek voor het plein", "Wijkhuis Delfshaven"),
        ("Onderstel voor de picknicktafels", ""),
    ],
    KIND.KITCHEN: [
        ("Lunch voor veertig buren", "Buurthuis Noord"),
        ("Soep voor de voedselbank", "Voedselbank Rotterdam"),
        ("Voorraadkast tellen", ""),
    ],
    KIND.ART: [
        ("Affiches voor de Expo drukken", "Galerie Tussenruimte"),
        ("Omslag voor het tijdschrift", ""),
        ("Muurschildering in de gang", ""),
    ],
    KIND.FOOD: [
        ("Bedden klaarmaken voor de wintergroente", ""),
        ("Pakketten voor zestig gezinnen", "Voedselbank Rotterdam"),
        ("Fruitbomen snoeien", "Gemeente Rotterdam"),
    ],
    KIND.OTHER: [
        ("Kasten ophangen bij een buurvrouw", "mevrouw Jansen"),
        ("Tuinpad van de speeltuin leggen", "Speeltuin De Driehoek"),
        ("Berging opruimen", ""),
    ],
}
RESULTS = [
    "Klaar en opgehaald. De klant is blij.",
    "Klaar. Een paar onderdelen gebruikten we opnieuw.",
    "Het duurde langer dan gedacht, maar het is netjes geworden.",
    "Klaar en gebracht.",
]
# State, and its day (due or finished) seen from today; the jobs of a workshop take these in turn.
STATES = [(State.BUSY, 4), (State.DONE, -9), (State.BUSY, -3), (State.WAITING, 12), (State.DONE, -23)]
PEOPLE_WEEKS = 4
OUTPUT_DAYS = 700
# How much one day part brings at most, by unit.
MOST = {"stuks": 4, "mensen": 6, "kg": 18, "m²": 8, "uur": 6}


def add_jobs(today: date, chance: Random) -> None:
    """Three to five jobs per workshop, people coupled to them in the last weeks, outputs of the last two years."""
    coach = User.objects.filter(role=User.Role.COACH).order_by("pk").first()
    _add_jobs(today, chance)
    _couple_people(today, chance)
    _add_outputs(today, chance, coach)


def _add_jobs(today: date, chance: Random) -> None:
    partners = {partner.name: partner for partner in Organisation.objects.all()}
    rows = []
    for number, workshop in enumerate(Workshop.objects.order_by("pk")):
        for turn, (title, customer) in enumerate(JOBS[workshop.discipline]):
            state, days = STATES[(turn + number) % len(STATES)]
            day = today + timedelta(days=days)
            is_done = state == State.DONE
            job = Job(workshop=workshop, title=title, partner=partners.get(customer), state=state)
            job.customer = "" if job.partner else customer
            job.due_on, job.finished_on = (None, day) if is_done else (day, None)
            job.people_wanted = chance.randint(1, 4)
            job.result = chance.choice(RESULTS) if is_done else ""
            rows.append(job)
    rows.append(Job(workshop=rows[0].workshop, title="Etalage inrichten", state=State.DROPPED, people_wanted=2))
    Job.objects.bulk_create(rows)


def _couple_people(today: date, chance: Random) -> None:
    """Some four in ten of those who were present worked on a job that went on that day."""
    jobs = {}
    for job in Job.objects.exclude(state__in=[State.WAITING, State.DROPPED]).order_by("pk"):
        jobs.setdefault(job.workshop_id, []).append(job)
    since = today - timedelta(weeks=PEOPLE_WEEKS)
    present = Attendance.objects.filter(status=Attendance.Status.PRESENT, date__range=(since, today))
    coupled = {}
    for key, workshop, day in present.order_by("pk").values_list("pk", "workshop", "date"):
        possible = [job for job in jobs.get(workshop, []) if job.finished_on is None or day <= job.finished_on]
        if possible and chance.random() < 0.4:
            coupled.setdefault(chance.choice(possible).pk, []).append(key)
    for job, keys in coupled.items():
        Attendance.objects.filter(pk__in=keys).update(job=job)


def _add_outputs(today: date, chance: Random, coach: User) -> None:
    """On three in ten day parts one output of the workshop's own kinds."""
    types = list(OutputType.objects.by_hand())
    usual = {kind: [each for each in types if each.belongs_to(kind)] for kind in KIND.values}
    since = today - timedelta(days=OUTPUT_DAYS)
    sessions = Session.objects.filter(date__range=(since, today), state=Session.State.PLANNED)
    rows = []
    for session in sessions.select_related("workshop").order_by("date", "pk"):
        if chance.random() < 0.7 or not usual[session.workshop.discipline] or session.is_future:
            continue
        kind = chance.choice(usual[session.workshop.discipline])
        most = MOST.get(kind.unit, 3)
        quantity = chance.randint(1, most) if kind.is_whole else Decimal(chance.randint(5, most * 10)) / 10
        key = UUID(int=chance.getrandbits(128))
        output = Output(type=kind, quantity=quantity, source=kind.usual_source, date=session.date, key=key)
        output.session, output.workshop, output.recorded_by = session, session.workshop, coach
        rows.append(output)
    Output.objects.bulk_create(rows, batch_size=500)
