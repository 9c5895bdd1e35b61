"""What the people of the demo learned, and what their skilled volunteers bring."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from accounts.models import User
from participants.models import Allowance, AllowanceLimit, Participant, Trajectory, VolunteerProfile
from workshops.models import Ability, AbilityGrant, LadderStep, Placement, Workshop

KIND = Workshop.Discipline
ABILITIES = {
    KIND.BIKE: ["band plakken", "wiel spaken", "remmen afstellen", "versnelling afstellen", "fiets klaarmaken"],
    KIND.WOOD: ["meten en aftekenen", "zagen met de hand", "schuren en afwerken", "meubel in elkaar zetten"],
    KIND.STEEL: ["meten en aftekenen", "knippen en zetten", "slijpen en afwerken", "las beoordelen"],
    KIND.KITCHEN: ["werken volgens HACCP", "snijtechniek", "soep en saus maken", "uitserveren", "bestelling maken"],
    KIND.ART: ["druk opzetten", "kleuren mengen", "werk inlijsten"],
    KIND.FOOD: ["zaaien en verspenen", "oogsten", "compost maken", "pakketten samenstellen"],
    KIND.OTHER: ["materiaal klaarzetten", "klus voorbereiden", "werkplek opruimen"],
}
MACHINES = {
    KIND.BIKE: ["richtbank", "perslucht"],
    KIND.WOOD: ["lintzaag", "kolomboor", "vlakschuurmachine"],
    KIND.STEEL: ["lasapparaat (MIG)", "haakse slijper", "kolomboor"],
    KIND.KITCHEN: ["snijmachine"],
    KIND.FOOD: ["bosmaaier"],
    KIND.OTHER: ["accuboormachine"],
}
CRAFTS = ["fietsenmaker", "kok", "meubelmaker", "lasser", "hovenier", "kledingmaker", "docent", "elektricien"]
AVAILABILITY = ["dinsdag en donderdag", "maandagochtend", "alle ochtenden", "woensdag, niet in de zomer", ""]
# In days: asked for, seen and to be renewed, seen from today; so that every state of the VOG occurs.
VOGS = [
    (-420, -400, 700),
    (-30, None, None),
    (-1100, -1080, -15),
    (-1060, -1040, 50),
    (None, None, None),
    (-90, -70, None),
]


def add_skills(today: date, chance: Random) -> None:
    """Abilities per workshop; steps and abilities for some six in ten; the craft, VOG and money of volunteers."""
    _add_abilities()
    _add_steps_and_grants(today, chance)
    _add_volunteers(today, chance)


def _add_abilities() -> None:
    rows = []
    for workshop in Workshop.objects.order_by("pk"):
        rows += [Ability(workshop=workshop, name=name) for name in ABILITIES[workshop.discipline]]
        machines = MACHINES.get(workshop.discipline, [])
        rows += [
            Ability(workshop=workshop, name=f"veilig werken met de {name}", is_machine_permission=True)
            for name in machines
        ]
    Ability.objects.bulk_create(rows)


def _add_steps_and_grants(today: date, chance: Random) -> None:
    coaches = {workshop.pk: list(workshop.coaches.all()) for workshop in Workshop.objects.prefetch_related("coaches")}
    stand_in = User.objects.filter(role=User.Role.COORDINATOR).first()
    abilities = {pk: [] for pk in coaches}
    for ability in Ability.objects.order_by("pk"):
        abilities[ability.workshop_id].append(ability)
    first_days = {}
    last_days = {}
    for placement in Placement.objects.order_by("start_date", "pk"):
        pair = (placement.participant_id, placement.workshop_id)
        first_days.setdefault(pair, placement.start_date)
        last_days[pair] = max(last_days.get(pair, placement.start_date), min(placement.end_date or today, today))
    steps, grants = [], []
    for (person, workshop), start in first_days.items():
        until = last_days[person, workshop]
        if start >= today or chance.random() > 0.6:
            continue
        by = (coaches[workshop] or [stand_in])[0]
        day = start
        for step in LadderStep.Step.values[: chance.choices([1, 2, 3], weights=[60, 30, 10])[0]]:
            day += timedelta(days=chance.randrange(40, 160))
            if day > until:
                break
            steps.append(
                LadderStep(
                    participant_id=person, workshop_id=workshop, step=step, granted_on=_weekday(day), granted_by=by
                )
            )
        learned = chance.sample(abilities[workshop], chance.randrange(1, len(abilities[workshop])))
        for ability in learned:
            since = start + (until - start) * chance.random()
            withdrawn = ability.is_machine_permission and since < until and chance.random() < 0.1
            grants.append(
                AbilityGrant(
                    participant_id=person,
                    ability=ability,
                    granted_on=_weekday(since),
                    granted_by=by,
                    withdrawn_on=_weekday(since + (until - since) / 2) if withdrawn else None,
                    withdrawn_by=by if withdrawn else None,
                )
            )
    LadderStep.objects.bulk_create(steps)
    AbilityGrant.objects.bulk_create(grants)


def _weekday(day: date) -> date:
    """The Friday before a day at the weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _add_volunteers(today: date, chance: Random) -> None:
    volunteers = Participant.objects.filter(
        trajectories__target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER
    ).distinct()
    profiles, payments = [], []
    for number, person in enumerate(volunteers.order_by("pk")):
        asked, seen, renew = (
            None if days is None else today + timedelta(days=days) for days in VOGS[number % len(VOGS)]
        )
        profiles.append(
            VolunteerProfile(
                participant=person,
                craft=CRAFTS[number % len(CRAFTS)],
                availability=chance.choice(AVAILABILITY),
                vog_requested_on=asked,
                vog_seen_on=seen,
                vog_renew_on=renew,
            )
        )
        payments += _payments(person, today, chance, generous=number == 1)
    VolunteerProfile.objects.bulk_create(profiles)
    Allowance.objects.bulk_create(payments)
    # The limit that holds stays the same until the administrator writes down that of a new year.
    last = AllowanceLimit.objects.first()
    AllowanceLimit.objects.get_or_create(
        year=today.year, defaults={"per_month": last.per_month, "per_year": last.per_year}
    )


def _payments(person: Participant, today: date, chance: Random, *, generous: bool) -> list[Allowance]:
    """One payment in most months of last year and this one; one volunteer gets more than the limit, today."""
    if chance.random() < 0.3 and not generous:
        return []
    usual = Decimal(chance.randrange(20, 170))
    paths = person.trajectories.filter(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    first_day = min(paths.values_list("start_date", flat=True))
    days = [
        date(year, month, chance.randrange(20, 28)) for year in (today.year - 1, today.year) for month in range(1, 13)
    ]
    paid = [_weekday(day) for day in days if first_day <= day <= today and chance.random() < 0.8]
    if generous:
        paid = sorted({*paid, today})
    rows = [Allowance(participant=person, paid_on=day, amount=usual + chance.randrange(20)) for day in paid]
    if generous:
        rows[-1].amount = Decimal("232.50")
    return rows
