"""Jobs of a workshop: taking one on, how far it is, and what attendance says about it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from workshops.models import Attendance, DayPart, Job, Session

State = Job.State

# So many jobs stand in a row of the register: more would hide the people.
MOST_IN_A_ROW = 6
# From where a job can go; a job that was finished or dropped is taken up again first.
_NEXT = {
    State.WAITING: {State.BUSY, State.DONE, State.DROPPED},
    State.BUSY: {State.WAITING, State.DONE, State.DROPPED},
    State.DONE: {State.BUSY},
    State.DROPPED: {State.WAITING},
}
# A day part takes four hours (§5): from 8:30, and from 12:30.
_MINUTES = 4 * 60


@dataclass(frozen=True)
class JobFigures:
    """What attendance says about one job: hours and day parts worked, and how many different people did."""

    hours: Decimal = Decimal(0)
    day_parts: int = 0
    people: int = 0


@transaction.atomic
def save_job(job: Job, *, by: User) -> None:
    """Save a job, new or known. Raises `ValidationError` for whatever the model refuses."""
    job._history_user = by
    job.full_clean()
    job.save()


@transaction.atomic
def set_job_state(job: Job, state: str, *, by: User, result: str = "") -> Job:
    """Set how far a job is (never toggle), with the `result` of one that is done. Returns the job as it is.

    What was finished today has today as its day; the result stays when the job is taken up again. Setting what is
    there already changes nothing. Raises `ValidationError` for a step that cannot be, such as beginning what is done,
    and when a colleague finished it with another result meanwhile.
    """
    job = Job.objects.select_for_update(of=("self",), no_key=True).order_by().get(pk=job.pk)
    if state == job.state and result in ("", job.result):
        return job
    if state not in _NEXT[job.state]:
        raise ValidationError(f"Deze klus is intussen {job.get_state_display()}. Kijk na wat er staat.")
    job.state = state
    job.finished_on = timezone.localdate() if state == State.DONE else None
    job.result = result or job.result
    save_job(job, by=by)
    return job


def jobs_of_day(session: Session) -> list[Job]:
    """The jobs on which somebody in this session can work, the first due first; at most six.

    Those that go on or were finished that day or later; one on which somebody in it works is always among them.
    """
    coupled = Attendance.objects.filter(session=session, job=OuterRef("pk"))
    jobs = Job.objects.filter(workshop=session.workshop_id).alias(is_coupled=Exists(coupled))
    can_be = Q(state__in=[State.WAITING, State.BUSY]) | Q(finished_on__gte=session.date) | Q(is_coupled=True)
    by_due = F("due_on").asc(nulls_last=True)
    first = jobs.filter(can_be).order_by("-is_coupled", by_due, "pk")[:MOST_IN_A_ROW]
    return sorted(first, key=lambda job: (job.due_on is None, job.due_on or session.date, job.pk))


def job_figures(jobs: Iterable[Job]) -> dict[int, JobFigures]:
    """Per job (by key) its hours, day parts and people, from the rows of who was present and coupled to it.

    A day part counts four hours (§5), from 8:30 to 12:30 and from 12:30 to 16:30, less what somebody came late or left
    early. Two queries; times are the same for most rows, so that few groups come back.
    """
    keys = [job.pk for job in jobs]
    rows = Attendance.objects.filter(job__in=keys, status=Attendance.Status.PRESENT).order_by()
    minutes, parts = defaultdict(int), defaultdict(int)
    for key, part, arrived, left, many in rows.values_list("job", "day_part", "arrived_at", "left_at").annotate(
        Count("pk")
    ):
        minutes[key] += many * _minutes(part, arrived, left)
        parts[key] += many
    people = dict(rows.values_list("job").annotate(Count("participant", distinct=True)))
    return {key: JobFigures(Decimal(minutes[key]) / 60, parts[key], people.get(key, 0)) for key in keys}


def _minutes(part: str, arrived: time | None, left: time | None) -> int:
    """How long somebody was there in a day part, in minutes; what lies outside it does not count."""
    end = _since_midnight(DayPart(part).ends_at)
    begin = end - _MINUTES
    came = max(begin, _since_midnight(arrived)) if arrived else begin
    went = min(end, _since_midnight(left)) if left else end
    return max(0, went - came)


def _since_midnight(moment: time) -> int:
    return moment.hour * 60 + moment.minute
