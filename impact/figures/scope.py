"""Of what figures are: of the whole house, or of one workshop, location, target group, partner or theme."""

from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from participants.models import Trajectory
from partners.models import Collaboration, Organisation, Theme
from pluspunt.periods import Period
from workshops.models import Attendance, Location, Placement, Session, Workshop


@dataclass(frozen=True)
class Scope:
    """What figures are narrowed to: at most one of these; `HOUSE` is none of them. Raises `ValueError` for more.

    A slot counts where and when it was: at a location when the session was held there that day, on a theme when the
    workshop took part that day in a collaboration with that theme, at a partner when the workshop is hosted there.

    People belong to a target group by their trajectory. To a workshop, location, partner or theme they belong by their
    placements: in the workshop, in those that were at the location or took part in the theme on some day of the period,
    or in those that the partner hosts. So flow tells there who came to these workshops and who left them.
    """

    workshop: Workshop | None = None
    location: Location | None = None
    target_group: str = ""
    partner: Organisation | None = None
    theme: Theme | None = None

    def __post_init__(self):
        if sum(bool(getattr(self, each.name)) for each in fields(self)) > 1:
            raise ValueError("a scope is one workshop, location, target group, partner or theme")

    @property
    def is_house(self) -> bool:
        return self == HOUSE

    @property
    def is_of_workshops(self) -> bool:
        """Whether people belong here by their placements."""
        return not self.is_house and not self.target_group

    @property
    def label(self) -> str:
        """What it is called, in words."""
        if self.target_group:
            return Trajectory.TargetGroup(self.target_group).label
        return str(self.workshop or self.location or self.partner or self.theme or "hele huis")

    def slots(self, rows: QuerySet[Attendance]) -> QuerySet[Attendance]:
        """Those of `rows` that belong here."""
        if self.target_group:
            return rows.filter(trajectory__target_group=self.target_group)
        if self.location:
            return rows.filter(session__location=self.location)
        return rows.filter(self._of_workshop_on_day())

    def sessions(self, rows: QuerySet[Session]) -> QuerySet[Session]:
        """Those of `rows` that belong here; a target group has none: the places are for everybody."""
        if self.target_group:
            return rows.none()
        return rows.filter(location=self.location) if self.location else rows.filter(self._of_workshop_on_day())

    def workshops(self, period: Period) -> QuerySet[Workshop]:
        """The workshops that belong here on some day of `period`; all of them for the house and for a target group."""
        if self.location:
            of_period = Session.objects.filter(workshop=OuterRef("pk"), date__range=(period.start, period.end))
            was_here, was_known = Exists(of_period.filter(location=self.location).order_by()), Exists(of_period)
            return Workshop.objects.filter(was_here | (~was_known & Q(location=self.location)))
        if self.theme:
            running = Collaboration.objects.filter(themes=self.theme).overlapping(period.start, period.end)
            return Workshop.objects.filter(Exists(running.filter(workshops=OuterRef("pk")).order_by()))
        if self.partner:
            return Workshop.objects.filter(host=self.partner)
        return Workshop.objects.filter(pk=self.workshop.pk) if self.workshop else Workshop.objects.all()

    def paths(self, period: Period) -> QuerySet[Trajectory]:
        """The trajectories that belong here on some day of `period`, also those that run at another time."""
        if self.is_of_workshops:
            here = self.placements(period).overlapping(period.start, period.end)
            return Trajectory.objects.filter(Exists(here.filter(trajectory=OuterRef("pk")))).order_by()
        return self.of_group(Trajectory.objects.order_by())

    def of_group(self, paths: QuerySet[Trajectory]) -> QuerySet[Trajectory]:
        """Those of `paths` that are of the target group, if this is one."""
        return paths.filter(target_group=self.target_group) if self.target_group else paths

    def placements(self, period: Period) -> QuerySet[Placement]:
        """All placements, at any time, in the workshops that belong here in `period`."""
        return Placement.objects.filter(workshop__in=self.workshops(period).order_by()).order_by()

    def registered_from(self, period: Period) -> date | None:
        """The first day of which anything is known here: the start of the oldest register."""
        return self.workshops(period).order_by().aggregate(first=Min("registered_from"))["first"]

    def _of_workshop_on_day(self) -> Q:
        """Rows with a workshop and a date that belong here; everything when this is no scope of workshops."""
        if self.workshop:
            return Q(workshop=self.workshop)
        if self.partner:
            return Q(workshop__host=self.partner)
        if self.theme:
            began = Collaboration.objects.filter(
                themes=self.theme, workshops=OuterRef("workshop"), start_date__lte=OuterRef("date")
            )
            goes_on = Q(end_date__isnull=True) | Q(end_date__gte=OuterRef("date"))
            return Q(Exists(began.filter(goes_on).order_by()))
        return Q()


HOUSE = Scope()
