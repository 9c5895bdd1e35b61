"""The people around the people of the demo, what those agreed to, and three pairs who are not planned together."""

from datetime import date, timedelta
from random import Random

from accounts.models import User
from impact.demo.people import ACCOUNTS
from participants.models import (
    Consent,
    ConsentPurpose,
    ConsentText,
    LegalRepresentative,
    NotTogether,
    Practitioner,
    Trajectory,
)
from partners.models import Organisation
from workshops.models import Placement
from workshops.services.not_together import first_shared_day

# Who sends the people that guide somebody from outside, and of what kind they are.
CARERS = {
    "Antes": (Organisation.Kind.CARE_PROVIDER, Practitioner.Kind.PRACTITIONER),
    "Pameijer": (Organisation.Kind.CARE_PROVIDER, Practitioner.Kind.GUIDE),
    "Leger des Heils": (Organisation.Kind.FOUNDATION, Practitioner.Kind.GUIDE),
    "Wijkteam Delfshaven": (Organisation.Kind.OTHER, Practitioner.Kind.GUIDE),
}
CITY = "Gemeente Rotterdam"
NAMES = ["Marloes Vink", "Ibrahim Kaya", "Sanne de Boer", "Peter Hoogland", "Nadia el Amrani", "Joost Verweij"]
STOPPED = ["begeleiding afgerond", "andere begeleider gekomen", "verhuisd naar een ander wijkteam"]
PAIRS = 3


def add_people_around(today: date, chance: Random) -> None:
    organisations = {
        name: Organisation.objects.get_or_create(name=name, defaults={"kind": kind, "place": "Rotterdam"})[0]
        for name, (kind, _) in CARERS.items()
    }
    city, _ = Organisation.objects.get_or_create(
        name=CITY, defaults={"kind": Organisation.Kind.MUNICIPALITY, "place": "Rotterdam"}
    )
    starts = _starts(today)
    _add_practitioners(starts, organisations, today, chance)
    _add_representatives(starts, today, chance)
    _add_consents(starts, city, today, chance)
    _keep_apart(today)


def _starts(today: date) -> dict[int, date]:
    """Who takes part now → since when."""
    running = Trajectory.objects.on(today).order_by("-start_date", "-pk").select_related("participant")
    return dict(running.values_list("participant", "start_date"))


def _add_practitioners(starts: dict[int, date], organisations: dict, today: date, chance: Random) -> None:
    """Those who came along from the spreadsheets get an organisation; the others in day care mostly get somebody."""
    known = list(Practitioner.objects.order_by("pk"))
    day_care = Trajectory.objects.on(today).filter(target_group=Trajectory.TargetGroup.SOCIAL_DAY_CARE)
    without = day_care.exclude(participant__practitioners__isnull=False).order_by("pk")
    new = [
        Practitioner(participant_id=pk, name=chance.choice(NAMES))
        for pk in without.values_list("participant", flat=True).distinct()
        if chance.random() < 0.8
    ]
    for row in [*known, *new]:
        name = chance.choice(list(CARERS))
        row.organisation, row.kind = organisations[name], CARERS[name][1]
        row.phone = f"010-{chance.randrange(10**6, 10**7)}"
        row.start_date = starts.get(row.participant_id)
    Practitioner.objects.bulk_update(known, ["organisation", "kind", "phone", "start_date"], batch_size=100)
    Practitioner.objects.bulk_create([*new, *_earlier_ones(starts, organisations, today, chance)])


def _earlier_ones(starts: dict[int, date], organisations: dict, today: date, chance: Random) -> list[Practitioner]:
    """Some had somebody else before, who stopped."""
    rows = []
    for pk in chance.sample(sorted(starts), len(starts) // 5):
        name, end = chance.choice(list(CARERS)), today - timedelta(days=chance.randrange(20, 300))
        rows.append(
            Practitioner(
                participant_id=pk,
                name=chance.choice(NAMES),
                kind=CARERS[name][1],
                organisation=organisations[name],
                start_date=min(starts[pk], end),
                end_date=end,
                end_reason=chance.choice(STOPPED),
            )
        )
    return rows


def _add_representatives(starts: dict[int, date], today: date, chance: Random) -> None:
    kinds = [LegalRepresentative.Kind.MENTOR, LegalRepresentative.Kind.ADMINISTRATOR, LegalRepresentative.Kind.CURATOR]
    LegalRepresentative.objects.bulk_create(
        LegalRepresentative(
            participant_id=pk,
            kind=chance.choice(kinds),
            name=chance.choice(NAMES),
            phone=f"06-{chance.randrange(10**7, 10**8)}",
            start_date=starts[pk],
        )
        for pk in chance.sample(sorted(starts), len(starts) * 15 // 100)
    )


def _add_consents(starts: dict[int, date], city: Organisation, today: date, chance: Random) -> None:
    """To a photo by seven in ten, a story by three, sharing with most of who is there now; a few withdrew it."""
    texts = {purpose: ConsentText.objects.newest(purpose, today) for purpose in ConsentPurpose.values}
    coordinator = User.objects.get(email=ACCOUNTS[User.Role.COORDINATOR][0])
    consents = []

    def agree(pk: int, purpose: str, **recipient) -> None:
        text = texts[purpose]
        given = min(max(starts[pk], text.valid_from) + timedelta(days=chance.randrange(15)), today)
        withdrawn = given + (today - given) / 2 if chance.random() < 0.08 else None
        consents.append(
            Consent(
                participant_id=pk,
                text=text,
                purpose=purpose,
                given_on=given,
                withdrawn_on=withdrawn,
                recorded_by=coordinator,
                **recipient,
            )
        )

    for pk in sorted(starts):
        for purpose, share in ((ConsentPurpose.PHOTO, 0.7), (ConsentPurpose.STORY, 0.3)):
            if chance.random() < share:
                agree(pk, purpose)
        if chance.random() < 0.6:
            agree(pk, ConsentPurpose.SHARE, organisation=city)
    for row in Practitioner.objects.filter(participant__in=starts, end_date__isnull=True).order_by("pk"):
        if chance.random() < 0.75:
            agree(row.participant_id, ConsentPurpose.SHARE, practitioner=row)
    for row in LegalRepresentative.objects.filter(participant__in=starts).order_by("pk"):
        if chance.random() < 0.9:
            agree(row.participant_id, ConsentPurpose.SHARE, representative=row)
    Consent.objects.bulk_create(consents, batch_size=200)


def _keep_apart(today: date) -> None:
    """Pairs who work on the same day in different workshops: one could walk in where the other is."""
    coordinator = User.objects.get(email=ACCOUNTS[User.Role.COORDINATOR][0])
    placements = list(Placement.objects.overlapping(today, None).select_related("workshop").order_by("pk"))
    by_person = {}
    for placement in placements:
        by_person.setdefault(placement.participant_id, []).append(placement)
    people, pairs = sorted(by_person), []
    while people and len(pairs) < PAIRS:
        one = people.pop(0)
        other = next((pk for pk in people if _may_be_a_pair(by_person[one], by_person[pk], today)), None)
        if other:
            people.remove(other)
            pairs.append(NotTogether(first_id=one, second_id=other, recorded_on=today, recorded_by=coordinator))
    NotTogether.objects.bulk_create(pairs)


def _may_be_a_pair(ones: list[Placement], others: list[Placement], today: date) -> bool:
    days = {(p.weekday, p.day_part) for p in ones} & {(p.weekday, p.day_part) for p in others}
    return bool(days) and not any(first_shared_day(one, other, today) for one in ones for other in others)
