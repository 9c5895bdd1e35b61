"""How long the record of somebody is kept after they left (domain reference §8), and what the law says before that."""

from calendar import isleap
from collections.abc import Iterable
from datetime import date

from django.db.models import Max, Q
from django.utils import timezone

from participants.models import Allowance, Application, Indication, Participant, Trajectory
from pluspunt.templatetags.words import day as in_words
from privacy.models import Term
from privacy.processing import BOOKS, CARE_FILE, OTHER_FILE
from privacy.services.erasing import Check, Left

# What a municipality grants under the Wmo, also when somebody else was asked first or the person holds the budget.
CARE = (
    Indication.Scheme.WMO,
    Indication.Scheme.WMO_GENERAL,
    Indication.Scheme.PGB,
    Indication.Scheme.SUBCONTRACT,
)


def add_years(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the last day of that month."""
    year = day.year + years
    return day.replace(year=year, day=28 if (day.month, day.day) == (2, 29) and not isleap(year) else day.day)


def people_who_left(numbers: Iterable[int] | None = None) -> dict[int, Left]:
    """Of everybody with a name for whom nothing runs, is to come or waits: until when their record is kept.

    The term begins on the last day of the last trajectory, or of who never had one, on the day on which the application
    was decided; whoever comes back is not in it. Wmo: 15 years; allowances and claims: 7 years after the year in which
    they were paid; anybody else 2 years; the longest one holds. Day care of which nobody wrote down who pays is taken
    for Wmo, because it mostly is: too long can be mended, too short cannot. Eight queries, for anybody or everybody.
    """
    today = timezone.localdate()
    people = Participant.objects.filter(anonymised_on__isnull=True).exclude(_goes_on(today)).order_by()
    if numbers is not None:
        people = people.filter(pk__in=numbers)
    keys = set(people.values_list("pk", flat=True))
    ended = _last(Application.objects.all(), "decided_on") | _last(Trajectory.objects.all(), "end_date")
    care, paid = _in_care(), _last_year_of_money()
    return {key: _left(ended[key], key in care, paid.get(key)) for key in keys if ended.get(key)}


def erasure_checks(person: Participant) -> list[Check]:
    """What the law asks before everything about somebody may be erased on request (AVG art. 17 lid 3 onder b)."""
    today = timezone.localdate()
    runs = Participant.objects.filter(pk=person.pk).filter(_goes_on(today)).exists()
    left = None if runs else people_who_left([person.pk]).get(person.pk)
    kept = left if left and left.due_on > today else None
    return [
        Check(
            "Er loopt geen traject en er wacht geen aanmelding",
            "Je doet nu nog mee bij Pluspunt. Daarvoor hebben we je gegevens nodig. Als je stopt, kun je opnieuw vragen"
            " om ze te wissen."
            if runs
            else "",
        ),
        Check(
            "Geen Wmo-dossier dat bewaard moet blijven",
            f"Je kreeg begeleiding via de Wmo. De wet zegt dat wij je dossier {CARE_FILE.years} jaar bewaren nadat je"
            f" stopte (Wmo 2015, artikel 5.3.4). Dat is tot en met {in_words(kept.due_on)}. Daarna wissen we het"
            " vanzelf."
            if kept and kept.term == Term.CARE
            else "",
        ),
        Check(
            "Geen betalingen die bewaard moeten blijven",
            "Er zijn bedragen voor jou betaald. De belastingwet zegt dat wij dat"
            f" {BOOKS.years} jaar bewaren (artikel 52 AWR). Dat is tot en met {in_words(kept.due_on)}. Daarna wissen we"
            " het vanzelf."
            if kept and kept.term == Term.MONEY
            else "",
        ),
    ]


def _goes_on(today: date) -> Q:
    runs = Q(pk__in=Trajectory.objects.overlapping(today, None).order_by().values("participant"))
    return runs | Q(pk__in=Application.objects.waiting().order_by().values("participant"))


def _last(rows, day: str) -> dict[int, date]:
    """Person → their last day of this kind."""
    return dict(rows.order_by().filter(**{f"{day}__isnull": False}).values_list("participant").annotate(Max(day)))


def _in_care() -> set[int]:
    indications = dict.fromkeys(Indication.objects.order_by().values_list("participant", flat=True))
    care = set(Indication.objects.filter(scheme__in=CARE).order_by().values_list("participant", flat=True))
    day_care = Trajectory.objects.filter(target_group=Trajectory.TargetGroup.SOCIAL_DAY_CARE).order_by()
    return care | {key for key in day_care.values_list("participant", flat=True) if key not in indications}


def _last_year_of_money() -> dict[int, int]:
    """Person → the last year in which they were paid something or somebody paid for them."""
    years = {key: day.year for key, day in _last(Allowance.objects.all(), "paid_on").items()}
    claimed = Participant.objects.filter(statement_lines__claimable__gt=0).order_by().values_list("pk")
    for key, month in claimed.annotate(Max("statement_lines__statement__month__month")):
        years[key] = max(month.year, years.get(key, 0))
    return years


def _left(ended_on: date, is_care: bool, year_of_money: int | None) -> Left:
    terms = [Left(Term.OTHER, ended_on, add_years(ended_on, OTHER_FILE.years))]
    if year_of_money:
        terms.append(Left(Term.MONEY, ended_on, date(year_of_money + BOOKS.years, 12, 31)))
    if is_care:
        terms.append(Left(Term.CARE, ended_on, add_years(ended_on, CARE_FILE.years)))
    return max(terms, key=lambda each: each.due_on)
