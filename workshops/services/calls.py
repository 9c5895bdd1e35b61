"""Who stayed away without a word so often in a row that we call, and what came of it.

Somebody's row counts when they were planned, it is recorded, and the session went on; of all their trajectories
together. The last one is a no-show; how many are wanted, the rule of its trajectory's target group says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, When, Window
from django.utils import timezone

from accounts.models import User
from participants.models import Participant, Pause, Trajectory
from workshops.models import Attendance, Call, CallRule, Session

Status = Attendance.Status
# So far back we look; who has not been planned since then is no longer a matter of calling today.
LOOKS_BACK = timedelta(days=60)
# The same outcome again within this time is one call that was tapped twice.
ONE_TAP = timedelta(minutes=1)


@dataclass(frozen=True)
class PersonToCall:
    """Somebody to call: the no-shows in a row (the last first), and the calls about them (the last first)."""

    no_shows: list[Attendance]
    calls: list[Call]

    @property
    def participant(self) -> Participant:
        return self.last.participant

    @property
    def last(self) -> Attendance:
        return self.no_shows[0]

    @property
    def times(self) -> int:
        return len(self.no_shows)

    @property
    def tries(self) -> list[tuple[date, Call]]:
        """The calls about these no-shows, each with its day."""
        return [(timezone.localdate(call.at), call) for call in self.calls]

    @property
    def is_tried_today(self) -> bool:
        """Whether somebody called today without speaking to them: tomorrow they are called again."""
        return any(day == timezone.localdate() for day, _ in self.tries)


def people_to_call(user: User, today: date) -> list[PersonToCall]:
    """The people whom `user` sees who should be called on `today`: who was not tried yet first, then by name.

    Not who was spoken to about the last no-show, is paused or has ended. The number of queries is constant.
    """
    seen = Participant.objects.visible_to(user).order_by().values("pk")
    streaks = _streaks_to_call(seen, today, "participant", "workshop")
    calls = {}
    about = [row.pk for rows in streaks for row in rows]
    for call in Call.objects.filter(about__in=about).select_related("by").order_by("-at", "-pk"):
        calls.setdefault(call.about_id, []).append(call)
    people = []
    for rows in streaks:
        about_them = [call for row in rows for call in calls.get(row.pk, [])]
        people.append(PersonToCall(rows, sorted(about_them, key=lambda call: (call.at, call.pk), reverse=True)))
    return sorted(people, key=lambda each: (each.is_tried_today, each.participant.sort_name, each.participant.pk))


def to_call(participant_ids: Iterable[int], day: date) -> dict[int, int]:
    """Participant → how often in a row they stayed away without a word, of those who should be called on `day`.

    For the rows of one register, by the rules of `people_to_call`; one query.
    """
    return {rows[0].participant_id: len(rows) for rows in _streaks_to_call(list(participant_ids), day)}


@transaction.atomic
def record_call(about: Attendance, outcome: str, *, by: User, at: datetime | None = None) -> Call:
    """Keep what came of calling somebody about this no-show; the same outcome again within a minute is the same call.

    Raises `ValidationError` for an unknown outcome, and when the row was changed meanwhile: there is nothing to call
    about any more.
    """
    if outcome not in Call.Outcome.values:
        raise ValidationError("Kies gesproken, bericht achtergelaten of geen gehoor.")
    # Two taps at once wait for each other here, so that the second finds the first.
    about = Attendance.objects.select_for_update(no_key=True).get(pk=about.pk)
    if about.status != Status.NO_SHOW:
        raise ValidationError("De aanwezigheid is intussen veranderd. Kijk of bellen nog nodig is.")
    at = at or timezone.now()
    tapped = Call.objects.filter(about=about, outcome=outcome, by=by, at__gt=at - ONE_TAP).first()
    if tapped:
        return tapped
    call = Call(about=about, outcome=outcome, by=by, at=at)
    call.full_clean()
    call.save()
    return call


def _streaks_to_call(people: QuerySet | list[int], day: date, *related: str) -> list[list[Attendance]]:
    """Per person to call the no-shows in a row, the last first, each with its `related`; one query."""
    may_be_called = Trajectory.objects.on(day).exclude(pk__in=Pause.objects.on(day).order_by().values("trajectory"))
    rule = CallRule.objects.filter(target_group=OuterRef("trajectory__target_group"), is_active=True)
    spoken_to = Call.objects.filter(about=OuterRef("pk"), outcome=Call.Outcome.REACHED)
    # Asked of the few rows that are left, not of all that were looked through.
    rows = Attendance.objects.filter(pk__in=_last_no_shows(people, day)).annotate(
        wanted=Subquery(rule.order_by().values("no_shows")[:1]),
        may_be_called=Exists(may_be_called.order_by().filter(pk=OuterRef("trajectory"))),
        is_spoken_to=Exists(spoken_to.order_by()),
    )
    # Without a name it would join whatever there is.
    rows = rows.select_related(*related or [None]).order_by("participant_id", "-date", "day_part", "-pk")
    streaks = [list(group) for _, group in groupby(rows, lambda row: row.participant_id)]
    return [streak for streak in streaks if _is_to_be_called(streak[0], len(streak))]


def _is_to_be_called(last: Attendance, times: int) -> bool:
    is_often = last.wanted is not None and times >= last.wanted
    return is_often and last.may_be_called and not last.is_spoken_to


def _last_no_shows(people: QuerySet | list[int], day: date) -> QuerySet:
    """The keys of everybody's no-shows since they were last present or excused: of each row is counted how often that
    was, from it on; a morning lies before its afternoon."""
    rows = Attendance.objects.recorded().order_by()
    rows = rows.filter(
        planned=True,
        session__state=Session.State.PLANNED,
        date__range=(day - LOOKS_BACK, day),
        participant__in=people,
    )
    heard_of_since = Window(
        Sum(Case(When(status=Status.NO_SHOW, then=0), default=1, output_field=IntegerField())),
        partition_by=F("participant"),
        order_by=[F("date").desc(), F("day_part").asc(), F("pk").desc()],
    )
    return rows.annotate(heard_of_since=heard_of_since).filter(heard_of_since=0).values("pk")
