"""The hours of skilled volunteers, and how each of them stands."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet

from participants.models import Participant, Trajectory, VolunteerProfile
from participants.services.volunteers import AllowanceYear, allowance_years
from pluspunt.periods import Period
from pluspunt.templatetags.words import month_name
from workshops.models import Attendance, Placement, Session

# A day part is four hours (§5, unit 16).
HOURS_PER_DAY_PART = 4
VogState = VolunteerProfile.VogState


@dataclass(frozen=True)
class VolunteerLine:
    """One volunteer in a list: `hours` and `allowance` are of the same year."""

    person: Participant
    profile: VolunteerProfile  # an empty one when nothing was filled in yet
    workshops: list[str]
    hours: int
    allowance: AllowanceYear
    has_ended: bool

    @property
    def vog_state(self) -> VogState:
        return self.profile.vog_state

    @property
    def vog_needs_something(self) -> bool:
        """Whether the certificate is missing, expired or to be renewed soon; of nobody who stopped."""
        return not self.has_ended and self.profile.vog_needs_something

    @property
    def needs_something(self) -> bool:
        return self.vog_needs_something or self.allowance.is_over

    @property
    def reasons(self) -> list[str]:
        """What needs somebody, in words."""
        vog = [f"VOG {self.vog_state.label}"] if self.vog_needs_something else []
        over = [f"vergoeding {month_name(month)} boven de grens" for month in self.allowance.months_over]
        return [*vog, *over, *(["vergoeding dit jaar boven de grens"] if self.allowance.is_year_over else [])]


def volunteer_hours(participants: Iterable[Participant], period: Period) -> dict[int, int]:
    """Hours of each of `participants` as a volunteer in `period`, by primary key; one query.

    Hours = 4 × attended day parts, planned or not, of sessions that went on (§5 unit 16, §6 "delivered"), in a
    trajectory as skilled volunteer. Whoever came late or left early counts whole, as everywhere.
    """
    participants = list(participants)
    attended = _attended(participants, period).values_list("participant").annotate(parts=Count("pk"))
    parts = dict(attended)
    return {person.pk: HOURS_PER_DAY_PART * parts.get(person.pk, 0) for person in participants}


def volunteer_hours_by_month(participant: Participant, year: int) -> dict[int, int]:
    """The hours of one volunteer per month (1 to 12) of `year`; counted per day in the database (see above)."""
    hours = defaultdict(int)
    for day, parts in _attended([participant], Period.of_year(year)).values_list("date").annotate(parts=Count("pk")):
        hours[day.month] += HOURS_PER_DAY_PART * parts
    return dict(hours)


def volunteer_lines(people: QuerySet[Participant], period: Period) -> list[VolunteerLine]:
    """How each of `people` stands: hours in `period`, allowance in the year in which it ends; six queries."""
    running = Placement.objects.on(period.end).select_related("workshop").order_by("workshop__name")
    people = list(
        people.select_related("volunteer_profile").prefetch_related(
            "trajectories", Prefetch("placements", running, to_attr="running_placements")
        )
    )
    hours, years = volunteer_hours(people, period), allowance_years(people, period.end.year)
    return [
        VolunteerLine(
            person=person,
            profile=getattr(person, "volunteer_profile", None) or VolunteerProfile(),
            workshops=list(dict.fromkeys(placement.workshop.name for placement in person.running_placements)),
            hours=hours[person.pk],
            allowance=years[person.pk],
            has_ended=all(
                path.end_date and path.end_date < period.end for path in person.trajectories.all() if path.is_volunteer
            ),
        )
        for person in people
    ]


def _attended(participants: list[Participant], period: Period) -> QuerySet[Attendance]:
    return Attendance.objects.order_by().filter(
        participant__in=participants,
        date__range=(period.start, period.end),
        status=Attendance.Status.PRESENT,
        session__state=Session.State.PLANNED,
        trajectory__target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER,
    )
