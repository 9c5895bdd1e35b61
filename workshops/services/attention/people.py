"""People: who was not seen, whose trial or pause is over, who has no place, who is to be called or reviewed."""

from datetime import date, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery

from participants.models import VOG_WARNS_BEFORE, Goal, Participant, Pause, Trajectory, VolunteerProfile
from pluspunt.templatetags.words import day as in_words
from pluspunt.templatetags.words import near_day, near_part
from workshops.models import Attendance, Opening, Placement, Session
from workshops.services.attention.items import Action, Asked, Item, Kind, Urgency
from workshops.services.calls import LOOKS_BACK as CALLS_LOOK_BACK
from workshops.services.calls import PersonToCall, people_to_call
from workshops.services.sessions import openings_end_on

DAY = timedelta(days=1)
NOT_SEEN_FOR = timedelta(days=14)
# A trial ends by itself: before that day somebody decides whether the person stays.
TRIAL_ENDS_WITHIN = timedelta(days=7)
# After the last day of a pause we look for so long whether somebody is really back; then `not_seen` takes over.
BACK_WITHIN = timedelta(days=14)

Status = Attendance.Status


# --- Coming and staying away ------------------------------------------------------------------------------------------


def not_seen(asked: Asked) -> list[Item]:
    """Who was planned in the last 14 days and was never present, and did not say all of that beforehand; two queries.

    Only people whose path and place run, began 14 days ago or earlier, and were not paused in that time. Not yet
    recorded is not absent (invariant 4): at least one day must be known, and the others are named.
    """
    since = asked.today - NOT_SEEN_FOR
    missed = {person: (times, maybe) for person, times, maybe in _missed(since, asked.today)}
    paths = Trajectory.objects.on(asked.today).filter(
        Exists(Placement.objects.on(asked.today).filter(trajectory=OuterRef("pk"))),
        ~Exists(Pause.objects.overlapping(since, asked.today).filter(trajectory=OuterRef("pk"))),
        start_date__lte=since,
    )
    present = Attendance.objects.filter(participant=OuterRef("pk"), status=Status.PRESENT).order_by("-date")
    found = Participant.objects.filter(pk__in=list(missed)).filter(pk__in=paths.order_by().values("participant"))
    return [
        _not_seen(person, *missed[person.pk], since)
        for person in found.annotate(last_seen=Subquery(present.values("date")[:1]))
    ]


def _missed(since: date, today: date) -> QuerySet:
    """Person, how often they stayed away without saying so beforehand, and how often nobody recorded it yet."""
    rows = Attendance.objects.filter(date__range=(since, today), session__state=Session.State.PLANNED).order_by()
    stayed_away = Q(status=Status.NO_SHOW) | Q(status=Status.EXCUSED, absence__isnull=True)
    counted = rows.values_list("participant").annotate(
        times=Count("pk", filter=stayed_away & Q(planned=True)),
        maybe=Count("pk", filter=Q(status=Status.OPEN, planned=True, date__lt=today)),
    )
    present = Count("pk", filter=Q(status=Status.PRESENT))
    return counted.alias(present=present).filter(present=0, times__gt=0)


def _not_seen(person: Participant, times: int, maybe: int, since: date) -> Item:
    last_seen = f"Laatst gezien op {in_words(person.last_seen)}." if person.last_seen else "Nog nooit gezien."
    open_too = f" Van {maybe} keer is nog niets ingevuld." if maybe else ""
    return Item(
        kind=Kind.NOT_SEEN,
        pk=person.pk,
        urgency=Urgency.THIS_WEEK,
        day=person.last_seen or since,
        what=f"{times} keer gepland en niet gekomen in 14 dagen.{open_too} {last_seen}",
        action=Action("Bekijk de aanwezigheid", "participant_detail", (person.key,)),
        participant=person,
        state=person.last_seen or "",
    )


def calls(asked: Asked) -> list[Item]:
    """Who stayed away so often in a row that we call; who was tried today comes later; two queries."""
    return [
        Item(
            kind=Kind.CALL,
            # A new no-show is a new reason to call.
            pk=each.last.pk,
            urgency=Urgency.THIS_WEEK if each.is_tried_today else Urgency.NOW,
            day=each.last.date,
            what=_called_about(each),
            action=Action("Bel", "call_list"),
            participant=each.participant,
            last_day=each.last.date + CALLS_LOOK_BACK,
        )
        for each in people_to_call(asked.user, asked.today)
    ]


def _called_about(each: PersonToCall) -> str:
    tried = " Vandaag al geprobeerd." if each.is_tried_today else ""
    last = near_part(each.last.date, each.last.day_part)
    return f"{each.times} keer achter elkaar niet afgemeld, het laatst {last}.{tried}"


def without_place(asked: Asked) -> list[Item]:
    """People on a path that runs who have no place, now or later; one query."""
    found = Participant.objects.needing("plek", asked.today)
    running = Q(trajectories__in=Trajectory.objects.on(asked.today))
    return [
        Item(
            kind=Kind.NO_PLACE,
            pk=person.pk,
            urgency=Urgency.THIS_WEEK,
            day=person.since,
            what=f"Ingeschreven sinds {in_words(person.since)}, nog niet geplaatst.",
            action=Action("Kies een plek", "placement_add", (person.key,)),
            participant=person,
            # Somebody who had a place in between is without one again.
            state=person.places,
        )
        for person in found.annotate(
            since=Min("trajectories__start_date", filter=running), places=Count("placements", distinct=True)
        )
    ]


def closed_places(asked: Asked) -> list[Item]:
    """Places on a day part that closed, or will, and opens no more while the place runs; three queries.

    Not where the schedule of the whole house ends: that goes on in one go.
    """
    here = Opening.objects.filter(**{name: OuterRef(name) for name in ("workshop", "weekday", "day_part")}).order_by()
    goes_on = here.filter(Q(end_date__isnull=True) | Q(end_date__gte=OuterRef("end_date")))
    closed = Subquery(here.order_by("-end_date").values("end_date")[:1])
    rows = Placement.objects.overlapping(asked.today, None).filter(~Exists(goes_on)).annotate(open_until=closed)
    rows = rows.filter(open_until__isnull=False).select_related("participant", "workshop")
    if house_end := openings_end_on():
        rows = rows.exclude(open_until=house_end)
    found = [(row, row.first_day_from(max(asked.today, row.open_until + DAY))) for row in rows]
    return [
        Item(
            kind=Kind.CLOSED_PLACE,
            pk=row.pk,
            urgency=Urgency.by(day, asked.today),
            day=day,
            what=f"Staat nog bij {row.workshop}, {row.get_weekday_display()}{row.get_day_part_display()}. "
            f"Dat is dicht vanaf {in_words(row.open_until + DAY)}.",
            action=Action("Kies een andere plek", "placement_change", (row.participant.key, row.pk)),
            participant=row.participant,
            workshop=row.workshop,
            state=day,
            last_day=row.end_date,
        )
        for row, day in found
        if day
    ]


# --- What ends or is over ---------------------------------------------------------------------------------------------


def trial_places(asked: Asked) -> list[Item]:
    """Placements on trial that somebody decides about; one query."""
    rows = Placement.objects.trial_over(asked.today).select_related("participant", "workshop")
    return [
        Item(
            kind=Kind.TRIAL_PLACE,
            pk=row.pk,
            urgency=Urgency.NOW,
            day=row.trial_until,
            what=f"Op proef bij {row.workshop}, {row.get_weekday_display()}{row.get_day_part_display()}, "
            f"tot en met {near_day(row.trial_until)}. Gaat het door?",
            action=Action("Beslis", "trial_decide", (row.participant.key, row.pk)),
            participant=row.participant,
            workshop=row.workshop,
            state=row.trial_until,
            last_day=row.end_date,
        )
        for row in rows
    ]


def trials(asked: Asked) -> list[Item]:
    """Trajectories of which the trial ends within a week; after its last day somebody takes part; one query."""
    last = asked.today + TRIAL_ENDS_WITHIN
    rows = Trajectory.objects.on(asked.today).filter(trial_until__range=(asked.today, last))
    return [
        Item(
            kind=Kind.TRIAL,
            pk=row.pk,
            urgency=Urgency.by(row.trial_until, asked.today),
            day=row.trial_until,
            what=f"Op proef in {row.get_target_group_display()} tot en met {near_day(row.trial_until)}. "
            "Daarna is de proef vanzelf voorbij.",
            action=Action("Beslis", "trial_confirm", (row.participant.key, row.pk)),
            participant=row.participant,
            state=row.trial_until,
            last_day=row.trial_until,
        )
        for row in rows.select_related("participant")
    ]


def pauses(asked: Asked) -> list[Item]:
    """Pauses that were expected to be over, and those that are over without anybody having seen the person since.

    Of paths that run; two queries.
    """
    rows = Pause.objects.filter(trajectory__in=Trajectory.objects.on(asked.today))
    rows = rows.select_related("trajectory__participant")
    expected = rows.on(asked.today).filter(end_date__isnull=True, expected_until__lte=asked.today)
    back = Attendance.objects.filter(
        participant=OuterRef("trajectory__participant"), status=Status.PRESENT, date__gt=OuterRef("end_date")
    )
    again = Pause.objects.on(asked.today).filter(trajectory=OuterRef("trajectory"), start_date__gt=OuterRef("end_date"))
    over = rows.filter(~Exists(back), ~Exists(again), end_date__range=(asked.today - BACK_WITHIN, asked.today))
    return [_expected(row, asked.today) for row in expected] + [_over(row, asked.today) for row in over]


def _expected(row: Pause, today: date) -> Item:
    person = row.trajectory.participant
    what = f"Zou tot en met {near_day(row.expected_until)} weg zijn. Komt {person.nickname} terug?"
    action = Action("Stop of verleng", "pause_end", (person.key, row.pk))
    return _pause(row, Urgency.NOW, row.expected_until, what, action, None)


def _over(row: Pause, today: date) -> Item:
    person = row.trajectory.participant
    if row.end_date == today:
        what = f"Vandaag is de laatste dag. Is alles klaar voor als {person.nickname} terugkomt?"
    else:
        what = f"Was weg tot en met {near_day(row.end_date)} en is daarna nog niet gezien."
    action = Action("Bekijk het traject", "participant_path", (person.key,))
    return _pause(row, Urgency.THIS_WEEK, row.end_date, what, action, row.end_date + BACK_WITHIN)


def _pause(row: Pause, urgency: Urgency, day: date, what: str, action: Action, last_day: date | None) -> Item:
    person = row.trajectory.participant
    return Item(Kind.PAUSE, row.pk, urgency, day, what, action, participant=person, state=day, last_day=last_day)


# --- Guidance and volunteers ------------------------------------------------------------------------------------------


def reviews(asked: Asked) -> list[Item]:
    """Goals of people who are here of which the review is due; one query."""
    rows = Goal.objects.due_by(asked.today).of_enrolled(asked.today).select_related("participant")
    return [
        Item(
            kind=Kind.REVIEW,
            pk=row.pk,
            urgency=Urgency.THIS_WEEK,
            day=row.review_on,
            what=f"Evaluatie van een doel ({row.get_field_display()}): {near_day(row.review_on)} afgesproken.",
            action=Action("Evalueer", "review_add", (row.participant.key, row.pk)),
            participant=row.participant,
            state=row.review_on,
        )
        for row in rows
    ]


def certificates(asked: Asked) -> list[Item]:
    """Skilled volunteers whose certificate of conduct was never seen or must be renewed within 3 months; one query."""
    volunteers = Trajectory.objects.on(asked.today).filter(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    fine = VolunteerProfile.objects.exclude(
        pk__in=VolunteerProfile.objects.vog_needed_by(asked.today + VOG_WARNS_BEFORE).values("pk")
    )
    found = Participant.objects.filter(pk__in=volunteers.order_by().values("participant"))
    found = found.exclude(pk__in=fine.order_by().values("participant")).select_related("volunteer_profile")
    since = Min("trajectories__start_date", filter=Q(trajectories__in=volunteers))
    return [_certificate(person, asked.today) for person in found.annotate(since=since)]


def _certificate(person: Participant, today: date) -> Item:
    profile = getattr(person, "volunteer_profile", None) or VolunteerProfile()
    State = VolunteerProfile.VogState
    what, day, urgency = {
        State.MISSING: ("De VOG is nog niet gezien.", person.since, Urgency.THIS_WEEK),
        State.REQUESTED: (
            f"De VOG is aangevraagd op {in_words(profile.vog_requested_on)}, nog niet gezien.",
            profile.vog_requested_on,
            Urgency.LATER,
        ),
        State.EXPIRED: (
            f"De VOG moest {near_day(profile.vog_renew_on)} vernieuwd zijn.",
            profile.vog_renew_on,
            Urgency.NOW,
        ),
        State.EXPIRING: (
            f"De VOG vernieuwen voor {in_words(profile.vog_renew_on)}.",
            profile.vog_renew_on,
            Urgency.LATER,
        ),
    }[profile.vog_state]
    if profile.vog_requested_again:
        what += " Er is een nieuwe aangevraagd."
    return Item(
        kind=Kind.CERTIFICATE,
        pk=person.pk,
        urgency=urgency,
        day=day,
        what=what,
        action=Action("Werk de VOG bij", "volunteer_edit", (person.key,)),
        participant=person,
        state=profile.vog_state,
    )
