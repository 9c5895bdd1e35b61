"""What skilled volunteers receive, held against the limit of the year."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from participants.models import Allowance, AllowanceLimit, Participant
from participants.services.people import lock_participant, save_row
from pluspunt.periods import Period


@dataclass(frozen=True)
class AllowanceYear:
    """What one volunteer received in one calendar year, in euros; without a `limit` nothing is over it."""

    year: int
    limit: AllowanceLimit | None
    by_month: dict[int, Decimal] = field(default_factory=dict)

    @property
    def paid(self) -> Decimal:
        return sum(self.by_month.values(), Decimal(0))

    @property
    def months_over(self) -> list[int]:
        """The months (1 to 12) in which more was paid than the limit per month; the limit itself is not over."""
        if self.limit is None:
            return []
        return sorted(month for month, paid in self.by_month.items() if paid > self.limit.per_month)

    @property
    def is_year_over(self) -> bool:
        return self.limit is not None and self.paid > self.limit.per_year

    @property
    def is_over(self) -> bool:
        return self.is_year_over or bool(self.months_over)


def allowance_years(participants: Iterable[Participant], year: int) -> dict[int, AllowanceYear]:
    """What each of `participants` received in `year`, by primary key; two queries, whatever their number.

    A payment belongs to the month of the day on which it was paid (artikel 2 lid 6 Wet LB 1964). The database adds up
    per day, because months cannot be cut there quickly on every database.
    """
    participants = list(participants)
    limit = AllowanceLimit.objects.filter(year=year).first()
    period = Period.of_year(year)
    rows = Allowance.objects.filter(participant__in=participants, paid_on__range=(period.start, period.end)).order_by()
    months = defaultdict(lambda: defaultdict(Decimal))
    for person, day, amount in rows.values_list("participant", "paid_on").annotate(total=Sum("amount")):
        months[person][day.month] += amount
    return {person.pk: AllowanceYear(year, limit, dict(months[person.pk])) for person in participants}


def save_allowance(allowance: Allowance, *, by: User) -> AllowanceYear:
    """Save a payment and say how the year of its volunteer stands then; over a limit is no refusal.

    Raises `ValidationError` for whatever the model refuses: an amount of nothing, a day in the future.
    """
    save_row(allowance, by=by)
    year = allowance.paid_on.year
    return allowance_years([allowance.participant], year)[allowance.participant_id]


@transaction.atomic
def withdraw_allowance(allowance: Allowance, *, by: User) -> None:
    """Take away a payment that was never made; its history stays."""
    lock_participant(allowance.participant_id)
    allowance._history_user = by
    allowance.delete()
