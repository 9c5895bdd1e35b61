"""Sessions: too few places, nobody to supervise, people to plan elsewhere, and registers and what they ask."""

from collections import defaultdict
from datetime import date, timedelta
from zlib import crc32

from django.db.models import Count, Exists, OuterRef

from pluspunt.templatetags.words import near_part
from workshops.models import COACH_CORRECTS_FOR, Attendance, CorrectionRequest, Duty, OneOff, Session, WalkIn, Workshop
from workshops.services.attention.items import Action, Asked, Item, Kind, Urgency, people
from workshops.services.corrections import open_corrections
from workshops.services.free_places import Kind as PlaceKind
from workshops.services.house import unfinished_registers, with_open
from workshops.services.planned import Planned, absences_on, mondays_of, planned_in_week
from workshops.services.rota import takes_place
from workshops.services.waiting_matches import Match, matches
from workshops.services.walk_ins import walk_ins_to_settle

LOOKS_AHEAD = timedelta(weeks=2)


def crowded(asked: Asked) -> list[Item]:
    """Sessions from now to two weeks ahead with more people than places, or with too few people to supervise them.

    By the rule of the workshop; without one, in a workshop with a rota, a coach must be there when people are planned.
    Always three weeks are looked at, so that the number of queries is constant.
    """
    last = asked.today + LOOKS_AHEAD
    sessions = Session.objects.filter(date__range=(asked.today, last), state=Session.State.PLANNED)
    sessions = [session for session in sessions.select_related("workshop") if not session.is_over]
    workshops = list(Workshop.objects.all())
    planned = {}
    for monday in mondays_of([asked.today, asked.today + LOOKS_AHEAD / 2, last]):
        planned |= planned_in_week(workshops, monday)
    with_rota = set(Duty.objects.overlapping(asked.today, last).order_by().values_list("workshop", flat=True))
    items = []
    for session in sessions:
        there = planned.get((session.workshop_id, session.date, session.day_part), Planned())
        if found := _what_is_wrong(session, there, has_rota=session.workshop_id in with_rota):
            items.append(_session_item(*found, session, asked.today))
    return items


def _what_is_wrong(session: Session, there: Planned, *, has_rota: bool) -> tuple[Kind, str, str] | None:
    """The kind of thing, how it is said, and the numbers that make it another thing when they change."""
    coming, workshop = there.participants, session.workshop
    supervised = workshop.places_with(coming, there.coaches, there.volunteers)
    planned = f"{people(coming)} gepland"
    if coming > supervised:
        counted = Workshop.Supervision(workshop.supervision).label
        places = "plaats" if supervised == 1 else "plaatsen"
        what = f"{planned}, begeleiding voor {supervised} {places} ({counted} tellen mee)."
        return Kind.SUPERVISION, what, f"{coming} op {supervised}"
    if coming and has_rota and not workshop.supervision and not there.coaches:
        return Kind.SUPERVISION, f"{planned}, en er is geen coach ingeroosterd.", f"{coming}"
    if coming > session.capacity:
        too_many = coming - session.capacity
        what = f"{planned} op {session.capacity} plaatsen: {too_many} te veel."
        return Kind.CROWDED, what, f"{coming} op {session.capacity}"
    return None


def _session_item(kind: Kind, what: str, state: str, session: Session, today: date) -> Item:
    # Nobody needs to go elsewhere as long as there are places: then a coach is looked for.
    is_rota = kind is Kind.SUPERVISION and not session.workshop.supervision
    find_coach = Action("Regel een coach", "rota_week", (session.date,))
    replan = Action("Herplan", "session_replan", _address(session))
    return Item(
        kind=kind,
        pk=session.pk,
        urgency=Urgency.by(session.date, today),
        day=session.date,
        what=what,
        action=find_coach if is_rota else replan,
        session=session,
        state=state,
        last_day=session.date,
    )


def _address(session: Session) -> tuple:
    return session.workshop_id, session.date, session.day_part


def cancelled(asked: Asked) -> list[Item]:
    """Cancelled sessions to come with people for whom nothing else was decided; two queries.

    Volunteers find their own way, and who said to stay away needs nothing.
    """
    decided = OneOff.objects.standing().filter(away_from=OuterRef("session"), participant=OuterRef("participant"))
    to_come = Session.objects.filter(state=Session.State.CANCELLED, date__gte=asked.today)
    rows = Attendance.objects.open().filter(takes_place(), ~Exists(decided), session__in=to_come)
    rows = rows.filter(~Exists(absences_on("date", "day_part")))
    counts = dict(rows.order_by().values_list("session").annotate(Count("pk")))
    sessions = Session.objects.filter(pk__in=list(counts)).select_related("workshop")
    return [
        _session_item(
            Kind.CANCELLED,
            f"{people(counts[session.pk])} nog niet herpland.",
            f"{counts[session.pk]}",
            session,
            asked.today,
        )
        for session in sessions
        if not session.is_over
    ]


def registers(asked: Asked) -> list[Item]:
    """Registers of past days in which somebody is not recorded; two queries."""
    left = unfinished_registers(asked.user, asked.now).filter(date__lt=asked.today)
    return [_register(session, asked.today) for session in with_open(left).select_related("workshop")]


def _register(session: Session, today: date) -> Item:
    is_ours = session.date < today - COACH_CORRECTS_FOR
    only_you = " De coach kan dit niet meer." if is_ours else ""
    return Item(
        kind=Kind.REGISTER,
        pk=session.pk,
        urgency=Urgency.THIS_WEEK,
        day=session.date,
        what=f"{people(session.open_people)} nog niet ingevuld.{only_you}",
        action=Action("Vul in", "register_detail", _address(session)),
        session=session,
    )


def walk_ins(asked: Asked) -> list[Item]:
    """Visitors whom a coordinator should look at; two queries."""
    # Asked by key: the database then looks at these few, not at every row of every register.
    keys = list(WalkIn.objects.filter(settled_at__isnull=True).order_by().values_list("pk", flat=True))
    found = walk_ins_to_settle().filter(pk__in=keys)
    found = found.select_related("attendance__participant", "attendance__workshop")
    items = []
    for walk_in in found:
        row = walk_in.attendance
        facts = [
            words
            for holds, words in (
                (walk_in.is_over_capacity, "meer mensen dan plaatsen"),
                (walk_in.is_without_indication, "geen indicatie op die dag"),
                (walk_in.is_not_together, "niet samen met iemand in de groep"),
            )
            if holds
        ]
        items.append(
            Item(
                kind=Kind.WALK_IN,
                pk=walk_in.pk,
                urgency=Urgency.NOW,
                day=row.date,
                what=f"Liep binnen bij {row.workshop}, {near_part(row.date, row.day_part)}: {', '.join(facts)}.",
                action=Action("Handel af", "walk_in_list", extra=f"#inloper-{walk_in.pk}"),
                participant=row.participant,
                workshop=row.workshop,
            )
        )
    return items


def corrections(asked: Asked) -> list[Item]:
    """Requests for a correction; one query. Of one's own somebody else decides."""
    return [_correction(each, asked) for each in open_corrections()]


def _correction(correction: CorrectionRequest, asked: Asked) -> Item:
    row = correction.attendance
    is_own = correction.asked_by_id == asked.user.pk
    who = "Je vroeg dit zelf: een collega beslist." if is_own else f"{correction.asked_by} vraagt dit."
    when = near_part(row.date, row.day_part)
    return Item(
        kind=Kind.CORRECTION,
        pk=correction.pk,
        urgency=Urgency.THIS_WEEK,
        day=row.date,
        what=f"{row.session.workshop}, {when}: moet worden “{correction.get_status_display()}”. {who}",
        action=Action("Bekijk het verzoek" if is_own else "Beslis", "correction_list", extra=f"#c-{correction.pk}"),
        participant=row.participant,
        workshop=row.session.workshop,
    )


def waiting(asked: Asked) -> list[Item]:
    """Workshops with a free place in which somebody of the waiting list fits; the queries do not grow with the rows."""
    by_workshop = defaultdict(list)
    for match in matches():
        by_workshop[match.place.workshop].append(match)
    return [_waiting(workshop, found) for workshop, found in by_workshop.items()]


def _waiting(workshop: Workshop, found: list[Match]) -> Item:
    lasting = [match for match in found if match.place.kind != PlaceKind.ONCE]
    entries = [fit.entry for match in lasting or found for fit in match.fits]
    number = len({entry.participant_id for entry in entries})
    fits = "past" if number == 1 else "passen"
    once = "" if lasting else ", voor één keer"
    return Item(
        kind=Kind.WAITING,
        pk=workshop.pk,
        urgency=Urgency.THIS_WEEK if lasting else Urgency.LATER,
        day=min(entry.asked_on for entry in entries),
        what=f"{people(number)} van de wachtlijst {fits} op een vrije plek{once}.",
        action=Action("Bekijk wie past", "waiting_list", extra=f"?workshop={workshop.pk}&eenmalig=1"),
        workshop=workshop,
        # Somebody else who fits is another thing; places for one time come and go.
        state=crc32(repr(sorted(entry.pk for entry in entries)).encode()) if lasting else "",
    )
