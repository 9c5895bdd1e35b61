"""Start and stop notices to the municipality: when each is due, and which are missing. They warn and never block."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from participants.models import Indication, Trajectory
from pluspunt.periods import add_working_days

# Within so many working days after the first or the last day (iWmo).
DUE_WITHIN = 5
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Notice:
    """The start or stop notice ("start", "stop") of one indication about `happened_on`, sent or still to send."""

    indication: Indication
    kind: str
    happened_on: date

    @property
    def sent_on(self) -> date | None:
        return getattr(self.indication, f"{self.kind}_notice_on")

    @property
    def due_on(self) -> date:
        return add_working_days(self.happened_on, DUE_WITHIN)

    @property
    def late_since(self) -> date | None:
        """The first day on which it was too late, when it is."""
        is_late = self.sent_on is None and self.due_on < timezone.localdate()
        return self.due_on + DAY if is_late else None


def notices_of(indications: QuerySet[Indication]) -> list[Notice]:
    """The notices that belong to Wmo indications up to today, sent or not; one query.

    Care starts on the first day of the indication or of the path, whichever is later. It stops when either ends; not
    when the same product goes on the next day.
    """
    today = timezone.localdate()
    found = _with_care(indications.filter(scheme=Indication.Scheme.WMO, start_date__lte=today), today)
    return [notice for indication in found for notice in _notices(indication, today)]


def missing_notices() -> list[Notice]:
    """The notices that were not sent yet, of everybody, the one that was due first in front; one query."""
    today = timezone.localdate()
    may_have_stopped = Q(stop_notice_on__isnull=True) & (Q(end_date__lt=today) | Q(goes_on=False))
    wmo = Indication.objects.filter(scheme=Indication.Scheme.WMO, start_date__lte=today)
    rows = _with_care(wmo, today).filter(Q(start_notice_on__isnull=True) | may_have_stopped)
    notices = [notice for row in rows.select_related("participant") for notice in _notices(row, today)]
    return sorted((each for each in notices if each.sent_on is None), key=_in_order)


def _in_order(notice: Notice) -> tuple:
    return notice.due_on, notice.indication.participant.sort_name, notice.indication.pk, notice.kind


def _with_care(indications: QuerySet[Indication], today: date) -> QuerySet[Indication]:
    """Adds the first and the last day of the paths in each indication, whether one still runs, and what follows it."""
    last_day = Coalesce(OuterRef("end_date"), Value(date.max))
    paths = Trajectory.objects.exclude(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER).filter(
        Q(end_date__isnull=True) | Q(end_date__gte=OuterRef("start_date")),
        participant=OuterRef("participant"),
        start_date__lte=last_day,
    )
    goes_on = paths.filter(Q(end_date__isnull=True) | Q(end_date__gte=today))
    follows = Indication.objects.annotate(code=Coalesce("product_code", 0)).filter(
        participant=OuterRef("participant"),
        product_category=OuterRef("product_category"),
        code=Coalesce(OuterRef("product_code"), 0),
        start_date=OuterRef("end_date") + DAY,
    )
    return indications.annotate(
        first_of_paths=Subquery(paths.order_by("start_date").values("start_date")[:1]),
        last_of_paths=Subquery(paths.order_by("-end_date").values("end_date")[:1]),
        goes_on=Exists(goes_on),
        is_followed=Exists(follows),
    ).filter(first_of_paths__isnull=False)


def _notices(indication: Indication, today: date) -> Iterable[Notice]:
    first_day = max(indication.start_date, indication.first_of_paths)
    if first_day > today:
        return
    yield Notice(indication, "start", first_day)
    last_day = indication.end_date or date.max
    path_stopped = not indication.goes_on and indication.last_of_paths < last_day
    if path_stopped:
        yield Notice(indication, "stop", indication.last_of_paths)
    elif last_day < today and not indication.is_followed:
        yield Notice(indication, "stop", last_day)
