"""The indications of the demo: other variants and schemes, steps towards renewals, notices that were sent or not."""

from datetime import date, timedelta
from itertools import count
from random import Random

from accounts.models import User
from impact.demo.people import ACCOUNTS
from participants.models import Indication, Participant, ProductCode, RenewalStep
from participants.services.citizen_numbers import keep_citizen_number, why_no_number
from participants.services.notices import missing_notices
from pluspunt.validators import passes_eleven_test

PRODUCTS = [
    ("07", "07A01", "Dagbesteding groep"),
    ("07", "07A12", "Arbeidsmatige dagbesteding"),
    ("08", "08A03", "Vervoer naar dagbesteding"),
]
Actor = RenewalStep.Actor
# What was done so many days ago, and who must act since then.
STEPS = [
    [(40, "Behandelaar gevraagd om de verlenging aan te vragen", Actor.PRACTITIONER)],
    [
        (52, "Behandelaar gevraagd om de verlenging aan te vragen", Actor.PRACTITIONER),
        (20, "Behandelaar heeft de aanvraag ingediend", Actor.MUNICIPALITY),
    ],
    [(12, "De gemeente vraagt een kort verslag van ons", Actor.US)],
    [
        (35, "Verslag gestuurd naar het wijkteam", Actor.MUNICIPALITY),
        (6, "Gebeld met de gemeente: besluit volgt", Actor.MUNICIPALITY),
    ],
    [(9, "Keukentafelgesprek gepland met de behandelaar", Actor.PRACTITIONER)],
]
# From here on the government keeps numbers free for tests: nobody has them. One in three people gets one.
FIRST_TEST_NUMBER = 999_990_019
WITH_NUMBER = 3
# Of the notices of the last weeks a few of each kind were not sent yet.
RECENT = timedelta(days=45)
NOTICES_LEFT = 2


def add_indications(today: date, chance: Random) -> None:
    ProductCode.objects.bulk_create(ProductCode(category=c, code=code, description=d) for c, code, d in PRODUCTS)
    _vary(today, chance)
    _let_some_run_out(today, chance)
    _add_steps(today, chance)
    _send_notices(today, chance)
    _keep_numbers()


def _vary(today: date, chance: Random) -> None:
    """One per month, one in total, one PGB and one Wlz; the others are per week under the Wmo."""
    running = list(Indication.objects.on(today).filter(end_date__gt=today + timedelta(weeks=20)).order_by("pk"))
    month, total, budget, long_term = chance.sample(running, 4)
    month.volume, month.frequency = month.volume * 4, Indication.Frequency.MONTH
    total.volume, total.frequency = total.volume * 80, Indication.Frequency.TOTAL
    budget.scheme, budget.allocation_number = Indication.Scheme.PGB, None
    long_term.scheme, long_term.allocation_number = Indication.Scheme.WLZ, None
    Indication.objects.bulk_update(
        [month, total, budget, long_term], ["volume", "frequency", "scheme", "allocation_number"]
    )


def _let_some_run_out(today: date, chance: Random) -> None:
    """At least one in each group of the work-list, whatever the day on which the demo is made."""
    later = Indication.objects.on(today).filter(
        start_date__lt=today - timedelta(days=90), end_date__gt=today + timedelta(weeks=12)
    )
    chosen = chance.sample(list(later.without_successor().order_by("pk")), 5)
    for indication, days in zip(chosen, (0, 17, 40, 49, 76), strict=True):
        indication.end_date = today + timedelta(days=days)
    Indication.objects.bulk_update(chosen, ["end_date"])


def _add_steps(today: date, chance: Random) -> None:
    """Two of three have steps, and for the others nobody did anything yet."""
    coordinator = User.objects.get(email=ACCOUNTS[User.Role.COORDINATOR][0])
    steps = []
    for number, indication in enumerate(Indication.objects.to_renew(today).order_by("end_date", "pk")):
        if number % 3 == 2:
            continue
        steps += [
            RenewalStep(
                indication=indication,
                done_on=today - timedelta(days=days),
                text=text,
                next_actor=actor,
                recorded_by=coordinator,
            )
            for days, text, actor in chance.choice(STEPS)
        ]
    RenewalStep.objects.bulk_create(steps)


def _send_notices(today: date, chance: Random) -> None:
    """Everything old was sent a few days after it happened; a few recent ones were forgotten or are not due yet."""
    missing = missing_notices()
    left = set()
    for kind in ("start", "stop"):
        recent = [(n.indication.pk, kind) for n in missing if n.kind == kind and n.happened_on > today - RECENT]
        left |= set(chance.sample(recent, min(NOTICES_LEFT, len(recent))))
    indications = {}
    for notice in missing:
        if (notice.indication.pk, notice.kind) not in left:
            indication = indications.setdefault(notice.indication.pk, notice.indication)
            sent_on = min(notice.happened_on + timedelta(days=chance.randrange(1, 7)), today)
            setattr(indication, f"{notice.kind}_notice_on", sent_on)
    Indication.objects.bulk_update(indications.values(), ["start_notice_on", "stop_notice_on"])


def _keep_numbers() -> None:
    """Some of those of whom one may be kept have a citizen service number, under the Wmo and under the Wlz."""
    coordinator = User.objects.get(email=ACCOUNTS[User.Role.COORDINATOR][0])
    numbers = (str(number) for number in count(FIRST_TEST_NUMBER) if passes_eleven_test(str(number)))
    for participant in Participant.objects.order_by("pk")[::WITH_NUMBER]:
        if why_no_number(participant) is None:
            keep_citizen_number(participant, next(numbers), by=coordinator)
